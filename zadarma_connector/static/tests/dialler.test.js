// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {waitForChannels} from "@bus/../tests/bus_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach, expect, test} from "@odoo/hoot";
import {edit, press, queryOne, waitFor} from "@odoo/hoot-dom";
import {
    Deferred,
    advanceTime,
    animationFrame,
    mockDate,
    runAllTimers,
} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    MockServer,
    getService,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import {assets} from "@web/core/assets";
import {session} from "@web/session";
import {WebClient} from "@web/webclient/webclient";

const SALES = {id: 7, number: "101", name: "Sales"};
const SUPPORT = {id: 8, number: "102", name: "Support"};
const OPEN = ".o_main_navbar button[title=Phone]";

class Call extends models.Model {
    _name = "zadarma.call";

    external_number = fields.Char();
    direction = fields.Char();
    result = fields.Char();
    date_start = fields.Datetime();
    user_id = fields.Many2one({relation: "res.users"});
    leg_ids = fields.One2many({relation: "zadarma.call.leg"});
    name = fields.Char();

    _records = [
        {
            id: 1,
            name: "Orchard",
            external_number: "+442037691880",
            direction: "incoming",
            result: "missed",
            date_start: "2026-10-05 09:00:00",
            user_id: serverState.userId,
        },
        {
            id: 2,
            name: "Number withheld",
            direction: "incoming",
            result: "answered",
            user_id: serverState.userId,
        },
        {id: 3, name: "Somebody else's", external_number: "+4930123456"},
    ];
}
class Leg extends models.Model {
    _name = "zadarma.call.leg";

    user_id = fields.Many2one({relation: "res.users"});
}
defineMailModels();
defineModels([Call, Leg]);

const MARC = {id: 8, number: "102", name: "Marc"};

let dialled, state, bar, colleagues, presence, awayCalls;

beforeEach(() => {
    mockDate("2026-10-05 11:00:00", 0);
    dialled = [];
    state = async () => true;
    bar = {missed: [], waiting: []};
    colleagues = [];
    awayCalls = "";
    onRpc("res.users", "zadarma_bar", () => bar);
    presence = "free";
    onRpc("zadarma.extension", "watch", () => true);
    onRpc("zadarma.extension", "read", ({args}) =>
        args[0].map((id) => ({id, presence, presence_seconds: 5}))
    );
    onRpc("res.users", "zadarma_do_not_disturb", ({args}) => {
        expect.step(`away ${args[0]}`);
        return args[0];
    });
    onRpc("res.users", "zadarma_away_calls", () => awayCalls);
    onRpc("res.users", "zadarma_colleagues", () => colleagues);
    onRpc("res.users", "zadarma_telephone_state", ({args}) => {
        expect.step(`state ${args[0]}`);
        return state();
    });
    onRpc("res.users", "zadarma_dial", ({args, kwargs}) => {
        dialled.push([...args, kwargs.extension_id]);
        return {call_id: 5, state: "requested"};
    });
    onRpc("zadarma.call", "card_data", () => []);
    onRpc("res.partner", "search_read", ({kwargs}) => {
        expect.step(`find ${kwargs.domain[0].join(" ")}`);
        return [
            {id: 11, display_name: "Bakery", zadarma_phones: "020 3769 1881"},
            {id: 12, display_name: "Bank", zadarma_phones: "+4930123456"},
        ].slice(0, kwargs.domain[0][2] === "bakery" ? 1 : 2);
    });
});

async function open(...extensions) {
    patchWithCleanup(session, {zadarma: {extensions, webrtc: false, bar}});
    patchWithCleanup(assets, {loadBundle: async () => {}});
    await mountWithCleanup(WebClient);
    expect.verifySteps([]);
    await contains(OPEN).click();
    await waitFor(".o_zadarma_dialler_list button");
}

async function type(text) {
    await edit(text);
    await runAllTimers();
    await animationFrame();
}

test("users without an extension have no dialler", async () => {
    patchWithCleanup(session, {zadarma: false});
    await mountWithCleanup(WebClient);
    expect(OPEN).toHaveCount(0);
});

test("it shows own calls, and the telephone's state when Zadarma told it", async () => {
    const told = new Deferred();
    state = () => told;
    await open(SALES);
    expect.verifySteps(["state 7"]);
    expect(".o_zadarma_dialler input").toBeFocused();
    expect(".o_zadarma_telephone").toHaveCount(0);
    expect(".o_zadarma_dialler_list button").toHaveCount(2);
    expect(".o_zadarma_dialler_list button:eq(0)").toHaveText(
        /Orchard\s+Missed\s+2 hours ago/
    );
    expect(".o_zadarma_dialler_list button:eq(1)").toHaveProperty("disabled", true);
    told.resolve(false);
    await animationFrame();
    await animationFrame();
    expect(".o_zadarma_telephone").toHaveText("Your telephone is not registered");
});

test("the state of the telephone that was chosen last is shown", async () => {
    const first = new Deferred();
    state = () => first;
    await open(SALES, SUPPORT);
    state = () => false;
    await contains(".o_zadarma_dialler select").select("8");
    await animationFrame();
    first.resolve(true);
    await animationFrame();
    expect(".o_zadarma_telephone").toHaveText("Your telephone is not registered");
    expect.verifySteps(["state 7", "state 8"]);
});

