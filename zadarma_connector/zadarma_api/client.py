# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods of Zadarma's API that are used here."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from . import errors, forwarding, notification, shapes, sms, statistics, transcript
from .reply import Reply
from .request import Requests

#: Zadarma's words for a recording that it does not have (facts seen by projects).
_NOT_FOUND_TEXT = "not found"
#: How long a link to a recording can be made to live, in seconds (OpenAPI).
SHORTEST_LINK = 180
LONGEST_LINK = 5_184_000
#: The method that has a limit of its own.
STATISTICS = "statistics/pbx"
_RECORDINGS = "pbx/record/request"
_SPEECH = "speech_recognition"
_FORWARDING = "pbx/redirection"
#: A number of ours; OpenAPI allows it with a plus and without.
_DIRECT_NUMBER = re.compile(r"\+?([0-9]{7,15})")
#: Whether an extension is recorded, and what becomes of it (OpenAPI).
_RECORDING = {
    "false": "off",
    "Without recognition": "plain",
    "For manual recognition": "optional",
    "For automatic speech recognition": "all",
}
_RECOGNITION = {"plain": "off", "optional": "optional", "all": "all"}
#: Whose telephones a scenario rings, those that ring first before the others.
_RING_GROUPS = ("first_sips", "second_sips", "third_sips")
#: The state in which it can be called (OpenAPI); others are being made or given up.
_ON = "on"
_OFF = "off"


