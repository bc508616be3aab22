// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {describe, expect, test} from "@odoo/hoot";
import {
    click,
    edit,
    press,
    queryAllTexts,
    queryOne,
    select,
    waitFor,
    waitForNone,
} from "@odoo/hoot-dom";
import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    makeServerError,
    mockService,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {session} from "@web/session";
import {FOLD} from "@zadarma_connector/card/call_card";
import {chosenCorner} from "@zadarma_connector/card/corners";
import {CALLER, cardOf, defineCalls, ringing, start, tell} from "./card_helpers";

describe.current.tags("desktop");
const server = defineCalls();

async function show(news, values) {
    server.cards[news.id] = cardOf(news, values);
    tell(news);
    await waitFor(".o_zadarma_card");
}

/** What the server does with something that is kept. */
function takes(name) {
    return ({args}) => {
        expect.step(`${name} ${args[1]}`);
        return true;
    };
}

async function change(selector, news) {
    tell(news);
    await waitFor(selector);
}

test("a ringing call says who is calling", async () => {
    await start();
    expect(".o_zadarma_cards").toHaveCount(0);
    await show(ringing(), {
        figures: [{label: "Activities", count: 2, action: {}}],
        earlier: [
            {
                id: 3,
                date: "2026-10-05 10:00:00",
                incoming: true,
                result: "missed",
                resultText: "Missed",
                duration: 0,
                employee: "Olena",
                note: false,
                recording: "kept",
            },
        ],
    });
    expect(".o_zadarma_card").toHaveAttribute("data-phase", "ringing");
    expect(".o_zadarma_status").toHaveText("Incoming call");
    expect(".o_zadarma_card h2").toHaveText("Orchard");
    expect(".o_zadarma_card").toHaveText(/Baker, Orchard Group/);
    expect(".o_zadarma_card").toHaveText(/\+44 20 3769 1880/);
    expect(".o_zadarma_card").toHaveText(/Olena/);
    expect(".o_zadarma_flag").toHaveAttribute("alt", "United Kingdom");
    expect(".o_zadarma_figures").toHaveText(/Activities\s*2/);
    expect(".o_zadarma_earlier").toHaveText(/Missed/);
    expect(".o_zadarma_earlier .o_zadarma_listen").toHaveAttribute("title", "Listen");
    expect(".o_zadarma_note").toHaveCount(0);
});

test("a card follows its call: ringing, talking with a clock, ended", async () => {
    await start();
    await show(ringing());
    expect(".o_zadarma_clock").toHaveText("0:03");
    await change(
        "[data-phase=talking]",
        ringing({state: "in_progress", spoke: true, elapsed: 0})
    );
    await advanceTime(5000);
    expect(".o_zadarma_clock").toHaveText("0:05");
    await change(
        "[data-phase=ended]",
        ringing({state: "ended", result: "answered", spoke: true, duration: 65})
    );
    expect(".o_zadarma_status").toHaveText("Ended");
    expect(".o_zadarma_clock").toHaveText("1:05");
});

test("answered elsewhere: says by whom and goes", async () => {
    await start();
    await show(ringing());
    await change(
        "[data-phase=taken]",
        ringing({state: "in_progress", speaker: "Marc"})
    );
    expect(".o_zadarma_status").toHaveText("Answered by Marc");
    await advanceTime(5000);
    await waitForNone(".o_zadarma_card");
});

test("an own call: requested, dialling, no answer", async () => {
    const own = {dialled: true, speaker: false};
    await start();
    await show(ringing({...own, state: "requested"}));
    expect(".o_zadarma_status").toHaveText("Calling your telephone");
    await change("[data-phase=dialling]", ringing({...own, elapsed: 8}));
    expect(".o_zadarma_clock").toHaveText("0:08");
    await change(
        "[data-phase=ended]",
        ringing({...own, state: "ended", result: "no_answer"})
    );
    expect(".o_zadarma_status").toHaveText("No answer");
});

test("a request that failed says why", async () => {
    const own = {dialled: true, state: "requested"};
    await start();
    await show(ringing(own));
    const failed = ringing({...own, state: "ended", result: "failed"});
    server.cards[7] = cardOf(failed, {failure: "Insufficient funds"});
    await change(".o_zadarma_card .alert", failed);
    expect(".o_zadarma_card .alert").toHaveText("Insufficient funds");
});

