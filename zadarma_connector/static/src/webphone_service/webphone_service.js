// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {session} from "@web/session";

/**
 * The browser phone, whose code is loaded for those who have one.
 *
 * @param {Object} services those that `Webphone` needs
 * @returns {Object} its methods; see `Webphone`
 */
export function startPhone(services) {
    if (!session.zadarma?.webrtc) {
        return {find: async () => false};
    }
    const starting = loadBundle("zadarma_connector.assets_webphone").then(
        () => {
            const name = "@zadarma_connector/webphone/webphone";
            const {Webphone} = odoo.loader.modules.get(name);
            service.phone = new Webphone(services);
            return service.phone;
        },
        // calls are made through the telephone
        () => null
    );
    const service = {
        phone: null,
        find: async (extensionId) => (await starting)?.find(extensionId) ?? false,
        call: async (number) => (await starting).call(number),
        warn: async (problem) => (await starting).warn(problem),
    };
    return service;
}

registry.category("services").add("zadarma_webphone", {
    dependencies: ["notification", "orm"],
    start: (env, services) => startPhone(services),
});
