// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onWillStart, useState} from "@odoo/owl";
import {PRESENCE, Presence, useClock} from "./presence";
import {registry} from "@web/core/registry";
import {useLiveView} from "../call_views/use_live_view";
import {useService} from "@web/core/utils/hooks";

/** Whether an employee is on the telephone, in their form. */
export class EmployeePresence extends Component {
    static template = "zadarma_connector.EmployeePresence";
    static components = {Presence};
    static props = {resModel: String, resId: Number};

    setup() {
        this.orm = useService("orm").silent;
        this.clock = useClock();
        this.state = useState({presence: false, seconds: 0, at: 0});
        useLiveView(PRESENCE, () => this.load());
        onWillStart(() => this.load());
    }

    async load() {
        const [employee] = await this.orm.read(
            this.props.resModel,
            [this.props.resId],
            ["zadarma_presence", "zadarma_presence_seconds"]
        );
        Object.assign(this.state, {
            presence: employee.zadarma_presence,
            seconds: employee.zadarma_presence_seconds,
            at: Date.now(),
        });
    }
}

registry
    .category("lazy_components")
    .add("zadarma_connector.EmployeePresence", EmployeePresence);
