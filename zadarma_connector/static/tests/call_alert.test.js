// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {after, describe, expect, test} from "@odoo/hoot";
import {animationFrame} from "@odoo/hoot-mock";
import {makeMockEnv, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";
import {cardOf, defineCalls, ringing, tell} from "./card_helpers";

describe.current.tags("headless");
const server = defineCalls();

/**
 * Locks and notifications of a browser.
 *
 * @param {String[]} taken names of the locks that other tabs hold
 * @param {String} permission whether the user consented
 */
function fakeBrowser(taken, permission = "granted") {
    class Notification extends EventTarget {
        static permission = permission;
        constructor(title, {body}) {
            super();
            expect.step(`shown: ${title}, ${body}`);
        }
        close() {
            expect.step("closed");
        }
    }
    Object.defineProperty(document, "hidden", {value: true, configurable: true});
    after(() => delete document.hidden);
    patchWithCleanup(browser, {
        Notification,
        navigator: {
            locks: {
                request: (name, options, use) => use(!taken.includes(name) && {name}),
                query: async () => ({held: taken.map((name) => ({name}))}),
            },
        },
    });
}

async function rings(news = ringing()) {
    server.cards[7] = cardOf(news);
    await makeMockEnv();
    tell(news);
    for (let frame = 0; frame < 5; frame++) {
        await animationFrame();
    }
}

test("a call that rings while nobody looks is notified until it is answered", async () => {
    fakeBrowser([]);
    await rings();
    await expect.waitForSteps(["shown: Orchard is calling, Orchard Group"]);
    tell(ringing({state: "in_progress", spoke: true}));
    await expect.waitForSteps(["closed"]);
});

for (const [reason, taken, permission] of [
    ["another tab notifies", ["zadarma_connector.alert.7"]],
    ["somebody looks at another tab", ["zadarma_connector.looked_at"]],
    ["nobody was asked", [], "default"],
    ["the user does not want to", [], "denied"],
]) {
    test(`no notification when ${reason}`, async () => {
        fakeBrowser(taken, permission);
        await rings();
        expect.verifySteps([]);
    });
}
