// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {waitFor} from "@odoo/hoot-dom";
import {advanceTime} from "@odoo/hoot-mock";
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

class Call extends models.Model {
    _name = "zadarma.call";

    name = fields.Char();
    duration = fields.Integer();
    recorded = fields.Boolean();
    elapsed = fields.Integer();
    external_number = fields.Char();
    partner_id = fields.Many2one({relation: "res.partner"});
    state = fields.Selection({
        selection: [
            ["ringing", "Ringing"],
            ["in_progress", "Talking"],
            ["ended", "Ended"],
        ],
    });
    result = fields.Selection({
        selection: [
            ["answered", "Answered"],
            ["missed", "Missed"],
        ],
    });
    direction = fields.Selection({
        selection: [
            ["incoming", "Incoming"],
            ["outgoing", "Outgoing"],
            ["internal", "Internal"],
        ],
    });

    _records = [
        {
            id: 1,
            name: "Number withheld",
            direction: "incoming",
            state: "ended",
            result: "answered",
            duration: 234,
            recorded: true,
        },
        {
            id: 2,
            name: "+49301",
            external_number: "+49301",
            direction: "outgoing",
            state: "in_progress",
            elapsed: 41,
            duration: 0,
        },
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

test("a call that goes on shows its state, with a clock while they talk", async () => {
    await mountView({
        type: "list",
        resModel: "zadarma.call",
        arch: `<list>
            <field name="result" widget="zadarma_result"
                decoration-success="result == 'answered'"/>
        </list>`,
    });
    expect(".o_data_row:eq(0) .badge").toHaveText("Answered");
    expect(".o_data_row:eq(0) .badge").toHaveClass("text-bg-success");
    expect(".o_data_row:eq(1) .badge").toHaveText("Talking 0:41");
    await advanceTime(2000);
    await waitFor(".badge:contains(Talking 0:43)");
});

test("the arrow of a missed call is red, and says so", async () => {
    Call._records[0].result = "missed";
    await mountView({
        type: "list",
        resModel: "zadarma.call",
        arch: `<list><field name="direction" widget="zadarma_direction"/></list>`,
    });
    expect(".o_data_row:eq(0) i").toHaveClass("text-danger");
    expect(".o_data_row:eq(0) i").toHaveAttribute("title", "Missed");
    expect(".o_data_row:eq(1) i").not.toHaveClass("text-danger");
});

test("who withheld the number is said in place of the customer", async () => {
    await mountView({
        type: "list",
        resModel: "zadarma.call",
        arch: `<list><field name="partner_id" widget="zadarma_party"/></list>`,
    });
    expect(".o_data_row:eq(0) td[name=partner_id]").toHaveText("Number withheld");
    expect(".o_data_row:eq(1) td[name=partner_id]").toHaveText("");
});
