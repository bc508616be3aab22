// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {Component, useState, xml} from "@odoo/owl";
import {
    click,
    manuallyDispatchProgrammaticEvent,
    press,
    queryOne,
    waitFor,
    waitForNone,
} from "@odoo/hoot-dom";
import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {assets} from "@web/core/assets";
import {ZadarmaPlayer} from "@zadarma_connector/player/player";
import {formatDuration} from "@zadarma_connector/calls/format_duration";

class Call extends models.Model {
    _name = "zadarma.call";

    can_listen = fields.Boolean();
    recording_state = fields.Selection({
        selection: [
            ["kept", "Kept in Odoo"],
            ["not_yet", "Not there yet"],
        ],
    });

    _records = [
        {id: 1, can_listen: true, recording_state: "kept"},
        {id: 2, can_listen: true, recording_state: "not_yet"},
        {id: 3, can_listen: false, recording_state: "kept"},
        {id: 4, can_listen: true},
    ];
}
defineMailModels();
defineModels([Call]);

const TRACK = {
    id: 7,
    state: "kept",
    label: "Olena",
    playable: true,
    text: "",
    phrases: [],
    transcript: "",
};

/** Sound that needs no server. */
const SILENCE =
    "data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";

/** Let the server tell this of the call's recordings. */
function told(values) {
    const data = {duration: 65, requestable: false, transcribable: false, tracks: []};
    Object.assign(data, values);
    onRpc("zadarma.call", "recording_player", () => data);
    return data;
}

test("times are minutes, and hours when there are any", () => {
    expect([0, 59.9, 65, 3605, undefined].map(formatDuration)).toEqual([
        "0:00",
        "0:59",
        "1:05",
        "1:00:05",
        "0:00",
    ]);
});

test("a list has a button for what may be heard, named by its state", async () => {
    await mountView({
        type: "list",
        resModel: "zadarma.call",
        arch: `<list><field name="recording_state" widget="zadarma_player"/></list>`,
    });
    expect(".o_zadarma_listen").toHaveCount(2);
    expect(".o_data_row:eq(0) .o_zadarma_listen").toHaveAttribute(
        "aria-label",
        "Kept in Odoo"
    );
    expect(".o_data_row:eq(1) .o_zadarma_listen i").toHaveClass("fa-hourglass-half");
});

test("a player that is opened has the keyboard, and gives it back", async () => {
    patchWithCleanup(assets, {loadBundle: async (name) => expect.step(name)});
    patchWithCleanup(HTMLMediaElement.prototype, {
        play: async () => expect.step("play"),
    });
    told({tracks: [TRACK]});
    onRpc("zadarma.recording", "listen", () => ({url: SILENCE, listening_id: 3}));
    await mountView({
        type: "list",
        resModel: "zadarma.call",
        arch: `<list><field name="recording_state" widget="zadarma_player"/></list>`,
    });
    expect.verifySteps([]);
    queryOne(".o_data_row:eq(0) .o_zadarma_listen").focus();
    await press("Enter");
    await waitFor(".o_popover .o_zadarma_player");
    expect(".o_zadarma_player [title^=Space]").toBeFocused();
    await animationFrame();
    expect.verifySteps(["zadarma_connector.assets_player", "play"]);
    await press("Escape");
    await waitForNone(".o_zadarma_player");
    expect(".o_data_row:eq(0) .o_zadarma_listen").toBeFocused();
});

