# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An internal number of a PBX."""

import re
from dataclasses import dataclass

from ..protocol import checks
from ..protocol.errors import SimulatorError

RECOGNITIONS = ("off", "optional", "all")


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
    :param forward_to: E.164 number of an unconditional forwarding, or empty
    :param record_email: where its recordings are sent, or empty
    """

    number: str
    name: str = ""
    online: bool = True
    answers: bool = True
    recorded: bool = True
    recognition: str = "optional"
    forward_to: str = ""
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
        if self.forward_to:
            self.forward_to = checks.phone_number("forward_to", self.forward_to)
