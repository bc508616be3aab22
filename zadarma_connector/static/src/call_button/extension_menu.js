// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useRef} from "@odoo/owl";
import {useNavigation} from "@web/core/navigation/navigation";

/** Asks with which of the own extensions to call. */
export class ExtensionMenu extends Component {
    static template = "zadarma_connector.ExtensionMenu";
    static props = {close: Function, extensions: Array, onChosen: Function};

    setup() {
        this.menu = useRef("menu");
        useNavigation(this.menu, {
            onUpdated: (navigator) =>
                navigator.activeItem || navigator.items[0]?.setActive(),
        });
    }

    choose(extension) {
        this.props.close();
        this.props.onChosen(extension.id);
    }
}
