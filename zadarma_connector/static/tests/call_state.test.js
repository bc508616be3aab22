// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {expect, test} from "@odoo/hoot";
import {isOlder, isSameNumber, phase} from "@zadarma_connector/calls/call_state";

test("where a call stands for a user", () => {
    const incoming = {dialled: false, spoke: false, speaker: false};
    const outgoing = {...incoming, dialled: true};
    expect(phase({...incoming, state: "ringing"})).toBe("ringing");
    expect(phase({...incoming, state: "in_progress", spoke: true})).toBe("talking");
    expect(phase({...incoming, state: "in_progress", speaker: "Marc"})).toBe("taken");
    expect(phase({...incoming, state: "ended", speaker: "Marc"})).toBe("taken");
    expect(
        phase({...incoming, state: "in_progress", spoke: true, speaker: "Marc"})
    ).toBe("passed");
    expect(phase({...incoming, state: "ended", spoke: true, speaker: "Marc"})).toBe(
        "ended"
    );
    expect(phase({...incoming, state: "ended", spoke: true})).toBe("ended");
    expect(phase({...incoming, state: "ended"})).toBe("missed");
    expect(phase({...outgoing, state: "requested"})).toBe("requested");
    expect(phase({...outgoing, state: "ringing"})).toBe("dialling");
    expect(phase({...outgoing, state: "in_progress"})).toBe("talking");
    expect(phase({...outgoing, state: "ended"})).toBe("ended");
});

test("a call only goes forward", () => {
    expect(isOlder({state: "ringing"}, {state: "in_progress"})).toBe(true);
    expect(isOlder({state: "in_progress"}, {state: "in_progress"})).toBe(false);
    expect(isOlder({state: "ended"}, {state: "ringing"})).toBe(false);
});

test("one number in several notations", () => {
    expect(isSameNumber("+44 20 3769 1880", "+442037691880")).toBe(true);
    expect(isSameNumber("020 3769 1880", "+442037691880")).toBe(true);
    expect(isSameNumber("00442037691880", "+442037691880")).toBe(true);
    expect(isSameNumber("101", "101")).toBe(true);
    expect(isSameNumber("101", "+442037691101")).toBe(false);
    expect(isSameNumber("+442037691881", "+442037691880")).toBe(false);
    expect(isSameNumber(false, "+442037691880")).toBe(false);
});