test("a note, an outcome and the next activity", async () => {
    onRpc("zadarma.call", "card_note", takes("note"));
    onRpc("zadarma.call", "card_outcome", takes("outcome"));
    onRpc("zadarma.call", "card_plan", ({args}) => {
        expect.step(`plan ${args.slice(1).join(" ")}`);
        return {id: 9, name: "Call", date: args[2]};
    });
    onRpc("mail.activity", "unlink", ({args}) => {
        expect.step(`undo ${args[0]}`);
        return true;
    });
    await start();
    await show(ringing({state: "in_progress", spoke: true}));
    expect(".o_zadarma_saved").toHaveText("");
    await click(".o_zadarma_note");
    await edit("Wants a cake");
    await advanceTime(1000);
    expect.verifySteps(["note Wants a cake"]);
    expect(".o_zadarma_saved").toHaveText("Saved");
    await click(".o_zadarma_note");
    await edit("Wants two cakes", {confirm: false});
    await animationFrame();
    expect(".o_zadarma_saved").toHaveText("");
    await advanceTime(1000);
    expect.verifySteps(["note Wants two cakes"]);
    await click(".o_zadarma_outcome");
    await select("5");
    await animationFrame();
    expect.verifySteps(["outcome 5"]);
    await click(".o_zadarma_plan");
    await waitFor(".o_zadarma_activities");
    expect(queryAllTexts(".o_zadarma_activities button")).toEqual([
        "Email 10/05/2026",
        "Call 10/07/2026",
    ]);
    const day = queryOne(".o_zadarma_day");
    day.value = "2026-10-12";
    day.dispatchEvent(new Event("input"));
    await animationFrame();
    await click(".o_zadarma_activities button:contains(Call 10/12/2026)");
    await waitFor(".o_notification:contains(Call planned for 10/12/2026)");
    expect.verifySteps(["plan 2 2026-10-12"]);
    await click(".o_notification button:contains(Undo)");
    await waitForNone(".o_notification");
    expect.verifySteps(["undo 9"]);
});

test("the outcome Wants a call back proposes a call", async () => {
    onRpc("zadarma.call", "card_outcome", takes("outcome"));
    await start();
    await show(ringing({state: "in_progress", spoke: true}));
    await click(".o_zadarma_outcome");
    await select("6");
    await waitFor(".o_zadarma_activities .btn-primary");
    expect(".o_zadarma_activities .btn-primary").toHaveText("Call 10/07/2026");
    await click(".o_zadarma_plan");
    await animationFrame();
    expect(".o_zadarma_activities .btn-primary").toHaveCount(1);
    expect.verifySteps(["outcome 6"]);
});

test("what could not be saved is not said to be, and saved again", async () => {
    // also tried when the field is left, as it was not saved
    expect.errors(2);
    let isBroken = true;
    onRpc("zadarma.call", "card_note", ({args}) => {
        if (isBroken) {
            throw makeServerError();
        }
        return takes("note")({args});
    });
    await start();
    await show(ringing({state: "in_progress", spoke: true}));
    await click(".o_zadarma_note");
    await edit("Wants a cake", {confirm: false});
    await advanceTime(1000);
    await waitFor(".modal");
    expect.verifyErrors(["Odoo Server Error", "Odoo Server Error"]);
    expect(".o_zadarma_saved").toHaveText("");
    isBroken = false;
    await click(".modal .btn-primary");
    await click(".o_zadarma_note");
    await edit("Wants a cake!", {confirm: false});
    await advanceTime(1000);
    expect.verifySteps(["note Wants a cake!"]);
    expect(".o_zadarma_saved").toHaveText("Saved");
});

test("a contact without a company or a function shows neither", async () => {
    await start();
    const contact = {...cardOf(ringing()).contact, company: false};
    await show(ringing(), {contact});
    expect(".o_zadarma_card").toHaveText(/Baker/);
    expect(".o_zadarma_card").not.toHaveText(/false|,/);
    await show(ringing({id: 8}), {
        contact: {...contact, company: "Group", function: false},
    });
    await waitFor(".o_zadarma_card:contains(Group)");
    expect(".o_zadarma_card").not.toHaveText(/false|,/);
});

