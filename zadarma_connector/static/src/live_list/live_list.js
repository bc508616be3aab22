// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {onWillDestroy, onWillStart} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";

const CHANNEL = "zadarma_connector.live_list";
/** Milliseconds: the server tells changes for ten minutes after it was asked. */
const ASK_AGAIN = 4 * 60 * 1000;
/** Milliseconds between two looks at the server, however busy the PBX is. */
const PAUSE = 1000;

/**
 * The list of calls, which changes by itself: own calls for everybody, all calls of the
 * company for supervisors.
 */
export class LiveListController extends ListController {
    setup() {
        super.setup();
        const bus = useService("bus_service");
        const ownCall = ({id}) => this.onChange([id]);
        const anyCall = (ids) => this.onChange(ids);
        this.changed = new Set();
        bus.subscribe("zadarma.call", ownCall);
        bus.subscribe(CHANNEL, anyCall);
        onWillStart(async () => {
            if (await user.hasGroup("zadarma_connector.group_zadarma_supervisor")) {
                bus.addChannel(CHANNEL);
                const ask = () =>
                    this.orm.silent.call("zadarma.account", "watch_calls", []);
                this.asking = browser.setInterval(ask, ASK_AGAIN);
                ask();
            }
        });
        onWillDestroy(() => {
            bus.unsubscribe("zadarma.call", ownCall);
            bus.unsubscribe(CHANNEL, anyCall);
            if (this.asking) {
                bus.deleteChannel(CHANNEL);
                browser.clearInterval(this.asking);
            }
            browser.clearTimeout(this.pause);
        });
    }

    onChange(ids) {
        ids.forEach((id) => this.changed.add(id));
        this.pause ||= browser.setTimeout(() => this.refresh(), PAUSE);
    }

    /** Read anew what changed; all rows if a call is new, or if they are in groups. */
    async refresh() {
        const {root} = this.model;
        const changed = (root.isGrouped ? [] : root.records).filter(({resId}) =>
            this.changed.has(resId)
        );
        const isAllShown = changed.length === this.changed.size;
        this.changed.clear();
        if (isAllShown) {
            await Promise.all(changed.map((record) => record.load()));
        } else if (!root.selection.length) {
            // whoever has selected rows keeps them
            await root.load();
        }
        this.pause = null;
        if (this.changed.size) {
            this.onChange([]);
        }
    }
}

registry.category("views").add("zadarma_live_list", {
    ...listView,
    Controller: LiveListController,
});
