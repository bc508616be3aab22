# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a Zadarma account holds: extensions, money, time zone, registered addresses."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from ..protocol import checks
from ..protocol.errors import SimulatorError
from .direct_number import DirectNumber
from .extension import Extension
from .settings import SETTINGS, Channel
from .webrtc import Webrtc

DEMO_KEY = "0123456789abcdef0123"
DEMO_SECRET = "fedcba98765432100fed"
DEMO_NUMBER = "442037691881"

CALL_SWITCHES = (
    "notify_start",
    "notify_internal",
    "notify_end",
    "notify_out_start",
    "notify_out_end",
    "notify_answer",
)
EVENT_SWITCHES = ("number_lookup", "call_tracking", "sms", "speech_recognition")
# These two have no switch in the API: they are ticked in the cabinet by hand.
CABINET_TICKS = ("notify_record", "notify_ivr")


@dataclass
class Account:
    """One account, and the PBX that belongs to it.

    :param extensions: each as such, as its number, or as a dictionary
    :param did: the number that customers dial if no other is named, digits
    :param numbers: further own numbers, each as such, as its digits, or as a
        dictionary; `did` may be among them
    :param tariff: the name of its price plan
    :param tariff_cost: what that costs each month
    :param menu_title: what its owner called the main menu
    :param scenario_titles: from scenarios (`0-1`) to what its owner called them
    :param timezone: IANA name of the zone in which Zadarma tells times
    :param limit_refusal: how an exceeded rate limit is told: `429`, or `200` with an
        error in the body (both were seen)
    :param answer_patience: seconds the PBX waits for the answer to NOTIFY_START before
        its own scenario goes on (Zadarma documents no figure)
    :param recording_delay: seconds from a call's end until its recordings are there
    :param recognition_delay: seconds that the recognition of a recording takes
    :param recognition_outcome: `recognized` or `error`
    :param statistics_types: of the values in statistics: `seen` (most are texts) or
        `openapi` (as the official specification has them)
    :param statistics_phantoms: how many rows that belong to no call each period has
    :param callback_types: of the numbers in the answer to a request for a callback:
        `texts` or `numbers`
    :param callback_shape: how the notifications tell of a callback, one of
        `callback_choices.SHAPES`
    :param callback_outcome: what comes of callbacks, one of
        `callback_choices.OUTCOMES`
    :param callback_aside: what the extension does besides while it talks to whom it
        called back, one of `callback_choices.ASIDES`
    :param sms_price: of each piece of an SMS that is sent
    :param sms_senders: from beginnings of numbers (digits) to the names and numbers
        under which SMS may be sent there; elsewhere a name and all own numbers
    :param sms_senders_shape: how these are told: `texts` or `objects` (both were seen)
    :param sms_denied: from numbers to which nothing is sent to the reason
    :param webrtc: the integration of the browser phone
    :param webphone_fault: what befalls browser phones, one of `webrtc.FAULTS`: nothing
        (empty), `integrationDisabled` or `microphone` (its permission is refused)
    :param callback_pace: seconds to wait for each second of a callback; 0 = none
    :raises SimulatorError: a value is not possible
    """

    key: str = DEMO_KEY
    secret: str = field(default=DEMO_SECRET, repr=False)
    extensions: list[Extension] = field(
        default_factory=lambda: [Extension(number) for number in ("100", "101", "102")]
    )
    pbx_id: int = 123456
    did: str = DEMO_NUMBER
    numbers: list[DirectNumber] = field(default_factory=list)
    balance: float = 10.34
    currency: str = "USD"
    tariff: str = "Office"
    tariff_cost: float = 0
    menu_title: str = "Main menu"
    scenario_titles: dict[str, str] = field(default_factory=dict)
    timezone: str = "Europe/Kyiv"
    limit_refusal: int = 429
    answer_patience: float = 2.0
    recording_delay: float = 40
    recognition_delay: float = 20
    recognition_outcome: str = "recognized"
    statistics_types: str = "seen"
    statistics_phantoms: int = 0
    callback_types: str = "texts"
    callback_shape: str = "one"
    callback_outcome: str = "answered"
    callback_aside: str = ""
    callback_pace: float = 1
    sms_price: float = 0.06
    sms_senders: dict[str, list[str]] = field(default_factory=dict)
    sms_senders_shape: str = "texts"
    sms_denied: dict[str, str] = field(default_factory=dict)
    webrtc: Webrtc = field(default_factory=Webrtc)
    webphone_fault: str = ""
    callinfo: Channel = field(
        default_factory=lambda: Channel(dict.fromkeys(CALL_SWITCHES, False))
    )
    webhooks: Channel = field(
        default_factory=lambda: Channel(dict.fromkeys(EVENT_SWITCHES, False))
    )
    cabinet: dict[str, bool] = field(
        default_factory=lambda: dict.fromkeys(CABINET_TICKS, True)
    )
    # How many browser phones are registered, by the extension's number.
    webphones: Counter[str] = field(default_factory=Counter, repr=False)

    def __post_init__(self) -> None:
        for name in ("key", "secret"):
            # A colon would end the key inside the header Authorization.
            if not re.fullmatch("[!-9;-~]+", str(getattr(self, name))):
                raise SimulatorError(
                    f"The {name} of an account must be letters and digits."
                )
        self.change(**{name: getattr(self, name) for name in SETTINGS})

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def online_extensions(self) -> list[Extension]:
        return [extension for extension in self.extensions if self.is_online(extension)]

    def is_online(self, extension: Extension) -> bool:
        """Tell whether any phone of an extension is registered."""
        return extension.online or self.webphones[extension.number] > 0

    def reaches(self, extension: Extension) -> bool:
        """Tell whether calls to an extension ring anywhere."""
        return bool(self.is_online(extension) or extension.forward_to)

    def extension(self, number: str) -> Extension | None:
        """Return the extension with this number, or None."""
        return next((one for one in self.extensions if one.number == number), None)

    @property
    def own_numbers(self) -> list[DirectNumber]:
        """The account's own numbers, the dialled one among them."""
        if any(one.number == self.did for one in self.numbers):
            return self.numbers
        return [DirectNumber(self.did), *self.numbers]

    def scenario(self, name: str) -> list[Extension] | None:
        """Return the extensions that a scenario of the main menu rings, or None.

        The simulated cabinet holds one scenario for each extension, `0-1` for the
        first, and `0-main` that rings all. A bare `1` means `0-1`.
        """
        if name == "0-main":
            return list(self.extensions)
        match = re.fullmatch("(?:0-)?([1-9][0-9]?)", name)
        if match and int(match[1]) <= len(self.extensions):
            return [self.extensions[int(match[1]) - 1]]
        return None

    def wants(self, event: str) -> bool:
        """Tell whether a call notification is switched on."""
        switch = event.lower()
        return self.callinfo.switches.get(switch) or self.cabinet.get(switch, False)

    def change(self, **values: Any) -> None:
        """Set settings: all of them, or none if one is refused.

        :raises SimulatorError: a setting is unknown or its value is not possible
        """
        checks.known("account", values, SETTINGS)
        checked = {
            name: SETTINGS[name](name, value, getattr(self, name))
            for name, value in values.items()
        }
        for name, value in checked.items():
            setattr(self, name, value)

    def describe(self) -> dict[str, Any]:
        """Return everything but the secret, as JSON's types."""
        settings = {name: _plain(getattr(self, name)) for name in SETTINGS}
        return {"key": self.key, **settings}


def _plain(value: Any) -> Any:
    if isinstance(value, DirectNumber | Extension | Channel | Webrtc):
        return dict(vars(value))
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
