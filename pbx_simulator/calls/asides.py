# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an extension does besides while it talks to whom it called back.

The customer waits meanwhile; nothing tells of that.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .outgoing_line import OutgoingLine
from .parties import Parties, another_extension
from .performance import Performance
from .scenario import Scenario, Script

if TYPE_CHECKING:
    from ..account.extension import Extension
    from .callback_line import CallbackLine
    from .line import Line

EMERGENCY = "112"


def play_beside(line: Line, name: str, scenario: Script, parties: Parties) -> None:
    """Play another call on the account of a line, from now on.

    :param line: whose call goes on
    :param name: of the scenario
    :param scenario: how it goes
    """
    draw = random.Random(line.draw.random())
    performance = Performance(
        name, scenario, line.account, draw, parties, line.talk_wanted
    )
    line.follow(performance.play(performance.call(line.now), line.stage))


def _call_besides(
    line: CallbackLine, extension: Extension, direction: str, called: str
) -> None:
    script = Scenario(OutgoingLine.converse, direction, OutgoingLine)
    parties = Parties(extension.number, called, extension)
    play_beside(line, line.call.scenario, script, parties)


def _consult(line: CallbackLine, extension: Extension) -> None:
    if colleague := another_extension(line.account, extension):
        _call_besides(line, extension, "internal", colleague.number)


def _transfer(line: CallbackLine, extension: Extension) -> None:
    if colleague := another_extension(line.account, extension):
        line.transfer(extension, colleague)


def _call_for_help(line: CallbackLine, extension: Extension) -> None:
    _call_besides(line, extension, "outgoing", EMERGENCY)


def _call_another_customer(line: CallbackLine, extension: Extension) -> None:
    customer = f"+4420794601{line.draw.randint(0, 99):02}"
    _call_besides(line, extension, "outgoing", customer)


# By `callback_choices.ASIDES`.
ASIDES = {
    "": None,
    "consultation": _consult,
    "transfer": _transfer,
    "emergency": _call_for_help,
    "second-customer": _call_another_customer,
}
