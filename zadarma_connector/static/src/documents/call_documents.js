// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onWillStart, useState} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {SelectCreateDialog} from "@web/views/view_dialogs/select_create_dialog";

/**
 * The documents that a call is on, and the way to put it on others.
 *
 * `documents` are those that are known already; without them they are asked for.
 */
export class CallDocuments extends Component {
    static template = "zadarma_connector.CallDocuments";
    static components = {Dropdown, DropdownItem};
    static props = {
        callId: Number,
        documents: {type: Array, optional: true},
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        // `offers`: asked for when somebody wants to see them
        this.state = useState({
            documents: this.props.documents || [],
            offers: [],
            models: [],
            showsAll: false,
        });
        onWillStart(async () => {
            if (!this.props.documents) {
                this.state.documents = await this.run("documents");
            }
        });
    }

    run(method, ...args) {
        return this.orm.call("zadarma.call", method, [this.props.callId, ...args]);
    }

    async loadOffers() {
        const told = await this.run("document_offers");
        const showsAll = !told.models.some(({isLikely}) => isLikely);
        Object.assign(this.state, {...told, showsAll});
    }

    /** What can be looked for: at first only what customers have. */
    get shownModels() {
        const {models, showsAll} = this.state;
        return models.filter(({isLikely}) => isLikely || showsAll);
    }

    async add(model, id) {
        this.state.documents = await this.run("add_document", model, id);
    }

    async remove({model, id}) {
        this.state.documents = await this.run("remove_document", model, id);
    }

    open({model, id}) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    look({model, name}) {
        this.dialog.add(SelectCreateDialog, {
            resModel: model,
            title: name,
            multiSelect: false,
            noCreate: true,
            onSelected: ([id]) => this.add(model, id),
        });
    }
}

registry
    .category("lazy_components")
    .add("zadarma_connector.CallDocuments", CallDocuments);
