// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach, expect, test} from "@odoo/hoot";
import {click, press, queryOne} from "@odoo/hoot-dom";
import {Deferred, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    mockService,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";
import {session} from "@web/session";

const NUMBER = "+44 20 3769 1880";
const SALES = {id: 7, number: "101", name: "Sales"};
const SUPPORT = {id: 8, number: "102", name: "Support"};
const BUTTON = ".o_zadarma_call_button";

class Contact extends models.Model {
    _name = "contact";

    name = fields.Char();
    phone = fields.Char();
    phone2 = fields.Char();

    _records = [
        {id: 1, name: "Orchard", phone: NUMBER, phone2: NUMBER},
        {id: 2, name: "Nobody"},
    ];
}
defineMailModels();
defineModels([Contact]);

/** What was dialled, and what the server answers. */
let dialled, answer;

beforeEach(() => {
    dialled = [];
    answer = () => ({call_id: 5, state: "requested"});
    onRpc("res.users", "zadarma_dial", ({args, kwargs}) => {
        dialled.push([...args, kwargs.extension_id, kwargs.confirmed]);
        return answer();
    });
    onRpc("zadarma.call", "card_data", () => []);
});

function callWith(...extensions) {
    patchWithCleanup(session, {zadarma: {extensions, webrtc: false}});
}

async function mountForm(resId = 1) {
    await mountView({
        type: "form",
        resModel: "contact",
        resId,
        arch: `<form><field name="name"/><field name="phone" widget="phone"/></form>`,
    });
}

async function mountList(arch = `<list><field name="phone" widget="phone"/></list>`) {
    await mountView({
        type: "list",
        resModel: "contact",
        arch,
        selectRecord: () => expect.step("opened"),
    });
}

test("without an extension Odoo's link stays, and nothing is asked for", async () => {
    patchWithCleanup(session, {zadarma: false});
    await mountForm();
    expect(BUTTON).toHaveCount(0);
    expect(".o_phone_form_link").toHaveCount(1);
});

test("one click in a form calls from the document, and shows the call", async () => {
    callWith(SALES);
    await mountForm();
    patchWithCleanup(getService("zadarma_calls"), {
        track: (id) => expect.step(`track ${id}`),
    });
    expect(".o_phone_form_link").toHaveCount(0);
    expect(BUTTON).toHaveText("Call");
    expect(BUTTON).toHaveAttribute("aria-label", `Call ${NUMBER}`);
    await contains(BUTTON).click();
    expect(dialled).toEqual([[NUMBER, "contact", 1, 7, false]]);
    expect.verifySteps(["track 5"]);
});

test("a contact without a number has no button", async () => {
    callWith(SALES);
    await mountForm(2);
    expect(BUTTON).toHaveCount(0);
});

test("in a list the record is not opened, with the mouse or the keyboard", async () => {
    callWith(SALES);
    await mountList();
    expect(BUTTON).toHaveCount(1);
    expect(BUTTON).toHaveText(NUMBER);
    expect(".o_data_cell a").toHaveCount(0);
    await contains(BUTTON).click();
    queryOne(BUTTON).focus();
    await press("Enter");
    await animationFrame();
    expect.verifySteps([]);
    expect(dialled).toHaveLength(2);
});

test("numbers that views show as text get the button too, for those who call", async () => {
    callWith(SALES);
    await mountList(`<list><field name="phone"/><field name="name"/></list>`);
    expect(BUTTON).toHaveCount(1);
    await mountList(`<list><field name="phone2"/></list>`);
    expect(`.o_list_view:last ${BUTTON}`).toHaveCount(1);
    patchWithCleanup(session, {zadarma: false});
    await mountList(`<list><field name="phone" string="Telephone"/></list>`);
    expect(".o_list_view:last td a").toHaveCount(0);
});

test("in a kanban a number that is shown as text gets the button", async () => {
    callWith(SALES);
    await mountView({
        type: "kanban",
        resModel: "contact",
        arch: `<kanban><templates><t t-name="card"><field name="phone"/></t></templates></kanban>`,
    });
    expect(BUTTON).toHaveCount(1);
    expect(BUTTON).toHaveText(NUMBER);
    expect(`${BUTTON} .fa-phone`).toBeVisible();
});

test("a form shows a number that cannot be changed once, and calls it", async () => {
    callWith(SALES);
    await mountView({
        type: "form",
        resModel: "contact",
        resId: 1,
        arch: `<form><field name="phone" widget="phone" readonly="1"/></form>`,
    });
    expect(".o_field_phone").toHaveText(NUMBER);
    expect(".o_field_phone a").toHaveCount(0);
    await contains(BUTTON).click();
    expect(dialled).toHaveLength(1);
});

test("in a kanban the record is not opened", async () => {
    callWith(SALES);
    await mountView({
        type: "kanban",
        resModel: "contact",
        arch: `<kanban><templates><t t-name="card">
            <field name="phone" widget="phone"/>
        </t></templates></kanban>`,
        selectRecord: () => expect.step("opened"),
    });
    await contains(BUTTON).click();
    expect.verifySteps([]);
    expect(dialled).toEqual([[NUMBER, "contact", 1, 7, false]]);
});

test("while a request is on its way the button is off", async () => {
    callWith(SALES);
    const waiting = new Deferred();
    answer = () => waiting;
    await mountForm();
    await contains(BUTTON).click();
    expect(BUTTON).toHaveProperty("disabled", true);
    expect(BUTTON).toHaveAttribute("aria-label", `Calling ${NUMBER}`);
    await getService("zadarma_dialling").dial(NUMBER);
    expect(dialled).toHaveLength(1);
    waiting.resolve({call_id: 5, state: "requested"});
    await animationFrame();
    await animationFrame();
    expect(BUTTON).toHaveProperty("disabled", false);
});

test("while the user is in a call with the number the button is off", async () => {
    callWith(SALES);
    await mountForm();
    const calls = getService("zadarma_calls");
    calls.list.push({id: 5, state: "ringing", number: "+442037691880"});
    await animationFrame();
    expect(BUTTON).toHaveProperty("disabled", true);
    calls.list[0].state = "ended";
    await animationFrame();
    expect(BUTTON).toHaveProperty("disabled", false);
});

test("a refusal leaves the button as it was", async () => {
    callWith(SALES);
    mockService("zadarma_calls", {
        list: [],
        track: () => expect.step("track"),
        isCalling: () => false,
    });
    const refused = new Deferred();
    answer = () => refused;
    await mountForm();
    const dialling = getService("zadarma_dialling").dial(NUMBER);
    await animationFrame();
    refused.reject(new Error("no money"));
    await expect(dialling).rejects.toThrow();
    await animationFrame();
    expect(BUTTON).toHaveProperty("disabled", false);
    expect.verifySteps([]);
});

test("of a call that Zadarma refused its card tells, and no dialog", async () => {
    callWith(SALES);
    answer = () => {
        throw makeServerError({
            type: "UserError",
            description: "no money",
            context: {zadarma_call_id: 5},
        });
    };
    await mountForm();
    patchWithCleanup(getService("zadarma_calls"), {
        track: (id) => expect.step(`track ${id}`),
    });
    await contains(BUTTON).click();
    await animationFrame();
    expect.verifySteps(["track 5"]);
    expect(".modal").toHaveCount(0);
    expect(BUTTON).toHaveProperty("disabled", false);
});

test("a call's own form dials by an action", async () => {
    callWith(SALES);
    await mountForm();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "zadarma_connector.dial",
        params: {number: NUMBER, resModel: "zadarma.call", resId: 3},
    });
    expect(dialled).toEqual([[NUMBER, "zadarma.call", 3, 7, false]]);
});

