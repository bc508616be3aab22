// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, xml} from "@odoo/owl";
import {LazyComponent} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** The documents of a call in its form; their code is loaded only there. */
class DocumentsWidget extends Component {
    static template = xml`
        <LazyComponent
            t-if="props.record.resId"
            t-key="props.record.resId"
            bundle="'zadarma_connector.assets_documents'"
            Component="'zadarma_connector.CallDocuments'"
            props="{callId: props.record.resId}"
        />`;
    static components = {LazyComponent};
    static props = {...standardWidgetProps};
}

registry.category("view_widgets").add("zadarma_documents", {
    component: DocumentsWidget,
});
