// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onMounted, useState} from "@odoo/owl";
import {AwaySwitch} from "./away_switch";
import {Colleagues} from "./colleagues";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {useAutofocus, useService} from "@web/core/utils/hooks";
import {KeepLast} from "@web/core/utils/concurrency";
import {useDebounced} from "@web/core/utils/timing";

/** Milliseconds without a key after which contacts are looked for. */
const PAUSE = 250;
/** How many contacts, or calls, are shown. */
const SHOWN = 12;
/** Digits of a number, or of a part of one, and of what is a number among words. */
const FEWEST = 3;
const WHOLE = 7;

/** Calls any number or contact, and whoever called. */
export class Dialler extends Component {
    static template = "zadarma_connector.Dialler";
    static components = {AwaySwitch, Colleagues};
    static props = {
        close: Function,
        waiting: Number,
        away: {type: [String, Boolean], optional: true},
        onAway: Function,
    };

    setup() {
        this.orm = useService("orm").silent;
        this.action = useService("action");
        this.notification = useService("notification");
        this.dialling = useState(useService("zadarma_dialling"));
        this.calls = useService("zadarma_calls");
        // `null`: not told (yet)
        this.state = useState({
            text: "",
            contacts: null,
            colleagues: [],
            calls: null,
            missed: false,
            online: null,
            inBrowser: false,
        });
        if (!this.dialling.extensionId) {
            this.dialling.choose(this.dialling.extensions[0].id);
        }
        // what was asked for before is not shown after it
        this.people = new KeepLast();
        this.states = new KeepLast();
        this.lists = new KeepLast();
        this.find = useDebounced(() => this.findPeople(), PAUSE);
        useAutofocus();
        // whoever opens it may type at once
        onMounted(() => Promise.all([this.askState(), this.loadCalls()]));
    }

    /** Whether a number was typed or pasted, and not a name; in which country it is
     * one, and where it begins, the server tells. */
    get isNumber() {
        const digits = (this.state.text.match(/\p{Nd}/gu) || []).length;
        const hasWords = /\p{L}/u.test(this.state.text);
        return digits >= (hasWords ? WHOLE : FEWEST);
    }

    get stateText() {
        return this.state.online
            ? _t("Your telephone is registered")
            : _t("Your telephone is not registered");
    }

    async askState() {
        const {extensionId, webphone} = this.dialling;
        this.state.online = null;
        this.state.inBrowser = await this.states.add(webphone.find(extensionId));
        this.state.online = await this.states.add(
            this.orm.call("res.users", "zadarma_telephone_state", [extensionId])
        );
    }

    chooseExtension(id) {
        this.dialling.choose(Number(id));
        this.askState();
        this.findPeople();
    }

    /** The calls that the user made, took, or did not hear. */
    async loadCalls() {
        const mine = [
            "|",
            ["user_id", "=", user.userId],
            ["leg_ids.user_id", "=", user.userId],
        ];
        const calls = await this.lists.add(
            this.orm.searchRead(
                "zadarma.call",
                this.state.missed ? [...mine, ["result", "=", "missed"]] : mine,
                [
                    "display_name",
                    "external_number",
                    "direction",
                    "result",
                    "date_start",
                ],
                {limit: SHOWN}
            )
        );
        this.state.calls = calls.map((call) => ({
            ...call,
            when: call.date_start && deserializeDateTime(call.date_start).toRelative(),
            icon: call.direction === "incoming" ? "fa-arrow-down" : "fa-arrow-up",
        }));
    }

    showMissed(missed) {
        this.state.missed = missed;
        this.loadCalls();
    }

    async findPeople() {
        const text = this.state.text.trim();
        if (text.length < 3) {
            this.people.add(Promise.resolve());
            Object.assign(this.state, {contacts: null, colleagues: []});
            return;
        }
        const field = this.isNumber ? "zadarma_number_search" : "complete_name";
        const [contacts, colleagues] = await this.people.add(
            Promise.all([
                this.orm.searchRead(
                    "res.partner",
                    [
                        [field, "ilike", text],
                        ["zadarma_phones", "!=", false],
                    ],
                    ["display_name", "zadarma_phones"],
                    {limit: SHOWN}
                ),
                this.orm.call("res.users", "zadarma_colleagues", [
                    text,
                    this.dialling.extensionId,
                ]),
            ])
        );
        Object.assign(this.state, {contacts, colleagues});
    }

    onKeydown(ev) {
        if (ev.key !== "Enter" || ev.target.matches(".o-navigable")) {
            return;
        }
        // else it would be for the line that the arrow keys chose before
        if (!ev.target.matches("input") || this.callTyped()) {
            ev.stopPropagation();
        }
    }

    /** Call what was typed, if it is clear what that is; returns whether it is. */
    callTyped() {
        const {text, contacts, colleagues} = this.state;
        const known = colleagues.find(({number}) => number === text.trim());
        const found = [...(contacts || []), ...colleagues];
        if (known) {
            this.callColleague(known);
        } else if (this.isNumber) {
            this.call(text.trim());
        } else if (found.length === 1) {
            const [one] = found;
            if (one === colleagues[0]) {
                this.callColleague(one);
            } else {
                this.call(one.zadarma_phones, "res.partner", one.id);
            }
        } else {
            return false;
        }
        return true;
    }

    /** Zadarma connects its callbacks to outside numbers only. */
    async callColleague({number}) {
        if (!this.state.inBrowser) {
            return;
        }
        this.props.close();
        const problem = await this.dialling.webphone.call(number);
        if (problem) {
            this.notification.add(problem, {type: "warning"});
        }
    }

    /** A call's card, where it is put on documents and gets its note. */
    showCard(id) {
        this.props.close();
        return this.calls.track(id);
    }

    openWaiting() {
        this.props.close();
        this.action.doAction("zadarma_connector.action_zadarma_waiting_caller");
    }

    call(number, resModel, resId) {
        this.props.close();
        return this.dialling.dial(number, {resModel, resId});
    }
}

registry.category("lazy_components").add("zadarma_connector.Dialler", Dialler);
