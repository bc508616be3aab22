// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatDuration} from "../calls/format_duration";
import {formatFloat} from "@web/views/fields/formatters";

/** How today went so far. */
export class FloorFigures extends Component {
    static template = "zadarma_connector.FloorFigures";
    static props = {figures: Object};

    get tiles() {
        const {figures} = this.props;
        return [
            {
                name: "answer_rate",
                label: _t("Answered calls"),
                value: this.percent(figures.answer_rate),
                note: _t("Incoming calls: %s", figures.incoming || 0),
            },
            {name: "missed", label: _t("Missed calls"), value: figures.missed || 0},
            {
                name: "in_time",
                label: _t("Service level"),
                value: this.percent(figures.in_time),
                note: _t("Answered within: %s s", figures.service_seconds.join(", ")),
            },
            {
                name: "wait",
                label: _t("Average waiting time"),
                value: this.duration(figures.wait),
                note: _t("Longest: %s", this.duration(figures.longest_wait)),
            },
            {
                name: "time_to_call_back",
                label: _t("Time to call back"),
                value: this.duration(
                    figures.time_to_call_back && figures.time_to_call_back * 60
                ),
                note: _t("Average"),
            },
        ];
    }

    isKnown(figure) {
        return Number.isFinite(figure);
    }

    percent(share) {
        return this.isKnown(share)
            ? `${formatFloat(100 * share, {digits: [0, 0]})} %`
            : "–";
    }

    duration(seconds) {
        return this.isKnown(seconds) ? formatDuration(Math.round(seconds)) : "–";
    }
}
