# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An internal number of a PBX."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..protocol import checks
from ..protocol.errors import SimulatorError

RECOGNITIONS = ("off", "optional", "all")
CONDITIONS = ("always", "noanswer")
# What a mailbox says before its tone; "standart" is how Zadarma spells it.
GREETINGS = ("no", "standart", "own")


def _like(pattern: str) -> Callable[[str, str], str]:
    """Make a check of a whole text."""

    def check(name: str, value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise SimulatorError(f"{name}: nothing is forwarded to {value!r}.")
        return value

    return check


# Where calls can be forwarded to, and how that is written.
FORWARD_TYPES: dict[str, Callable[[str, str], str]] = {
    "phone": checks.phone_number,
    "voicemail": _like(r"[^@\s]+@[^@\s]+"),
    "menu": _like("[0-9]{1,3}(-[0-9]{1,3})?"),
    "sip": _like("[1-9][0-9]{2}|[0-9]{5}"),
    "sip_uri": _like(r"(sip:)?[^@\s]+@[^@\s]+"),
}
# Those at which somebody picks up.
_TELEPHONES = ("phone", "sip")


@dataclass
class Extension:
    """An internal number.

    :param number: three digits, 100 to 999
    :param online: whether a desk phone is registered; without one, it rings only in
        a browser
    :param answers: whether somebody picks up when a routing answer or a callback
        makes it ring
    :param recorded: whether its calls are recorded
    :param recognition: whether recordings become texts: `off`, `optional` (when asked
        for) or `all` (by themselves)
    :param forward_to: where its calls are forwarded to, or empty: E.164, or what goes
        with another `forward_type`
    :param forward_type: one of `FORWARD_TYPES`
    :param forward_condition: one of `CONDITIONS`
    :param greeting: of the mailbox, one of `GREETINGS`; the API does not tell it
    :param record_email: where its recordings are sent, or empty
    """

    number: str
    name: str = ""
    online: bool = True
    answers: bool = True
    recorded: bool = True
    recognition: str = "optional"
    forward_to: str = ""
    forward_type: str = "phone"
    forward_condition: str = "always"
    greeting: str = "no"
    record_email: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch("[1-9][0-9]{2}", str(self.number)):
            raise SimulatorError(
                f"{self.number!r} is no extension: give three digits from 100 to 999."
            )
        self.number = str(self.number)
        self.name = self.name or f"Extension {self.number}"
        for setting, kind in self.__annotations__.items():
            value = getattr(self, setting)
            checks.typed(f"extension {self.number}: {setting}", value, kind)
        checks.one_of("recognition", self.recognition, RECOGNITIONS)
        checks.one_of("forward_type", self.forward_type, FORWARD_TYPES)
        checks.one_of("forward_condition", self.forward_condition, CONDITIONS)
        checks.one_of("greeting", self.greeting, GREETINGS)
        if self.forward_to:
            check = FORWARD_TYPES[self.forward_type]
            self.forward_to = check("forward_to", self.forward_to)

    @property
    def sends_to(self) -> str:
        """The telephone or extension to which its calls go at once, or empty."""
        at_once = self.forward_condition == "always"
        return self.forward_to if at_once and self.forward_type in _TELEPHONES else ""