test("a card folds to one line: who, state, clock", async () => {
    await start();
    await show(ringing({state: "in_progress", spoke: true, elapsed: 61}));
    await click(".o_zadarma_fold");
    await waitForNone(".o_zadarma_card_body");
    expect(".o_zadarma_fold").toHaveText(/^Orchard\s*Talking\s*1:01/);
    expect(".o_zadarma_fold").toHaveAttribute("aria-expanded", "false");
    await advanceTime(4000);
    expect(".o_zadarma_clock").toHaveText("1:05");
    await click(".o_zadarma_fold");
    await waitFor(".o_zadarma_card_body");
});

test("a call that is over folds by itself, unless its card is used", async () => {
    onRpc("zadarma.call", "card_note", takes("note"));
    const over = {state: "ended", result: "answered", spoke: true, duration: 9};
    await start();
    await show(ringing({state: "in_progress", spoke: true}));
    await change("[data-phase=ended]", ringing(over));
    await advanceTime(FOLD - 100);
    expect(".o_zadarma_card_body").toHaveCount(1);
    await advanceTime(200);
    expect(".o_zadarma_card_body").toHaveCount(0);
    expect(".o_zadarma_card").toHaveCount(1);
    await show(ringing({id: 8, state: "in_progress", spoke: true}));
    await waitFor(".o_zadarma_note");
    tell(ringing({id: 8, ...over}));
    await animationFrame();
    await click(".o_zadarma_note");
    await advanceTime(FOLD);
    expect(".o_zadarma_note").toHaveCount(1);
});

test("a missed call stays until somebody saw it", async () => {
    await start();
    await show(ringing());
    await change("[data-phase=missed]", ringing({state: "ended", result: "missed"}));
    await advanceTime(3600000);
    expect(".o_zadarma_card[data-phase=missed]").toHaveCount(1);
    expect(".o_zadarma_card_body").toHaveCount(0);
});

test("a call that Zadarma refused stays open until it is put away", async () => {
    const own = {dialled: true, state: "requested"};
    await start();
    await show(ringing(own));
    const failed = ringing({...own, state: "ended", result: "failed"});
    server.cards[7] = cardOf(failed, {failure: "Insufficient funds"});
    await change(".o_zadarma_card .alert", failed);
    await advanceTime(60000);
    expect(".o_zadarma_card .alert").toHaveText("Insufficient funds");
});

test("cards go to another corner, and stay there", async () => {
    await start();
    await show(ringing());
    expect(".o_zadarma_cards").toHaveAttribute("data-corner", "bottom_left");
    await click(".o_zadarma_move");
    await animationFrame();
    expect(".o_zadarma_cards").toHaveAttribute("data-corner", "bottom_right");
    expect(chosenCorner(false)).toBe("bottom_right");
    expect(chosenCorner(true)).toBe("bottom_left", {message: "as wide as the page"});
    for (const corner of ["top_right", "top_left", "bottom_left"]) {
        await click(".o_zadarma_move");
        await animationFrame();
        expect(".o_zadarma_cards").toHaveAttribute("data-corner", corner);
    }
});

test("cards make way for what has the focus", async () => {
    await start();
    await show(ringing());
    const field = document.createElement("input");
    Object.assign(field.style, {position: "fixed", bottom: "20px", left: "20px"});
    document.querySelector(".o_web_client").append(field);
    field.focus();
    await animationFrame();
    expect(".o_zadarma_cards").toHaveAttribute("data-corner", "bottom_right");
    expect(chosenCorner(false)).toBe("bottom_left");
    field.blur();
    await animationFrame();
    expect(".o_zadarma_cards").toHaveAttribute("data-corner", "bottom_left");
    // as large as the page: there is no such corner
    Object.assign(field.style, {inset: "0", width: "100vw", height: "100vh"});
    field.focus();
    await animationFrame();
    await animationFrame();
    expect(".o_zadarma_card_body").toHaveCount(0);
    field.remove();
});

test("by shortcut and Escape, from wherever one is", async () => {
    await start();
    await show(ringing({state: "in_progress", spoke: true}));
    await show(ringing({id: 8}), {title: "Ana"});
    await waitFor(".o_zadarma_card:eq(1)");
    await click(".o_zadarma_fold:first");
    await animationFrame();
    await press(["alt", "shift", "p"]);
    await animationFrame();
    expect(".o_zadarma_note").toBeFocused();
    document.activeElement.blur();
    await press("Escape");
    await animationFrame();
    expect(queryAllTexts(".o_zadarma_status")).toEqual(["Incoming call"]);
    await press("Escape");
    await waitForNone(".o_zadarma_card");
    await press(["alt", "shift", "p"]);
});