test("a list that was asked for before is not shown after another one", async () => {
    const all = new Deferred();
    onRpc("zadarma.call", "search_read", async ({kwargs, parent}) => {
        const isAll = kwargs.domain.length === 3;
        if (isAll && hold) {
            await all;
        }
        return parent();
    });
    let hold = false;
    await open(SALES);
    await contains(".btn:contains(Missed)").click();
    hold = true;
    await contains(".btn:contains(Recent calls)").click();
    await contains(".btn:contains(Missed)").click();
    all.resolve();
    await animationFrame();
    expect(".o_zadarma_dialler_list button").toHaveCount(1);
    expect.verifySteps(["state 7"]);
});

test("a click on a call calls back", async () => {
    await open(SALES);
    await contains(".btn:contains(Missed)").click();
    expect(".o_zadarma_dialler_list button").toHaveCount(1);
    await contains(".o_zadarma_dialler_list button").click();
    expect(dialled).toEqual([["+442037691880", false, false, 7]]);
    await animationFrame();
    expect(".o_zadarma_dialler").toHaveCount(0);
    expect.verifySteps(["state 7"]);
});

test("a pasted number is called with Enter", async () => {
    await open(SALES);
    await type("+44 (20) 3769-1880");
    await press("Enter");
    await animationFrame();
    expect(dialled).toEqual([["+44 (20) 3769-1880", false, false, 7]]);
    expect.verifySteps([
        "state 7",
        "find zadarma_number_search ilike +44 (20) 3769-1880",
    ]);
});

test("numbers of all scripts and among words are no names", async () => {
    await open(SALES);
    for (const text of ["０４４ 222", "044·222", "[044] 222", "Olya 044 222 77 55"]) {
        await type(text);
        expect(".btn-success").toHaveProperty("disabled", false);
        expect.verifySteps([
            ...(text.startsWith("０") ? ["state 7"] : []),
            `find zadarma_number_search ilike ${text}`,
        ]);
    }
    await type("Office 24");
    expect(".btn-success").toHaveProperty("disabled", true);
    expect.verifySteps(["find complete_name ilike Office 24"]);
});

test("a name finds contacts with one request, and Enter calls the only one", async () => {
    await open(SALES);
    await type("ba");
    await type("ban");
    expect(".o_zadarma_dialler_list button").toHaveCount(2);
    await press("Enter");
    expect(dialled).toEqual([]);
    await type("bakery");
    expect(".btn-success").toHaveProperty("disabled", true);
    await press("Enter");
    await animationFrame();
    expect(dialled).toEqual([["020 3769 1881", "res.partner", 11, 7]]);
    expect.verifySteps([
        "state 7",
        "find complete_name ilike ban",
        "find complete_name ilike bakery",
    ]);
});

test("found contacts are chosen with the arrow keys", async () => {
    await open(SALES);
    await type("bank");
    await press("ArrowDown");
    await animationFrame();
    await press("ArrowDown");
    await animationFrame();
    await press("Enter");
    await animationFrame();
    expect(dialled).toHaveLength(1);
    expect.verifySteps(["state 7", "find complete_name ilike bank"]);
});

test("by keyboard: all of it, and back to where one was", async () => {
    await open(SALES);
    await press("ArrowDown");
    expect(".o_zadarma_dialler_list button:eq(0)").toBeFocused();
    // the line that was chosen before is not called
    queryOne(".o_zadarma_dialler input").focus();
    await press("Tab");
    expect(".o_zadarma_dialler .btn:contains(Recent calls)").toBeFocused();
    await press("Tab");
    expect(".o_zadarma_dialler .btn:contains(Missed)").toBeFocused();
    await press("Enter");
    await animationFrame();
    expect(".o_zadarma_dialler_list button").toHaveCount(1);
    expect(dialled).toEqual([]);
    await press("Escape");
    await animationFrame();
    expect(".o_zadarma_dialler").toHaveCount(0);
    expect(OPEN).toBeFocused();
    expect.verifySteps(["state 7"]);
});

test("of several extensions one is chosen here, for all calls", async () => {
    await open(SALES, SUPPORT);
    expect(".o_zadarma_dialler select").toHaveValue("7");
    await contains(".o_zadarma_dialler select").select("8");
    expect.verifySteps(["state 7", "state 8"]);
    expect(getService("zadarma_dialling").extensionId).toBe(8);
});

test("the telephone counts missed calls and who waits, until one looked", async () => {
    bar = {
        missed: [
            ["2026-10-05 10:01:00", "1 +442037691880"],
            ["2026-10-05 10:02:00", "1 17"],
        ],
        waiting: ["1 +442037691880", "1 +4930123456"],
    };
    await open(SALES);
    expect(".o_zadarma_badge").toHaveText("3");
    expect(".o_zadarma_badge").toHaveAttribute(
        "title",
        "Missed calls: 2, waiting callers: 2"
    );
    expect(".o_zadarma_waiting").toHaveText(/2$/);
    await press("Escape");
    await waitFor(".o_zadarma_badge:contains(2)");
    bar = {missed: [["2027-10-05 11:00:00", "1 18"]], waiting: []};
    // over before this page heard of it
    getService("zadarma_calls").hear({id: 18, state: "ended", result: "missed"});
    await animationFrame();
    await runAllTimers();
    await animationFrame();
    expect(".o_zadarma_badge").toHaveText("1");
    expect.verifySteps(["state 7"]);
});