def _day(text: str) -> date | None:
    """The day of a time, ``None`` where no such day is in the calendar."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _is_on(answer: Reply) -> bool:
    """Whether calls are forwarded; what is neither yes nor no is no answer."""
    told = answer.text("current_status")
    if told not in (_ON, _OFF):
        raise errors.BadAnswer("current_status is neither on nor off")
    return told == _ON


class ZadarmaClient(Requests):
    """Speaks to the API for one account.

    Every method raises a subclass of :class:`~errors.ZadarmaError`, whatever comes as
    an answer, or returns what it promises.
    """

    def get_balance(self) -> shapes.Balance:
        """What is left of the money."""
        answer = self._request("GET", "info/balance")
        return {
            "balance": answer.number("balance"),
            "currency": answer.text("currency"),
        }

    def get_timezone(self) -> shapes.Timezone:
        """The account's clock."""
        answer = self._request("GET", "info/timezone")
        return {"timezone": answer.text("timezone")}

    def get_internal_numbers(self) -> shapes.InternalNumbers:
        """The PBX and its extensions."""
        answer = self._request("GET", "pbx/internal")
        # numbers in OpenAPI; identifiers all the same, with leading zeros
        return {"pbx_id": answer.text("pbx_id"), "numbers": answer.texts("numbers")}

    def get_internal_info(self, number: str) -> shapes.InternalInfo:
        """Settings of an extension.

        :param number: the short internal one
        """
        answer = self._request("GET", f"pbx/internal/{number}/info")
        emails = answer.optional("record_email").split(",")
        return {
            "name": answer.optional("name"),
            # without an address it is the text "false" (OpenAPI)
            "emails": [email.strip() for email in emails if "@" in email],
            "recording": _RECORDING.get(answer.optional("record_store"), ""),
        }

    def set_recording(self, number: str, recording: str) -> None:
        """Switch the recording of an extension, kept at Zadarma.

        Where recordings are sent by e-mail stays as it is.

        :param number: the short internal one
        :param recording: as :class:`~shapes.InternalInfo` has it
        """
        params = {"id": number, "status": "off_store"}
        if recording != "off":
            params["status"] = "on_store"
            params["speech_recognition"] = _RECOGNITION[recording]
        self._request("PUT", "pbx/internal/recording", params)

    def get_tariff(self) -> shapes.Tariff:
        """The account's price plan."""
        told = self._request("GET", "tariff").object("info")
        return {
            "name": told.optional("tariff_name"),
            "cost": told.number("cost") if "cost" in told else 0.0,
            "currency": told.optional("currency"),
        }

    def get_scenarios(self) -> list[shapes.Scenario]:
        """All menus of the PBX and their scenarios, as answers name them.

        One request for the menus, and one for each of them.
        """
        found: list[shapes.Scenario] = []
        for menu in self._request("GET", "pbx/ivr").objects("ivrs"):
            menu_id, title = menu.text("menu_id"), menu.optional("title")
            found.append(
                {"code": f"{menu_id}-main", "menu": title, "name": "", "rings": []}
            )
            answer = self._request("GET", "pbx/ivr/scenario", {"menu_id": menu_id})
            for told in answer.objects("scenarios"):
                rings = [told.texts(one) for one in _RING_GROUPS if one in told]
                found.append(
                    {
                        "code": f"{menu_id}-{told.text('id')}",
                        "menu": title,
                        "name": told.optional("title"),
                        "rings": sum(rings, []),
                    }
                )
        return found

    def get_direct_numbers(self) -> list[shapes.DirectNumber]:
        """The account's own numbers, those without a number yet left out.

        One may be ordered and not be assigned yet (OpenAPI, ``type``).
        """
        answer = self._request("GET", "direct_numbers")
        return [
            {
                "number": f"+{match[1]}",
                "name": told.optional("number_name") or told.optional("description"),
                "active": told.optional("status") == _ON,
                "country": told.optional("country"),
                "monthly_fee": (
                    told.number("monthly_fee") if "monthly_fee" in told else 0.0
                ),
                "currency": told.optional("currency"),
                "paid_until": _day(told.optional("stop_date")),
                # what is not told is no reason for an alarm
                "autorenew": "autorenew" not in told or told.flag("autorenew"),
            }
            for told in answer.objects("info")
            if (match := _DIRECT_NUMBER.fullmatch(told.optional("number")))
        ]

    def is_online(self, number: str) -> bool:
        """Whether a telephone is registered with an extension.

        Neither presence nor "in a call".
        """
        answer = self._request("GET", f"pbx/internal/{number}/status")
        return answer.flag("is_online")

    def is_forwarded(self, number: str) -> bool:
        """Whether an extension forwards its calls, so that it needs no telephone."""
        answer = self._request("GET", _FORWARDING, {"pbx_number": number})
        return _is_on(answer)

    def get_forwarding(self, number: str) -> forwarding.Forwarding:
        """Where the calls of an extension go.

        Of a mailbox Zadarma does not tell which greeting it has.
        """
        answer = self._request("GET", _FORWARDING, {"pbx_number": number})
        if not _is_on(answer):
            return forwarding.NOWHERE
        kind, destination = answer.text("type"), answer.text("destination")
        if kind == forwarding.PHONE and not _DIRECT_NUMBER.fullmatch(destination):
            raise errors.BadAnswer("destination is no number")
        return forwarding.in_one_form(kind, destination, answer.text("condition"))

    def set_forwarding(self, number: str, target: forwarding.Forwarding) -> None:
        """Have the calls of an extension go somewhere, or to itself.

        A mailbox gets Zadarma's own greeting.

        :param number: the short internal one
        """
        params = {"pbx_number": number, "status": _ON}
        if target == forwarding.NOWHERE:
            params["status"] = _OFF
        else:
            params |= {
                "type": target.kind,
                "destination": target.destination.lstrip("+"),
                "condition": target.condition,
            }
        if target.kind == forwarding.MAILBOX:
            # its spelling (OpenAPI)
            params["voicemail_greeting"] = "standart"
        answer = self._request("POST", _FORWARDING, params)
        if _is_on(answer) != (params["status"] == _ON):
            raise errors.BadAnswer("it is not in the state that was asked for")

    def request_callback(self, extension: str, number: str) -> None:
        """Have an extension rung, and then a number.

        :param extension: the short internal number: a full login is taken, and
            nothing rings
        :param number: E.164; its "+" makes the rules for the caller ID apply

        The answer only tells that the request was taken, and has no id of the call.
        What it repeats of the request, as numbers or as texts, is not looked at.
        """
        # "sip": the extension's rules for caller ID, prefixes and recording
        params = {"from": extension, "to": number, "sip": extension}
        self._request("GET", "request/callback", params)

    def get_webphone_key(self, login: str) -> str:
        """A key for the browser phone of an extension; it works for 72 hours.

        :param login: ``<pbx id>-<number>``
        """
        return self._request("GET", "webrtc/get_key", {"sip": login}).text("key")

    def get_webphone(self) -> shapes.Webphone:
        """Where the browser phone works."""
        answer = self._request("GET", "webrtc")
        return {
            "is_exists": answer.flag("is_exists"),
            "domains": answer.texts("domains"),
        }

    def create_webphone(self, domain: str) -> None:
        """Let the browser phone work on the pages of a domain, the first one."""
        self._request("POST", "webrtc/create", {"domain": domain})

    def add_webphone_domain(self, domain: str) -> None:
        """Let the browser phone work on the pages of a further domain."""
        self._request("POST", "webrtc/domain", {"domain": domain})

    def get_call_notifications(self) -> shapes.CallNotifications:
        """What is notified, and where."""
        answer = self._request("GET", "pbx/callinfo")
        told = answer.object("notifications")
        return {
            "url": answer.optional("url"),
            "notifications": {
                name: name in told and told.flag(name)
                for name in notification.SWITCHES.values()
            },
        }

    def set_call_notifications_url(self, url: str) -> None:
        """Register the address for call notifications.

        Zadarma asks the address for an echo before it answers, and refuses the
        address if that fails.
        """
        self._request("POST", "pbx/callinfo/url", {"url": url})

    def delete_call_notifications_url(self) -> None:
        """Have Zadarma forget the address: it notifies nobody any more."""
        self._request("DELETE", "pbx/callinfo/url")

    def switch_call_notifications_on(self) -> None:
        """Switch on all six events that the API can switch."""
        switches = dict.fromkeys(notification.SWITCHES.values(), "true")
        self._request("POST", "pbx/callinfo/notifications", switches)

    def get_event_notifications(self) -> shapes.EventNotifications:
        """Where Zadarma notifies what is no call, and whether of SMS."""
        answer = self._request("GET", "pbx/webhooks")
        hooks = answer.object("hooks")
        return {
            "url": answer.optional("url"),
            "sms": "sms" in hooks and hooks.flag("sms"),
        }

    def set_event_notifications_url(self, url: str) -> None:
        """Register the address for what is no call; asked for an echo as that of
        calls."""
        self._request("POST", "pbx/webhooks/url", {"url": url})

    def delete_event_notifications_url(self) -> None:
        """Have Zadarma forget the address for what is no call."""
        self._request("DELETE", "pbx/webhooks/url")

    def switch_sms_notifications_on(self) -> None:
        """Have incoming SMS notified; other events stay as they are."""
        self._request("POST", "pbx/webhooks/hooks", {"sms": "true"})

    def receive_sms(self, number: str) -> None:
        """Have one of the account's own numbers take SMS.

        :param number: E.164
        :raise errors.Refused: it cannot
        """
        params = {"number": number.lstrip("+"), "value": "on"}
        self._request("PUT", "direct_numbers/receive_sms", params)

    def get_sms_senders(self, number: str) -> list[str]:
        """The names and numbers under which a text may be sent to a number.

        :param number: E.164
        """
        params = {"phones": number.lstrip("+")}
        answer = self._request("GET", "sms/senderid", params, stated=False)
        return [sms.sender_text(one) for one in answer.items("senders")]

    def send_sms(
        self, numbers: Sequence[str], text: str, sender: str = ""
    ) -> shapes.SmsAnswer:
        """Send a text to some numbers, in one request.

        Zadarma tells neither an id of a message nor whether it arrives. After an error
        whose ``begun`` is true nobody knows whether the text went out.

        :param numbers: E.164, at most :data:`~sms.MOST_NUMBERS`
        :param text: whole; Zadarma cuts it into pieces
        :param sender: of :meth:`get_sms_senders`; empty leaves it to Zadarma
        """
        plain = {number.lstrip("+"): number for number in numbers}
        params = {"number": list(plain), "message": text, "sender": sender or None}
        return sms.read_answer(self._request("POST", "sms/send", params), plain)

    def get_statistics(self, start: str, end: str, skip: int) -> list[dict[str, str]]:
        """A page of the PBX statistics.

        :param start: wall clock of the account, ``YYYY-MM-DD HH:MM:SS``
        :param end: the same, at most a month later
        :param skip: how many rows were read before
        :return: at most :data:`~statistics.PAGE` rows, all values as texts
        """
        answer = self._request(
            "GET",
            STATISTICS,
            {
                "start": start,
                "end": end,
                "version": 2,
                "skip": skip,
                "limit": statistics.PAGE,
            },
            # callers choose what they are called: one of them is not to hide a page
            mend=True,
        )
        return [statistics.row_texts(row.row()) for row in answer.objects("stats")]

    def get_recording_links(
        self,
        lifetime: float,
        call_id: str | None = None,
        pbx_call_id: str | None = None,
    ) -> list[str]:
        """Links to recordings; whoever has one can listen until it expires.

        :param lifetime: seconds, shortened or lengthened to what Zadarma allows
        :param call_id: of a part; it has one recording
        :param pbx_call_id: of a call, which has one for each recorded part
        :return: list of URLs
        :raise errors.NotFound: there is none, be it not yet or not any more
        """
        lifetime = min(max(int(lifetime), SHORTEST_LINK), LONGEST_LINK)
        params = {**_recording(call_id, pbx_call_id), "lifetime": lifetime}
        with _not_found():
            answer = self._request("GET", _RECORDINGS, params)
        # one link or several, as it pleases Zadarma
        several = answer.items("links") if "links" in answer else []
        links = [*several, *filter(None, [answer.optional("link")])]
        if not links or not all(isinstance(link, str) for link in links):
            raise errors.BadAnswer("there is no link in it")
        return list(dict.fromkeys(links))

    def delete_recording(
        self, call_id: str | None = None, pbx_call_id: str | None = None
    ) -> None:
        """Delete the recording of a part, or all of a call.

        :raise errors.NotFound: there is none
        :raise errors.Refused: also if Zadarma deleted only some of them
        """
        with _not_found():
            answer = self._request(
                "DELETE", _RECORDINGS, _recording(call_id, pbx_call_id)
            )
        if "failed_files" in answer and (failed := answer.texts("failed_files")):
            raise errors.Refused(", ".join(failed))

    def start_recognition(self, call_id: str) -> None:
        """Have the speech of a recording recognised, in the account's language.

        :param call_id: of the part
        """
        with _not_found():
            self._request("PUT", _SPEECH, {"call_id": call_id})

    def get_recognition(self, call_id: str) -> shapes.Recognition:
        """How far the recognition is, and what it heard.

        :param call_id: of the part
        """
        params = {"call_id": call_id, "return": "words"}
        with _not_found():
            answer = self._request("GET", _SPEECH, params)
        status = answer.text("recognitionStatus")
        recognized = status == transcript.RECOGNIZED
        return {
            "recognitionStatus": status,
            "words": answer.items("words") if recognized else [],
        }


def _recording(call_id: str | None, pbx_call_id: str | None) -> dict[str, str | None]:
    """The parameter that names recordings: one of both ids is enough."""
    return {"call_id": call_id} if call_id else {"pbx_call_id": pbx_call_id}


@contextmanager
def _not_found() -> Iterator[None]:
    """Tell a recording that is not there from other refusals."""
    try:
        yield
    except errors.Refused as error:
        if _NOT_FOUND_TEXT in error.detail.lower() or error.detail == "HTTP 404":
            raise errors.NotFound(error.detail) from error
        raise
