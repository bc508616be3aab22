# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What calls are computed from, as it is read from the journal."""

from typing import NamedTuple

from ...zadarma_api import facts, hearing
from ...zadarma_api.fold import fold
from ..account.zadarma_account_switchboard import Switchboard


def payload_of(params, **columns):
    """What of a message is stored as it is: all that no column has.

    :param params: names to texts
    :param columns: of the entry, those with a parameter's name
    """
    return {name: text for name, text in params.items() if columns.get(name) != text}


def said(payload, **columns):
    """A message as it was said, of what :func:`payload_of` left of it."""
    return {name: text for name, text in columns.items() if text} | payload


class Entry(NamedTuple):
    """An entry of the journal as a call is computed from it.

    :param call_id: of the ``zadarma.call`` that it turned out to tell of, else of the
        one that has its id
    :param others: how many other ids said the same signed text before, at most fifty
    """

    id: int
    pbx_call_id: str | None
    call_id: int | None
    state: str
    doubt: str | None
    others: int
    fact: facts.Fact


class Sifted(NamedTuple):
    """What of some entries is believed.

    :param believed: list of :class:`Entry`
    :param answerable: ids of entries that may be answered with what we know
    :param reserved: ids of calls of which nothing follows before statistics know them
    """

    believed: list[Entry]
    answerable: set[int]
    reserved: set[str]


class Question(NamedTuple):
    """A notification that waits for its answer.

    :param entry_id: of the ``zadarma.event``
    :param switchboard: the account's ``Switchboard``, as of a moment ago
    :param asked_at: ``time.monotonic()`` when the PBX began to wait for an answer that
        tells it something, ``None`` if it does not
    """

    entry_id: int
    switchboard: Switchboard
    asked_at: float | None


class Applied(NamedTuple):
    """What applying came to.

    :param outcomes: from pbx_call_id to ``added``, ``corrected`` or ``unchanged``
    :param answer: to the PBX, ``None`` if there is nothing to answer
    """

    outcomes: dict[str, str] = {}
    answer: dict | None = None


class CallFacts(NamedTuple):
    """All that is known of one call.

    :param call_id: of the ``zadarma.call``, ``None`` if there is none yet
    :param entries: list of :class:`Entry`
    :param absorbed: ids of calls that turn out to be this one, a set
    :param reserved: whether nothing may follow from it before statistics know it
    :param parted_from: of the ``zadarma.call`` that it was taken for part of
    """

    call_id: int | None
    entries: list[Entry]
    absorbed: set[int] = frozenset()
    reserved: bool = False
    parted_from: int | None = None

    @property
    def pbx_call_ids(self):
        """The ids under which the PBX tells of the call: a callback may have two."""
        return sorted({entry.pbx_call_id for entry in self.entries} - {None})

    @property
    def asked_for(self):
        """The ids of calls that somebody asked for and that this is, or was taken for
        part of: a set."""
        is_asked_for = any(one.fact.event == facts.REQUESTED for one in self.entries)
        return {is_asked_for and self.call_id, self.parted_from} - {None, False}

    def speakers(self, switchboard):
        """The internal numbers that spoke as statistics tell, a frozenset.

        :param switchboard: the account's ``Switchboard``
        """
        told = [entry.fact for entry in self.entries]
        rows = [fact for fact in told if fact.event == facts.STATISTICS]
        return hearing.speakers(rows, (), switchboard.seats)

    def folded(self, switchboard):
        """The call that these facts tell of, a :class:`~zadarma_api.fold.Call`.

        :param switchboard: the account's ``Switchboard``
        """
        return fold(
            [entry.fact for entry in self.entries],
            switchboard.tz,
            switchboard.ghost_seconds,
            switchboard.seats,
        )
