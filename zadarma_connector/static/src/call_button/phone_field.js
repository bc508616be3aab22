// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {patch} from "@web/core/utils/patch";
import {Field} from "@web/views/fields/field";
import {PhoneField} from "@web/views/fields/phone/phone_field";
import {session} from "@web/session";
import {CallButton} from "./call_button";

/** Names of fields that hold telephone numbers, also where a view shows them as text. */
const NUMBERS = /^(.*_)?(phone|mobile)\d?$/;
/** Telephony that puts a button of its own next to numbers: it keeps it. */
const OTHERS = ["@voip/", "@voip_oca/"];

/** Whether calls are made with a button of ours. */
export function hasCallButton() {
    return (
        Boolean(session.zadarma) &&
        ![...odoo.loader.factories.keys()].some((module) =>
            OTHERS.some((other) => module.startsWith(other))
        )
    );
}

patch(Field, {
    parseFieldNode(node, models, modelName) {
        const name = node.getAttribute("name");
        if (
            NUMBERS.test(name) &&
            models[modelName].fields[name]?.type === "char" &&
            !node.hasAttribute("widget") &&
            hasCallButton()
        ) {
            node.setAttribute("widget", "phone");
            // a call button only: what others add to the widget was not asked for here
            node.setAttribute("options", "{'enable_sms': False}");
        }
        return super.parseFieldNode(...arguments);
    },
});

patch(PhoneField, {
    components: {...PhoneField.components, ZadarmaCallButton: CallButton},
});

patch(PhoneField.prototype, {
    setup() {
        super.setup();
        this.hasZadarmaCallButton = hasCallButton();
    },

    /** The button's props; null where there is nothing to call. */
    get zadarmaCall() {
        const {record, name} = this.props;
        const number = record.data[name];
        return this.hasZadarmaCallButton && number
            ? {number, resModel: record.resModel, resId: record.resId}
            : null;
    },
});
