// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {EventBus, reactive} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {session} from "@web/session";
import {isOlder, isSameNumber, phase} from "./call_state";

/** Milliseconds without news after which the server is asked, and a card goes. */
export const PATIENCE = 3 * 60 * 1000;
/** Milliseconds that a card stays when there is nothing left to do on it. */
export const FAREWELL = {taken: 5000, ended: 20000};
/** Cards of calls that are over and wait for a note. */
const MOST_OVER = 3;
const HALF_A_DAY = 12 * 3600 * 1000;
const WAITING = ["requested", "ringing"];

/**
 * The calls that this user takes part in just now, the same in all tabs.
 *
 * The server tells each change over the bus; all else about a call is asked for by the
 * tabs that show it. A browser remembers which calls it shows, so that they come back
 * after a reload, and which ones were put away.
 *
 * Events of `bus`: `CALL`, with a call that became known; `CHANGE`, when one of them
 * changed or went, or when one was over before it became known.
 */
export class Calls {
    constructor({bus_service, orm}) {
        this.orm = orm;
        this.bus = new EventBus();
        /** From the oldest to the latest; see `_news` and `card_data` for what is in
         * each; `since` is in this browser's time, `card` what `card_data` told. */
        this.list = reactive([]);
        this.heard = new Map();
        /** How often the server was asked, which each call's card knows of its own. */
        this.asked = 0;
        this.timers = {};
        this.prefix = `zadarma_connector.${session.db}.${user.userId}.`;
        bus_service.subscribe("zadarma.call", (news) => this.hear(news));
        browser.addEventListener("storage", ({key, newValue}) => {
            if (key?.startsWith(this.prefix) && JSON.parse(newValue)?.away) {
                this.remove(Number(key.slice(this.prefix.length)));
            }
        });
        document.addEventListener("visibilitychange", () => this.loadMissing());
        if (session.zadarma) {
            bus_service.start();
            this.restore();
        }
    }

    /** Show a call at once, whatever else is shown. */
    async track(id) {
        this.remember(id);
        await this.load([id]);
        Object.assign(this.get(id) || {}, {tracked: true});
    }

    /** Not everybody wants to see who is calling; what one asked for is always shown. */
    isWanted({dialled, tracked}) {
        return dialled || tracked || Boolean(session.zadarma?.card);
    }

    /** Whether this user is in a call with a number, or about to. */
    isCalling(number) {
        return this.list.some(
            (call) => call.state !== "ended" && isSameNumber(call.number, number)
        );
    }

    /** Put a call away, in all tabs. */
    dismiss(id) {
        this.remember(id, true);
        this.remove(id);
    }

    /** Keep the card, since somebody is about to use it. */
    keep(id) {
        this.see(id);
        if (phase(this.get(id)) in FAREWELL) {
            browser.clearTimeout(this.timers[id]);
        }
    }

    /** Somebody looked at a call; until then a missed one stays. */
    see(id) {
        this.get(id).isSeen = this.get(id).state === "ended";
    }

    get(id) {
        return this.list.find((call) => call.id === id);
    }

    /** A page that was just opened is told the past at once: only the end counts. */
    hear(news) {
        if (!this.heard.size) {
            Promise.resolve().then(() => this.digest());
        }
        // what happened once is told once
        const {absorbed} = this.heard.get(news.id) || {};
        this.heard.set(news.id, {...(absorbed && {absorbed}), ...news});
    }

    digest() {
        const heard = [...this.heard.values()];
        this.heard.clear();
        for (const {absorbed, ...news} of heard) {
            const {id, state, result, partner} = news;
            absorbed?.forEach((one) => this.leave(one));
            const known = this.get(id);
            if (known || !(state === "ended" || this.isAway(id))) {
                this.update(news);
            } else if (state === "ended") {
                // nothing to show, but a call was missed, or a caller waits no more
                this.bus.trigger("CHANGE", news);
            }
            if (known?.card) {
                const contact = known.card.contact?.id || false;
                known.isOutdated ||= result === "failed" || contact !== partner;
                if (absorbed) {
                    // the call has what was put on one that turned out to be it
                    Object.assign(known, {isOutdated: true, hasAbsorbed: true});
                }
            }
        }
        return this.loadMissing();
    }

