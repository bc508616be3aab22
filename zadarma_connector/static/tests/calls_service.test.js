// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {describe, expect, test} from "@odoo/hoot";
import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    getService,
    makeMockEnv,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";
import {session} from "@web/session";
import {FAREWELL, PATIENCE} from "@zadarma_connector/calls/calls_service";
import {CALLER, cardOf, defineCalls, ringing, tell} from "./card_helpers";

describe.current.tags("headless");
const server = defineCalls();

async function startService() {
    await makeMockEnv();
    return getService("zadarma_calls");
}

async function hear(...news) {
    const heard = new Deferred();
    patchWithCleanup(getService("zadarma_calls"), {
        digest() {
            const digested = super.digest();
            heard.resolve(digested);
            return digested;
        },
    });
    tell(...news);
    await heard;
}

function rings(id = 7) {
    const news = ringing({id});
    server.cards[id] = cardOf(news);
    return news;
}

const ids = (calls) => calls.list.map((call) => call.id);

test("users without an extension are told nothing and ask for nothing", async () => {
    patchWithCleanup(session, {zadarma: false});
    onRpc("card_data", () => expect.step("card_data"));
    await makeMockEnv();
    expect(getService("bus_service").isActive).toBe(false);
    expect.verifySteps([]);
});

test("a ringing call is known, with all that its card shows, until it ends", async () => {
    const calls = await startService();
    await hear(rings());
    const [call] = calls.list;
    expect(call.card.title).toBe("Orchard");
    const seconds = (Date.now() - call.since) / 1000;
    expect(seconds).toBeWithin(3, 4, {message: "by this browser's clock"});
    expect(calls.isCalling("020 3769 1880")).toBe(true);
    expect(calls.isCalling("+442037691881")).toBe(false);
    await hear(ringing({state: "in_progress", spoke: true}));
    expect(call.state).toBe("in_progress");
    await hear(ringing({state: "ended", spoke: true, duration: 42}));
    expect(call.state).toBe("ended");
    expect(calls.isCalling(CALLER)).toBe(false);
    expect(server.asked).toEqual([7], {message: "the server was asked once"});
});

test("the past that a new page is told shows nothing", async () => {
    const calls = await startService();
    await hear(rings(), ringing({state: "ended", result: "missed"}));
    await hear(ringing({id: 8, state: "ended"}));
    expect(ids(calls)).toEqual([]);
    expect(server.asked).toEqual([]);
});

test("nothing rings for ever", async () => {
    const calls = await startService();
    await hear(rings());
    await advanceTime(PATIENCE);
    expect(server.asked).toEqual([7, 7], {message: "the server was asked again"});
    expect(ids(calls)).toEqual([]);
});

test("news that were lost are made up for", async () => {
    const calls = await startService();
    await hear(rings());
    server.cards[7] = cardOf(ringing({state: "in_progress", spoke: true}));
    await advanceTime(PATIENCE);
    expect(calls.get(7).state).toBe("in_progress");
});

test("a call that the server does not know any more goes", async () => {
    const calls = await startService();
    await hear(rings());
    delete server.cards[7];
    await advanceTime(PATIENCE);
    expect(ids(calls)).toEqual([]);
});

test("what is over goes by itself, unless it was a talk or is being used", async () => {
    const calls = await startService();
    await hear(rings(1), rings(2), rings(3), rings(4));
    await hear(
        ringing({id: 1, state: "in_progress", speaker: "Marc"}),
        ringing({id: 2, state: "ended", result: "missed"}),
        ringing({id: 3, state: "ended", result: "answered", spoke: true, duration: 9}),
        ringing({id: 4, state: "ended", result: "missed"})
    );
    calls.keep(4);
    await advanceTime(FAREWELL.taken);
    expect(ids(calls)).toEqual([2, 3, 4]);
    await advanceTime(PATIENCE);
    expect(ids(calls)).toEqual([2, 3, 4], {message: "a missed call stays"});
});

