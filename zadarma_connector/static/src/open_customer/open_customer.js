// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {session} from "@web/session";
import {phase} from "../calls/call_state";

/** Milliseconds that tabs nobody looks at leave to one that somebody does. */
export const PRECEDENCE = 500;
/** Milliseconds after which all tabs see what one of them stored in the browser. */
const SETTLED = 5000;
/** What somebody is in the middle of: forms and lines that are not saved, dialogs. */
const UNSAVED = [
    ".o_form_status_indicator_buttons:not(.invisible)",
    ".o_selected_row",
    ".o_kanban_quick_create",
    ".o_dirty_warning",
    ".modal",
].join();
/** Where something may be written that is lost with the page, or just now. */
const WRITTEN =
    ".o-mail-Composer-input, input:focus, textarea:focus, [contenteditable=true]:focus";

/** Whether another page would take away what somebody entered. */
export function isBusy() {
    return (
        Boolean(document.querySelector(UNSAVED)) ||
        [...document.querySelectorAll(WRITTEN)].some((one) =>
            (one.value ?? one.textContent).trim()
        )
    );
}

/** Opens the customer's form when the user picks up, in one of the tabs. */
export class OpenCustomer {
    constructor({action, zadarma_calls}) {
        this.action = action;
        this.calls = zadarma_calls;
        /** Calls that were seen ringing: only those are picked up. */
        this.ringing = new Set();
        const look = () => this.look();
        this.calls.bus.addEventListener("CALL", look);
        this.calls.bus.addEventListener("CHANGE", look);
    }

    look() {
        for (const call of this.calls.list) {
            const stage = phase(call);
            if (stage === "ringing") {
                this.ringing.add(call.id);
            } else if (this.ringing.delete(call.id) && stage === "talking") {
                const wait = document.hidden ? PRECEDENCE : 0;
                browser.setTimeout(() => this.open(call), wait);
            }
        }
    }

    async open({id, partner, card}) {
        // of a contact that the user may not see, a card shows nothing
        if (
            partner &&
            !(card && !card.contact) &&
            !isBusy() &&
            (await this.claim(id))
        ) {
            await this.action.doAction({
                type: "ir.actions.act_window",
                res_model: "res.partner",
                res_id: partner,
                views: [[false, "form"]],
            });
        }
    }

    /** Whether it is this tab that opens the customer of a call: the first that asks. */
    claim(id) {
        const key = `${this.calls.prefix}opened`;
        const take = () => {
            const isFirst = browser.localStorage.getItem(key) !== String(id);
            browser.localStorage.setItem(key, String(id));
            return isFirst;
        };
        const {locks} = browser.navigator;
        if (!locks) {
            // without a secure connection browsers have none
            return take();
        }
        return new Promise((resolve) =>
            locks.request(`${key}.${id}`, {ifAvailable: true}, (lock) => {
                resolve(Boolean(lock) && take());
                return new Promise((release) => browser.setTimeout(release, SETTLED));
            })
        );
    }
}

registry.category("services").add("zadarma_open_customer", {
    dependencies: ["action", "zadarma_calls"],
    start: (env, services) => session.zadarma?.opens && new OpenCustomer(services),
});
