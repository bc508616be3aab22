// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {formatDuration} from "../calls/format_duration";

export class DurationField extends Component {
    static template = "zadarma_connector.DurationField";
    static props = {...standardFieldProps};

    get text() {
        const seconds = this.props.record.data[this.props.name];
        return seconds ? formatDuration(seconds) : "";
    }
}

registry.category("formatters").add("zadarma_duration", formatDuration);
registry.category("fields").add("zadarma_duration", {
    component: DurationField,
    displayName: _t("Call duration"),
    supportedTypes: ["integer"],
    isEmpty: () => false,
});
