// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {usePopover} from "@web/core/popover/popover_hook";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {ZadarmaPlayer} from "./player";

const ICONS = {
    kept: "fa-play-circle",
    remote: "fa-play-circle-o",
    waiting: "fa-hourglass-half",
    not_yet: "fa-hourglass-half",
};

/** In a form: the player. */
class PlayerField extends Component {
    static template = "zadarma_connector.PlayerField";
    static components = {ZadarmaPlayer};
    static props = {...standardFieldProps};
}

/** A player that stays until it is closed, or the list is left. */
class PlayerPopover extends Component {
    static template = "zadarma_connector.PlayerPopover";
    static components = {ZadarmaPlayer};
    static props = {callId: Number, autoplay: Boolean, close: Function};
}

/** In a list: a button that shows how it is and opens the player. */
class PlayerButton extends Component {
    static template = "zadarma_connector.PlayerButton";
    static props = {...standardFieldProps};

    setup() {
        this.popover = usePopover(PlayerPopover, {
            position: "bottom",
            closeOnClickAway: (target) => !target.closest(".o_list_renderer"),
        });
    }
    get value() {
        return this.props.record.data[this.props.name];
    }
    get icon() {
        return ICONS[this.value] || "fa-ban text-muted";
    }
    get label() {
        const {selection} = this.props.record.fields[this.props.name];
        return selection.find(([value]) => value === this.value)[1];
    }
    open(ev) {
        this.popover.open(ev.currentTarget, {
            callId: this.props.record.resId,
            autoplay: true,
        });
    }
}

const field = {displayName: _t("Recording player"), supportedTypes: ["selection"]};
registry.category("fields").add("zadarma_player", {...field, component: PlayerField});
registry.category("fields").add("list.zadarma_player", {
    ...field,
    component: PlayerButton,
    fieldDependencies: [{name: "audible", type: "boolean"}],
});
