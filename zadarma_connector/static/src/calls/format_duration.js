// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

/**
 * Seconds as people read them on a phone: 0:07, 12:30, 1:02:03.
 *
 * @param {Number} seconds what is no number counts as none
 * @returns {String}
 */
export function formatDuration(seconds) {
    const known = Number.isFinite(seconds) ? seconds : 0;
    return luxon.Duration.fromObject({seconds: known}).toFormat(
        known < 3600 ? "m:ss" : "h:mm:ss"
    );
}
