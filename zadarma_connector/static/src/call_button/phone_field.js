// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {patch} from "@web/core/utils/patch";
import {PhoneField} from "@web/views/fields/phone/phone_field";
import {session} from "@web/session";
import {CallButton} from "./call_button";

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