test("a note is kept when the card goes before it was saved", async () => {
    onRpc("zadarma.call", "card_note", takes("note"));
    await start();
    await show(ringing({state: "in_progress", spoke: true}));
    await click(".o_zadarma_note");
    await edit("Wants a cake");
    await press("Escape");
    await waitForNone(".o_zadarma_card");
    expect.verifySteps(["note Wants a cake"]);
});

test("two calls that turn out to be one have both notes on one card", async () => {
    onRpc("zadarma.call", "card_note", takes("note"));
    await start();
    await show(ringing({state: "in_progress", spoke: true}));
    await show(ringing({id: 8, state: "in_progress", spoke: true}));
    await waitFor(".o_zadarma_card:eq(1)");
    server.cards[7].note = "Wants a cake";
    server.cards[7].tags = [1];
    server.cards[7].allTags = [{id: 1, name: "Delivery", color: 1}];
    delete server.cards[8];
    tell(
        ringing({state: "in_progress", spoke: true, absorbed: [8]}),
        // of news of one call that come together the last counts
        ringing({state: "in_progress", spoke: true})
    );
    await waitForNone(".o_zadarma_card:eq(1)");
    await waitFor(".o_zadarma_note:value(Wants a cake)");
    // what is typed meanwhile stays, too
    await click(".o_zadarma_note");
    await edit("By Friday");
    server.cards[7].note = "Wants a cake\nAnd a lift";
    tell(ringing({state: "in_progress", spoke: true, absorbed: [9]}));
    await waitFor(".o_zadarma_note:value(Wants a cake\nAnd a lift\nBy Friday)");
    await advanceTime(1000);
    expect.verifySteps(["note Wants a cake\nAnd a lift\nBy Friday"]);
});

test("an unknown caller: create or choose, none for who may not create", async () => {
    await start();
    await show(ringing({partner: false}));
    expect(".o_zadarma_card h2").toHaveText("+44 20 3769 1880");
    expect(".o_zadarma_create").toHaveCount(1);
    expect(".o_zadarma_choose").toHaveCount(1);
    expect(".o_zadarma_plan").toHaveCount(0);
    await show(ringing({id: 8, partner: false}), {canCreate: false});
    await waitFor(".o_zadarma_card:eq(1)");
    expect(".o_zadarma_choose").toHaveCount(1);
    expect(".o_zadarma_create").toHaveCount(0);
});

test("whoever called is called with a click once the call is over", async () => {
    onRpc("res.users", "zadarma_dial", ({args}) => {
        expect.step(`dialled ${args[0]}`);
        return {call_id: 9, state: "requested"};
    });
    await start();
    await show(ringing());
    expect(".o_zadarma_card .o_zadarma_call_button").toHaveCount(0);
    tell(ringing({state: "ended", result: "missed"}));
    await waitFor(".o_zadarma_card[data-phase=missed] .o_zadarma_call_button");
    await click(".o_zadarma_card .o_zadarma_call_button");
    await animationFrame();
    expect.verifySteps([`dialled ${CALLER}`]);
});

test("nobody calls a number that was withheld", async () => {
    await start();
    const news = ringing({partner: false, number: false});
    await show(news);
    tell({...news, state: "ended", result: "missed"});
    await waitFor(".o_zadarma_card[data-phase=missed]");
    expect(".o_zadarma_card .o_zadarma_call_button").toHaveCount(0);
});

test("a hidden caller is neither created nor chosen", async () => {
    await start();
    await show(ringing({partner: false, number: false}), {
        title: "Number withheld",
        numberText: "",
        country: false,
    });
    expect(".o_zadarma_card h2").toHaveText("Number withheld");
    expect(".o_zadarma_create, .o_zadarma_choose").toHaveCount(0);
});

test("several contacts with the number: one click chooses", async () => {
    onRpc("zadarma.call", "card_contact", ({args}) => {
        expect.step(`contact ${args[1]}`);
        server.cards[7] = cardOf(ringing());
        return true;
    });
    await start();
    await show(ringing({partner: false}), {
        candidates: [
            {id: 1, display_name: "Orchard"},
            {id: 2, display_name: "Ana"},
        ],
    });
    await click(".o_zadarma_candidates button:first");
    await waitFor(".o_zadarma_card h2 a");
    expect.verifySteps(["contact 1"]);
    expect(".o_zadarma_candidates").toHaveCount(0);
});

