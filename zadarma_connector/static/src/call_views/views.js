// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
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

const views = registry.category("views");
for (const [name, kind] of [
    ["zadarma_live", CALLS],
    ["zadarma_waiting", WAITING],
]) {
    views.add(`${name}_list`, live(listView, kind, refreshList));
    // the same as cards, for a telephone's width
    views.add(`${name}_kanban`, live(kanbanView, kind, refreshList));
    views.add(`${name}_form`, live(formView, kind, refreshForm));
}
