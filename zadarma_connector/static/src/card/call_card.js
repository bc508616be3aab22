// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {deserializeDate, deserializeDateTime, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {SelectCreateDialog} from "@web/views/view_dialogs/select_create_dialog";
import {ask, canAsk} from "../calls/call_alert";
import {phase} from "../calls/call_state";
import {formatDuration} from "../fields/duration_field";
import {ListenButton} from "../player_field/player_field";

const RESULTS = {
    answered: _t("Ended"),
    missed: _t("Missed"),
    rejected: _t("Rejected"),
    no_answer: _t("No answer"),
    busy: _t("Busy"),
    cancelled: _t("Cancelled"),
    failed: _t("Failed"),
};
const COLORS = {
    requested: "primary",
    dialling: "primary",
    ringing: "primary",
    talking: "success",
    missed: "danger",
};
/** Phases in which time passes. */
const RUNNING = ["dialling", "ringing", "talking", "passed"];

/** A call, as long as it goes on and until somebody puts it away. */
export class CallCard extends Component {
    static template = "zadarma_connector.CallCard";
    static components = {ListenButton};
    static props = {call: Object, isOpen: Boolean, onOpen: Function};

    setup() {
        this.service = useService("zadarma_calls");
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({
            now: Date.now(),
            canAsk: canAsk(),
            note: this.card.note,
            isPlanning: false,
        });
        const clock = browser.setInterval(() => (this.state.now = Date.now()), 1000);
        onWillUnmount(() => browser.clearInterval(clock));
        this.saveNoteSoon = useDebounced(() => this.saveNote(), 800, {
            execBeforeUnmount: true,
        });
    }

    get call() {
        return this.props.call;
    }

    get card() {
        return this.call.card;
    }

    get phase() {
        return phase(this.call);
    }

    get color() {
        return COLORS[this.phase] || "secondary";
    }

    get status() {
        const {speaker, result} = this.call;
        switch (this.phase) {
            case "requested":
                return _t("Calling your telephone");
            case "dialling":
                return _t("Dialling");
            case "ringing":
                return _t("Incoming call");
            case "talking":
                return _t("Talking");
            case "taken":
                return _t("Answered by %s", speaker);
            case "passed":
                return _t("Passed on to %s", speaker);
            default:
                return RESULTS[result] || _t("Ended");
        }
    }

    get clock() {
        const {since, duration} = this.call;
        if (RUNNING.includes(this.phase)) {
            const seconds = Math.round((this.state.now - since) / 1000);
            return formatDuration(Math.max(0, seconds));
        }
        return this.phase === "ended" && duration ? formatDuration(duration) : "";
    }

    get name() {
        const {contact, numberText, title} = this.card;
        return contact ? title : numberText || title;
    }

    /** What a screen reader says when this card appears. */
    get announcement() {
        return this.phase === "ringing"
            ? _t("Incoming call: %s", this.name)
            : `${this.status}: ${this.name}`;
    }

    /** Whether there is something to note: it was spoken, or nobody took it. */
    get canNote() {
        return ["talking", "dialling", "passed", "ended", "missed"].includes(
            this.phase
        );
    }

    formatDay(date) {
        return formatDate(deserializeDate(date));
    }

    formatMoment(date) {
        return date ? deserializeDateTime(date).toRelative() : "";
    }

    resultOf(earlier) {
        const {resultText, duration} = earlier;
        return duration ? `${resultText}, ${formatDuration(duration)}` : resultText;
    }

    keep() {
        this.service.keep(this.call.id);
    }

    dismiss() {
        this.service.dismiss(this.call.id);
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && !ev.defaultPrevented) {
            ev.stopPropagation();
            this.dismiss();
        }
    }

    openRecord(model, id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openFigure(figure) {
        this.action.doAction(figure.action);
    }

    // -- what is done on it ----------------------------------------------------

    run(method, ...args) {
        return this.orm.call("zadarma.call", method, [this.call.id, ...args]);
    }

    async saveNote() {
        const {note} = this.state;
        if (note !== this.card.note) {
            this.card.note = note;
            await this.run("card_note", note);
        }
    }

    async saveOutcome(value) {
        const outcome = Number(value) || false;
        this.card.outcome = outcome;
        await this.run("card_outcome", outcome);
    }

    async plan(type) {
        this.state.isPlanning = false;
        await this.saveNote();
        const {name, date} = await this.run("card_plan", type.id);
        this.notification.add(
            _t("%(activity)s planned for %(day)s", {
                activity: name,
                day: this.formatDay(date),
            }),
            {type: "success"}
        );
        await this.service.load([this.call.id]);
    }

    async setContact(id) {
        await this.run("card_contact", id);
        await this.service.load([this.call.id]);
    }

    createContact() {
        this.dialog.add(FormViewDialog, {
            resModel: "res.partner",
            title: _t("New Contact"),
            context: this.card.newContact,
            onRecordSaved: (record) => this.setContact(record.resId),
        });
    }

    /** What another addon makes of a call. */
    async runAction({method}) {
        const action = await this.run(method);
        await this.service.load([this.call.id]);
        await this.action.doAction(action);
    }

    chooseContact() {
        this.dialog.add(SelectCreateDialog, {
            resModel: "res.partner",
            title: _t("Who called?"),
            multiSelect: false,
            noCreate: true,
            onSelected: ([id]) => this.setContact(id),
        });
    }

    async askForAlerts() {
        await ask();
        this.state.canAsk = canAsk();
    }
}
