// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {BadgeField, badgeField} from "@web/views/fields/badge/badge_field";
import {formatDuration} from "../calls/format_duration";

/**
 * What a record's selection field says, in the user's language.
 *
 * @param {Object} record
 * @param {String} name of the field
 * @returns {String|undefined} nothing if it is empty
 */
export function textOf(record, name) {
    const option = record.fields[name].selection.find(
        ([value]) => value === record.data[name]
    );
    return option?.[1];
}

/** How a call ended; as long as it goes on, its state, with a clock while they talk. */
export class ResultField extends BadgeField {
    static template = "zadarma_connector.ResultField";

    setup() {
        super.setup();
        this.clock = useState({begin: 0, now: 0});
        useRecordObserver(({data: {state, elapsed}}) => {
            browser.clearInterval(this.ticking);
            this.clock.now = Date.now();
            this.clock.begin = this.clock.now - 1000 * elapsed;
            if (state === "in_progress") {
                this.ticking = browser.setInterval(
                    () => (this.clock.now = Date.now()),
                    1000
                );
            }
        });
        onWillUnmount(() => browser.clearInterval(this.ticking));
    }

    get isOver() {
        return this.props.record.data.state === "ended";
    }
    get badgeClass() {
        return this.isOver ? super.badgeClass : "text-bg-info";
    }
    get text() {
        const {record, name} = this.props;
        if (this.isOver) {
            return textOf(record, name);
        }
        const state = textOf(record, "state");
        if (record.data.state !== "in_progress") {
            return state;
        }
        // the timer may be a moment early
        const seconds = Math.round((this.clock.now - this.clock.begin) / 1000);
        return `${state} ${formatDuration(seconds)}`;
    }
}

registry.category("fields").add("zadarma_result", {
    ...badgeField,
    component: ResultField,
    displayName: _t("Call result"),
    supportedTypes: ["selection"],
    isEmpty: () => false,
    fieldDependencies: [
        {name: "state", type: "selection"},
        {name: "elapsed", type: "integer"},
    ],
});