test("several calls are a stack, the latest open", async () => {
    await start();
    await show(ringing({id: 7, state: "in_progress", spoke: true}));
    await show(ringing({id: 8}), {title: "Ana"});
    await waitFor(".o_zadarma_card:eq(1)");
    expect(queryAllTexts(".o_zadarma_status")).toEqual(["Incoming call", "Talking"]);
    expect(".o_zadarma_card:eq(0) h2").toHaveCount(1);
    expect(".o_zadarma_card:eq(1) h2").toHaveCount(0);
    await click(".o_zadarma_open");
    await animationFrame();
    expect(".o_zadarma_card:eq(0) h2").toHaveCount(0);
    expect(".o_zadarma_card:eq(1) h2").toHaveCount(1);
});

test("the latest call is on top, whichever became known first", async () => {
    await start();
    await show(ringing({id: 8}), {title: "Ana"});
    await show(ringing({id: 7}));
    await waitFor(".o_zadarma_card:eq(1)");
    expect(".o_zadarma_card:eq(0) h2").toHaveCount(1);
    expect(".o_zadarma_card:eq(1) h2").toHaveCount(0);
});

test("keyboard and screen reader", async () => {
    await start();
    await show(ringing());
    expect(".o_zadarma_cards").toHaveAttribute("aria-label", "Calls");
    expect(".o_zadarma_card [role=alert]").toHaveText("Incoming call: Orchard");
    expect(".o_zadarma_clock").toHaveAttribute("aria-live", "off");
    expect(".o_zadarma_dismiss").toHaveAttribute("aria-label", "Dismiss");
    const labelled = document.querySelector(".o_zadarma_card");
    const label = document.getElementById(labelled.getAttribute("aria-labelledby"));
    expect(label).toHaveText("Orchard");
    document.querySelector(".o_zadarma_dismiss").focus();
    await press("Escape");
    await waitForNone(".o_zadarma_card");
});

test("name and earlier calls lead to their forms", async () => {
    mockService("action", {
        doAction: ({res_model, res_id}) => expect.step(`${res_model} ${res_id}`),
        loadState: () => true,
    });
    await start();
    await show(ringing());
    await click(".o_zadarma_card h2 a");
    await click(".o_zadarma_call");
    expect.verifySteps(["res.partner 1", "zadarma.call 7"]);
});

test("switched off: only own calls are shown", async () => {
    patchWithCleanup(session.zadarma, {card: false});
    await start();
    server.cards[7] = cardOf(ringing());
    tell(ringing());
    await show(ringing({id: 8, dialled: true}));
    expect(queryAllTexts(".o_zadarma_status")).toEqual(["Dialling"]);
});

test("figures have details, and urgent ones strike the eye", async () => {
    await start();
    await show(ringing(), {
        figures: [
            {
                label: "Overdue invoices",
                count: 1,
                detail: "1,200.00, 14 d",
                isUrgent: true,
                action: {},
            },
            {label: "Open orders", count: 2, detail: "", action: {}},
        ],
    });
    expect(queryAllTexts(".o_zadarma_figures button")).toEqual([
        "Overdue invoices11,200.00, 14 d",
        "Open orders2",
    ]);
    expect(".o_zadarma_urgent").toHaveText(/Overdue/);
    expect(".o_zadarma_urgent").toHaveCount(1);
});

test("what nobody calls about is looked for behind a click more", async () => {
    const models = [
        {model: "sale.order", name: "Sales Order", isLikely: true},
        {model: "res.partner.bank", name: "Bank Accounts", isLikely: false},
    ];
    onRpc("zadarma.call", "document_offers", () => ({offers: [], models}));
    await start();
    await show(ringing());
    await click(".o_zadarma_put_on");
    await waitFor(".o_zadarma_offers .dropdown-item");
    const shown = () => queryAllTexts(".o_zadarma_offers .dropdown-item");
    expect(shown()).toEqual(["Sales Order", "More…"]);
    await click(".o_zadarma_more");
    await animationFrame();
    expect(shown()).toEqual(["Sales Order", "Bank Accounts"]);
});

