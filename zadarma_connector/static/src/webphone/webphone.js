// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {loadJS} from "@web/core/assets";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {user} from "@web/core/user";
import {session} from "@web/session";

const SCRIPTS = ["loader-phone-lib.js", "loader-phone-fn.js"].map(
    (name) => `/webphoneWebRTCWidget/v9/js/${name}?sub_v=1`
);
/** Milliseconds: how long the widget takes to start or to dial, since it tells nobody
 * when it has; and how long the tab that has it may take to answer others. */
const PAUSE = 1500;
const ANSWER = {find: 300, call: PAUSE + 1000};
/** Milliseconds: the tab that has it is one that nobody looks at, and the browser lets
 * its timers wait. So it tells first that it has heard, and what is asked later than HEAR
 * is not done: whoever asked does it otherwise, and nobody must be called twice. */
const HEAR = 1000;
const TELL = 15_000;
/** Leaves Odoo's chat windows and the navigation bar alone. */
const MARGINS = {bottom: "10px", top: "56px", left: "10px", right: "80px"};

/**
 * Zadarma's browser phone, in one tab of the browser.
 *
 * Two would take calls from each other. The tab that holds the lock has it; when that
 * tab is closed, the lock, and so the phone, goes to the next one. Tabs speak with each
 * other over a channel.
 */
export class Webphone {
    constructor({notification, orm}) {
        Object.assign(this, {notification, orm, answers: new Map(), asked: 0});
        /** The extension of the phone in this tab, when it is up. */
        this.extensionId = null;
        if (!browser.navigator.locks) {
            this.warn(
                _t("The browser phone needs an address that begins with https://.")
            );
            return;
        }
        const name = `zadarma_connector.webphone.${session.db}.${user.userId}`;
        this.tab = Math.random();
        this.channel = new browser.BroadcastChannel(name);
        this.channel.onmessage = ({data}) => this.hear(data);
        browser.navigator.locks.request(name, async () => {
            const problem = await this.launch();
            if (problem) {
                this.warn(problem);
            }
            // the lock is kept until the page is left: a second start makes two phones
            await new Promise(() => {});
        });
    }

    /** Whether a phone with this extension is up, in whatever tab. */
    async find(extensionId) {
        if (!this.channel) {
            return false;
        }
        const known = this.extensionId
            ? this.own.find()
            : await this.ask("find", undefined);
        return Boolean(known) && known === extensionId;
    }

    /**
     * Dial with the phone.
     *
     * @param {String} number E.164
     * @returns {Promise<String>} what went wrong, in a sentence; empty if it dials
     */
    async call(number) {
        const problem = this.extensionId
            ? await this.own.call(number)
            : await this.ask("call", number);
        return problem ?? _t("The tab with the browser phone does not answer.");
    }

    /** What the tab with the phone does for all tabs. */
    own = {
        find: () => (this.complaint ? null : this.extensionId),
        call: async (number) => {
            const told = window.zdrmWPhI.apiWidget.call(number);
            await this.pause(PAUSE);
            const complaint = told || this.complaint;
            return complaint ? this.explain(complaint) : "";
        },
    };

    // -- between tabs --------------------------------------------------------------

    /** Ask the tab with the phone; `undefined` if nobody hears it in time, empty if what
     * came of it is not told. */
    ask(what, value) {
        const id = `${this.tab}.${this.asked++}`;
        const until = Date.now() + HEAR;
        return new Promise((resolve) => {
            const unheard = browser.setTimeout(resolve, ANSWER[what]);
            const onHeard = () => {
                browser.clearTimeout(unheard);
                browser.setTimeout(() => resolve(""), TELL);
            };
            this.answers.set(id, {onHeard, resolve});
            this.channel.postMessage({id, what, value, until});
        }).finally(() => this.answers.delete(id));
    }

    async hear({id, what, value, until, answer}) {
        if (what === "heard") {
            this.answers.get(id)?.onHeard();
        } else if (!what) {
            this.answers.get(id)?.resolve(answer);
        } else if (this.extensionId && Date.now() < until) {
            this.channel.postMessage({id, what: "heard"});
            this.channel.postMessage({id, answer: await this.own[what](value)});
        }
    }

    // -- the widget ------------------------------------------------------------------

    /** Start the phone; returns what went wrong, in a sentence. */
    async launch() {
        let phone = null;
        try {
            phone = await this.orm.silent.call("res.users", "zadarma_webphone");
        } catch (error) {
            return (
                error.data?.message || _t("Zadarma gave no key for the browser phone.")
            );
        }
        try {
            for (const script of SCRIPTS) {
                // the second one needs the first
                await loadJS(phone.url + script);
            }
        } catch {
            return _t(
                "Zadarma's browser phone could not be loaded: something blocks %s.",
                phone.url
            );
        }
        const [vertical, horizontal] = phone.position.split("_");
        window.zadarmaWidgetFn(
            phone.key,
            phone.login,
            phone.shape,
            phone.language,
            true,
            {[vertical]: MARGINS[vertical], [horizontal]: MARGINS[horizontal]}
        );
        await this.pause(PAUSE);
        if (this.complaint || !window.zdrmWPhI?.apiWidget) {
            return this.explain(this.complaint);
        }
        this.extensionId = phone.extension_id;
        return "";
    }

    /** What the widget says of itself when it does not work. */
    get complaint() {
        const line = document.querySelector("#zdrmWPhI .zdrm-webrtc-error");
        return line?.checkVisibility() ? line.textContent : "";
    }

    explain(complaint) {
        if (complaint.includes("integrationDisabled")) {
            return _t(
                "Zadarma does not let its browser phone work on this page. An administrator can register its domain on the Zadarma account."
            );
        }
        if (/microphone|permission/i.test(complaint)) {
            return _t(
                "The browser phone may not use the microphone: allow it for this page."
            );
        }
        return complaint
            ? _t("The browser phone does not work: %s", complaint)
            : _t("The browser phone did not start.");
    }

    warn(problem) {
        this.notification.add(problem, {
            title: _t("Calls are made through your telephone"),
            type: "warning",
        });
    }

    pause(milliseconds) {
        return new Promise((resolve) => browser.setTimeout(resolve, milliseconds));
    }
}
