# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where calls are played, and who tells of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .reply import Reply
    from .truth import Call


class Messenger(Protocol):
    """Who delivers a call's notifications: a `Courier`, or its `Silence`."""

    def post(self, params: dict[str, str], now: float) -> Reply | None:
        """Send a notification; see `Courier.post`."""

    def next_moment(self) -> float | None:
        """Return when the next delayed one is due, in seconds of the call, or None."""

    def send_next_delayed(self) -> None:
        """Send that one."""

    def finish(self) -> None:
        """Send all that is still on its way."""


class Silence:
    """A messenger where nobody is told and so nobody answers."""

    def post(self, params: dict[str, str], now: float) -> None:
        pass

    def next_moment(self) -> None:
        pass

    def send_next_delayed(self) -> None:
        pass

    def finish(self) -> None:
        pass


@dataclass(frozen=True)
class Stage:
    """Where calls are played.

    :param begin: takes a call at its beginning, and returns who delivers its
        notifications
    :param over: takes a call at its end
    :param sleep: waits some seconds
    :param pace: seconds to wait for each second of a call; 0 = none
    """

    begin: Callable[[Call], Messenger]
    over: Callable[[Call], object]
    sleep: Callable[[float], object]
    pace: float
