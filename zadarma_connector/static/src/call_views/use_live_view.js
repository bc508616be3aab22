// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {onWillDestroy, onWillStart, status, useComponent} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";
import {orderByToString} from "@web/search/utils/order_by";

/** Milliseconds: the server tells changes for ten minutes after it was asked. */
const ASK_AGAIN = 4 * 60 * 1000;
/** Milliseconds from a change to a look at the server, however busy the PBX is. */
const PAUSE = 1000;

/** How many views listen to a channel: the next one begins before the last one ends. */
const listeners = {};

/** Calls: own ones for everybody, all calls of the company for supervisors. */
export const CALLS = {
    channel: "zadarma_connector.live_list",
    group: "zadarma_connector.group_zadarma_supervisor",
    watch: ["zadarma.account", "watch_calls"],
    own: "zadarma.call",
};
/** Who waits for a call back. */
export const WAITING = {
    channel: "zadarma_connector.live_waiting",
    group: "zadarma_connector.group_zadarma_user",
    watch: ["zadarma.waiting.caller", "watch"],
};

/**
 * Tell a view which of its records changed.
 *
 * @param {Object} source one of the above: `channel`, also the type of its messages with
 *      ids; `group` whose members may listen to it; `watch`, model and method by which the
 *      server is asked to tell; `own`, the type of messages about the user's own
 *      records; `pause`, milliseconds from a change to `refresh`, a second by default
 * @param {Function} refresh gets a Set of ids, at most once in a pause; it returns false
 *      if it has to be told again
 */
export function useLiveView({channel, group, watch, own, pause = PAUSE}, refresh) {
    const bus = useService("bus_service");
    const orm = useService("orm");
    const component = useComponent();
    const changed = new Set();
    let [asking, looking] = [null, null];

    const onChanged = (ids) => {
        ids.forEach((id) => changed.add(id));
        looking ||= browser.setTimeout(look, pause);
    };
    const look = async () => {
        const ids = new Set(changed);
        changed.clear();
        let isDone = true;
        try {
            isDone = await refresh(ids);
        } finally {
            looking = null;
            const missed = isDone === false ? ids : [];
            if (changed.size || missed.size) {
                onChanged(missed);
            }
        }
    };
    const onOwn = ({id}) => onChanged([id]);
    bus.subscribe(channel, onChanged);
    if (own) {
        bus.subscribe(own, onOwn);
    }
    onWillStart(async () => {
        const mayListen = await user.hasGroup(group);
        // somebody may have gone on to another page meanwhile
        if (mayListen && status(component) !== "destroyed") {
            listeners[channel] = (listeners[channel] || 0) + 1;
            bus.addChannel(channel);
            const ask = () => orm.silent.call(...watch, []);
            asking = browser.setInterval(ask, ASK_AGAIN);
            ask();
        }
    });
    onWillDestroy(() => {
        bus.unsubscribe(channel, onChanged);
        if (own) {
            bus.unsubscribe(own, onOwn);
        }
        if (asking) {
            if (--listeners[channel] === 0) {
                bus.deleteChannel(channel);
            }
            browser.clearInterval(asking);
        }
        browser.clearTimeout(looking);
    });
}

/**
 * Read anew what changed of a list, under the hands of whoever uses it: what is selected,
 * the page, open groups and a row that is being edited stay as they are.
 *
 * @param {Object} model of the list
 * @param {Set} ids of records
 * @returns {Promise<Boolean>} false while somebody edits a row, or uses what hangs on
 *      one, like the player
 */
export async function refreshList(model, ids) {
    const {root} = model;
    if (root.editedRecord || document.querySelector(".o_popover")) {
        return false;
    }
    if (model.useSampleModel) {
        // what was shown are examples
        await model.load();
        model.useSampleModel = !model.hasData();
        model.notify();
    } else if (root.isGrouped || !(await mayStay(root, model.orm))) {
        await reload(root);
    } else {
        const changed = root.records.filter(({resId}) => ids.has(resId));
        await Promise.all(changed.map((record) => record.load()));
    }
    return true;
}

/**
 * Read a form anew if it is one of those that changed.
 *
 * @param {Object} model of the form
 * @param {Set} ids of records
 * @returns {Promise}
 */
export async function refreshForm({root}, ids) {
    if (ids.has(root.resId)) {
        await root.load();
    }
}

/** Whether no row has to move, or one that is selected would be gone from this page. */
async function mayStay(root, orm) {
    const {domain, context, offset, limit, orderBy, resModel, records} = root;
    const options = {context, limit, offset, order: orderByToString(orderBy)};
    const ids = await orm.silent.search(resModel, domain, options);
    return (
        ids.join() === records.map(({resId}) => resId).join() ||
        root.selection.some(({resId}) => !ids.includes(resId))
    );
}

/** Read all rows anew, and select again what was selected. */
async function reload(root) {
    const selected = root.selection.map(({resId}) => resId);
    await root.load();
    root.records
        .filter(({resId}) => selected.includes(resId))
        .forEach((record) => record.toggleSelection(true));
}
