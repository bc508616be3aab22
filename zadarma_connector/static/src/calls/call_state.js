// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

/** The shorter of two notations of a number that may be the same has so many digits. */
const FEWEST_DIGITS = 7;
const ORDER = ["requested", "ringing", "in_progress", "ended"];

/**
 * Where a call stands for this user.
 *
 * - `requested`, `dialling`: what the user began; Zadarma tells of hardly any outgoing
 *   call that somebody answered it, so this is all that is known until its end
 * - `ringing`: at the user's telephone
 * - `talking`
 * - `taken`: a colleague has it, `passed`: the user had it before
 * - `missed`, `ended`
 *
 * @param {Object} call what the server tells of it, see `_news` of zadarma.call
 * @returns {String}
 */
export function phase(call) {
    const talks = call.state === "in_progress";
    if (!call.dialled && call.speaker && !(call.spoke && !talks)) {
        return call.spoke ? "passed" : "taken";
    }
    if (talks) {
        return "talking";
    }
    if (call.state === "ended") {
        return call.dialled || call.spoke ? "ended" : "missed";
    }
    if (call.dialled) {
        return call.state === "requested" ? "requested" : "dialling";
    }
    return "ringing";
}

/** Whether what is told is older than what is known: a call only goes forward. */
export function isOlder(told, known) {
    return ORDER.indexOf(told.state) < ORDER.indexOf(known.state);
}

/**
 * Whether two texts are one telephone number: national or international, however it is
 * written.
 *
 * @param {String} one
 * @param {String} other
 * @returns {Boolean}
 */
export function isSameNumber(one, other) {
    const [shorter, longer] = [one, other]
        .map((number) => String(number || "").replace(/\D/g, ""))
        .map((digits) => digits.replace(/^0+/, ""))
        .sort((a, b) => a.length - b.length);
    return (
        shorter === longer ||
        (shorter.length >= FEWEST_DIGITS && longer.endsWith(shorter))
    );
}
