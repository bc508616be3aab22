// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {LazyComponent} from "@web/core/assets";
import {usePopover} from "@web/core/popover/popover_hook";

const ICONS = {
    kept: "fa-play-circle",
    remote: "fa-play-circle-o",
    waiting: "fa-hourglass-half",
    not_yet: "fa-hourglass-half",
};

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