test("of several extensions one is chosen once, and remembered", async () => {
    callWith(SALES, SUPPORT);
    await mountForm();
    await contains(BUTTON).click();
    expect(".o-dropdown--menu [role=menuitem].o-dropdown-item").toHaveCount(2);
    expect("[role=menuitem]:eq(0)").toBeFocused();
    expect(dialled).toEqual([]);
    await click("[role=menuitem]:contains('102')");
    await animationFrame();
    expect(dialled).toEqual([[NUMBER, "contact", 1, 8, false]]);
    expect("[role=menuitem]").toHaveCount(0);
    await animationFrame();
    await contains(BUTTON).click();
    expect(dialled).toHaveLength(2);
});

test("an extension that the user no longer has is chosen anew", async () => {
    browser.localStorage.setItem("zadarma_connector.extension", "99");
    callWith(SALES, SUPPORT);
    await mountForm();
    expect(getService("zadarma_dialling").extensionId).toBe(undefined);
});

test("a blacklisted number is called only after a confirmation", async () => {
    callWith(SALES);
    answer = () => ({call_id: false, state: "blacklisted"});
    await mountForm();
    await contains(BUTTON).click();
    expect(".modal").toHaveText(/blacklist/);
    expect(dialled).toEqual([[NUMBER, "contact", 1, 7, false]]);
    answer = () => ({call_id: 5, state: "requested"});
    await contains(".modal .btn-primary").click();
    expect(dialled[1]).toEqual([NUMBER, "contact", 1, 7, true]);
});

const TWO = () => ({
    call_id: false,
    state: "several",
    numbers: [
        {id: "+380442227788", text: "044 222 77 88", name: ""},
        {id: "+380502227788", text: "050 222 77 88", name: ""},
    ],
});

test("of several numbers one is asked for, and called", async () => {
    callWith(SALES);
    answer = TWO;
    await mountForm();
    await contains(BUTTON).click();
    expect("[role=menuitem]").toHaveCount(2);
    expect(dialled).toEqual([[NUMBER, "contact", 1, 7, false]]);
    answer = () => ({call_id: 5, state: "requested"});
    await contains("[role=menuitem]:contains('050 222 77 88')").click();
    expect(dialled[1]).toEqual(["+380502227788", "contact", 1, 7, false]);
    expect("[role=menuitem]").toHaveCount(0);
});

test("without a button of its own, a dialog asks which number", async () => {
    callWith(SALES);
    answer = TWO;
    await mountForm();
    await getService("zadarma_dialling").dial("044 222 77 88 / 050 222 77 88");
    answer = () => ({call_id: 5, state: "requested"});
    await contains(".modal [role=menuitem]:contains('044')").click();
    expect(dialled[1]).toEqual(["+380442227788", false, false, 7, false]);
    await animationFrame();
    expect(".modal").toHaveCount(0);
});

test("other telephony keeps its button", async () => {
    callWith(SALES);
    for (const module of ["@voip/softphone", "@voip_oca/services/voip_agent"]) {
        odoo.loader.factories.set(module, {});
        await mountForm();
        odoo.loader.factories.delete(module);
    }
    expect(BUTTON).toHaveCount(0);
    expect(".o_phone_form_link").toHaveCount(2);
});
