// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {PRESENCE, Presence, useClock} from "../presence/presence";
import {useLiveView} from "../call_views/use_live_view";
import {useService} from "@web/core/utils/hooks";

/** The colleagues that the dialler found, and whether they can be disturbed. */
export class Colleagues extends Component {
    static template = "zadarma_connector.Colleagues";
    static components = {Presence};
    static props = {
        colleagues: Array,
        inBrowser: Boolean,
        onCall: Function,
    };

    setup() {
        this.orm = useService("orm").silent;
        this.dialling = useState(useService("zadarma_dialling"));
        this.clock = useClock();
        // by ids of extensions
        this.state = useState({presences: {}, at: 0});
        useLiveView(PRESENCE, () => this.load(this.props));
        onWillStart(() => this.load(this.props));
        onWillUpdateProps(async (props) => {
            if (props.colleagues !== this.props.colleagues) {
                await this.load(props);
            }
        });
    }

    async load({colleagues}) {
        const read = await this.orm.read(
            "zadarma.extension",
            colleagues.map(({id}) => id),
            ["presence", "presence_seconds"]
        );
        // added: those of others may have been asked for later
        for (const one of read) {
            this.state.presences[one.id] = one;
        }
        this.state.at = Date.now();
    }
}
