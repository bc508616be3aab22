// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {markRaw} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {Reactive} from "@web/core/utils/reactive";
import {session} from "@web/session";
import {ChoiceDialog, ChoiceMenu} from "./choice_menu";

const LAST_EXTENSION = "zadarma_connector.extension";
/** A popover that looks as Odoo's drop-down menus. */
const MENU = {
    arrow: false,
    popoverClass: "o-dropdown--menu dropdown-menu mx-0",
    position: "bottom-start",
};

/** Makes calls, with the extension that the user chose. */
export class Dialling extends Reactive {
    constructor({zadarma_calls, zadarma_webphone, ...services}) {
        super();
        this.calls = zadarma_calls;
        this.webphone = markRaw(zadarma_webphone);
        this.services = markRaw(services);
        this.extensions = session.zadarma?.extensions || [];
        /** Numbers for which a request is on its way. */
        this.asked = [];
        this.extensionId = this.remembered;
    }

    get remembered() {
        const id = Number(browser.localStorage.getItem(LAST_EXTENSION));
        const known = this.extensions.find((one) => one.id === id);
        return (known || (this.extensions.length === 1 && this.extensions[0]))?.id;
    }

    /** Call with this extension from now on. */
    choose(extensionId) {
        browser.localStorage.setItem(LAST_EXTENSION, extensionId);
        this.extensionId = extensionId;
    }

    /** Whether the user is in a call with a number, or about to. */
    isCalling(number) {
        return this.asked.includes(number) || this.calls.isCalling(number);
    }

    /**
     * Call a number, once the user chose an extension and confirmed what is to be.
     *
     * @param {String} number as written anywhere
     * @param {Object} [options]
     * @param {String} [options.resModel] the document that the call is about
     * @param {Number} [options.resId]
     * @param {HTMLElement} [options.target] where to ask for the extension, and which
     *     of several numbers
     */
    async dial(number, {resModel = false, resId = false, target} = {}) {
        if (this.isCalling(number)) {
            return;
        }
        if (!this.extensionId) {
            this.ask(target, {
                title: _t("Call with"),
                choices: this.extensions.map(({id, number: text, name}) => ({
                    id,
                    text,
                    name,
                })),
                onChosen: (extensionId) => {
                    this.choose(extensionId);
                    this.dial(number, {resModel, resId, target});
                },
            });
            return;
        }
        await this.request([number, resModel, resId], {target});
    }

    /** Ask which of some; see the props of `ChoiceMenu`. */
    ask(target, question) {
        if (target?.isConnected) {
            this.services.popover.add(target, ChoiceMenu, question, MENU);
        } else {
            this.services.dialog.add(ChoiceDialog, question);
        }
    }

    async request(about, {confirmed = false, inBrowser = true, target} = {}) {
        const [number] = about;
        this.asked.push(number);
        try {
            const call = await this.services.orm.call(
                "res.users",
                "zadarma_dial",
                about,
                {
                    extension_id: this.extensionId,
                    confirmed,
                    in_browser:
                        inBrowser && (await this.webphone.find(this.extensionId)),
                }
            );
            if (call.state === "blacklisted") {
                this.confirm(about);
                return;
            }
            if (call.state === "several") {
                this.ask(target, {
                    title: _t("Which number?"),
                    choices: call.numbers,
                    onChosen: (chosen) => this.request([chosen, ...about.slice(1)]),
                });
                return;
            }
            const shown = this.calls.track(call.call_id);
            if (call.number) {
                await this.dialInBrowser(call, about);
            }
            await shown;
        } catch (error) {
            const refused = error.data?.context?.zadarma_call_id;
            if (!refused) {
                throw error;
            }
            // its card says why
            await this.calls.track(refused);
        } finally {
            this.asked.splice(this.asked.indexOf(number), 1);
        }
    }

    /** Dial with the browser phone; if it cannot, have the telephone rung. */
    async dialInBrowser(call, about) {
        const problem = await this.webphone.call(call.number);
        if (problem) {
            this.webphone.warn(problem);
            await this.services.orm.call("res.users", "zadarma_dial_failed", [
                call.call_id,
                problem,
            ]);
            this.calls.dismiss(call.call_id);
            await this.request(about, {confirmed: true, inBrowser: false});
        }
    }

    confirm(about) {
        this.services.dialog.add(ConfirmationDialog, {
            title: _t("Blacklisted number"),
            body: _t(
                "%s is on the phone blacklist: its owner does not want to be called. Call anyway?",
                about[0]
            ),
            confirmLabel: _t("Call"),
            confirm: () => this.request(about, {confirmed: true}),
            cancel: () => {},
        });
    }
}

registry.category("services").add("zadarma_dialling", {
    dependencies: ["dialog", "orm", "popover", "zadarma_calls", "zadarma_webphone"],
    start: (env, services) => new Dialling(services),
});

registry
    .category("actions")
    .add("zadarma_connector.dial", ({services}, {params}) =>
        services.zadarma_dialling.dial(params.number, params)
    );
