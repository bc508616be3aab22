// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {CallCard} from "./call_card";

/** The cards of all calls of this user, one of them open. */
export class CardStack extends Component {
    static template = "zadarma_connector.CardStack";
    static components = {CallCard};
    static props = {};

    setup() {
        this.service = useService("zadarma_calls");
        this.calls = useState(this.service.list);
        this.state = useState({chosen: false});
    }

    /** Calls that there is something to show of, the latest on top. */
    get cards() {
        return this.calls
            .filter((call) => call.card && this.service.isWanted(call))
            .sort((one, other) => other.id - one.id);
    }

    /** The open card: the chosen one, else the latest that is not over. */
    get open() {
        const cards = this.cards;
        return (
            cards.find((call) => call.id === this.state.chosen) ||
            cards.find((call) => call.state !== "ended") ||
            cards[0]
        )?.id;
    }

    choose(id) {
        this.state.chosen = id;
    }
}

registry
    .category("main_components")
    .add("zadarma_connector.CardStack", {Component: CardStack});
