// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {CallButton} from "./call_button";
import {hasCallButton} from "./phone_field";

/** In a card: the button that calls a number; a link for those without an extension. */
export class CallField extends Component {
    static template = "zadarma_connector.CallField";
    static components = {CallButton};
    static props = {...standardFieldProps};

    setup() {
        this.hasCallButton = hasCallButton();
    }
    get number() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("zadarma_call", {
    component: CallField,
    displayName: _t("Call button"),
    supportedTypes: ["char"],
});
