# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a scenario is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from ..account.account import Account
    from .callback_line import CallbackScenario
    from .line import Line
    from .parties import Parties

AnyLine = TypeVar("AnyLine", bound="Line")
# A script as it is written: a function of its line and of what the request to dial
# names, an extension or (`forwards`) an outside telephone.
Play = TypeVar("Play", bound=Callable[[Any, Any], None])


class Script(Protocol):
    """What a `Performance` plays."""

    @property
    def direction(self) -> str:
        """`incoming`, `outgoing` or `internal`."""

    @property
    def prefix(self) -> str:
        """What the ids of such calls begin with."""

    @property
    def line(self) -> Callable[..., Line]:
        """What makes its line: a class with the arguments of `Line`."""

    def play(self, line: Any, target: Any, /) -> None:
        """Let it happen on a line that `line` made."""


@dataclass(frozen=True)
class Scenario(Generic[AnyLine]):
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

    play: Callable[[AnyLine, Any], None]
    direction: str
    line: type[AnyLine]
    hidden: bool = False
    forwards: bool = False
    national: bool = False
    cast: Callable[[Account, Random], Parties] | None = None
    extensions: int = 1

    @property
    def prefix(self) -> str:
        return "in_" if self.direction == "incoming" else "out_"


# What can be asked for, cast by `find_parties`.
Playable: TypeAlias = "Scenario[Any] | CallbackScenario"


class Scenarios(dict[str, "Playable"]):
    """Scenarios by name."""

    def add(
        self, name: str, direction: str, line: type[Any], **options: Any
    ) -> Callable[[Play], Play]:
        """Return a decorator that adds a script; parameters as `Scenario` has them."""

        def decorate(play: Play) -> Play:
            self[name] = Scenario(play, direction, line, **options)
            return play

        return decorate
