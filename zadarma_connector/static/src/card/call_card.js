// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onWillUnmount, useEffect, useRef, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {deserializeDate, deserializeDateTime, formatDate} from "@web/core/l10n/dates";
import {CheckboxItem} from "@web/core/dropdown/checkbox_item";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {SelectCreateDialog} from "@web/views/view_dialogs/select_create_dialog";
import {CallButton} from "../call_button/call_button";
import {hasCallButton} from "../call_button/phone_field";
import {ask, canAsk} from "../calls/call_alert";
import {phase} from "../calls/call_state";
import {CallDocuments} from "../documents/call_documents";
import {tellDone} from "../done/done_action";
import {formatDuration} from "../calls/format_duration";
import {ListenButton} from "../listen_button/listen_button";

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
/** Milliseconds after which the card of a call that is over folds, unless it is used. */
export const FOLD = 10000;
/** Phases in which time passes. */
const RUNNING = ["dialling", "ringing", "talking", "passed"];

/** A call, as long as it goes on and until somebody puts it away. */
export class CallCard extends Component {
    static template = "zadarma_connector.CallCard";
    static components = {
        CallButton,
        CallDocuments,
        CheckboxItem,
        Dropdown,
        ListenButton,
    };
    static props = {
        call: Object,
        isOpen: Boolean,
        onToggle: Function,
        onFold: Function,
        onMove: {type: Function, optional: true},
    };

    foldLabel = _t("Fold");
    unfoldLabel = _t("Unfold");

    setup() {
        this.root = useRef("root");
        /** What is being kept just now: promises by the names of values. */
        this.saving = {};
        this.service = useService("zadarma_calls");
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({
            now: Date.now(),
            canAsk: canAsk(),
            note: this.card.note,
            isSaved: false,
            isPlanning: false,
            day: "",
        });
        useEffect(
            (isOver) => {
                this.isUsed = false;
                const timer = isOver && browser.setTimeout(() => this.rest(), FOLD);
                return () => browser.clearTimeout(timer);
            },
            () => [this.call.state === "ended" && !this.card.failure]
        );
        useEffect(
            (isPlanning) => {
                // what opens is shown, and not below the edge of a full card
                if (isPlanning) {
                    this.root.el
                        .querySelector(".o_zadarma_activities")
                        ?.scrollIntoView({block: "nearest"});
                }
            },
            () => [this.state.isPlanning]
        );
        useEffect(
            () => this.mergeNote(),
            () => [this.card.asked]
        );
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
                return _t("Transferred to %s", speaker);
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

    get dialledLine() {
        return _t("Dialled number: %s", this.card.line);
    }

    /** What a screen reader says when this card appears. */
    get announcement() {
        return this.phase === "ringing"
            ? _t("Incoming call: %s", this.name)
            : `${this.status}: ${this.name}`;
    }

    /** Whether the other one can be called with a click: not while they are on the line. */
    get canCall() {
        const {state, number} = this.call;
        return state === "ended" && Boolean(number) && hasCallButton();
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
        this.isUsed = true;
        this.service.keep(this.call.id);
    }

    rest() {
        if (!this.isUsed && !this.root.el.contains(document.activeElement)) {
            this.props.onFold(this.call.id);
        }
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

    onNote() {
        this.state.isSaved = false;
        this.saveNoteSoon();
    }

    /**
     * Keep a value of the card; it is told that it was kept, and not if it was not.
     *
     * What is being kept already is waited for: whatever comes next may be made of it.
     */
    async save(name, value) {
        const before = this.card[name];
        if (value === before) {
            return this.saving[name];
        }
        this.card[name] = value;
        this.state.isSaved = false;
        const saving = this.run(`card_${name}`, value);
        this.saving[name] = saving;
        try {
            await saving;
        } catch (error) {
            this.card[name] = before;
            throw error;
        } finally {
            if (this.saving[name] === saving) {
                delete this.saving[name];
            }
        }
        this.state.isSaved = true;
    }

    saveNote() {
        return this.save("note", this.state.note);
    }

    /** Another call turned out to be this one: its note is kept, and what is typed. */
    mergeNote() {
        if (!this.call.hasAbsorbed) {
            return;
        }
        this.call.hasAbsorbed = false;
        const [kept, typed] = [this.card.note, this.state.note];
        if (kept.includes(typed.trim())) {
            this.state.note = kept;
        } else {
            this.state.note = `${kept}\n${typed}`.trim();
            this.onNote();
        }
    }

    async saveOutcome(value) {
        const outcome = Number(value) || false;
        await this.save("outcome", outcome);
        if (outcome && outcome === this.card.callBackOutcome) {
            this.state.isPlanning = this.card.activityTypes.length > 0;
        }
    }

    get tags() {
        return this.card.allTags.filter(({id}) => this.card.tags.includes(id));
    }

    toggleTag(id) {
        const {tags} = this.card;
        return this.save(
            "tags",
            tags.includes(id) ? tags.filter((one) => one !== id) : [...tags, id]
        );
    }

    /** Changes when others put the call on documents. */
    get documentsKey() {
        return JSON.stringify(this.card.documents);
    }

    /** Planned calls that this talk may have been. */
    get planned() {
        const {state, result} = this.call;
        return state === "ended" && result === "answered" ? this.card.planned : [];
    }

    labelOf({name, date}) {
        return _t("Mark as done: %(activity)s, %(day)s", {
            activity: name,
            day: this.formatDay(date),
        });
    }

    /** Mark a planned call as done by this one, with the note as its feedback. */
    async finish({id, name}) {
        await this.saveNote();
        const isDone = await this.run("card_done", id);
        this.notification.add(
            isDone
                ? _t("%s is done.", name)
                : _t("%s was done or changed meanwhile.", name),
            {type: isDone ? "success" : "info"}
        );
        await this.service.load([this.call.id]);
    }

    /** Whether an activity is proposed: a call, if somebody is to be called back. */
    isProposed(type) {
        const {outcome, callBackOutcome} = this.card;
        return type.isCall && Boolean(outcome) && outcome === callBackOutcome;
    }

    /** What was proposed just now is not put away by who wants to plan it. */
    togglePlanning() {
        const {isPlanning} = this.state;
        this.state.isPlanning =
            !isPlanning ||
            this.card.activityTypes.some((type) => this.isProposed(type));
    }

    /** For when an activity would be planned: the chosen day, else its own. */
    dayOf(type) {
        return this.state.day || type.date;
    }

    async plan(type) {
        this.state.isPlanning = false;
        await this.saveNote();
        const {id, name, date} = await this.run("card_plan", type.id, this.dayOf(type));
        this.state.day = "";
        tellDone(
            this.notification,
            _t("%(activity)s planned for %(day)s", {
                activity: name,
                day: this.formatDay(date),
            }),
            async () => {
                await this.orm.unlink("mail.activity", [id]);
                await this.service.load([this.call.id]);
            }
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