test("missed calls stay until they are seen, however many", async () => {
    const calls = await startService();
    const many = [1, 2, 3, 4, 5];
    await hear(...many.map((id) => rings(id)));
    await hear(...many.map((id) => ringing({id, state: "ended", result: "missed"})));
    expect(ids(calls)).toEqual(many);
    many.forEach((id) => calls.see(id));
    await hear(ringing({id: 5, state: "ended", result: "missed"}));
    expect(ids(calls)).toEqual([3, 4, 5]);
});

test("whoever never puts a card away is not buried", async () => {
    const calls = await startService();
    const many = [1, 2, 3, 4, 5];
    await hear(...many.map((id) => rings(id)));
    const over = {state: "ended", result: "answered", spoke: true, duration: 9};
    await hear(...many.map((id) => ringing({id, ...over})));
    expect(ids(calls)).toEqual([3, 4, 5]);
});

test("what was put away stays away, in all tabs", async () => {
    const calls = await startService();
    await hear(rings(7), rings(8));
    calls.dismiss(7);
    expect(ids(calls)).toEqual([8]);
    await hear(ringing({state: "in_progress", spoke: true}));
    expect(ids(calls)).toEqual([8]);
    // as another tab hears it
    browser.dispatchEvent(
        new StorageEvent("storage", {
            key: `${calls.prefix}8`,
            newValue: JSON.stringify({time: 0, away: true}),
        })
    );
    expect(ids(calls)).toEqual([]);
});

test("a reload brings back what was shown, as it is by then", async () => {
    server.cards[7] = cardOf(ringing({state: "in_progress", spoke: true}));
    server.cards[8] = cardOf(ringing({id: 8}));
    const {prefix} = await startService();
    const stored = (id, away, time = Date.now()) =>
        browser.localStorage.setItem(prefix + id, JSON.stringify({time, away}));
    stored(7, false);
    stored(8, true);
    stored(9, false, Date.now() - 13 * 3600 * 1000);
    const calls = getService("zadarma_calls");
    await calls.restore();
    expect(ids(calls)).toEqual([7]);
    expect(calls.get(7).state).toBe("in_progress");
    expect(server.asked).toEqual([7]);
    expect(browser.localStorage.getItem(`${prefix}9`)).toBe(null);
});

test("an answer that comes late does not turn the call back", async () => {
    const calls = await startService();
    await hear(rings());
    calls.get(7).state = "in_progress";
    await calls.load([7]);
    expect(calls.get(7).state).toBe("in_progress");
});

test("of two answers, that of the question asked last counts", async () => {
    const calls = await startService();
    const [isAsked, answer] = [new Deferred(), new Deferred()];
    const requested = ringing({state: "requested", dialled: true});
    server.cards[7] = cardOf(requested);
    let isFirst = true;
    onRpc("zadarma.call", "card_data", async () => {
        const told = [server.cards[7]];
        if (isFirst) {
            isFirst = false;
            isAsked.resolve();
            await answer;
        }
        return told;
    });
    tell(requested);
    await isAsked;
    const refused = {...requested, state: "ended", result: "failed"};
    server.cards[7] = cardOf(refused, {failure: "Not registered"});
    await hear(refused);
    answer.resolve();
    await animationFrame();
    expect(calls.get(7).card.failure).toBe("Not registered");
});

test("the contact is asked for anew when somebody chose it", async () => {
    const calls = await startService();
    await hear(rings());
    server.cards[7] = cardOf(ringing({partner: 1}), {title: "Ana"});
    server.cards[7].contact.id = 2;
    await hear(ringing({partner: 2}));
    expect(calls.get(7).card.title).toBe("Ana");
});

test("a call that was just asked for is shown at once", async () => {
    patchWithCleanup(session.zadarma, {card: false});
    const calls = await startService();
    server.cards[7] = cardOf(ringing({state: "requested", dialled: true}));
    await calls.track(7);
    expect(calls.isWanted(calls.get(7))).toBe(true);
    await hear(rings(8));
    expect(calls.isWanted(calls.get(8))).toBe(false, {message: "switched off"});
    await calls.track(8);
    expect(calls.isWanted(calls.get(8))).toBe(true, {message: "asked for"});
});
