/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */

import {registerMessageAction} from "@mail/core/common/message_actions";
import {Message} from "@mail/core/common/message_model";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

patch(Message.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {number|undefined} of the zadarma.message that came in */
        this.zadarma_sms_id = undefined;
    },
});

registerMessageAction("zadarma-answer", {
    condition: ({message}) => Boolean(message.zadarma_sms_id),
    icon: "fa fa-commenting-o",
    name: _t("Answer by SMS"),
    async onSelected({message, owner, thread}) {
        const {action, orm} = owner.env.services;
        const id = message.zadarma_sms_id;
        const opened = await orm.call("zadarma.message", "action_answer", [[id]]);
        await action.doAction(opened, {onClose: () => thread?.fetchNewMessages()});
    },
    // the first of the buttons: this is what people want with it
    sequence: 5,
});
