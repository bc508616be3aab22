# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a scenario is."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scenario:
    """A script with its kind of call.

    :param play: function of a line and of what the request to dial names: an extension,
        or an outside telephone
    :param direction: `incoming`, `outgoing` or `internal`
    :param line: class of its line
    :param hidden: whether the caller shows no number
    :param forwards: whether it is for an outside telephone instead of an extension
    :param national: whether the caller is a number as people dial it in their country,
        with a plus in front
    :param cast: function of the account and a draw that says who calls whom, where the
        request to dial may not
    :param extensions: how many extensions it needs
    """

    play: Any
    direction: str
    line: Any
    hidden: bool = False
    forwards: bool = False
    national: bool = False
    cast: Any = None
    extensions: int = 1

    @property
    def prefix(self):
        return "in_" if self.direction == "incoming" else "out_"


class Scenarios(dict):
    """Scenarios by name."""

    def add(self, name, direction, line, **options):
        """Return a decorator that adds a script; parameters as `Scenario` has them."""

        def decorate(play):
            self[name] = Scenario(play, direction, line, **options)
            return play

        return decorate
