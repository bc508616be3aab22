// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {onWillDestroy} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {formView} from "@web/views/form/form_view";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {listView} from "@web/views/list/list_view";
import {CALLS, WAITING, refreshForm, refreshList, useLiveView} from "./use_live_view";

/**
 * A view of Odoo's that changes by itself.
 *
 * @param {Object} view
 * @param {Object} kind of records, which it follows
 * @param {Function} refresh brings its model up to date
 * @returns {Object} the view
 */
function live(view, kind, refresh) {
    class LiveController extends view.Controller {
        setup() {
            super.setup();
            useLiveView(kind, (ids) => refresh(this.model, ids));
        }
    }
    return {...view, Controller: LiveController};
}

/** Milliseconds: nobody but supervisors is told how a colleague's call goes on. */
const LOOK = 10 * 1000;

/**
 * A form that looks by itself while the call that it shows goes on.
 *
 * @param {Object} view of a form
 * @returns {Object} the view
 */
function looking(view) {
    class LookingController extends view.Controller {
        setup() {
            super.setup();
            const timer = browser.setInterval(() => this.look(), LOOK);
            onWillDestroy(() => browser.clearInterval(timer));
        }

        async look() {
            const {root} = this.model;
            if (root.resId && root.data.state !== "ended" && !(await root.isDirty())) {
                await root.load();
            }
        }
    }
    return {...view, Controller: LookingController};
}

const views = registry.category("views");
for (const [name, kind] of [
    ["zadarma_live", CALLS],
    ["zadarma_waiting", WAITING],
]) {
    views.add(`${name}_list`, live(listView, kind, refreshList));
    // the same as cards, for a telephone's width
    views.add(`${name}_kanban`, live(kanbanView, kind, refreshList));
}
views.add("zadarma_live_form", looking(live(formView, CALLS, refreshForm)));
views.add("zadarma_waiting_form", live(formView, WAITING, refreshForm));
