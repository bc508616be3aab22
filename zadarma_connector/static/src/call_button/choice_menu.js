// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useRef} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {useNavigation} from "@web/core/navigation/navigation";

/** Asks which of some: with which extension to call, which number of several. */
export class ChoiceMenu extends Component {
    static template = "zadarma_connector.ChoiceMenu";
    static props = {
        close: Function,
        title: String,
        // of {id, text, name}
        choices: Array,
        onChosen: Function,
    };

    setup() {
        this.menu = useRef("menu");
        useNavigation(this.menu, {
            onUpdated: (navigator) =>
                navigator.activeItem || navigator.items[0]?.setActive(),
        });
    }

    choose(choice) {
        this.props.close();
        this.props.onChosen(choice.id);
    }
}

/** The same where there is no button any more under which a menu could open. */
export class ChoiceDialog extends Component {
    static template = "zadarma_connector.ChoiceDialog";
    static components = {ChoiceMenu, Dialog};
    static props = ChoiceMenu.props;
}
