// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

/** A number that is called with a click; beside an input, which has it, only that. */
export class CallButton extends Component {
    static template = "zadarma_connector.CallButton";
    static props = {
        number: String,
        resModel: {type: String, optional: true},
        resId: {type: [Number, Boolean], optional: true},
        besideInput: {type: Boolean, optional: true},
    };

    setup() {
        this.dialling = useState(useService("zadarma_dialling"));
        this.button = useRef("button");
    }

    get isCalling() {
        return this.dialling.isCalling(this.props.number);
    }

    get title() {
        return this.isCalling
            ? _t("Calling %s", this.props.number)
            : _t("Call %s", this.props.number);
    }

    async onClick() {
        const {number, resModel, resId} = this.props;
        await this.dialling.dial(number, {
            resModel,
            resId,
            target: this.button.el,
        });
    }
}
