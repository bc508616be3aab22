# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can be said about a call, and by whom.

A notification is a fact under its own name; a row of the PBX statistics is one, and so
is what we did or noticed ourselves.
"""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .notification import PARAMETERS

#: A row of ``/v1/statistics/pbx``.
STATISTICS = "STATISTICS"
#: We asked Zadarma for a callback: ``from`` (extension), ``to`` (number).
REQUESTED = "CALLBACK_REQUESTED"
#: Zadarma declined it: ``reason``, in its words.
REFUSED = "CALLBACK_REFUSED"
#: It never became a call.
EXPIRED = "CALLBACK_EXPIRED"
#: We told the PBX whom to ring: ``rule`` that decided, ``redirect``, and ``why``.
ROUTED = "ROUTED"
#: Nothing was heard of the call for so long that it must be over.
NO_NEWS = "NO_NEWS"
#: What was said of the call is gone, and nothing more is kept of it.
EMPTIED = "EMPTIED"
#: Whoever else says one of these did not get it from Zadarma.
OURS = frozenset({STATISTICS, REQUESTED, REFUSED, EXPIRED, ROUTED, NO_NEWS, EMPTIED})

#: A row's values (OpenAPI).
_ROW = frozenset(
    "call_id sip callstart clid destination disposition seconds is_recorded"
    " pbx_call_id".split()
)


def told(event: str, params: Mapping[str, str]) -> dict[str, str]:
    """Those parameters that whoever says this says with it; others were added.

    :param event: the name of a notification, or one of the above
    :param params: as received
    :return: empty for an event that nobody knows
    """
    if event in OURS - {STATISTICS}:
        return dict(params)
    known = _ROW if event == STATISTICS else PARAMETERS.get(event, ())
    return {name: text for name, text in params.items() if name in known}


@dataclass(frozen=True)
class Fact:
    """One thing said about a call.

    :param event: what it tells: the name of a notification, or one of the above
    :param params: its parameters as received; of these it has what :func:`told` leaves
        of them, so nothing else can be believed
    :param received_at: UTC without tzinfo, when it first reached us
    """

    event: str
    params: Mapping[str, str]
    received_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", told(self.event, self.params))

    def get(self, name: str) -> str:
        """A parameter's text, empty when missing."""
        return self.params.get(name) or ""

    @functools.cached_property
    def content(self) -> tuple[str, str]:
        """What it says, whenever it arrived, in a form that can be compared."""
        return self.event, json.dumps(dict(self.params), sort_keys=True)


def distinct(facts: Iterable[Fact]) -> list[Fact]:
    """The facts without repetitions, first arrival counting, in a fixed order."""
    first: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        known = first.get(fact.content)
        if known is None or fact.received_at < known.received_at:
            first[fact.content] = fact
    return sorted(first.values(), key=lambda fact: (fact.received_at, fact.content))
