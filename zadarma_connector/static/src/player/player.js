// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    onWillUpdateProps,
    useRef,
    useState,
} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {formatDuration} from "../calls/format_duration";

/** Seconds of a jump. */
const JUMP = 10;
const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
/** Milliseconds until we look again whether a recording has come. */
const PATIENCE = 3000;
/** States of what is fetched by the click that plays it. */
const FETCHED = ["remote", "not_yet"];

/** The audio element that plays: two voices at once help nobody. */
let sounding = null;

/** Plays the recordings of a call, one part after the other. */
export class ZadarmaPlayer extends Component {
    static template = "zadarma_connector.Player";
    static props = {callId: Number, autoplay: {type: Boolean, optional: true}};

    setup() {
        this.orm = useService("orm");
        this.audio = useRef("audio");
        // answers that come after another question, or for another call, do not count
        this.answers = new KeepLast();
        this.sounds = new KeepLast();
        this.formatDuration = formatDuration;
        onWillStart(() => this.start(this.props.callId));
        onWillUpdateProps(
            ({callId}) => callId !== this.props.callId && this.start(callId)
        );
        onMounted(() => this.props.autoplay && this.begin());
        onWillUnmount(() => this.stop());
        this.state = useState({});
    }

    async start(callId) {
        this.stop();
        Object.assign(this.state, {
            data: null,
            index: 0,
            time: 0,
            total: 0,
            speed: 1,
            playing: false,
            error: "",
        });
        this.isAwaited = false;
        await this.load(this.orm.call("zadarma.call", "recording_player", [[callId]]));
    }

    async load(asked) {
        this.state.data = await this.answers.add(asked);
        browser.clearTimeout(this.timer);
        if (
            this.state.data.tracks.some(
                ({state, transcript}) => state === "waiting" || transcript
            )
        ) {
            this.timer = browser.setTimeout(() => this.look(), PATIENCE);
        }
        if (this.isAwaited && this.track) {
            this.isAwaited = false;
            await this.play();
        }
    }

    /** Play, or as soon as it comes. */
    async begin() {
        if (this.track) {
            await this.play();
        } else if (
            this.state.data.requestable &&
            this.missing.every(({state}) => FETCHED.includes(state))
        ) {
            await this.request();
        } else {
            this.isAwaited = true;
        }
    }

    look() {
        const {callId} = this.props;
        return this.load(this.orm.call("zadarma.call", "recording_player", [[callId]]));
    }

    /** Ask for what is not here; where nothing is, it plays as soon as it comes. */
    request() {
        this.isAwaited = !this.track;
        const {callId} = this.props;
        return this.load(
            this.orm.call("zadarma.call", "request_recordings", [[callId]])
        );
    }

    partLabel(index) {
        return _t("Part %s", index + 1);
    }

    transcribe() {
        const {callId} = this.props;
        return this.load(
            this.orm.call("zadarma.call", "request_transcripts", [[callId]])
        );
    }

    /** Save the current part as a file; it is noted like a listening. */
    async save() {
        const {id, state} = this.track;
        const {url} = await this.orm.call("zadarma.recording", "listen", [[id]]);
        if (state === "kept") {
            const link = document.createElement("a");
            Object.assign(link, {href: `${url}?save=1`, download: ""});
            link.click();
        } else {
            // a link to Zadarma: the browser can save what it opens
            browser.open(url, "_blank", "noopener");
        }
    }

    stop() {
        browser.clearTimeout(this.timer);
        this.opened = null;
        this.answers.add(Promise.resolve());
        this.sounds.add(Promise.resolve());
        this.audio.el?.pause();
    }

    get tracks() {
        return this.state.data.tracks.filter(({playable}) => playable);
    }
    get track() {
        return this.tracks[this.state.index];
    }
    /** The phrase that is being said. */
    get spoken() {
        return this.track.phrases.findLast(({start}) => start <= this.state.time + 0.1);
    }
    get missing() {
        return this.state.data.tracks.filter(({playable}) => !playable);
    }
    get total() {
        return (
            this.state.total || (this.tracks.length === 1 && this.state.data.duration)
        );
    }

    async toggle() {
        await (this.state.playing ? this.audio.el.pause() : this.play());
    }

    async play() {
        if (this.opened?.track !== this.track.id) {
            await this.open(0);
        }
        await this.sound();
    }

    /** Ask for the sound of the current part, which is noted, and go to a second. */
    async open(time, listening = null) {
        const {id} = this.track;
        const {url, listening_id} = await this.sounds.add(
            this.orm.call("zadarma.recording", "listen", [[id], listening])
        );
        this.opened = {track: id, listening: listening_id, mended: false, time};
        Object.assign(this.state, {time, error: ""});
        this.audio.el.src = url;
    }

    /** Let the element sound. If it cannot, it tells so itself; that it is stopped before
     * it began, as by a list that is drawn anew, is no fault. */
    async sound() {
        await this.audio.el.play().catch(() => {});
    }

    /** Play from a second of a part. */
    async seek(index, time) {
        if (index === this.state.index && this.opened) {
            this.audio.el.currentTime = time;
        } else {
            this.state.index = index;
            await this.open(time);
        }
        await this.sound();
    }

    jump(seconds) {
        if (this.opened) {
            const {el} = this.audio;
            el.currentTime = Math.min(
                Math.max(el.currentTime + seconds, 0),
                this.state.total
            );
        }
    }

    setSpeed(step) {
        const next = SPEEDS.indexOf(this.state.speed) + step;
        this.state.speed = SPEEDS[(next + SPEEDS.length) % SPEEDS.length];
        this.audio.el.playbackRate = this.state.speed;
    }

    // -- what the audio element tells ------------------------------------------

    onLoaded() {
        const {el} = this.audio;
        this.state.total = el.duration;
        el.playbackRate = this.state.speed;
        if (this.opened.time) {
            el.currentTime = this.opened.time;
        }
    }
    onTime() {
        this.state.time = this.audio.el.currentTime;
    }
    onPlay() {
        if (sounding && sounding !== this.audio.el) {
            sounding.pause();
        }
        sounding = this.audio.el;
        this.state.playing = true;
    }
    onPause() {
        this.state.playing = false;
    }
    async onEnded() {
        const next = this.state.index + 1;
        if (next < this.tracks.length) {
            await this.seek(next, 0);
        }
    }
    /** A link to Zadarma expires: once, another one is asked for. */
    async onError() {
        if (!this.opened) {
            return;
        }
        const {mended, listening} = this.opened;
        if (mended) {
            this.state.error = _t(
                "The recording cannot be played. Try again in a minute."
            );
            return;
        }
        const {playing, time} = this.state;
        await this.open(time, listening);
        this.opened.mended = true;
        if (playing) {
            await this.sound();
        }
    }

    onKeydown(ev) {
        if (ev.key === " " && ev.target.matches("button")) {
            // presses it
            return;
        }
        const actions = {
            " ": () => this.toggle(),
            ArrowLeft: () => this.jump(-JUMP),
            ArrowRight: () => this.jump(JUMP),
            ArrowUp: () => this.setSpeed(1),
            ArrowDown: () => this.setSpeed(-1),
        };
        const action = this.track && actions[ev.key];
        if (action) {
            ev.preventDefault();
            ev.stopPropagation();
            action();
        }
    }
}

registry.category("lazy_components").add("zadarma_connector.Player", ZadarmaPlayer);