describe("the player", () => {
    test("is not there when there is nothing to hear", async () => {
        told({});
        await mountWithCleanup(ZadarmaPlayer, {props: {callId: 1}});
        expect(".o_zadarma_player").toHaveCount(0);
    });

    test("tells and plays nothing of a call that was shown before", async () => {
        const [answer, sound] = [new Deferred(), new Deferred()];
        patchWithCleanup(HTMLMediaElement.prototype, {
            play: async () => expect.step("play"),
        });
        onRpc("zadarma.call", "recording_player", async ({args: [[id]]}) => {
            if (id === 2) {
                await answer;
            }
            const tracks = [{...TRACK, id}];
            return {duration: id, requestable: false, transcribable: false, tracks};
        });
        onRpc("zadarma.recording", "listen", async () => {
            expect.step("listen");
            await sound;
            return {url: SILENCE, listening_id: 3};
        });
        class Parent extends Component {
            static components = {ZadarmaPlayer};
            static props = ["*"];
            static template = xml`<ZadarmaPlayer callId="state.id" />`;

            setup() {
                this.state = useState({id: 1});
            }
        }
        const {state} = await mountWithCleanup(Parent);
        await click(".o_zadarma_play");
        await animationFrame();
        state.id = 2;
        await animationFrame();
        state.id = 3;
        await animationFrame();
        answer.resolve();
        sound.resolve();
        await animationFrame();
        expect(".o_zadarma_time").toHaveText("0:00 / 0:03");
        expect("audio").not.toHaveAttribute("src");
        expect.verifySteps(["listen"]);
    });

    test("is stopped before it began, and nobody is told of a fault", async () => {
        patchWithCleanup(HTMLMediaElement.prototype, {
            async play() {
                expect.step("play");
                throw new DOMException("interrupted by pause()", "AbortError");
            },
        });
        told({tracks: [TRACK]});
        onRpc("zadarma.recording", "listen", () => ({url: SILENCE, listening_id: 3}));
        await mountWithCleanup(ZadarmaPlayer, {props: {callId: 1}});
        await click(".o_zadarma_play");
        await animationFrame();
        expect.verifySteps(["play"]);
    });

    test("shows the total time before anybody listens, which nothing notes", async () => {
        told({tracks: [TRACK]});
        onRpc("zadarma.recording", "listen", () => expect.step("listen"));
        await mountWithCleanup(ZadarmaPlayer, {props: {callId: 1}});
        expect(".o_zadarma_time").toHaveText("0:00 / 1:05");
        expect(".o_zadarma_parts").toHaveCount(0);
        expect(".o_zadarma_seek").not.toBeEnabled();
        expect.verifySteps([]);
    });

    test("asks for a recording and plays it when it has come", async () => {
        const data = told({requestable: true});
        patchWithCleanup(HTMLMediaElement.prototype, {play: async () => {}});
        onRpc("zadarma.recording", "listen", () => {
            expect.step("listen");
            return {listening_id: 1, url: SILENCE};
        });
        onRpc("zadarma.call", "request_recordings", () => {
            expect.step("request");
            data.requestable = false;
            data.tracks = [
                {...TRACK, playable: false, state: "waiting", text: "On its way."},
            ];
            return data;
        });
        await mountWithCleanup(ZadarmaPlayer, {props: {callId: 1}});
        await click(".o_zadarma_request");
        await waitFor(".o_zadarma_missing:contains(On its way.)");
        data.tracks = [TRACK];
        await advanceTime(3000);
        await animationFrame();
        expect(".o_zadarma_play").toHaveCount(1);
        expect(".o_zadarma_missing").toHaveCount(0);
        expect.verifySteps(["request", "listen"]);
    });

    test("has the parts in order, and the speed on the keyboard", async () => {
        told({tracks: [TRACK, {...TRACK, id: 8, label: false}]});
        patchWithCleanup(HTMLMediaElement.prototype, {play: async () => {}});
        onRpc("zadarma.recording", "listen", () => {
            expect.step("listen");
            return {url: SILENCE, listening_id: 3};
        });
        await mountWithCleanup(ZadarmaPlayer, {props: {callId: 1}});
        expect(".o_zadarma_parts button:eq(0)").toHaveText("Part 1 · Olena");
        expect(".o_zadarma_parts button:eq(1)").toHaveText("Part 2");
        await click(".o_zadarma_speed");
        await animationFrame();
        expect(".o_zadarma_speed").toHaveText("1.25×");
        await press("ArrowDown");
        await animationFrame();
        expect(".o_zadarma_speed").toHaveText("1×");
        // on a button the space bar is the button's
        await press(" ");
        expect.verifySteps([]);
        queryOne(".o_zadarma_player [title^=Space]").focus();
        await press(" ");
        expect.verifySteps(["listen"]);
    });

    test("asks once for another link, then says that it cannot be played", async () => {
        told({tracks: [TRACK]});
        patchWithCleanup(HTMLMediaElement.prototype, {play: async () => {}});
        onRpc("zadarma.recording", "listen", ({args}) => {
            expect.step(`listen ${args[1]}`);
            return {url: SILENCE, listening_id: 3};
        });
        await mountWithCleanup(ZadarmaPlayer, {props: {callId: 1}});
        await click(".o_zadarma_play");
        await animationFrame();
        const fail = async () => {
            await manuallyDispatchProgrammaticEvent(queryOne("audio"), "error");
            await animationFrame();
        };
        await fail();
        expect(".o_zadarma_player [role=alert]").toHaveCount(0);
        await fail();
        expect(".o_zadarma_player [role=alert]").toHaveText(
            /^The recording cannot be played/
        );
        // the second one is the same listening
        expect.verifySteps(["listen null", "listen 3"]);
    });

    test("shows what was said, and by whom", async () => {
        const phrases = [
            {start: 0.5, text: "good morning", speaker: "Olena", ours: true},
            {start: 62, text: "the invoice", speaker: "Orchard", ours: false},
        ];
        told({tracks: [{...TRACK, phrases}]});
        await mountWithCleanup(ZadarmaPlayer, {props: {callId: 1}});
        expect(".o_zadarma_phrase").toHaveCount(2);
        expect(".o_zadarma_phrase:eq(1) .o_zadarma_time").toHaveText("1:02");
        expect(".o_zadarma_phrase:eq(1) b").toHaveText("Orchard");
        expect(".o_zadarma_phrase:eq(1) span:last").toHaveText("the invoice");
    });
});
