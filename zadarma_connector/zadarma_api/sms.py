# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What SMS say and what is said about them, both ways."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import phonenumbers

from . import errors, shapes
from .reply import Reply
from .texts import storable

#: Numbers in one request. Zadarma documents no limit; what a request that is cut off
#: leaves unknown should not be many.
MOST_NUMBERS = 50
#: Characters of a text that comes in; the signed JSON has some 48,000 at most.
LONGEST_TEXT = 5000
#: A number, or a name of at most eleven characters (GSM 03.40).
_LONGEST_SENDER = 32
_DIGITS = re.compile(r"\+?[0-9]{7,15}")
#: Zadarma writes senders with their country and without a plus; shorter ones are
#: numbers of services.
_WITHOUT_PLUS = re.compile(r"[1-9][0-9]{8,14}")
#: Numbers of these kinds take no SMS, or cost whoever sends one; many mobile numbers
#: cannot be told from fixed lines, and are tried.
_NO_SMS = {
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.VOICEMAIL,
}
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
#: What people write between the digits of a number.
_BETWEEN = re.compile(r"[\s()./+-]")
#: Where a sender is told as an object, what holds it; both forms were seen by projects.
_SENDER_NAMES = ("senderid", "sender", "name", "id")
#: What a refusal is about, by words in it, the first that fits. Zadarma publishes no
#: list of its texts, so whatever is not recognised is a refusal with its own words.
_REASONS = {
    "money": ("money", "balance", "fund", "credit"),
    "registration": ("regist", "confirm", "verif", "document"),
    "country": ("country", "destination", "direction", "route"),
    "number": ("wrong number", "number format", "invalid number", "incorrect number"),
}
#: Words that mean "no more" and "again", as a whole text: what networks ask for in
#: English, and what people write in the addon's languages.
_STOP = frozenset(
    "stop stopall unsubscribe cancel end quit stopp abmelden abbestellen arret arrêt"
    " désabonner desabonner baja parar cancelar wypisz rezygnuję rezygnuje"
    " стоп відписатися відписатись отписаться отписка".split()
)
_START = frozenset(
    "start unstop subscribe anmelden reprendre reabonner réabonner alta iniciar wznów"
    " wznow zapisz старт підписатися підписатись подписаться".split()
)


class Incoming(NamedTuple):
    """An SMS that came in, as it was told.

    :param own: our number
    :param sender: who wrote, a number or a name
    :param text: at most :data:`LONGEST_TEXT` characters
    """

    own: str
    sender: str
    text: str


def read_incoming(result: str) -> Incoming | None:
    """Read the signed text of an SMS notification.

    The signature covers all of it, borders included, so nothing in it is a claim.
    Other events are signed in the same way: what has not exactly the parts of an SMS is
    none, under whatever name it is sent.

    :param result: the parameter as received
    :return: ``None`` if it is no SMS
    """
    try:
        told = json.loads(result)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    parts = [told.get(name) for name in ("caller_did", "caller_id", "text")]
    if not all(isinstance(part, str) and part for part in parts):
        return None
    own, sender, text = map(storable, map(str, parts))
    if not _DIGITS.fullmatch(own) or len(sender) > _LONGEST_SENDER:
        return None
    return Incoming(own, sender, text[:LONGEST_TEXT])


def is_number(told: str) -> bool:
    """Whether it is a number in E.164 that an SMS can go to; names may begin with a
    plus, too."""
    return _E164.fullmatch(told) is not None


def written_from(sender: str) -> str:
    """A sender that no country knows as a number, as it can be answered.

    New ranges are in use before :mod:`phonenumbers` has them.
    """
    return f"+{sender}" if _WITHOUT_PLUS.fullmatch(sender) else sender


def country(number: str) -> str:
    """The country that a number is of, for what holds in all of it.

    :param number: E.164
    :return: ISO code, else a country code; of a number that no country has, itself
    """
    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.region_code_for_number(read) or str(read.country_code)


