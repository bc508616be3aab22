// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onMounted, onWillUnmount, useRef} from "@odoo/owl";
import {LazyComponent} from "@web/core/assets";
import {usePopover} from "@web/core/popover/popover_hook";

const ICONS = {
    kept: "fa-play-circle",
    remote: "fa-play-circle-o",
    waiting: "fa-hourglass-half",
    not_yet: "fa-hourglass-half",
};

/** The call whose player goes with its row just now. */
let orphan = null;

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
        this.button = useRef("button");
        // the list may be drawn anew just when somebody presses: the same call's new row
        // comes at the same moment, and takes over
        onWillUnmount(() => {
            if (this.popover.isOpen) {
                orphan = this.props.callId;
                queueMicrotask(() => (orphan = null));
            }
        });
        onMounted(() => {
            if (orphan === this.props.callId) {
                this.open();
            }
        });
    }
    get icon() {
        return ICONS[this.props.state] || "fa-ban text-muted";
    }
    open() {
        this.popover.open(this.button.el, {callId: this.props.callId});
    }
}
