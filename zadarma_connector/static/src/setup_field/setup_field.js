// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, xml} from "@odoo/owl";
import {LazyComponent} from "@web/core/assets";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The steps of the set-up, whose code is loaded only where they are. */
class SetupField extends Component {
    static template = xml`
        <LazyComponent
            bundle="'zadarma_connector.assets_setup'"
            Component="'zadarma_connector.SetupSteps'"
            props="props"
        />`;
    static components = {LazyComponent};
    static props = {...standardFieldProps};
}

registry.category("fields").add("zadarma_setup_steps", {
    component: SetupField,
    displayName: _t("Steps of the set-up"),
    supportedTypes: ["json"],
    isEmpty: () => false,
});