def may_take_sms(number: str) -> bool:
    """Whether a number is one, and not of a kind that takes no SMS."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
    return is_number(number) and kind not in _NO_SMS


def wish(text: str) -> str:
    """What somebody asks for with a word alone.

    :return: ``stop``, ``start``, or an empty text
    """
    # telephones write the accents of letters in several ways
    plain = unicodedata.normalize("NFKC", text).casefold()
    word = re.sub(r"[\W_]+", " ", plain).strip()
    word = word.removesuffix(" sms")
    if word in _STOP:
        return "stop"
    return "start" if word in _START else ""


def choose_sender(senders: Sequence[str], wanted: Sequence[str]) -> str:
    """Under what a text is sent.

    :param senders: what Zadarma allows for its number
    :param wanted: what we would like, the best first; empty texts are passed over
    :return: one of ``senders``: of those wanted, else a number, since names cannot be
        answered; empty to leave it to Zadarma
    """
    allowed = {_sender_key(sender): sender for sender in reversed(senders)}
    for one in wanted:
        if one and _sender_key(one) in allowed:
            return allowed[_sender_key(one)]
    numbers = [sender for sender in senders if _DIGITS.fullmatch(sender)]
    return next(iter([*numbers, *senders]), "")


def _sender_key(sender: str) -> str:
    """The same for a number or a name in whatever notation."""
    digits = _BETWEEN.sub("", sender)
    return digits if digits.isdecimal() else sender.strip().casefold()


def sender_text(told: Any) -> str:
    """A sender as text, however it is told.

    :raise errors.BadAnswer: there is none in it
    """
    if isinstance(told, dict):
        told = next((told[name] for name in _SENDER_NAMES if told.get(name)), None)
    if isinstance(told, int) and not isinstance(told, bool):
        told = str(told)
    if not isinstance(told, str) or not 0 < len(told) <= _LONGEST_SENDER:
        raise errors.BadAnswer("a sender is no text")
    return told


def reason(message: str) -> str:
    """What a refusal is about.

    :param message: in Zadarma's words
    :return: ``money``, ``registration``, ``country``, ``number`` or, if it is anything
        else, ``other``
    """
    said = message.casefold()
    for kind, words in _REASONS.items():
        if any(word in said for word in words):
            return kind
    return "other"


def read_answer(answer: Reply, numbers: Mapping[str, str]) -> shapes.SmsAnswer:
    """Read what became of a text.

    :param numbers: from the numbers that were sent, digits, to what they are here
    :return: each of the numbers is in ``costs`` or in ``denied``
    :raise errors.BadAnswer: the answer is not as specified
    """
    denied = {
        numbers[digits]: one.optional("message")
        for one in _listed(answer, "denied_numbers")
        if (digits := one.text("number").lstrip("+")) in numbers
    }
    details = {
        numbers[digits]: one
        for one in _listed(answer, "sms_detalization")
        if (digits := one.text("number").lstrip("+")) in numbers
    }
    detailed = {number: one.number("cost") for number, one in details.items()}
    taken = [one for one in numbers.values() if one not in denied]
    # the specification does not promise the details
    share = answer.number("cost") / max(len(taken), 1)
    costs = {one: detailed.get(one, 0.0 if detailed else share) for one in taken}
    return {
        "currency": answer.text("currency"),
        "costs": costs,
        "denied": denied,
        "senders": _told_senders(details),
    }


def _told_senders(details: Mapping[str, Reply]) -> dict[str, str]:
    told = {number: _told_sender(one) for number, one in details.items()}
    return {number: sender for number, sender in told.items() if sender}


def _told_sender(details: Reply) -> str:
    """The sender that was used, empty if that cannot be read: the SMS was sent."""
    try:
        sender = details.optional("senderid").lstrip("+")
    except errors.BadAnswer:
        return ""
    return storable(sender) if len(sender) <= _LONGEST_SENDER else ""


def _listed(answer: Reply, name: str) -> list[Reply]:
    return answer.objects(name) if name in answer else []
