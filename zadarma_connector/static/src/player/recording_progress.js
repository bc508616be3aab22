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
    kept: _t("kept in Odoo"),
    remote: _t("at Zadarma, played from there"),
    waiting: _t("being fetched"),
    not_yet: _t("not there yet, asked for again later"),
    gone: _t("not there any more"),
    never: _t("never made"),
    failed: _t("failed; the reason is shown with the call"),
    deleted: _t("deleted"),
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
            .map((state) => ({state, label: LABELS[state], number: numbers[state]}));
    }
    get total() {
        return this.rows.reduce((sum, {number}) => sum + number, 0);
    }
    get done() {
        return this.total - (this.state.numbers.waiting || 0);
    }
}

registry
    .category("lazy_components")
    .add("zadarma_connector.RecordingProgress", RecordingProgress);
