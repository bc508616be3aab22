# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the client makes of Zadarma's answers."""

from datetime import date
from typing import Any, TypedDict


class Balance(TypedDict):
    """What is left of the money, and its ISO code."""

    balance: float
    currency: str


class Timezone(TypedDict):
    """The offset of the account's clock: ``UTC+2``, ``UTC-3:30``."""

    timezone: str


class InternalNumbers(TypedDict):
    """The PBX and its extensions."""

    pbx_id: str
    numbers: list[str]


class InternalInfo(TypedDict):
    """Whose an extension is, as far as somebody said so.

    :ivar name: what somebody called it, empty if nobody did
    :ivar emails: where its recordings are sent
    :ivar recording: whether they are kept at Zadarma: ``off``, ``plain``, with texts
        when asked for (``optional``) or by itself (``all``); empty if that is not told
    """

    name: str
    emails: list[str]
    recording: str


class Tariff(TypedDict):
    """The price plan.

    :ivar cost: of a period, in ``currency``, an ISO code
    """

    name: str
    cost: float
    currency: str


class Scenario(TypedDict):
    """What an answer can name: a menu as a whole, or a scenario of it.

    :ivar code: what it is named by, ``0-main`` or ``0-1``
    :ivar menu: what somebody called its menu
    :ivar name: what somebody called it, empty for a menu as a whole
    :ivar rings: internal numbers, those that ring first before those that ring later
    """

    code: str
    menu: str
    name: str
    rings: list[str]


class DirectNumber(TypedDict):
    """One of the account's own numbers.

    :ivar number: E.164
    :ivar name: what somebody called it, else the place or kind that Zadarma tells
    :ivar active: whether it can be called now
    :ivar country: its name, in the language of the account
    :ivar monthly_fee: in ``currency``, an ISO code
    :ivar paid_until: day to which it is paid, of the account's clock; ``None`` if that
        is not told
    :ivar autorenew: whether Zadarma renews it by itself
    """

    number: str
    name: str
    active: bool
    country: str
    monthly_fee: float
    currency: str
    paid_until: date | None
    autorenew: bool


class Webphone(TypedDict):
    """Where the browser phone works."""

    is_exists: bool
    domains: list[str]


class CallNotifications(TypedDict):
    """The address that is notified, empty if none is, and the six switches."""

    url: str
    notifications: dict[str, bool]


class Recognition(TypedDict):
    """How far a recognition is, and what it heard.

    :ivar recognitionStatus: as in :mod:`transcript`
    :ivar words: for :func:`transcript.phrases`, empty before it is recognised
    """

    recognitionStatus: str
    words: list[Any]


class EventNotifications(TypedDict):
    """The address that is notified of what is no call, empty if none is, and whether
    SMS are among it."""

    url: str
    sms: bool


class SmsAnswer(TypedDict):
    """What became of a text that was sent.

    :ivar currency: ISO code
    :ivar costs: from the numbers that Zadarma took it for to what each costs
    :ivar denied: from the others to the reason, in Zadarma's words
    :ivar senders: from numbers to the sender that Zadarma told it used, a number as
        digits or a name
    """

    currency: str
    costs: dict[str, float]
    denied: dict[str, str]
    senders: dict[str, str]
