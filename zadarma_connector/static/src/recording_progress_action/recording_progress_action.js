// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";

registry
    .category("actions")
    .add("zadarma_recording_progress", async ({services}, {params}) => {
        await loadBundle("zadarma_connector.assets_player");
        services.dialog.add(
            registry
                .category("lazy_components")
                .get("zadarma_connector.RecordingProgress"),
            {callIds: params.call_ids},
            {onClose: () => services.action.doAction("soft_reload")}
        );
    });
