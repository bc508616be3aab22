# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an extension does besides while it talks to whom it called back.

The customer waits meanwhile; nothing tells of that.
"""

import random

from .outgoing_line import OutgoingLine
from .parties import Parties, another_extension
from .performance import Performance
from .scenario import Scenario

EMERGENCY = "112"


def play_beside(line, name, scenario, parties):
    """Play another call on the account of a line, from now on.

    :param line: the `Line` whose call goes on
    :param name: of the scenario
    :param scenario: the `Scenario`
    :param parties: the `Parties`
    """
    draw = random.Random(line.draw.random())
    performance = Performance(
        name, scenario, line.account, draw, parties, line.talk_wanted
    )
    line.follow(performance.play(performance.call(line.now), line.stage))


def _call_besides(line, extension, direction, called):
    script = Scenario(OutgoingLine.converse, direction, OutgoingLine)
    parties = Parties(extension.number, called, extension)
    play_beside(line, line.call.scenario, script, parties)


def _consult(line, extension):
    if colleague := another_extension(line.account, extension):
        _call_besides(line, extension, "internal", colleague.number)


def _transfer(line, extension):
    if colleague := another_extension(line.account, extension):
        line.transfer(extension, colleague)


def _call_for_help(line, extension):
    _call_besides(line, extension, "outgoing", EMERGENCY)


def _call_another_customer(line, extension):
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
