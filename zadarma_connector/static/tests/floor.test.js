// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {waitForChannels} from "@bus/../tests/bus_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach, expect, test} from "@odoo/hoot";
import {waitFor} from "@odoo/hoot-dom";
import {advanceTime, mockDate} from "@odoo/hoot-mock";
import {
    MockServer,
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {assets} from "@web/core/assets";
import {browser} from "@web/core/browser/browser";
import {WebClient} from "@web/webclient/webclient";

defineMailModels();

const FREE = {
    id: 7,
    number: "101",
    name: "Olena",
    presence: "free",
    seconds: 0,
    until: false,
    unregistered: false,
};
const AWAY = {
    ...FREE,
    id: 8,
    number: "102",
    name: "Marc",
    presence: "away",
    until: "2026-10-05 14:30:00",
};
const CALL = {
    id: 5,
    name: "Orchard",
    number: "+44 20 3769 1880",
    direction: "incoming",
    state: "ringing",
    line: "Sales",
    people: [{name: "Olena", number: "101"}],
    seconds: 7,
    waited: false,
};
const UNSEEN = {
    ...CALL,
    id: false,
    name: false,
    number: false,
    state: "in_progress",
    waited: 12,
};
const FIGURES = {
    incoming: 8,
    missed: 2,
    answer_rate: 0.75,
    wait: 9.4,
    longest_wait: 61,
    in_time: 0.5,
    time_to_call_back: 12.5,
    service_seconds: [20],
};

const CHANNEL = "zadarma_connector.presence";

let floor, asked;

beforeEach(() => {
    mockDate("2026-10-05 11:00:00", 0);
    asked = 0;
    floor = {
        people: [FREE, AWAY],
        calls: [CALL, UNSEEN],
        waiting: {
            all: 25,
            overdue: 1,
            callers: [
                {id: 1, name: "Bakery", seconds: 7200, due: -600, holder: "Marc"},
                {id: 2, name: "Bank", seconds: 600, due: 3000, holder: ""},
            ],
        },
        figures: FIGURES,
    };
    onRpc("zadarma.floor", "watch", () => true);
    onRpc("zadarma.floor", "snapshot", () => {
        asked++;
        return floor;
    });
});

async function open() {
    patchWithCleanup(assets, {loadBundle: async () => {}});
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "zadarma_floor",
    });
    await waitFor(".o_zadarma_floor");
    expect(asked).toBe(1);
}

function tell() {
    MockServer.env["bus.bus"]._sendone(CHANNEL, CHANNEL, [1]);
}

/** Change what the server knows, and tell the page, which has subscribed by then. */
async function change(values) {
    await waitForChannels([CHANNEL]);
    asked = 0;
    Object.assign(floor, values);
    tell();
}

test("people, calls, who waits and today", async () => {
    await open();
    expect("[data-count=free]").toHaveText(/Free:\s*1/);
    expect("[data-number='101']").toHaveText(/Olena\s*101\s*Free/);
    expect("[data-number='102']").toHaveText(/Marc\s*102\s*Away\s*Back at 2:30/);
    expect(".o_zadarma_floor_calls li:eq(0)").toHaveText(
        /Orchard\s*0:07\s*\+44 20 3769 1880\s*Sales\s*Olena/
    );
    expect(".o_zadarma_floor_calls li:eq(1)").toHaveText(
        /A caller\s*0:07\s*Sales\s*Olena\s*Waited: 0:12/
    );
    expect(".o_zadarma_floor_calls li:eq(1) button").toHaveCount(0);
    expect(".o_zadarma_floor_waiting").toHaveText(/Waiting for a call back:\s*25/);
    expect(".o_zadarma_floor_waiting li:eq(0)").toHaveText(
        /Bakery\s*2 hr\w*\s*Overdue for 10 min\w*\s*Marc/
    );
    expect(".o_zadarma_floor_waiting li:eq(1)").toHaveText(
        /Bank\s*10 min\w*\s*Due in 50/
    );
    expect("[data-name=in_time] b").toHaveText("50 %");
    expect("[data-name=wait]").toHaveText(/0:09\s*Longest: 1:01/);
    expect("[data-name=time_to_call_back] b").toHaveText("12:30");
});

test("nothing goes on", async () => {
    floor = {
        people: [],
        calls: [],
        waiting: {all: 0, overdue: 0, callers: []},
        figures: {service_seconds: [20]},
    };
    await open();
    expect(".o_zadarma_floor_people").toHaveText(/No internal numbers yet/);
    expect(".o_zadarma_floor_calls").toHaveText(/Nobody is on the telephone/);
    expect("[data-name=in_time] b").toHaveText("–");
    expect("[data-name=missed] b").toHaveText("0");
});

test("clocks go on by themselves, and each minute all is read again", async () => {
    await open();
    await advanceTime(5000);
    expect(".o_zadarma_floor_calls li:eq(0) b").toHaveText("0:12");
    expect(asked).toBe(1);
    // working hours begin, and nobody tells
    floor = {...floor, people: [{...FREE, presence: "away"}]};
    await advanceTime(56000);
    expect(asked).toBe(2);
    expect("[data-number='101']").toHaveText(/Away/);
});

test("what is told is read, several changes once", async () => {
    await open();
    await change({people: [{...FREE, presence: "talking", seconds: 3}]});
    tell();
    await waitFor("[data-number='101'][data-presence=talking]", {timeout: 2000});
    expect("[data-number='101']").toHaveText(/Talking\s*0:0\d/);
    expect(asked).toBe(1);
});

test("a page that nobody looks at asks for nothing", async () => {
    await open();
    patchWithCleanup(document, {
        get hidden() {
            return true;
        },
    });
    await change();
    await advanceTime(120000);
    expect(asked).toBe(0);
});

test("without names", async () => {
    await open();
    await contains("button:contains(Hide Names)").click();
    expect(".o_zadarma_floor").not.toHaveText(/Orchard|Bakery|Bank|Olena|Marc|3769/);
    expect(".o_zadarma_floor_calls li:eq(0)").toHaveText(
        /A caller\s*0:07\s*Sales\s*101/
    );
    expect(".o_zadarma_floor li button").toHaveCount(0);
    expect(browser.localStorage.getItem("zadarma_connector.floor_without_names")).toBe(
        "1"
    );
    await contains("button:contains(Hide Names)").click();
    expect(".o_zadarma_floor").toHaveText(/Orchard/);
});

test("a call and a caller open", async () => {
    await open();
    const opened = [];
    patchWithCleanup(getService("action"), {
        doAction: (action) => opened.push([action.res_model, action.res_id]),
    });
    await contains(".o_zadarma_floor_calls button").click();
    await contains(".o_zadarma_floor_waiting li button").click();
    expect(opened).toEqual([
        ["zadarma.call", 5],
        ["zadarma.waiting.caller", 1],
    ]);
});

test("a telephone that is not registered, and how old that is", async () => {
    floor.people = [{...FREE, unregistered: 125}, AWAY];
    await open();
    expect(".o_zadarma_dead").toHaveCount(1);
    expect("[data-number='101'] .o_zadarma_dead").toHaveText(/not registered.*2 min/);
    await advanceTime(60000);
    expect("[data-number='101'] .o_zadarma_dead").toHaveText(
        /not registered.*[23] min/
    );
});
