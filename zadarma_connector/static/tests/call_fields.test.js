// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

class Call extends models.Model {
    _name = "zadarma.call";

    duration = fields.Integer();
    recorded = fields.Boolean();
    direction = fields.Selection({
        selection: [
            ["incoming", "Incoming"],
            ["outgoing", "Outgoing"],
            ["internal", "Internal"],
        ],
    });

    _records = [
        {id: 1, direction: "incoming", duration: 234, recorded: true},
        {id: 2, direction: "outgoing", duration: 0},
    ];
}
defineMailModels();
defineModels([Call]);

test("a list of calls shows arrows with names, and talk times with their sum", async () => {
    await mountView({
        type: "list",
        resModel: "zadarma.call",
        arch: `<list>
            <field name="direction" widget="zadarma_direction"/>
            <field name="duration" widget="zadarma_duration" sum="Talk time"/>
        </list>`,
    });
    expect(".o_data_row:eq(0) i").toHaveClass("fa-arrow-down");
    expect(".o_data_row:eq(0) i").toHaveAttribute("aria-label", "Incoming");
    expect(".o_data_row:eq(1) i").toHaveAttribute("title", "Outgoing");
    expect(".o_data_row:eq(0) td[name=duration]").toHaveText("3:54");
    expect(".o_data_row:eq(1) td[name=duration]").toHaveText("");
    expect(".o_list_footer .o_list_number").toHaveText("3:54");
});

test("a point of a checklist is green when it is done", async () => {
    await mountView({
        type: "list",
        resModel: "zadarma.call",
        arch: `<list><field name="recorded" widget="zadarma_check"/></list>`,
    });
    expect(".o_data_row:eq(0) i").toHaveClass("text-success");
    expect(".o_data_row:eq(0) i").toHaveAttribute("aria-label", "Yes");
    expect(".o_data_row:eq(1) i").toHaveClass("text-muted");
    expect(".o_data_row:eq(1) i").toHaveAttribute("aria-label", "Not yet");
});
