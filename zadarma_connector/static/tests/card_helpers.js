// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach} from "@odoo/hoot";
import {
    MockServer,
    makeMockEnv,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import {session} from "@web/session";
import {WebClient} from "@web/webclient/webclient";

export const CALLER = "+442037691880";

/** What the server would tell of a call that rings at the user's telephone. */
export function ringing(values = {}) {
    return {
        id: 7,
        state: "ringing",
        result: false,
        dialled: false,
        spoke: false,
        speaker: false,
        number: CALLER,
        elapsed: 3,
        duration: 0,
        partner: 1,
        ...values,
    };
}

/** What the server would show of that call. */
export function cardOf(news, values = {}) {
    return {
        ...news,
        title: "Orchard",
        failure: false,
        line: "+442037691881",
        numberText: "+44 20 3769 1880",
        country: {name: "United Kingdom", flag: "/flag.png"},
        contact: news.partner && {
            id: 1,
            name: "Orchard",
            company: "Orchard Group",
            function: "Baker",
            manager: "Olena",
            image: "/photo.png",
            activity: false,
        },
        isProbable: false,
        candidates: [],
        canCreate: true,
        newContact: {default_phone: "+44 20 3769 1880"},
        actions: [],
        earlier: [],
        figures: [],
        documents: [],
        canPutOn: true,
        planned: [],
        tags: [],
        allTags: [],
        note: "",
        outcome: false,
        outcomes: [
            {id: 5, display_name: "Solved"},
            {id: 6, display_name: "Wants a call back"},
        ],
        callBackOutcome: 6,
        activityTypes: [
            {
                id: 1,
                name: "Email",
                icon: "fa-envelope",
                isCall: false,
                date: "2026-10-05",
            },
            {id: 2, name: "Call", icon: "fa-phone", isCall: true, date: "2026-10-07"},
        ],
        ...values,
    };
}

/**
 * A server that knows some calls, by their ids, and which were asked for.
 *
 * @returns {{cards: Object, asked: Number[]}}
 */
export function defineCalls() {
    const server = {cards: {}, asked: []};
    defineMailModels();
    beforeEach(() => {
        server.cards = {};
        server.asked = [];
        patchWithCleanup(session, {
            zadarma: {
                extensions: [{id: 1, number: "101"}],
                card: true,
                webrtc: false,
                bar: {missed: [], waiting: []},
            },
        });
        onRpc("res.users", "zadarma_bar", () => ({missed: [], waiting: []}));
        onRpc("zadarma.call", "card_data", ({args}) => {
            server.asked.push(...args[0]);
            return args[0].map((id) => server.cards[id]).filter(Boolean);
        });
    });
    return server;
}

export async function start() {
    await makeMockEnv();
    await mountWithCleanup(WebClient);
}

/** Tell the user's tabs something, as the server does: all at once. */
export function tell(...news) {
    MockServer.env["bus.bus"]._sendmany(
        news.map((one) => [serverState.partnerId, "zadarma.call", one])
    );
}