test("whoever waits is listed from there", async () => {
    bar = {missed: [], waiting: ["1 +442037691880"]};
    await open(SALES);
    patchWithCleanup(getService("action"), {
        doAction: (action) => expect.step(action),
    });
    await contains(".o_zadarma_waiting").click();
    expect.verifySteps(["state 7", "zadarma_connector.action_zadarma_waiting_caller"]);
});

test("colleagues are found, and called with the browser phone", async () => {
    colleagues = [MARC];
    await open(SALES);
    const {webphone} = getService("zadarma_dialling");
    patchWithCleanup(webphone, {
        find: async () => true,
        call: async (number) => {
            expect.step(`browser ${number}`);
            return "";
        },
    });
    getService("zadarma_dialling").choose(7);
    await press("Escape");
    await animationFrame();
    await contains(OPEN).click();
    await animationFrame();
    await type("102");
    expect(".o_zadarma_colleagues").toHaveText(/^Marc\s*Free\s*102$/);
    await press("Enter");
    await animationFrame();
    expect(dialled).toEqual([]);
    expect(".o_zadarma_dialler").toHaveCount(0);
    expect.verifySteps([
        "state 7",
        "state 7",
        "find zadarma_number_search ilike 102",
        "browser 102",
    ]);
});

test("without the browser phone it is said how to reach a colleague", async () => {
    colleagues = [MARC];
    await open(SALES);
    await type("marc");
    expect(".o_zadarma_colleagues").toHaveText(/Dial colleagues on your telephone/);
    expect(".o_zadarma_colleagues button").toHaveCount(0);
    expect(".o_zadarma_colleagues").toHaveText(/Marc\s*Free\s*102$/);
    await press("Enter");
    expect(dialled).toEqual([]);
    expect.verifySteps(["state 7", "find complete_name ilike marc"]);
});

test("a colleague's presence changes by itself", async () => {
    colleagues = [MARC];
    await open(SALES);
    await type("marc");
    expect(".o_zadarma_colleagues .o_zadarma_presence").toHaveText("Free");
    presence = "talking";
    const channel = "zadarma_connector.presence";
    await waitForChannels([channel]);
    MockServer.env["bus.bus"]._sendone(channel, channel, [1]);
    await waitFor(".o_zadarma_colleagues [data-presence=talking]", {timeout: 2000});
    expect(".o_zadarma_colleagues .o_zadarma_presence").toHaveText(/Talking\s*0:05/);
    await advanceTime(60000);
    expect(".o_zadarma_colleagues .o_zadarma_presence").toHaveText(/Talking\s*1:0\d/);
    expect.verifySteps(["state 7", "find complete_name ilike marc"]);
});

test("do not disturb: an hour with one click, another time, and back", async () => {
    await open(SALES);
    expect(".o_zadarma_is_away").toHaveCount(0);
    await contains(".o_zadarma_away button").click();
    expect(queryOne(".o_zadarma_away input").value).toBe("12:00");
    expect(".o_zadarma_is_away").toHaveCount(1);
    // what the clock shows next
    await contains(".o_zadarma_away input").edit("10:30");
    await contains(".o_zadarma_away input").edit("14:30");
    await contains(".o_zadarma_away button").click();
    expect(".o_zadarma_away input").toHaveCount(0);
    expect(".o_zadarma_is_away").toHaveCount(0);
    expect.verifySteps([
        "state 7",
        "away 2026-10-05 12:00:00",
        "away 2026-10-06 10:30:00",
        "away 2026-10-05 14:30:00",
        "away false",
    ]);
});

test("whoever is away reads where their calls go", async () => {
    awayCalls = "Calls go to 102.";
    await open(SALES);
    expect(".o_zadarma_away_calls").toHaveCount(0);
    await contains(".o_zadarma_away button").click();
    await waitFor(".o_zadarma_away_calls");
    expect(".o_zadarma_away_calls").toHaveText("Calls go to 102.");
    await contains(".o_zadarma_away button").click();
    expect(".o_zadarma_away_calls").toHaveCount(0);
    expect.verifySteps(["state 7", "away 2026-10-05 12:00:00", "away false"]);
});

test("whoever is away is back by themselves", async () => {
    bar.away = "2026-10-05 11:30:00";
    await open(SALES);
    expect(".o_zadarma_is_away").toHaveCount(1);
    expect(queryOne(".o_zadarma_away input").value).toBe("11:30");
    await advanceTime(30 * 60 * 1000);
    expect(".o_zadarma_is_away").toHaveCount(0);
    expect(".o_zadarma_away input").toHaveCount(0);
    expect.verifySteps(["state 7"]);
});
