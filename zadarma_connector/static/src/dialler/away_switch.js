// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;

/** Not to be disturbed for a while: an hour with one click, or until a time of day. */
export class AwaySwitch extends Component {
    static template = "zadarma_connector.AwaySwitch";
    static props = {
        // UTC as Odoo writes it, or false
        away: {type: [String, Boolean], optional: true},
        onAway: Function,
    };

    setup() {
        this.orm = useService("orm").silent;
        this.state = useState({calls: ""});
        onWillStart(() => void this.load(this.props.away));
        onWillUpdateProps(({away}) => void this.load(away));
    }

    /** What becomes of the calls meanwhile. */
    async load(away) {
        this.state.calls = away
            ? await this.orm.call("res.users", "zadarma_away_calls")
            : "";
    }

    /** As the browser's input for times has it. */
    get time() {
        return deserializeDateTime(this.props.away).toFormat("HH:mm");
    }

    go() {
        return this.props.onAway(serializeDateTime(DateTime.now().plus({hours: 1})));
    }

    comeBack() {
        return this.props.onAway(false);
    }

    /** The next time that the clock shows this. */
    change(text) {
        if (!text) {
            return;
        }
        const [hour, minute] = text.split(":").map(Number);
        const now = DateTime.now();
        const today = now.set({hour, minute, second: 0, millisecond: 0});
        const until = today > now ? today : today.plus({days: 1});
        return this.props.onAway(serializeDateTime(until));
    }
}
