// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {
    Component,
    onWillDestroy,
    onWillStart,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import {PRESENCE, Presence, useClock} from "../presence/presence";
import {useBus, useService} from "@web/core/utils/hooks";
import {FloorFigures} from "./floor_figures";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {formatDuration} from "../calls/format_duration";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useLiveView} from "../call_views/use_live_view";

const {DateTime} = luxon;
/** As for whoever looks at who is free; telephones are asked about, too. */
const FLOOR = {...PRESENCE, watch: ["zadarma.floor", "watch"]};
/** Milliseconds: working hours begin and end, tasks become due, and nobody tells. */
const LOOK_AGAIN = 60 * 1000;
/** Where this browser remembers that it hangs on a wall that customers see. */
const WITHOUT_NAMES = "zadarma_connector.floor_without_names";

/** Who is on the telephone, who waits, who is free: at a desk, and on a wall. */
export class Floor extends Component {
    static template = "zadarma_connector.Floor";
    static components = {FloorFigures, Layout, Presence};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm").silent;
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.root = useRef("root");
        this.answers = new KeepLast();
        this.clock = useClock();
        this.state = useState({
            data: null,
            at: 0,
            withoutNames: Boolean(browser.localStorage.getItem(WITHOUT_NAMES)),
        });
        const load = () => this.load();
        useLiveView(FLOOR, load);
        const again = browser.setInterval(load, LOOK_AGAIN);
        onWillDestroy(() => browser.clearInterval(again));
        // what was told meanwhile is lost
        useBus(useService("bus_service"), "BUS:RECONNECT", load);
        useExternalListener(document, "visibilitychange", load);
        onWillStart(load);
    }

    /** A page that nobody looks at asks for nothing; it is read when somebody does. */
    async load() {
        if (this.state.data && document.hidden) {
            return;
        }
        const asked = this.orm.call("zadarma.floor", "snapshot");
        const data = await this.answers.add(asked);
        Object.assign(this.state, {data, at: Date.now()});
    }

    /** Seconds, as they were told, until now. */
    since(seconds) {
        return this.clock.since(this.state.at, seconds);
    }

    duration(seconds) {
        return formatDuration(this.since(seconds));
    }

    // -- people --------------------------------------------------------------------

    get counts() {
        const names = {
            free: _t("Free"),
            talking: _t("Talking"),
            ringing: _t("Ringing"),
            away: _t("Away"),
        };
        return Object.entries(names).map(([presence, label]) => ({
            presence,
            label,
            count: this.state.data.people.filter((one) => one.presence === presence)
                .length,
        }));
    }

    /** When somebody who does not want to be disturbed is back. */
    backAt({until}) {
        const format = DateTime.TIME_SIMPLE;
        return _t("Back at %s", deserializeDateTime(until).toLocaleString(format));
    }

    /** Calls ring nowhere; asked now and then, so it may be another way by now. */
    deadSince({unregistered}) {
        const ago = this.span(this.since(unregistered));
        return _t("Telephone not registered (asked before: %s)", ago);
    }

    nameOf({name, number}) {
        return (!this.state.withoutNames && name) || number;
    }

    // -- calls ---------------------------------------------------------------------

    callIcon({direction}) {
        return direction === "incoming" ? "fa-arrow-down" : "fa-arrow-up";
    }

    /** Who is at the other end, as far as everybody who passes may know. */
    partyOf({name, direction}) {
        if (this.state.withoutNames || !name) {
            return {
                incoming: _t("A caller"),
                outgoing: _t("An outgoing call"),
                internal: _t("An internal call"),
            }[direction];
        }
        return name;
    }

    peopleOf({people}) {
        return people.map((one) => this.nameOf(one)).join(", ");
    }

    waited({waited}) {
        return _t("Waited: %s", formatDuration(waited));
    }

    openCall({id}) {
        this.open("zadarma.call", id);
    }

    // -- who waits -----------------------------------------------------------------

    get waiting() {
        return this.state.data.waiting;
    }

    due({due}) {
        const left = due - this.since(0);
        return {
            isOverdue: left < 0,
            text:
                left < 0
                    ? _t("Overdue for %s", this.span(-left))
                    : _t("Due in %s", this.span(left)),
        };
    }

    /** A time in minutes, hours or days: to read from afar. */
    span(seconds) {
        const unit = [
            ["days", 86400],
            ["hours", 3600],
            ["minutes", 60],
        ].find(([, size]) => seconds >= 2 * size) || ["minutes", 60];
        return luxon.Duration.fromObject({
            [unit[0]]: Math.round(seconds / unit[1]),
        }).toHuman({unitDisplay: "short"});
    }

    openWaiting() {
        this.action.doAction("zadarma_connector.action_zadarma_waiting_caller");
    }

    openCaller({id}) {
        this.open("zadarma.waiting.caller", id);
    }

    open(resModel, resId) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    // -- on a wall -----------------------------------------------------------------

    fillScreen() {
        return this.root.el.requestFullscreen();
    }

    toggleNames() {
        this.state.withoutNames = !this.state.withoutNames;
        if (this.state.withoutNames) {
            browser.localStorage.setItem(WITHOUT_NAMES, "1");
        } else {
            browser.localStorage.removeItem(WITHOUT_NAMES);
        }
    }
}

registry.category("lazy_components").add("zadarma_connector.Floor", Floor);
