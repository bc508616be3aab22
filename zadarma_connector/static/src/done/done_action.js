// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/**
 * Tell that something was done, and offer to take it back.
 *
 * @param {Object} notification the service
 * @param {String} message what was done, in a sentence
 * @param {Function} undo takes it back
 */
export function tellDone(notification, message, undo) {
    const close = notification.add(message, {
        type: "success",
        buttons: [
            {
                name: _t("Undo"),
                onClick: () => {
                    close();
                    return undo();
                },
            },
        ],
    });
}

registry
    .category("actions")
    .add("zadarma_connector.done", ({services}, {params: {message, undo}}) => {
        const [model, method, ids] = undo;
        tellDone(services.notification, message, async () => {
            await services.orm.call(model, method, [ids]);
            await services.action.doAction("soft_reload");
        });
        return {type: "ir.actions.act_window_close"};
    });
