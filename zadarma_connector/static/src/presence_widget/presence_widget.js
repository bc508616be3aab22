// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, xml} from "@odoo/owl";
import {LazyComponent} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** Whether an employee is on the telephone; the code is loaded only in their form. */
class PresenceWidget extends Component {
    static template = xml`
        <LazyComponent
            t-if="props.record.resId"
            t-key="props.record.resId"
            bundle="'zadarma_connector.assets_presence'"
            Component="'zadarma_connector.EmployeePresence'"
            props="{resModel: props.record.resModel, resId: props.record.resId}"
        />`;
    static components = {LazyComponent};
    static props = {...standardWidgetProps};
}

registry.category("view_widgets").add("zadarma_presence", {component: PresenceWidget});
