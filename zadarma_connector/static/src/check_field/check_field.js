// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A point of a checklist: green when it is done. Nothing that can be clicked. */
export class CheckField extends Component {
    static template = "zadarma_connector.CheckField";
    static props = {...standardFieldProps};

    get done() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        return this.done ? _t("Yes") : _t("Not yet");
    }
}

registry.category("fields").add("zadarma_check", {
    component: CheckField,
    displayName: _t("Checklist point"),
    supportedTypes: ["boolean"],
    isEmpty: () => false,
});
