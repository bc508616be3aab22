// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useRef} from "@odoo/owl";
import {LazyComponent} from "@web/core/assets";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {useDropdownState} from "@web/core/dropdown/dropdown_hooks";
import {registry} from "@web/core/registry";
import {session} from "@web/session";

/** The telephone at the top of the page; what it opens is loaded then. */
export class DiallerMenu extends Component {
    static template = "zadarma_connector.DiallerMenu";
    static components = {Dropdown, LazyComponent};
    static props = {};

    setup() {
        this.menu = useDropdownState();
        this.button = useRef("button");
        // there is more in it than the lines that the arrow keys choose from
        this.navigation = {hotkeys: {tab: false, "shift+tab": false}};
    }

    onStateChanged(isOpen) {
        if (!isOpen) {
            this.button.el.focus();
        }
    }
}

registry
    .category("systray")
    .add(
        "zadarma_connector.dialler",
        {Component: DiallerMenu, isDisplayed: () => Boolean(session.zadarma)},
        {sequence: 30}
    );
