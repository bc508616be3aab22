// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onWillDestroy, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {formatDuration} from "../calls/format_duration";

/** Somebody's presence changed; to be given to `useLiveView`. */
export const PRESENCE = {
    channel: "zadarma_connector.presence",
    group: "zadarma_connector.group_zadarma_user",
    watch: ["zadarma.extension", "watch"],
    // who asks "is she free?" looks now
    pause: 100,
};

const COLORS = {
    free: "text-success",
    ringing: "text-warning",
    talking: "text-danger",
    away: "text-muted",
};

/**
 * A clock that goes on each second.
 *
 * @returns {Object} state: `now`, milliseconds; `since(at, seconds)` tells how many
 *      seconds it is now what was so many when they were read
 */
export function useClock() {
    const clock = useState({
        now: Date.now(),
        since(at, seconds) {
            return seconds + Math.max(0, Math.round((this.now - at) / 1000));
        },
    });
    const ticking = browser.setInterval(() => (clock.now = Date.now()), 1000);
    onWillDestroy(() => browser.clearInterval(ticking));
    return clock;
}

/** What somebody does, in a word, and for how long. */
export class Presence extends Component {
    static template = "zadarma_connector.Presence";
    static props = {presence: String, seconds: {type: Number, optional: true}};

    get color() {
        return COLORS[this.props.presence];
    }

    get text() {
        return {
            free: _t("Free"),
            ringing: _t("Ringing"),
            talking: _t("Talking"),
            away: _t("Away"),
        }[this.props.presence];
    }

    get duration() {
        const isOnThePhone = ["ringing", "talking"].includes(this.props.presence);
        return isOnThePhone && formatDuration(this.props.seconds);
    }
}
