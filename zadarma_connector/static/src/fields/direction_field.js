// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const ICONS = {
    incoming: "fa-arrow-down text-success",
    outgoing: "fa-arrow-up text-info",
    internal: "fa-exchange text-muted",
};

/** The direction of a call as an arrow, named for those who cannot see it. */
export class DirectionField extends Component {
    static template = "zadarma_connector.DirectionField";
    static props = {...standardFieldProps};

    get icon() {
        return ICONS[this.props.record.data[this.props.name]];
    }
    get label() {
        const {record, name} = this.props;
        const option = record.fields[name].selection.find(
            ([value]) => value === record.data[name]
        );
        return option?.[1];
    }
}

registry.category("fields").add("zadarma_direction", {
    component: DirectionField,
    displayName: _t("Call direction"),
    supportedTypes: ["selection"],
});
