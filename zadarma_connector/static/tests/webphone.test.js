// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {beforeEach, expect, getFixture, test} from "@odoo/hoot";
import {advanceTime, animationFrame, tick} from "@odoo/hoot-mock";
import {allowTranslations, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {assets} from "@web/core/assets";
import {browser} from "@web/core/browser/browser";
import {session} from "@web/session";
import {Dialling} from "@zadarma_connector/call_button/dialling_service";
import {Webphone} from "@zadarma_connector/webphone/webphone";
import {startPhone} from "@zadarma_connector/webphone_service/webphone_service";

const NUMBER = "+442037691880";
const PHONE = {
    extension_id: 7,
    url: "https://my.zadarma.com",
    key: "key",
    login: "4321-101",
    shape: "rounded",
    position: "bottom_right",
    language: "en",
};

/** A browser's lock and channel, and the widget that the scripts bring. */
let waiting, channels, warnings, started, blocked, line, answer;

class Channel {
    constructor() {
        channels.push(this);
    }
    postMessage(data) {
        for (const other of channels.filter((one) => one !== this)) {
            other.onmessage({data});
        }
    }
}

beforeEach(() => {
    allowTranslations();
    waiting = [];
    channels = [];
    warnings = [];
    started = [];
    blocked = false;
    answer = undefined;
    patchWithCleanup(session, {zadarma: {extensions: [{id: 7}], webrtc: true}});
    patchWithCleanup(browser, {
        BroadcastChannel: Channel,
        navigator: {
            locks: {
                request: (name, callback) => {
                    waiting.push(callback);
                    if (waiting.length === 1) {
                        callback();
                    }
                },
            },
        },
    });
    patchWithCleanup(assets, {
        loadJS: async (url) => {
            if (blocked) {
                throw new Error("blocked");
            }
            expect.step(url.match(/loader-phone-(\w+)/)[1]);
        },
    });
    const box = document.createElement("div");
    box.id = "zdrmWPhI";
    line = document.createElement("div");
    line.className = "zdrm-webrtc-error";
    box.append(line);
    getFixture().append(box);
    patchWithCleanup(window, {
        zdrmWPhI: {apiWidget: {call: (number) => (expect.step(number), answer)}},
        zadarmaWidgetFn: (...args) => started.push(args),
    });
});

function openTab(key = async () => PHONE) {
    return new Webphone({
        notification: {add: (text, {title}) => warnings.push(`${text} ${title}`)},
        orm: {silent: {call: key}},
    });
}

async function settle() {
    await tick();
    for (let second = 0; second < 4; second++) {
        await advanceTime(1000);
        await animationFrame();
    }
}

test("without the account's consent nothing is asked for, locked or loaded", async () => {
    patchWithCleanup(session, {zadarma: {extensions: [{id: 7}], webrtc: false}});
    patchWithCleanup(assets, {loadBundle: async (name) => expect.step(name)});
    const service = startPhone({orm: {silent: {call: () => expect.step("key")}}});
    await settle();
    expect(await service.find(7)).toBe(false);
    expect(waiting).toEqual([]);
    expect.verifySteps([]);
});

test("its code is loaded by who has one; if it cannot be, there is none", async () => {
    patchWithCleanup(assets, {loadBundle: async (name) => expect.step(name)});
    const services = {
        notification: {add: (text, {title}) => warnings.push(`${text} ${title}`)},
        orm: {silent: {call: async () => PHONE}},
    };
    const service = startPhone(services);
    await settle();
    expect.verifySteps(["zadarma_connector.assets_webphone", "lib", "fn"]);
    expect(await service.find(7)).toBe(true);
    const dialling = service.call(NUMBER);
    await settle();
    expect(await dialling).toBe("");
    expect.verifySteps([NUMBER]);
    patchWithCleanup(assets, {
        loadBundle: async () => {
            throw new Error("offline");
        },
    });
    expect(await startPhone(services).find(7)).toBe(false);
});

test("it starts with the key and the full login, and dials", async () => {
    const tab = openTab();
    await settle();
    expect.verifySteps(["lib", "fn"]);
    expect(started).toEqual([
        ["key", "4321-101", "rounded", "en", true, {bottom: "10px", right: "80px"}],
    ]);
    expect(await tab.find(7)).toBe(true);
    expect(await tab.find(8)).toBe(false);
    const dialling = tab.call(NUMBER);
    await settle();
    expect(await dialling).toBe("");
    expect.verifySteps([NUMBER]);
    expect(warnings).toEqual([]);
});

test("only one tab has it, and others dial through that one", async () => {
    openTab();
    const other = openTab(() => expect.step("a second key"));
    await settle();
    expect.verifySteps(["lib", "fn"]);
    expect(await other.find(7)).toBe(true);
    const dialling = other.call(NUMBER);
    await settle();
    expect(await dialling).toBe("");
    expect.verifySteps([NUMBER]);
});

test("a tab that nobody looks at is slow, and nobody is called twice", async () => {
    const phone = openTab();
    const other = openTab();
    await settle();
    // its timers come late
    let wake = null;
    phone.pause = () => new Promise((resolve) => (wake = resolve));
    const dialling = other.call(NUMBER);
    await settle();
    wake();
    expect(await dialling).toBe("");
    // it hears late, when the telephone has been asked for long
    const [behind] = channels;
    const {onmessage} = behind;
    let late = null;
    behind.onmessage = (message) => (late = message);
    const second = other.call(NUMBER);
    await settle();
    expect(await second).toMatch(/does not answer/);
    onmessage(late);
    await settle();
    // it dies after it has heard
    behind.onmessage = onmessage;
    const third = other.call(NUMBER);
    await advanceTime(20_000);
    expect(await third).toBe("");
    expect.verifySteps(["lib", "fn", NUMBER, NUMBER]);
});

test("when its tab is closed the next one takes over", async () => {
    openTab();
    const other = openTab();
    await settle();
    channels.shift();
    const asked = other.find(7);
    await settle();
    expect(await asked).toBe(false);
    waiting[1]();
    await settle();
    expect(started).toHaveLength(2);
    expect(await other.find(7)).toBe(true);
    expect.verifySteps(["lib", "fn", "lib", "fn"]);
});

test("a tab that does not answer is told", async () => {
    openTab();
    const other = openTab();
    await settle();
    channels.shift();
    const dialling = other.call(NUMBER);
    await settle();
    expect(await dialling).toMatch(/does not answer/);
    expect.verifySteps(["lib", "fn"]);
});

test("each failure is one sentence, and the phone is not there", async () => {
    for (const [fail, sentence] of [
        [() => (line.textContent = "integrationDisabled: x"), /register its domain/],
        [() => (line.textContent = "Permission denied"), /microphone/],
        [() => (line.textContent = "odd"), /does not work: odd/],
        [() => (window.zdrmWPhI = undefined), /did not start/],
        [() => (blocked = true), /something blocks https:\/\/my.zadarma.com/],
    ]) {
        waiting = [];
        warnings = [];
        line.textContent = "";
        fail();
        const tab = openTab();
        await settle();
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toMatch(sentence);
        expect(warnings[0]).toMatch(/through your telephone/);
        const asked = tab.find(7);
        await settle();
        expect(await asked).toBe(false);
        channels = [];
    }
    expect.verifySteps(Array(4).fill(["lib", "fn"]).flat());
});

test("what the server says of a missing key is shown", async () => {
    for (const [data, sentence] of [
        [{message: "No key."}, /^No key\./],
        [undefined, /gave no key/],
    ]) {
        waiting = [];
        warnings = [];
        openTab(async () => {
            throw Object.assign(new Error(), {data});
        });
        await settle();
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toMatch(sentence);
    }
    expect.verifySteps([]);
});

test("without https there is no phone", async () => {
    patchWithCleanup(browser, {navigator: {}});
    const tab = openTab();
    expect(warnings[0]).toMatch(/https/);
    expect(await tab.find(7)).toBe(false);
});

test("the call button dials with it; what it cannot dial, the telephone does", async () => {
    const dialled = [];
    const rpc = {
        zadarma_dial: (args, {in_browser}) => {
            dialled.push(in_browser);
            const call = {call_id: dialled.length, state: "requested"};
            return in_browser ? {...call, number: NUMBER} : call;
        },
        zadarma_dial_failed: ([id]) => expect.step(`failed ${id}`),
    };
    const dialling = new Dialling({
        zadarma_webphone: openTab(),
        zadarma_calls: {
            isCalling: () => false,
            track: (id) => expect.step(`track ${id}`),
            dismiss: (id) => expect.step(`dismiss ${id}`),
        },
        orm: {call: async (model, method, ...args) => rpc[method](...args)},
    });
    await settle();
    let done = dialling.dial("020 3769 1880");
    await settle();
    await done;
    expect(dialled).toEqual([true]);
    expect.verifySteps(["lib", "fn", "track 1", NUMBER]);
    answer = "microphone: Permission denied";
    done = dialling.dial("020 3769 1881");
    await settle();
    await done;
    expect(dialled).toEqual([true, true, false]);
    expect.verifySteps(["track 2", NUMBER, "failed 2", "dismiss 2", "track 3"]);
    expect(warnings[0]).toMatch(/microphone/);
});
