// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useEffect, useExternalListener, useRef, useState} from "@odoo/owl";
import {LazyComponent} from "@web/core/assets";
import {browser} from "@web/core/browser/browser";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {useDropdownState} from "@web/core/dropdown/dropdown_hooks";
import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {KeepLast} from "@web/core/utils/concurrency";
import {useBus, useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {session} from "@web/session";

const {DateTime} = luxon;
/** Milliseconds after which it is counted again: what changes changes several things. */
const PAUSE = 1000;

/** The telephone at the top of the page; what it opens is loaded then. */
export class DiallerMenu extends Component {
    static template = "zadarma_connector.DiallerMenu";
    static components = {Dropdown, LazyComponent};
    static props = {};

    setup() {
        this.orm = useService("orm").silent;
        this.menu = useDropdownState();
        this.button = useRef("button");
        // there is more in it than the lines that the arrow keys choose from
        this.navigation = {hotkeys: {tab: false, "shift+tab": false}};
        this.seenKey = `zadarma_connector.seen.${user.userId}`;
        this.state = useState({
            bar: session.zadarma.bar,
            seenAt: this.seenAt,
            now: DateTime.now(),
        });
        // what was counted before is not shown after it
        this.counts = new KeepLast();
        this.onAway = this.onAway.bind(this);
        // whoever is away is back by themselves
        useEffect(
            (away) => {
                if (away) {
                    const until = deserializeDateTime(away);
                    // a timer may fire a moment early
                    const back = browser.setTimeout(
                        () => (this.state.now = DateTime.max(DateTime.now(), until)),
                        until - DateTime.now()
                    );
                    return () => browser.clearTimeout(back);
                }
            },
            () => [this.state.bar.away]
        );
        const countSoon = useDebounced(() => this.count(), PAUSE);
        useBus(useService("zadarma_calls").bus, "CHANGE", ({detail}) => {
            if (detail?.state === "ended") {
                countSoon();
            }
        });
        useService("bus_service").subscribe("mail.activity/updated", countSoon);
        useExternalListener(document, "visibilitychange", countSoon);
    }

    /** When the user last looked at the own calls, in this browser. */
    get seenAt() {
        return browser.localStorage.getItem(this.seenKey) || "";
    }

    get missed() {
        return this.state.bar.missed.filter(([when]) => when > this.state.seenAt);
    }

    get isAway() {
        const {away} = this.state.bar;
        return Boolean(away) && deserializeDateTime(away) > this.state.now;
    }

    get waiting() {
        return this.state.bar.waiting.length;
    }

    /** How many people called in vain or wait. */
    get people() {
        const missed = this.missed.map(([, who]) => who);
        return new Set([...missed, ...this.state.bar.waiting]).size;
    }

    get counted() {
        return _t("Missed calls: %(missed)s, waiting callers: %(waiting)s", {
            missed: this.missed.length,
            waiting: this.waiting,
        });
    }

    /** A tab that nobody looks at asks for nothing. */
    async count() {
        if (!document.hidden) {
            const counted = this.orm.call("res.users", "zadarma_bar");
            this.state.bar = await this.counts.add(counted);
            this.state.seenAt = this.seenAt;
        }
    }

    /** Not to be disturbed until a time (UTC as Odoo writes it), or to be back. */
    async onAway(until) {
        const method = "zadarma_do_not_disturb";
        const away = await this.orm.call("res.users", method, [until]);
        Object.assign(this.state.bar, {away});
        this.state.now = DateTime.now();
    }

    onStateChanged(isOpen) {
        if (!isOpen) {
            this.button.el.focus();
            // the own calls were shown
            const now = serializeDateTime(DateTime.now());
            browser.localStorage.setItem(this.seenKey, now);
            this.state.seenAt = now;
        }
    }
}

registry
    .category("systray")
    .add(
        "zadarma_connector.dialler",
        {Component: DiallerMenu, isDisplayed: () => Boolean(session.zadarma)},
        {sequence: 30}
    );
