// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {phase} from "./call_state";

/** Held by each tab that somebody looks at. */
const LOOKED_AT = "zadarma_connector.looked_at";

/** Whether the user was not asked yet for notifications of the browser. */
export function canAsk() {
    return browser.Notification?.permission === "default";
}

/** Ask for the consent; only as an answer to a click. */
export function ask() {
    return browser.Notification.requestPermission();
}

/**
 * A notification of the browser for a call that rings while nobody looks at Odoo.
 *
 * One for all tabs: the first one to have the lock of the call shows it, and keeps the
 * lock while it is shown.
 */
class CallAlert {
    constructor({zadarma_calls}) {
        this.calls = zadarma_calls;
        this.holdWhileLookedAt();
        document.addEventListener("visibilitychange", () => this.holdWhileLookedAt());
        this.calls.bus.addEventListener("CALL", ({detail}) => this.consider(detail));
    }

    holdWhileLookedAt() {
        this.release?.();
        this.release = null;
        if (!document.hidden) {
            const hidden = new Promise((resolve) => (this.release = resolve));
            browser.navigator.locks.request(LOOKED_AT, {mode: "shared"}, () => hidden);
        }
    }

    consider({id}) {
        if (browser.Notification?.permission !== "granted") {
            return;
        }
        browser.navigator.locks.request(
            `zadarma_connector.alert.${id}`,
            {ifAvailable: true},
            (lock) => lock && this.show(id)
        );
    }

    async show(id) {
        const {held} = await browser.navigator.locks.query();
        if (held.some(({name}) => name === LOOKED_AT)) {
            return;
        }
        if (!this.calls.get(id)?.card) {
            await this.calls.load([id]);
        }
        const call = this.calls.get(id);
        if (!this.rings(id) || !this.calls.isWanted(call)) {
            return;
        }
        const {title, numberText, contact} = call.card;
        const alert = new browser.Notification(_t("%s is calling", title), {
            body: contact?.company || numberText,
            icon: contact?.image,
            tag: `zadarma_connector.${id}`,
        });
        alert.addEventListener("click", () => {
            window.focus();
            alert.close();
        });
        await this.whileRinging(id);
        alert.close();
    }

    rings(id) {
        const call = this.calls.get(id);
        return call && phase(call) === "ringing";
    }

    whileRinging(id) {
        const {bus} = this.calls;
        return new Promise((resolve) => {
            const check = () => {
                if (!this.rings(id)) {
                    bus.removeEventListener("CHANGE", check);
                    resolve();
                }
            };
            bus.addEventListener("CHANGE", check);
        });
    }
}

registry.category("services").add("zadarma_call_alert", {
    dependencies: ["zadarma_calls"],
    start(env, services) {
        // browsers have neither locks nor notifications on pages without https
        if (browser.navigator.locks && browser.Notification) {
            new CallAlert(services);
        }
    },
});