    update(news, card) {
        let call = this.get(news.id);
        const isNew = !call;
        if (isNew) {
            this.list.push({id: news.id});
            call = this.get(news.id);
            this.remember(news.id);
        }
        Object.assign(call, news, {since: Date.now() - news.elapsed * 1000});
        if (card) {
            Object.assign(call, {card, isOutdated: false});
        }
        this.arrangeEnd(call);
        this.tidy();
        this.bus.trigger(isNew ? "CALL" : "CHANGE", call);
    }

    /** Nothing rings for ever, and what is over goes. */
    arrangeEnd({id, state, duration, ...told}) {
        const stage = phase({state, ...told});
        const isRefused = told.result === "failed";
        browser.clearTimeout(this.timers[id]);
        if (WAITING.includes(stage)) {
            this.timers[id] = browser.setTimeout(async () => {
                await this.load([id]);
                if (WAITING.includes(this.get(id)?.state)) {
                    this.leave(id);
                }
            }, PATIENCE);
        } else if (FAREWELL[stage] && !(stage === "ended" && (duration || isRefused))) {
            this.timers[id] = browser.setTimeout(() => this.leave(id), FAREWELL[stage]);
        }
    }

    /** Whoever never puts a card away is not buried under them. */
    tidy() {
        const over = this.list.filter(
            (call) =>
                call.state === "ended" && (call.isSeen || phase(call) !== "missed")
        );
        over.slice(0, -MOST_OVER).forEach(({id}) => this.leave(id));
    }

    /** Ask for what cards show of calls that this tab does not know enough about. */
    async loadMissing() {
        const missing = this.list.filter(({card, isOutdated}) => !card || isOutdated);
        // a tab that nobody looks at asks for nothing
        if (missing.length && !document.hidden) {
            await this.load(missing.map((call) => call.id));
        }
    }

    async load(ids) {
        const asked = ++this.asked;
        const cards = await this.orm.silent.call("zadarma.call", "card_data", [ids]);
        for (const id of ids) {
            const told = cards.find((card) => card.id === id);
            const known = this.get(id);
            if (known?.card?.asked > asked) {
                // whoever asked later was answered sooner
                continue;
            }
            if (!told) {
                this.leave(id);
            } else if (known && isOlder(told, known)) {
                Object.assign(known, {card: {...told, asked}, isOutdated: false});
            } else {
                this.update(told, {...told, asked});
            }
        }
    }

    /** The calls that this browser showed before the page was loaded. */
    async restore() {
        const ids = [];
        for (const key of Object.keys(browser.localStorage)) {
            if (key.startsWith(this.prefix)) {
                const {time, away} = JSON.parse(browser.localStorage.getItem(key));
                if (Date.now() - time > HALF_A_DAY) {
                    browser.localStorage.removeItem(key);
                } else if (!away) {
                    ids.push(Number(key.slice(this.prefix.length)));
                }
            }
        }
        if (ids.length) {
            await this.load(ids);
        }
    }

    remember(id, away = false) {
        browser.localStorage.setItem(
            this.prefix + id,
            JSON.stringify({time: Date.now(), away})
        );
    }

    isAway(id) {
        return JSON.parse(browser.localStorage.getItem(this.prefix + id))?.away;
    }

    leave(id) {
        browser.localStorage.removeItem(this.prefix + id);
        this.remove(id);
    }

    remove(id) {
        browser.clearTimeout(this.timers[id]);
        const index = this.list.findIndex((call) => call.id === id);
        if (index >= 0) {
            this.list.splice(index, 1);
            this.bus.trigger("CHANGE");
        }
    }
}

registry.category("services").add("zadarma_calls", {
    dependencies: ["bus_service", "orm"],
    start: (env, services) => new Calls(services),
});
