// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {textOf} from "./result_field";

const ICONS = {
    incoming: "fa-arrow-down text-success",
    outgoing: "fa-arrow-up text-info",
    internal: "fa-exchange text-muted",
};

/** The direction of a call as an arrow, red if nobody took it; named for those who
 * cannot see it. */
export class DirectionField extends Component {
    static template = "zadarma_connector.DirectionField";
    static props = {...standardFieldProps};

    get isMissed() {
        return this.props.record.data.result === "missed";
    }
    get icon() {
        return this.isMissed
            ? "fa-arrow-down text-danger"
            : ICONS[this.props.record.data[this.props.name]];
    }
    get label() {
        const {record, name} = this.props;
        return textOf(record, this.isMissed ? "result" : name);
    }
}

registry.category("fields").add("zadarma_direction", {
    component: DirectionField,
    displayName: _t("Call direction"),
    supportedTypes: ["selection"],
    fieldDependencies: [{name: "result", type: "selection"}],
});
