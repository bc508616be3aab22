// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";
import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";
import {CALLS, WAITING, refreshForm, refreshList, useLiveView} from "./live_view";

/** The list of calls, which changes by itself. */
export class LiveListController extends ListController {
    setup() {
        super.setup();
        useLiveView(CALLS, (ids) => refreshList(this.model, ids));
    }
}

/** The same as cards, for a telephone's width. */
export class LiveKanbanController extends KanbanController {
    setup() {
        super.setup();
        useLiveView(CALLS, (ids) => refreshList(this.model, ids));
    }
}

/** A call, opened: it follows what happens. */
export class LiveFormController extends FormController {
    setup() {
        super.setup();
        useLiveView(CALLS, (ids) => refreshForm(this.model, ids));
    }
}

/** The list of who waits for a call back. */
export class WaitingListController extends ListController {
    setup() {
        super.setup();
        useLiveView(WAITING, (ids) => refreshList(this.model, ids));
    }
}

/** The same as cards. */
export class WaitingKanbanController extends KanbanController {
    setup() {
        super.setup();
        useLiveView(WAITING, (ids) => refreshList(this.model, ids));
    }
}

/** One of them, opened. */
export class WaitingFormController extends FormController {
    setup() {
        super.setup();
        useLiveView(WAITING, (ids) => refreshForm(this.model, ids));
    }
}

const views = registry.category("views");
views.add("zadarma_live_list", {...listView, Controller: LiveListController});
views.add("zadarma_live_kanban", {...kanbanView, Controller: LiveKanbanController});
views.add("zadarma_live_form", {...formView, Controller: LiveFormController});
views.add("zadarma_waiting_list", {...listView, Controller: WaitingListController});
views.add("zadarma_waiting_kanban", {
    ...kanbanView,
    Controller: WaitingKanbanController,
});
views.add("zadarma_waiting_form", {...formView, Controller: WaitingFormController});
