// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const ICONS = {
    done: "fa-check-circle text-success",
    left: "fa-circle-thin text-warning",
    away: "fa-minus-circle text-muted",
};

/** The steps of the set-up: each with a tick, what is missing, and its buttons. */
export class SetupSteps extends Component {
    static template = "zadarma_connector.SetupSteps";
    static props = {...standardFieldProps};

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    get progress() {
        const done = this.steps.filter(({state}) => state === "done").length;
        return _t("Steps done: %(done)s of %(all)s", {done, all: this.steps.length});
    }

    icon({state}) {
        return ICONS[state];
    }

    label({state}) {
        return {done: _t("Done"), left: _t("Not yet"), away: _t("Dismissed")}[state];
    }

    /** The first step that is left is the one to do next. */
    isNext(step) {
        return step === this.steps.find(({state}) => state === "left");
    }

    async press(name, step, choice = "") {
        const {record} = this.props;
        // who connects an account usually sits where its clock is set to
        const {timeZone} = new Intl.DateTimeFormat().resolvedOptions();
        const context = {
            browser_tz: timeZone,
            setup_step: step,
            setup_choice: choice,
        };
        await this.env.onClickViewButton({
            clickParams: {name, type: "object", context},
            getResParams: () => ({
                context: record.context,
                evalContext: record.evalContext,
                resModel: record.resModel,
                resId: record.resId,
                resIds: record.resIds,
            }),
        });
    }
}

registry.category("lazy_components").add("zadarma_connector.SetupSteps", SetupSteps);
