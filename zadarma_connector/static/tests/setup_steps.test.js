// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {assets} from "@web/core/assets";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

const STEPS = [
    {
        name: "connection",
        title: "Connection",
        state: "done",
        told: ["Zadarma accepts key and secret."],
        buttons: [],
        link: "",
        waivable: false,
    },
    {
        name: "people",
        title: "People",
        state: "left",
        told: ["Nobody has 101.", "101: Olena"],
        buttons: [
            {name: "action_setup_accept_people", label: "Accept Suggestions"},
            {name: "action_setup_people", label: "Choose People"},
        ],
        link: "",
        waivable: true,
    },
    {
        name: "history",
        title: "History",
        state: "away",
        told: ["Calls of the past can be brought."],
        buttons: [{name: "action_import_history", label: "Import History"}],
        link: "",
        waivable: false,
    },
];

class Account extends models.Model {
    _name = "zadarma.account";

    setup_steps = fields.Json();

    _records = [{id: 1, setup_steps: STEPS}];
}
defineMailModels();
defineModels([Account]);

async function mountSetup() {
    patchWithCleanup(assets, {loadBundle: async () => {}});
    await mountView({
        type: "form",
        resModel: "zadarma.account",
        resId: 1,
        arch: `<form><field name="setup_steps" widget="zadarma_setup_steps"/></form>`,
    });
}

test("each step has a tick, what is told of it, and its buttons", async () => {
    await mountSetup();
    expect(".o_zadarma_setup > p").toHaveText("Steps done: 1 of 3");
    expect("[data-step=connection] i").toHaveClass("text-success");
    expect("[data-step=connection] i").toHaveAttribute("aria-label", "Done");
    expect("[data-step=connection] button").toHaveCount(0);
    expect("[data-step=people] i").toHaveAttribute("aria-label", "Not yet");
    expect("[data-step=people]").toHaveText(/101: Olena/);
    expect("[data-step=history] i").toHaveAttribute("aria-label", "Dismissed");
    // what to do next
    expect("button.btn-primary:contains(Accept Suggestions)").toHaveCount(1);
    expect(".o_zadarma_setup .btn-primary").toHaveCount(1);
    expect("[name=action_setup_waive]").toHaveCount(1);
});

test("what is chosen is taken at once", async () => {
    const clock = {...STEPS[1], name: "clock", choices: ["Asia/Tokyo", "Asia/Seoul"]};
    const steps = [{...clock, choose: "action_setup_zone"}];
    patchWithCleanup(Account._records[0], {setup_steps: steps});
    onRpc("zadarma.account", "action_setup_zone", ({kwargs}) => {
        expect.step(kwargs.context.setup_choice);
        return false;
    });
    await mountSetup();
    await contains("[data-step=clock] .o_zadarma_choice").select("Asia/Seoul");
    expect.verifySteps(["Asia/Seoul"]);
});

test("a button calls its method, with the browser's time zone", async () => {
    const called = ({method, args, kwargs}) => {
        const {browser_tz: zone, setup_step: step} = kwargs.context;
        expect.step([method, ...args[0], step, Boolean(zone)].join(" "));
        return false;
    };
    onRpc("zadarma.account", "action_setup_accept_people", called);
    onRpc("zadarma.account", "action_setup_waive", called);
    await mountSetup();
    await contains("button:contains(Accept Suggestions)").click();
    await contains("[name=action_setup_waive]").click();
    expect.verifySteps([
        "action_setup_accept_people 1 people true",
        "action_setup_waive 1 people true",
    ]);
});