test("a call is put on a document, and taken off again", async () => {
    const order = {
        model: "sale.order",
        id: 4,
        name: "S00004",
        kind: "Sales Order",
        canRemove: true,
    };
    onRpc("zadarma.call", "document_offers", () => ({
        offers: [order],
        models: [{model: "sale.order", name: "Sales Order"}],
    }));
    onRpc("zadarma.call", "add_document", ({args}) => {
        expect.step(`add ${args[1]} ${args[2]}`);
        return [order];
    });
    onRpc("zadarma.call", "remove_document", ({args}) => {
        expect.step(`remove ${args[1]} ${args[2]}`);
        return [];
    });
    await start();
    await show(ringing());
    await click(".o_zadarma_put_on");
    await waitFor(".o_zadarma_offers .dropdown-item");
    expect(queryAllTexts(".o_zadarma_offers .dropdown-item")).toEqual([
        "S00004Sales Order",
        "Sales Order",
    ]);
    await click(".o_zadarma_offers .dropdown-item:first");
    await waitFor(".o_zadarma_document");
    expect(".o_zadarma_document").toHaveText(/S00004/);
    await click(".o_zadarma_take_off");
    await waitForNone(".o_zadarma_document");
    expect.verifySteps(["add sale.order 4", "remove sale.order 4"]);
});

test("a planned call is offered as done after the talk", async () => {
    const planned = [
        {id: 8, name: "Ask", about: "Orchard", date: "2026-10-05", whose: "Bohdan"},
    ];
    onRpc("zadarma.call", "card_done", ({args}) => {
        expect.step(`done ${args[1]}`);
        server.cards[7].planned = [];
        return true;
    });
    await start();
    await show(ringing(), {planned});
    expect(".o_zadarma_planned").toHaveCount(0);
    const ended = ringing({
        state: "ended",
        result: "answered",
        spoke: true,
        duration: 42,
    });
    server.cards[7] = cardOf(ended, {planned});
    await change(".o_zadarma_card[data-phase=ended]", ended);
    expect(".o_zadarma_planned").toHaveText(/Bohdan/);
    await click(".o_zadarma_planned");
    await waitForNone(".o_zadarma_planned");
    expect(".o_notification").toHaveText(/Ask is done/);
    expect.verifySteps(["done 8"]);
});

test("a planned call is done with the note that was typed last", async () => {
    const isKept = new Deferred();
    onRpc("zadarma.call", "card_note", async ({args}) => {
        await isKept;
        server.cards[7].note = args[1];
        expect.step(`kept ${args[1]}`);
        return true;
    });
    onRpc("zadarma.call", "card_done", () => {
        expect.step("done");
        return true;
    });
    await start();
    const planned = [{id: 8, name: "Ask", about: "Orchard", date: "2026-10-05"}];
    await show(ringing(), {planned});
    const ended = ringing({
        state: "ended",
        result: "answered",
        spoke: true,
        duration: 42,
    });
    server.cards[7] = cardOf(ended, {planned});
    await change(".o_zadarma_card[data-phase=ended]", ended);
    await click(".o_zadarma_note");
    await edit("Two ovens", {confirm: false});
    // leaving the note begins to keep it
    await click(".o_zadarma_planned");
    await animationFrame();
    expect.verifySteps([]);
    isKept.resolve();
    await waitFor(".o_notification:contains(Ask is done)");
    expect.verifySteps(["kept Two ovens", "done"]);
});

test("tags are chosen on the card", async () => {
    onRpc("zadarma.call", "card_tags", ({args}) => {
        expect.step(`tags ${args[1]}`);
        return true;
    });
    await start();
    await show(ringing({state: "in_progress", spoke: true}), {
        allTags: [
            {id: 1, display_name: "Delivery", color: 3},
            {id: 2, display_name: "Quality", color: 4},
        ],
        tags: [2],
    });
    expect(queryAllTexts(".o_zadarma_tags .o_tag")).toEqual(["Quality"]);
    await click(".o_zadarma_tag");
    await waitFor(".o_zadarma_tag_item");
    await click(".o_zadarma_tag_item:first");
    await animationFrame();
    expect(queryAllTexts(".o_zadarma_tags .o_tag")).toEqual(["Delivery", "Quality"]);
    await click(".o_zadarma_tag_item:last");
    await animationFrame();
    expect.verifySteps(["tags 2,1", "tags 1"]);
});
