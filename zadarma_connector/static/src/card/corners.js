// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {browser} from "@web/core/browser/browser";
import {user} from "@web/core/user";

const CORNERS = ["bottom_left", "bottom_right", "top_right", "top_left"];
/** On a telephone's width the cards are as wide as the page. */
const EDGES = ["bottom_left", "top_left"];
const USED = "input, select, textarea, button, a[href], [contenteditable]";

const key = () => `zadarma_connector.corner.${user.userId}`;

/** The corner that this user chose in this browser. */
export function chosenCorner(isSmall) {
    const corner = browser.localStorage.getItem(key());
    const known = CORNERS.includes(corner) ? corner : CORNERS[0];
    return isSmall ? known.replace("right", "left") : known;
}

/** Choose the next corner, clockwise from the left below to the left above. */
export function chooseNextCorner(isSmall) {
    const corners = isSmall ? EDGES : CORNERS;
    const next = corners.indexOf(chosenCorner(isSmall)) + 1;
    browser.localStorage.setItem(key(), corners[next % corners.length]);
}

/** Put an element where it covers nothing that has the focus; as chosen, if it may.
 *
 * @returns {Boolean} whether it found such a corner
 */
export function place(el, isSmall) {
    const chosen = chosenCorner(isSmall);
    el.dataset.corner = chosen;
    const used = document.activeElement?.closest(USED);
    // what lies above the cards is not covered by them
    if (!used || el.contains(used) || used.closest(".o-overlay-container")) {
        return true;
    }
    const corners = new Set([chosen, ...(isSmall ? EDGES : CORNERS)]);
    for (const corner of corners) {
        el.dataset.corner = corner;
        if (!overlap(el.getBoundingClientRect(), used.getBoundingClientRect())) {
            return true;
        }
    }
    el.dataset.corner = chosen;
    return false;
}

function overlap(one, other) {
    return (
        one.left < other.right &&
        other.left < one.right &&
        one.top < other.bottom &&
        other.top < one.bottom
    );
}
