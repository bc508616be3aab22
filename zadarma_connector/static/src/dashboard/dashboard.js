// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, markup, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {ZadarmaBarChart} from "./bar_chart";
import {_t} from "@web/core/l10n/translation";
import {formatDuration} from "../calls/format_duration";
import {formatFloat} from "@web/views/fields/formatters";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/** How the telephony does, at a glance. */
export class ZadarmaDashboard extends Component {
    static template = "zadarma_connector.Dashboard";
    static components = {Layout, ZadarmaBarChart};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.state = useState({days: 7, data: null});
        this.periods = [
            {days: 1, label: _t("Today")},
            {days: 7, label: _t("7 days")},
            {days: 30, label: _t("30 days")},
        ];
        this.series = {
            days: [
                {name: "answered", label: _t("Answered calls")},
                {name: "missed", label: _t("Missed calls")},
                {name: "outgoing", label: _t("Outgoing calls")},
            ],
            hours: [
                {name: "answered", label: _t("Answered calls")},
                {name: "missed", label: _t("Missed calls")},
            ],
        };
        onWillStart(async () => {
            await Promise.all([
                loadBundle("web.chartjs_lib"),
                this.show(this.state.days),
            ]);
        });
    }

    async show(days) {
        this.state.days = days;
        const data = await this.orm.call("zadarma.call.report", "dashboard", [days]);
        // Another period may have been chosen meanwhile
        if (this.state.days === days) {
            this.state.data = data;
        }
    }

    /** What empty lists of calls show too. */
    get hint() {
        return markup(this.state.data.hint);
    }

    onHint({target}) {
        const link = target.closest("a");
        if (link) {
            this.action.doAction(link.name);
        }
    }

    get tiles() {
        const {figures, waiting} = this.state.data;
        const percent = (share) =>
            figures.incoming ? `${formatFloat(100 * share, {digits: [0, 0]})} %` : "–";
        return [
            {
                name: "calls",
                label: _t("Calls"),
                value: figures.calls,
                note: _t("Incoming: %(incoming)s, outgoing: %(outgoing)s", {
                    incoming: figures.incoming || 0,
                    outgoing: figures.outgoing || 0,
                }),
            },
            {
                name: "answer_rate",
                label: _t("Answered calls"),
                value: percent(figures.answer_rate),
                note: _t("Share of incoming calls"),
            },
            {
                name: "missed",
                label: _t("Missed calls"),
                value: figures.missed || 0,
                note: percent(figures.missed_share),
            },
            {
                name: "waiting",
                label: _t("Not called back"),
                value: waiting.all,
                note: _t("Overdue: %s", waiting.overdue),
                alarm: waiting.overdue > 0,
                action: "zadarma_connector.action_zadarma_waiting_caller",
            },
            {
                name: "wait",
                label: _t("Average waiting time"),
                value: this.duration(figures.incoming ? figures.wait : null),
                note: _t("Until somebody answers or the caller gives up"),
            },
            {
                name: "time_to_call_back",
                label: _t("Time to call back"),
                value: this.duration(
                    figures.time_to_call_back ? figures.time_to_call_back * 60 : null
                ),
                note: _t("Average"),
            },
        ];
    }

    get tables() {
        const {people, lines} = this.state.data;
        return [
            {title: _t("Participants"), rows: people},
            {title: _t("Own Numbers"), rows: lines},
        ];
    }

    duration(seconds) {
        return seconds === null ? "–" : formatDuration(Math.round(seconds));
    }

    async open({name, action}) {
        await this.action.doAction(action || (await this.callsBehind(name)));
    }

    /** The calls of a part of a bar. */
    async openPart(row, {name, label}) {
        const title = _t("%(figure)s: %(when)s", {figure: label, when: row.label});
        await this.openCalls(name, row, title);
    }

    async openRow(row) {
        await this.openCalls("calls", row, row.name);
    }

    async openCalls(figure, {domain}, title) {
        const action = await this.callsBehind(figure, domain);
        await this.action.doAction({...action, name: title, display_name: title});
    }

    callsBehind(figure, domain = []) {
        const {since, until} = this.state.data;
        const args = [figure, since, until, domain];
        return this.orm.call("zadarma.call.report", "calls_behind", args);
    }

    openStatistics() {
        this.action.doAction("zadarma_connector.action_zadarma_call_report");
    }
}

registry
    .category("lazy_components")
    .add("zadarma_connector.Dashboard", ZadarmaDashboard);
