# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The call log held against what really happened, call by call, field by field."""

from collections import Counter
from dataclasses import dataclass, field

#: What the PBX signs of a call, in the log's words.
PROVED = ("date_start", "caller_number", "called_number", "external_number")
#: What a call that nobody answered is called; anything else failed.
_UNANSWERED = {"no answer": "no_answer", "busy": "busy", "cancel": "cancelled"}


@dataclass
class Comparison:
    """What is not as it should be, a sentence for each call or field.

    :param missing: calls that are not in the log
    :param double: calls that are there more than once
    :param unknown: calls that are there, but never happened
    :param wrong: fields
    """

    missing: list = field(default_factory=list)
    double: list = field(default_factory=list)
    unknown: list = field(default_factory=list)
    wrong: list = field(default_factory=list)

    @property
    def counts(self):
        """How many of each."""
        return {kind: len(sentences) for kind, sentences in vars(self).items()}

    @property
    def sentences(self):
        """All of them."""
        return [one for sentences in vars(self).values() for one in sentences]


def joined(*comparisons):
    """Return several as one :class:`Comparison`."""
    return Comparison(
        **{
            kind: [one for some in comparisons for one in vars(some)[kind]]
            for kind in vars(comparisons[0])
        }
    )


def compare(truths, calls, untold=None, fields=None):
    """Compare calls that are over with the call log.

    :param truths: iterable of ``pbx_simulator.calls.truth.Call``
    :param calls: dicts as Odoo returns them
    :param untold: id of a call to the names of parameters that may not have reached
        Odoo, of those in :data:`ONLY_NOTIFIED`
    :param fields: names of those to compare, all if there are none
    :return: a :class:`Comparison`
    """
    found = Comparison()
    happened = {truth.pbx_call_id: truth for truth in truths}
    logged = Counter(call["pbx_call_id"] for call in calls)
    found.missing += [
        f"{name} ({truth.scenario}) is missing"
        for name, truth in happened.items()
        if name not in logged
    ]
    found.double += [
        f"{name} is there {times} times" for name, times in logged.items() if times > 1
    ]
    for call in calls:
        name = call["pbx_call_id"]
        if name not in happened:
            found.unknown.append(f"{name} never happened")
            continue
        found.wrong += _wrong(
            call, happened[name], (untold or {}).get(name, ()), fields
        )
    return found


def _wrong(call, truth, untold, fields):
    """Sentences about what the log tells wrong of a call.

    :param untold: names of parameters that may not have reached Odoo
    :param fields: as of :func:`compare`
    """
    accepted = {
        field: [value]
        for field, value in expected(truth).items()
        if not fields or field in fields
    }
    for parameter in untold:
        field, instead = ONLY_NOTIFIED[parameter]
        accepted[field].append(instead(truth))
    return [
        f"{truth.pbx_call_id} ({truth.scenario}): {field} is {call[field]!r}, not "
        + " or ".join(map(repr, values))
        for field, values in accepted.items()
        if call[field] not in values
    ]


def untold(truths, notifications):
    """Return what notifications alone could tell of calls, and did not.

    :param truths: iterable of ``pbx_simulator.calls.truth.Call``
    :param notifications: the parameters of those that Odoo accepted, dicts
    :return: id of each call to a set of names
    """
    found = {truth.pbx_call_id: set(ONLY_NOTIFIED) for truth in truths}
    for params in notifications:
        found.get(params["pbx_call_id"], set()).difference_update(params)
    for truth in truths:
        # whom somebody of ours dialled, statistics tell as well
        if truth.direction != "incoming":
            found[truth.pbx_call_id].discard("called_did")
    return found


def expected(truth):
    """Return what the log should tell of a call, as Odoo returns it.

    :param truth: a ``pbx_simulator.calls.truth.Call`` that is over
    """
    incoming = truth.direction == "incoming"
    outside = truth.caller if incoming else truth.called
    values = {
        "direction": truth.direction,
        "state": "ended",
        "result": _result(truth),
        "called_number": truth.called,
        # internal calls have no party outside, hidden callers no number
        "external_number": outside if outside.startswith("+") else False,
        "date_start": _moment(truth.start),
        "duration": truth.duration,
        "recorded": any(leg.recorded for leg in truth.legs),
    }
    if not incoming:
        # which number of ours the other one saw is not known to the truth
        values["extension_number"] = truth.caller
    else:
        values["caller_number"] = values["external_number"]
        if truth.answered_by:
            values["extension_number"] = truth.answered_by[-1]
    return values


def _moment(time):
    return time.strftime("%Y-%m-%d %H:%M:%S")


#: Parameters of notifications whose value statistics do not tell: the field that comes
#: from it, and what the field is without it.
ONLY_NOTIFIED = {
    "called_did": ("called_number", lambda _truth: False),
    # of a call that went through a menu they tell when a phone began to ring
    "call_start": ("date_start", lambda truth: _moment(truth.legs[0].start)),
}


def _result(truth):
    if truth.disposition == "answered":
        return "answered"
    if truth.direction == "incoming":
        return "rejected" if truth.rejected else "missed"
    return _UNANSWERED.get(truth.disposition, "failed")
