// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {LazyComponent} from "@web/core/assets";
import {_t} from "@web/core/l10n/translation";
import {usePopover} from "@web/core/popover/popover_hook";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const ICONS = {
    kept: "fa-play-circle",
    remote: "fa-play-circle-o",
    waiting: "fa-hourglass-half",
    not_yet: "fa-hourglass-half",
};

/** In a form: the player, whose code is loaded only where there is one. */
class PlayerField extends Component {
    static template = "zadarma_connector.PlayerField";
    static components = {LazyComponent};
    static props = {...standardFieldProps};
}

/** A player that stays until it is closed, or the list is left. */
class PlayerPopover extends Component {
    static template = "zadarma_connector.PlayerPopover";
    static components = {LazyComponent};
    static props = {callId: Number, close: Function};
}

/** A button that shows how a call's recording is, and opens the player. */
export class ListenButton extends Component {
    static template = "zadarma_connector.ListenButton";
    static props = {callId: Number, state: String, label: String};

    setup() {
        this.popover = usePopover(PlayerPopover, {
            position: "bottom",
            closeOnClickAway: (target) => !target.closest(".o_list_renderer"),
        });
    }
    get icon() {
        return ICONS[this.props.state] || "fa-ban text-muted";
    }
    open(ev) {
        this.popover.open(ev.currentTarget, {callId: this.props.callId});
    }
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
