// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {advanceTime} from "@odoo/hoot-mock";
import {
    getService,
    makeMockEnv,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";
import {session} from "@web/session";
import {PRECEDENCE, isBusy} from "@zadarma_connector/open_customer/open_customer";
import {cardOf, defineCalls, ringing, tell} from "./card_helpers";

describe.current.tags("headless");
const server = defineCalls();
const TALKING = {state: "in_progress", spoke: true};

beforeEach(() => patchWithCleanup(session.zadarma, {opens: true}));

async function start() {
    await makeMockEnv();
    patchWithCleanup(getService("action"), {
        doAction: ({res_model, res_id}) => expect.step(`${res_model} ${res_id}`),
    });
}

async function hear(news) {
    server.cards[news.id] = cardOf(news);
    tell(news);
    await advanceTime(PRECEDENCE + 100);
}

test("the customer opens when the user picks up, once", async () => {
    await start();
    await hear(ringing());
    expect.verifySteps([]);
    await hear(ringing(TALKING));
    await hear(ringing(TALKING));
    await expect.waitForSteps(["res.partner 1"]);
});

test("of several tabs one opens it", async () => {
    await start();
    await hear(ringing());
    // another tab was first
    browser.localStorage.setItem(`${getService("zadarma_calls").prefix}opened`, "7");
    await hear(ringing(TALKING));
    expect.verifySteps([]);
});

test("of several tabs one opens it, though the others do not see yet what it stored", async () => {
    await start();
    await hear(ringing());
    const held = [];
    patchWithCleanup(browser, {
        navigator: {
            locks: {
                request: (name, options, use) =>
                    use(held.includes(name) ? null : {name}),
            },
        },
    });
    const {prefix} = getService("zadarma_calls");
    held.push(`${prefix}opened.7`);
    await hear(ringing(TALKING));
    expect.verifySteps([]);
    // a lock of another call stops nobody
    await hear(ringing({id: 8}));
    await hear(ringing({id: 8, ...TALKING}));
    await expect.waitForSteps(["res.partner 1"]);
});

test("nothing opens without a contact, for who dialled or for a colleague", async () => {
    await start();
    await hear(ringing({partner: false}));
    await hear(ringing({partner: false, ...TALKING}));
    await hear(ringing({id: 8, dialled: true}));
    await hear(ringing({id: 8, dialled: true, ...TALKING}));
    await hear(ringing({id: 9}));
    await hear(ringing({id: 9, state: "in_progress", speaker: "Olena"}));
    expect.verifySteps([]);
});

test("nothing opens unless it is wanted", async () => {
    session.zadarma.opens = false;
    await start();
    await hear(ringing());
    await hear(ringing(TALKING));
    expect.verifySteps([]);
});

test("nothing opens over something that is not saved", async () => {
    const fixture = document.createElement("div");
    document.body.append(fixture);
    for (const [html, busy] of [
        ['<div class="o_form_status_indicator_buttons invisible"></div>', false],
        ['<div class="o_form_status_indicator_buttons"></div>', true],
        ['<table><tr class="o_selected_row"></tr></table>', true],
        ['<div class="modal"></div>', true],
        ['<textarea class="o-mail-Composer-input"></textarea>', false],
        ['<textarea class="o-mail-Composer-input">Dear</textarea>', true],
    ]) {
        fixture.innerHTML = html;
        expect(isBusy()).toBe(busy, {message: html});
    }
    fixture.innerHTML = "<input>";
    const input = fixture.firstChild;
    input.focus();
    expect(isBusy()).toBe(false);
    input.value = "x";
    expect(isBusy()).toBe(true);
    fixture.remove();
});
