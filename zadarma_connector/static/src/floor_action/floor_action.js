// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, xml} from "@odoo/owl";
import {LazyComponent} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

/** The floor, which is loaded only for those who open it. */
export class ZadarmaFloorAction extends Component {
    static components = {LazyComponent};
    static props = {...standardActionServiceProps};
    static template = xml`
        <LazyComponent
            bundle="'zadarma_connector.assets_floor'"
            Component="'zadarma_connector.Floor'"
            props="props"
        />`;
}

registry.category("actions").add("zadarma_floor", ZadarmaFloorAction);
