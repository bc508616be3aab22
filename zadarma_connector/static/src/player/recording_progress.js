// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

/** Milliseconds between two looks. */
const PATIENCE = 2000;
const LABELS = {
    kept: (number) => _t("Kept in Odoo: %s", number),
    remote: (number) => _t("At Zadarma, played from there: %s", number),
    waiting: (number) => _t("Being fetched: %s", number),
    not_yet: (number) => _t("Not there yet, asked for again later: %s", number),
    gone: (number) => _t("Not there any more: %s", number),
    never: (number) => _t("Never made: %s", number),
    failed: (number) => _t("Failed, for the reason shown with the call: %s", number),
    deleted: (number) => _t("Deleted: %s", number),
};

/** How far the recordings of some calls are. Closing it stops nothing. */
class RecordingProgress extends Component {
    static template = "zadarma_connector.RecordingProgress";
    static components = {Dialog};
    static props = {callIds: Array, close: Function};

    setup() {
        this.orm = useService("orm");
        this.state = useState({numbers: {}});
        onWillStart(() => this.look());
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    async look() {
        const {callIds} = this.props;
        this.state.numbers = await this.orm.call("zadarma.call", "recording_progress", [
            callIds,
        ]);
        if (this.state.numbers.waiting) {
            this.timer = browser.setTimeout(() => this.look(), PATIENCE);
        }
    }

    get rows() {
        const {numbers} = this.state;
        return Object.keys(LABELS)
            .filter((state) => numbers[state])
            .map((state) => ({state, text: LABELS[state](numbers[state])}));
    }
    get total() {
        return Object.values(this.state.numbers).reduce((sum, one) => sum + one, 0);
    }
    get done() {
        return this.total - (this.state.numbers.waiting || 0);
    }
}

registry
    .category("lazy_components")
    .add("zadarma_connector.RecordingProgress", RecordingProgress);
