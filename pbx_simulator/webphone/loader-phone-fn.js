// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
// A stand-in for the start of Zadarma's browser phone; its library must be there.
window.zadarmaWidgetFn = function (key, sip, shape, language, fixed, position) {
    let phone = null;
    const options = {
        type: "site",
        key,
        sip,
        language,
        fixed,
        position,
        form: shape,
        getSipsCallback(sips, errorCode, errorText) {
            if (sips.disabled) {
                phone.body.classList.add("zdrm-webphone-hide");
                phone.body.hidden = true;
                phone.fail(errorCode, errorText);
            }
        },
        getStatusMessage(message, parameters) {
            if (message === "incoming") {
                phone.status = "incoming";
                phone.name.textContent = parameters.callername || "";
                phone.setCallingNumber(parameters.caller);
                phone.ringing();
                phone.showCancelBtn();
            } else if (message === "outgoing") {
                phone.status = "call";
                phone.name.textContent = "";
                phone.setCallingNumber(parameters.dst);
                phone.showCancelBtn();
            } else if (message === "confirmed") {
                phone.startTimer();
            } else {
                phone.finishCall();
                phone.hideCancelBtn();
            }
        },
        callbackEndCall() {
            phone.finishCall();
            phone.hideCancelBtn();
        },
    };
    phone = window.zdrmWebrtcPhone = new window.zdrmWebrtcPhoneInterface(options);
};
