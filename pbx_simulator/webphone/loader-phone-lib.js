// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
// A stand-in for the library of Zadarma's browser phone: the same names, no sound.
(function () {
    const base = new URL("../", document.currentScript.src).href;
    const HIDDEN = "zdrm-webphone-hide";

    function element(parent, tag, className, attributes = {}) {
        const made = document.createElement(tag);
        made.className = className;
        Object.assign(made, attributes);
        parent.append(made);
        return made;
    }

    /** What pages call: `zdrmWPhI.apiWidget`. */
    class ApiWidget {
        constructor(phone) {
            this.phone = phone;
            this.texts = {};
            this.callState = "wait";
            this.talking = false;
        }

        /** Returns nothing, or why it cannot be. */
        call(number) {
            if (!this.phone.session) {
                return this.phone.fail("notReady", "The phone is not registered.");
            }
            if (this.phone.session.microphone === "refused") {
                return this.phone.fail("microphone", "Permission denied");
            }
            this.phone.options.getStatusMessage("outgoing", {dst: number});
            this.phone.post("call", {number}).then((answer) => {
                if (answer.error_code) {
                    this.phone.fail(answer.error_code, answer.error_text);
                    this.phone.options.getStatusMessage("rejected", {});
                }
            });
            return undefined;
        }

        finishCall() {
            this.phone.post("hangup");
        }

        cancel() {
            this.finishCall();
        }
    }

    /** The widget on the page, and its line to the PBX. */
    class ZdrmWebrtcPhoneInterface {
        constructor(options) {
            this.options = options;
            this.status = "wait";
            this.session = null;
            this.apiWidget = new ApiWidget(this);
            window.zdrmWPhI = this;
            window.zdrmWebPhone = {
                webCallSession: {terminate: () => this.apiWidget.finishCall()},
            };
            this.draw();
            this.register();
        }

        draw() {
            const {fixed, form} = this.options;
            // An old snippet of Zadarma quotes the position.
            const given = this.options.position;
            this.position =
                typeof given === "string"
                    ? JSON.parse(given.replaceAll("'", '"'))
                    : given;
            const box = element(document.body, "div", `zdrm-webphone zdrm-${form}`, {
                id: "zdrmWPhI",
            });
            Object.assign(box.style, {
                background: "#fff",
                border: "1px solid #8a8a8a",
                borderRadius: form === "rounded" ? "16px" : "0",
                color: "#222",
                padding: "8px",
                width: "200px",
            });
            if (fixed) {
                box.classList.add("zdrm-fixed");
                Object.assign(box.style, {position: "fixed", zIndex: "10000"});
                Object.assign(box.style, this.position);
            }
            this.error = element(box, "div", `zdrm-webrtc-error ${HIDDEN}`, {
                hidden: true,
            });
            this.body = element(box, "div", "zdrm-phone");
            this.name = element(this.body, "div", "zdrm-webphone-callername");
            const holder = element(
                this.body,
                "div",
                "zdrm-webphone-phonenumber-container"
            );
            this.input = element(holder, "input", "", {
                id: "zdrm-webphone-phonenumber-input",
                placeholder: "Enter number",
            });
            Object.assign(this.input.style, {boxSizing: "border-box", width: "100%"});
            this.timer = element(this.body, "div", "zdrm-webphone-timer");
            const call = element(this.body, "button", "", {
                id: "zdrm-call",
                textContent: "Call",
            });
            call.onclick = () => this.callNum();
            this.hangup = element(this.body, "button", "", {
                id: "zdrm-hangup",
                textContent: "Hang up",
                hidden: true,
            });
            this.hangup.onclick = () => this.apiWidget.finishCall();
        }

        async register() {
            const {key, sip, form, language, fixed} = this.options;
            const position = JSON.stringify(this.position);
            const started = {key, sip, form, language, fixed, position};
            const answer = await this.post("register", started);
            this.options.getSipsCallback(
                {disabled: Boolean(answer.error_code)},
                answer.error_code,
                answer.error_text
            );
            if (!answer.error_code) {
                this.session = answer;
                this.events = new EventSource(`${base}${answer.id}/events`);
                this.events.onmessage = (event) => this.show(JSON.parse(event.data));
            }
        }

        async post(path, values = {}) {
            const place = this.session ? `${this.session.id}/${path}` : path;
            try {
                const body = new URLSearchParams(values);
                const answer = await fetch(base + place, {method: "POST", body});
                return await answer.json();
            } catch {
                return {error_code: "connectionError", error_text: "No answer"};
            }
        }

        /** Follow what the PBX says of this phone. */
        show({status, number, name, talking}) {
            const tell = this.options.getStatusMessage;
            const before = this.status;
            if (status === "incoming" && before !== "incoming") {
                tell("incoming", {caller: number, callername: name});
            } else if (status === "call" && talking && !this.apiWidget.talking) {
                tell("confirmed", {});
            } else if (status === "wait" && before !== "wait") {
                if (this.apiWidget.talking) {
                    this.options.callbackEndCall({});
                } else {
                    tell("canceled", {});
                }
            }
            this.status = this.apiWidget.callState = status;
            this.apiWidget.talking = Boolean(talking);
        }

        fail(code, text) {
            this.error.textContent = `${code}: ${text}`;
            this.error.classList.remove(HIDDEN);
            this.error.hidden = false;
            return this.error.textContent;
        }

        callNum() {
            return this.apiWidget.call(this.input.value);
        }

        setCallingNumber(number) {
            this.input.value = number;
        }

        ringing() {
            this.timer.textContent = "Incoming call";
        }

        startTimer() {
            const begun = Date.now();
            this.clock = setInterval(() => {
                const seconds = Math.floor((Date.now() - begun) / 1000);
                this.timer.textContent = `${seconds} s`;
            }, 200);
        }

        stopTimer() {
            clearInterval(this.clock);
            this.timer.textContent = "";
        }

        finishCall() {
            this.stopTimer();
            this.status = "wait";
        }

        showCancelBtn() {
            this.hangup.hidden = false;
        }

        hideCancelBtn() {
            this.hangup.hidden = true;
        }
    }

    window.zdrmWebrtcPhoneInterface = ZdrmWebrtcPhoneInterface;
})();
