// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {PivotController} from "@web/views/pivot/pivot_controller";
import {PivotRenderer} from "@web/views/pivot/pivot_renderer";
import {pivotView} from "@web/views/pivot/pivot_view";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

class CampaignController extends PivotController {
    static template = "zadarma_connector_crm_sale.CampaignPivot";
}

/** A figure opens what it counts: calls, leads, orders, invoices. */
class CampaignRenderer extends PivotRenderer {
    setup() {
        super.setup();
        this.orm = useService("orm");
    }

    async onOpenView({groupId, measure, value}, newWindow) {
        if (value === undefined) {
            return;
        }
        const [rowValues, colValues] = groupId;
        const action = await this.orm.call("zadarma.campaign.report", "behind", [
            measure,
            this.model.getGroupDomain({rowValues, colValues}),
        ]);
        await this.actionService.doAction(action, {newWindow});
    }
}

registry.category("views").add("zadarma_campaign_pivot", {
    ...pivotView,
    Controller: CampaignController,
    Renderer: CampaignRenderer,
});
