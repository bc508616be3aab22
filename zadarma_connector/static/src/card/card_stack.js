// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useEffect, useExternalListener, useRef, useState} from "@odoo/owl";
import {useCommand} from "@web/core/commands/command_hook";
import {useHotkey} from "@web/core/hotkeys/hotkey_hook";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {CallCard} from "./call_card";
import {chooseNextCorner, place} from "./corners";

/** The cards of all calls of this user, at most one of them open. */
export class CardStack extends Component {
    static template = "zadarma_connector.CardStack";
    static components = {CallCard};
    static props = {};

    setup() {
        this.root = useRef("root");
        this.ui = useService("ui");
        this.service = useService("zadarma_calls");
        this.calls = useState(this.service.list);
        // `wanted`: opened by hand; `folded`: by hand, or since they are over;
        // `isInTheWay`: open, they would cover what has the focus
        this.state = useState({wanted: false, folded: [], isInTheWay: false});
        useEffect(() => this.place());
        const onFocus = () => {
            this.state.isInTheWay = false;
            this.place();
        };
        useExternalListener(document, "focusin", onFocus);
        useExternalListener(document, "focusout", onFocus);
        useExternalListener(window, "resize", () => this.place());
        useExternalListener(window, "scroll", () => this.place(), {
            capture: true,
            passive: true,
        });
        // global, as a dialog may be open when the first card comes
        useCommand(_t("Go to the call"), () => this.focus(), {
            global: true,
            hotkey: "alt+shift+p",
            hotkeyOptions: {bypassEditableProtection: true},
            isAvailable: () => this.isInReach,
        });
        useHotkey("escape", () => this.service.dismiss(this.open || this.cards[0].id), {
            global: true,
            isAvailable: (target) =>
                this.isInReach &&
                !target.matches("input, select, textarea") &&
                !target.isContentEditable,
        });
    }

    /** Calls that there is something to show of, the latest on top. */
    get cards() {
        return this.calls
            .filter((call) => call.card && this.service.isWanted(call))
            .sort((one, other) => other.id - one.id);
    }

    /** Whether there are cards, and neither a dialog nor a menu above them. */
    get isInReach() {
        return this.cards.length > 0 && this.ui.activeElement === document;
    }

    /** The open card: the one that was opened, else the latest that is not over. */
    get open() {
        const {wanted, folded, isInTheWay} = this.state;
        const cards = this.cards.filter(({id}) => !folded.includes(id));
        return (
            !isInTheWay &&
            (
                cards.find(({id}) => id === wanted) ||
                cards.find(({state}) => state !== "ended") ||
                cards[0]
            )?.id
        );
    }

    toggle(id) {
        if (id === this.open) {
            this.fold(id);
        } else {
            this.unfold(id);
        }
    }

    unfold(id) {
        const {folded} = this.state;
        this.state.folded = folded.filter((one) => one !== id);
        Object.assign(this.state, {wanted: id, isInTheWay: false});
        this.service.see(id);
    }

    fold(id) {
        this.state.folded.push(id);
    }

    /** Go to the open card, by keyboard. */
    focus() {
        this.wantsFocus = true;
        if (this.open) {
            this.place();
        } else {
            this.unfold(this.cards[0].id);
        }
    }

    move() {
        chooseNextCorner(this.ui.isSmall);
        this.place();
    }

    place() {
        const {el} = this.root;
        if (!el) {
            return;
        }
        if (this.wantsFocus) {
            this.wantsFocus = false;
            const [note, line] = ["note", "fold[aria-expanded=true]"].map((part) =>
                el.querySelector(`.o_zadarma_${part}`)
            );
            (note || line).focus();
        }
        if (!place(el, this.ui.isSmall)) {
            this.state.isInTheWay = true;
        }
    }
}

registry
    .category("main_components")
    .add("zadarma_connector.CardStack", {Component: CardStack});
