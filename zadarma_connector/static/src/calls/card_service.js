// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {assets} from "@web/core/assets";
import {registry} from "@web/core/registry";

/** The card is loaded with the first call, so that no page is slower without one. */
registry.category("services").add("zadarma_card", {
    dependencies: ["zadarma_calls"],
    start(env, {zadarma_calls: calls}) {
        calls.bus.addEventListener("CALL", () =>
            assets.loadBundle("zadarma_connector.assets_card")
        );
    },
});

registry
    .category("actions")
    .add("zadarma_connector.show_card", (env, {params}) =>
        env.services.zadarma_calls.track(params.call)
    );
