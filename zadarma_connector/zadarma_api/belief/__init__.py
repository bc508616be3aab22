# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What of a genuine notification is believed.

A signature proves one text, the values of a few parameters without borders between
them (:mod:`~zadarma_api.signature`): neither the event nor the id of the call, nor
where one value ends and the next begins. Whoever caught one notification can send its
text again as another event, under another id, cut elsewhere. So each is held against
what is known: our own numbers and extensions, what its id said before, whether its text
was seen under another id, and the statistics, which nobody but Zadarma can write.

What is believed is the two numbers and the start. The rest of a notification is a
claim, which the fold takes until statistics tell (:mod:`~zadarma_api.fold`).
``docs/belief.md`` has the rules in a table.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from .. import clock
from ..facts import STATISTICS, Fact
from ..notification import (
    ANSWER,
    CALL_EVENTS,
    END,
    INTERNAL,
    INTERNAL_END,
    IVR,
    RECORD,
    START,
    is_pbx_call_id,
)
from ..signature import signed_string
from .cut import uncut
from .listed import agrees, begins_with_a_row
from .said import OUT, contradicts, grounds, is_outgoing, says_again
from .surplus import surplus as surplus
from .verdict import Context, Reason, Verdict

#: What begins so fits no other kind of id; the other events fit both.
_KINDS = {"in_": frozenset({START, END, IVR}), "out_": OUT}
_SIGNED_INCOMING = frozenset({START, INTERNAL, INTERNAL_END, END, IVR})
#: A START that is farther from now is not answered with anything. The PBX tells of a
#: call within a second, and asks again within a few.
TELL_WITHIN = timedelta(minutes=2)


def sift(facts: Iterable[Fact], context: Context) -> list[Verdict]:
    """Judge all that was said under one id.

    Independent of the order in which the facts are given: what can be cut by itself
    comes first, a text that another id said first comes last, else the first arrival.

    :param facts: with one ``pbx_call_id``
    :return: what becomes of each, in the order given
    """
    facts = list(facts)

    def rank(fact: Fact) -> tuple[bool, bool, bool, datetime, tuple[str, str]]:
        notified = fact.event in CALL_EVENTS
        return (
            notified,
            notified and context.repeated(_signed(fact)),
            fact.event == ANSWER,
            fact.received_at,
            fact.content,
        )

    believed: list[Fact] = []
    judged: dict[tuple[str, ...], list[Verdict]] = {}
    verdicts: dict[int, Verdict] = {}
    for index in sorted(range(len(facts)), key=lambda index: rank(facts[index])):
        same = judged.setdefault(grounds(facts[index]), [])
        # once as the first, and once for all that only say it again
        if len(same) < 2:
            same.append(judge(facts[index], believed, context))
            if same[-1].believed:
                believed.append(facts[index])
        verdicts[index] = same[-1]
    return [verdicts[index] for index in range(len(facts))]


def judge(fact: Fact, earlier: Sequence[Fact], context: Context) -> Verdict:
    """Judge one notification whose signature is genuine.

    :param fact: what is no notification about calls is believed
    :param earlier: believed facts with the same ``pbx_call_id``, rows of statistics
        included
    """
    if fact.event not in CALL_EVENTS:
        return Verdict(True)
    misfit = _misfit(fact)
    if misfit:
        return Verdict(False, misfit)
    rows = [one for one in earlier if one.event == STATISTICS]
    notified = [one for one in earlier if one.event in CALL_EVENTS]
    reason = uncut(fact, context)
    if rows:
        return _judge_by_rows(fact, rows, notified, reason, context)
    if reason:
        return Verdict(False, reason)
    return _judge_by_itself(fact, notified, context)


def lag(fact: Fact, zone: str) -> timedelta | None:
    """How long after its call's beginning a notification arrived, or before it.

    Of the two beginnings in an hour that the clock repeats the nearer one counts; of
    two that are as near, the one before: nothing is told of what is still to come.

    :param zone: IANA name of the account's time zone
    :return: ``None`` if it tells no readable time
    """
    readings = sorted(clock.readings(fact.get("call_start"), zone))
    lags = [fact.received_at - moment for moment in readings]
    return min(lags, key=abs, default=None)


def _signed(fact: Fact) -> str:
    return signed_string(fact.event, fact.params)


def _misfit(fact: Fact) -> str:
    pbx_call_id = fact.get("pbx_call_id")
    if not is_pbx_call_id(pbx_call_id):
        return Reason.MALFORMED_ID
    for prefix, events in _KINDS.items():
        if fact.event in events and not pbx_call_id.startswith(prefix):
            return Reason.KIND_MISMATCH
    return ""


def _judge_by_rows(
    fact: Fact,
    rows: Sequence[Fact],
    notified: Sequence[Fact],
    reason: str,
    context: Context,
) -> Verdict:
    """Statistics know the id: what agrees with them is believed."""
    agreed = agrees(fact, rows, context)
    if agreed is False:
        return Verdict(False, Reason.CONTRADICTS)
    if context.repeated(_signed(fact)):
        # two calls of one caller within the hour differ in nothing else
        if not agreed or not begins_with_a_row(fact, rows, context):
            return Verdict(False, Reason.SAME_TEXT_OTHER_ID)
    elif not agreed and (reason or contradicts(fact, notified, context)):
        return Verdict(False, reason or Reason.CONTRADICTS)
    # they list calls that are over
    told = Reason.HEARD_BEFORE if fact.event == START else ""
    return Verdict(True, told)


def _judge_by_itself(fact: Fact, notified: Sequence[Fact], context: Context) -> Verdict:
    """Statistics do not know the id: what it said before is all there is."""
    is_repeated = context.repeated(_signed(fact))
    own = [one for one in notified if not context.repeated(_signed(one))]
    if is_repeated and own and not says_again(fact, own, context):
        return Verdict(False, Reason.SAME_TEXT_OTHER_ID)
    if contradicts(fact, notified, context):
        return Verdict(False, Reason.CONTRADICTS)
    if is_repeated and not own:
        return Verdict(True, Reason.SAME_TEXT_OTHER_ID, acts=False)
    return _what_it_tells(fact, notified, context)


def _what_it_tells(fact: Fact, notified: Sequence[Fact], context: Context) -> Verdict:
    """A believed fact; of all of them only a START may be answered with anything."""
    late = lag(fact, context.zone)
    if late is None:
        return Verdict(True, "" if fact.event == RECORD else Reason.MALFORMED_START)
    names_ours = fact.event in _SIGNED_INCOMING and not is_outgoing(fact)
    if names_ours and not context.own_numbers:
        return Verdict(True, Reason.UNKNOWN_DID)
    if fact.event != START:
        return Verdict(True)
    if notified:
        return Verdict(True, Reason.HEARD_BEFORE)
    if abs(late) > TELL_WITHIN:
        return Verdict(True, Reason.TOO_OLD)
    return Verdict(True, tells=True)
