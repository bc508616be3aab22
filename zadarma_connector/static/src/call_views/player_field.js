// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {LazyComponent} from "@web/core/assets";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {ListenButton} from "../listen_button/listen_button";

/** In a form: the player, whose code is loaded only where there is one. */
class PlayerField extends Component {
    static template = "zadarma_connector.PlayerField";
    static components = {LazyComponent};
    static props = {...standardFieldProps};
}

/** In a list: the button, on calls that may be heard. */
class ListenField extends Component {
    static template = "zadarma_connector.ListenField";
    static components = {ListenButton};
    static props = {...standardFieldProps};

    get value() {
        return this.props.record.data[this.props.name];
    }
    get label() {
        const {selection} = this.props.record.fields[this.props.name];
        return selection.find(([value]) => value === this.value)[1];
    }
}

const field = {displayName: _t("Recording player"), supportedTypes: ["selection"]};
registry.category("fields").add("zadarma_player", {...field, component: PlayerField});
registry.category("fields").add("list.zadarma_player", {
    ...field,
    component: ListenField,
    fieldDependencies: [{name: "can_listen", type: "boolean"}],
});
