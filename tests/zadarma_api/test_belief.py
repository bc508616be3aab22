# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What of a genuine notification is believed, against whoever caught one."""

import dataclasses
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zadarma_api import belief, hearing
from zadarma_api.belief import Context, Reason, judge, lag, sift, surplus
from zadarma_api.facts import REQUESTED, STATISTICS, Fact
from zadarma_api.fold import fold
from zadarma_api.notification import CALL_EVENTS, caller_number
from zadarma_api.signature import SIGNED_PARAMETERS, signed_string

ZONE = "Europe/Kyiv"
IN, OUT = "in_" + "a" * 40, "out_" + "b" * 40
OTHER_IN, OTHER_OUT = "in_" + "c" * 40, "out_" + "d" * 40
# 14:03:22 in Kyiv
START = datetime(2026, 10, 5, 11, 3, 22)
CALLER, OTHER, DID = "+442037691880", "+442079460077", "442037691881"
PART = "1458313316.343456"
EXTENSIONS = frozenset({"100", "101", "102"})


def e164(number):
    """As the account reads numbers: British, with or without plus."""
    if not number or number.startswith("+") or not number.isdigit():
        return number
    if number.startswith("00"):
        return f"+{number[2:]}"
    if number.startswith("0"):
        return f"+44{number[1:]}"
    return f"+{number}" if len(number) >= 10 else number


CONTEXT = Context(ZONE, e164, frozenset({f"+{DID}"}), EXTENSIONS)


def at(seconds):
    return START + timedelta(seconds=seconds)


def wall_clock(seconds=0):
    return f"{at(seconds) + timedelta(hours=3):%Y-%m-%d %H:%M:%S}"


def incoming(event, seconds=1, begun=0, **params):
    """A notification of a call that began at ``begun``, arriving at ``seconds``."""
    common = {
        "call_start": wall_clock(begun),
        "pbx_call_id": IN,
        "caller_id": CALLER,
        "called_did": DID,
        "destination": "101",
        "internal": "101",
    }
    return Fact(event, {**common, **params}, at(seconds))


def outgoing(event, seconds=1, begun=0, **params):
    common = {
        "call_start": wall_clock(begun),
        "pbx_call_id": OUT,
        "internal": "101",
        "destination": CALLER,
    }
    return Fact(event, {**common, **params}, at(seconds))


def record(**params):
    common = {"pbx_call_id": IN, "call_id_with_rec": PART}
    return Fact("NOTIFY_RECORD", {**common, **params}, at(60))


def row(begun=0, **values):
    common = {
        "call_id": f"1791198202.{begun}",
        "sip": "101",
        "callstart": wall_clock(begun),
        "clid": CALLER.lstrip("+"),
        "destination": "101",
        "disposition": "answered",
        "seconds": "42",
        "is_recorded": "true",
        "pbx_call_id": IN,
    }
    return Fact(STATISTICS, {**common, **values}, at(86400))


def outgoing_row(begun=0, **values):
    common = {"pbx_call_id": OUT, "clid": "101", "destination": CALLER.lstrip("+")}
    return row(begun, **{**common, **values})


def seen_elsewhere(*facts):
    """The context of an account where other ids said the texts of these facts."""
    texts = {signed_string(fact.event, fact.params) for fact in facts}
    return dataclasses.replace(CONTEXT, repeated=texts.__contains__)


def reason(fact, earlier=(), context=CONTEXT):
    """Why a fact is doubted, ``None`` if it is believed."""
    verdict = judge(fact, list(earlier), context)
    return None if verdict.believed else verdict.reason


INCOMING_EVENTS = [
    "NOTIFY_START",
    "NOTIFY_INTERNAL",
    "NOTIFY_INTERNAL_END",
    "NOTIFY_END",
    "NOTIFY_IVR",
]


# -- genuine ones ------------------------------------------------------------------


@pytest.mark.parametrize("event", [*INCOMING_EVENTS, "NOTIFY_ANSWER"])
@pytest.mark.parametrize(
    "caller",
    [CALLER, CALLER[1:], "+0672220001", "672220001", "", "0", "anonymous"]
    + ["sip:+442037691880@10.0.0.1", "Anonymous <anonymous@1.2.3.4>", "101", "900"],
)
def test_incoming_call_is_believed(event, caller):
    assert reason(incoming(event, caller_id=caller)) is None


@pytest.mark.parametrize("did", [DID, f"+{DID}", "02037691881"])
@pytest.mark.parametrize("caller", [CALLER, f"+{DID}", DID, ""])
def test_dialled_number_in_any_form(did, caller):
    assert reason(incoming("NOTIFY_START", called_did=did, caller_id=caller)) is None


@pytest.mark.parametrize(
    "caller", ["+380672220001", "+0672220001", "672220001", "380672220001"]
)
def test_captured_account_is_believed(caller):
    """Its ANSWER tells the dialled number as its destination."""
    did = "380443645713"
    context = dataclasses.replace(CONTEXT, own_numbers=frozenset({f"+{did}"}))
    params = {"caller_id": caller, "called_did": did, "calltype": "normal"}
    facts = [
        incoming("NOTIFY_START", 1, **params),
        incoming("NOTIFY_INTERNAL", 2, **params),
        incoming("NOTIFY_ANSWER", 9, destination=did, **params),
        incoming("NOTIFY_END", 50, status_code="16", last_internal="101", **params),
        record(),
    ]
    assert all(verdict.believed for verdict in sift(facts, context))


@pytest.mark.parametrize(
    "internal, destination",
    [("101", CALLER), ("101", "442037691880"), ("101", "102"), ("101", "112")]
    + [("123456-101", CALLER), ("", CALLER), ("", "442037691880"), ("101", "101")],
)
@pytest.mark.parametrize("event", ["NOTIFY_OUT_START", "NOTIFY_OUT_END"])
def test_outgoing_call_is_believed(event, internal, destination):
    fact = outgoing(event, internal=internal, destination=destination)
    assert reason(fact) is None


@pytest.mark.parametrize("pbx_call_id", [IN, OUT, "in_1"])
def test_recording_is_believed(pbx_call_id):
    assert reason(record(pbx_call_id=pbx_call_id)) is None


def test_what_is_no_notification_is_believed():
    assert judge(Fact(REQUESTED, {}, START), [], CONTEXT) == (True, "", False, True)
    assert judge(row(), [], CONTEXT).believed


def test_start_that_comes_at_once_tells():
    assert judge(incoming("NOTIFY_START"), [], CONTEXT) == (True, "", True, True)


@pytest.mark.parametrize("event", sorted(CALL_EVENTS - {"NOTIFY_START"}))
def test_nothing_but_a_start_tells(event):
    for fact in (incoming(event), outgoing(event)):
        assert not judge(fact, [], CONTEXT).tells


def test_each_reason_is_in_the_document():
    document = Path(__file__).resolve().parents[2] / "docs" / "belief.md"
    listed = re.findall(r"^\| `(\w+)` \|", document.read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(Reason)


# -- what fits what ----------------------------------------------------------------


@pytest.mark.parametrize(
    "event, pbx_call_id",
    [(event, OUT) for event in ("NOTIFY_START", "NOTIFY_END", "NOTIFY_IVR")]
    + [(event, IN) for event in ("NOTIFY_OUT_START", "NOTIFY_OUT_END")],
)
def test_event_that_does_not_fit_its_id(event, pbx_call_id):
    fact = incoming(event, pbx_call_id=pbx_call_id)
    assert reason(fact) == Reason.KIND_MISMATCH
    # statistics cannot mend that
    assert reason(fact, [row(pbx_call_id=pbx_call_id)]) == Reason.KIND_MISMATCH


@pytest.mark.parametrize("event", ["NOTIFY_ANSWER", "NOTIFY_INTERNAL"])
def test_event_that_fits_both_kinds(event):
    assert reason(outgoing(event, caller_id="101", called_did="102")) is None


@pytest.mark.parametrize("pbx_call_id", ["", "x", "in_", "in_a b"])
def test_no_id(pbx_call_id):
    fact = incoming("NOTIFY_START", pbx_call_id=pbx_call_id)
    assert reason(fact) == Reason.MALFORMED_ID


# -- where the text is cut ---------------------------------------------------------


def cuts(fact):
    """A fact's signed text with its borders moved, as often as that can be done."""
    names = SIGNED_PARAMETERS[fact.event]
    text = signed_string(fact.event, fact.params)
    for first in range(len(text) + 1):
        for second in range(first, len(text) + 1 if len(names) == 3 else first + 1):
            parts = [text[:first], text[first:second], text[second:]]
            values = parts if len(names) == 3 else [parts[0], parts[2]]
            moved = dict(zip(names, values, strict=True))
            if any(fact.get(name) != value for name, value in moved.items()):
                yield dataclasses.replace(fact, params={**fact.params, **moved})


@pytest.mark.parametrize("caller", [CALLER, "", "0", "442037691880", f"+{DID}", DID])
@pytest.mark.parametrize("did", [DID, f"+{DID}", "02037691881"])
@pytest.mark.parametrize("event", INCOMING_EVENTS)
def test_moved_border_of_an_incoming_call(event, caller, did):
    genuine = incoming(event, caller_id=caller, called_did=did)
    assert reason(genuine) is None
    for moved in cuts(genuine):
        assert reason(moved) in (
            Reason.MOVED_BORDER,
            Reason.UNKNOWN_DID,
            Reason.MALFORMED_START,
        ), moved


@pytest.mark.parametrize("internal", ["101", "123456-101"])
@pytest.mark.parametrize("destination", [CALLER, "442037691880", "102"])
@pytest.mark.parametrize("event", ["NOTIFY_OUT_START", "NOTIFY_OUT_END"])
def test_moved_border_of_an_outgoing_call(event, internal, destination):
    genuine = outgoing(event, internal=internal, destination=destination)
    assert reason(genuine) is None
    for moved in cuts(genuine):
        assert reason(moved) in (
            Reason.MOVED_BORDER,
            Reason.UNKNOWN_EXTENSION,
            Reason.MALFORMED_START,
        ), moved


@pytest.mark.parametrize("destination", ["101", f"+{DID}", DID, OTHER, OTHER[1:]])
@pytest.mark.parametrize("caller", [CALLER, "0672220001", ""])
def test_moved_border_of_an_answer_moves_no_number(caller, destination):
    genuine = incoming("NOTIFY_ANSWER", caller_id=caller, destination=destination)
    start = incoming("NOTIFY_START", 0, caller_id=caller)
    told = fold([genuine], ZONE, extensions=EXTENSIONS).caller_number
    for moved in cuts(genuine):
        # beside what the call is known to be, and by itself
        if caller_number(moved.get("caller_id")) != caller_number(caller):
            assert reason(moved, [start]) is not None, moved
        if reason(moved) is None:
            call = fold([moved], ZONE, extensions=EXTENSIONS)
            assert call.caller_number in ("", told), moved


def test_moved_border_of_a_recording():
    for moved in cuts(record()):
        assert reason(moved) in (
            Reason.MOVED_BORDER,
            Reason.MALFORMED_PART,
            Reason.MALFORMED_ID,
        )


def test_of_two_own_numbers_the_longer_one_is_dialled():
    short = "91881"
    own = frozenset({f"+{DID}", short})
    context = dataclasses.replace(CONTEXT, own_numbers=own)
    assert reason(incoming("NOTIFY_START"), context=context) is None
    moved = incoming("NOTIFY_START", caller_id=CALLER + DID[:-5], called_did=short)
    assert reason(moved, context=context) == Reason.MOVED_BORDER
    dialled = incoming("NOTIFY_START", called_did=short)
    assert reason(dialled, context=context) is None


@pytest.mark.parametrize(
    ("digits", "known"), [(3, False), (4, True), (20, True), (21, False)]
)
def test_own_number_that_is_told_in_another_form(digits, known):
    told = "9" * digits
    context = dataclasses.replace(CONTEXT, e164={told: f"+{DID}"}.get)
    fact = incoming("NOTIFY_START", caller_id="", called_did=told)
    expected = None if known else Reason.UNKNOWN_DID
    assert reason(fact, context=context) == expected


def test_plus_begins_a_number_wherever_it_stands():
    inside = incoming("NOTIFY_ANSWER", destination="1+1")
    assert reason(inside) == Reason.MOVED_BORDER
    assert reason(incoming("NOTIFY_ANSWER", destination="+1")) is None


def test_words_behind_an_extension_are_no_number():
    assert reason(outgoing("NOTIFY_OUT_START", internal="", destination="101x")) is None


def test_unknown_dialled_number():
    fact = incoming("NOTIFY_START", called_did="442079460099")
    assert reason(fact) == Reason.UNKNOWN_DID
    # until statistics know the call
    assert reason(fact, [row()]) is None
    assert reason(fact, [row(clid="442079460077")]) == Reason.CONTRADICTS


def test_new_account_has_its_calls_but_tells_nothing():
    context = dataclasses.replace(CONTEXT, own_numbers=frozenset())
    verdict = judge(incoming("NOTIFY_START"), [], context)
    assert verdict == (True, Reason.UNKNOWN_DID, False, True)


@pytest.mark.parametrize("internal", ["103", "10", "1010", "x"])
def test_unknown_extension(internal):
    fact = outgoing("NOTIFY_OUT_START", internal=internal)
    assert reason(fact) == Reason.UNKNOWN_EXTENSION


def test_extension_that_statistics_know():
    fact = outgoing("NOTIFY_OUT_START", internal="103")
    assert reason(fact, [outgoing_row(sip="103")]) is None
    assert reason(fact, [outgoing_row(sip="101")]) == Reason.CONTRADICTS


def test_three_digits_are_an_extension_while_none_is_known():
    context = dataclasses.replace(CONTEXT, extensions=frozenset())
    assert reason(outgoing("NOTIFY_OUT_START", internal="103"), context=context) is None
    fact = outgoing("NOTIFY_OUT_START", internal="1030")
    assert reason(fact, context=context) == Reason.UNKNOWN_EXTENSION


@pytest.mark.parametrize("start", ["yesterday", "2026-10-05", "14:03:22", "2026", "x"])
def test_start_that_is_no_time(start):
    fact = incoming("NOTIFY_START", call_start=start)
    assert reason(fact) == Reason.MALFORMED_START


def test_what_has_no_time_by_its_nature_is_not_said_to_lack_one():
    assert judge(record(), [], CONTEXT).reason == ""
    without = incoming("NOTIFY_START", call_start="")
    assert judge(without, [], CONTEXT).reason == Reason.MALFORMED_START


@pytest.mark.parametrize(
    "start", ["", "2026-10-05T14:03:22", "1791198202", "2026-10-05T14:03:22+03:00"]
)
def test_case_23_start_in_another_form_is_believed(start):
    verdict = judge(incoming("NOTIFY_START", call_start=start), [], CONTEXT)
    assert verdict.believed
    assert verdict.tells == bool(start)


@pytest.mark.parametrize("part", ["", "x y", "442037691881" + wall_clock()])
def test_part_that_is_none(part):
    assert reason(record(call_id_with_rec=part)) == Reason.MALFORMED_PART


# -- texts of other events ---------------------------------------------------------


@pytest.mark.parametrize("event", INCOMING_EVENTS)
def test_text_of_an_outgoing_call_is_no_incoming_one(event):
    text = signed_string("NOTIFY_OUT_START", outgoing("NOTIFY_OUT_START").params)
    template = incoming(event, caller_id="", called_did="", call_start=text)
    for moved in cuts(template):
        assert reason(moved) is not None


@pytest.mark.parametrize("event", ["NOTIFY_OUT_START", "NOTIFY_OUT_END"])
@pytest.mark.parametrize("caller", [CALLER, "", "0", "anonymous"])
def test_text_of_an_incoming_call_is_no_employee_s(event, caller):
    """It may be a call of nobody, where the text begins as a number does."""
    start = incoming("NOTIFY_START", caller_id=caller)
    text = signed_string("NOTIFY_START", start.params)
    template = outgoing(event, internal="", destination="", call_start=text)
    for moved in cuts(template):
        assert reason(moved) is not None or not moved.get("internal")


@pytest.mark.parametrize(
    "result",
    [
        '{"caller_did":"442037691881","caller_id":"442037691880","text":"Hello"}',
        '{"text":"2026-10-05 14:03:22"}',
        '{"text":"442037691881',
    ],
)
@pytest.mark.parametrize("event", [*INCOMING_EVENTS, "NOTIFY_RECORD"])
def test_text_of_a_message_is_no_call(event, result):
    template = incoming(event, caller_id="", called_did="", call_start=result)
    if event == "NOTIFY_RECORD":
        template = record(pbx_call_id="", call_id_with_rec=result)
    for moved in cuts(template):
        if moved.get("called_did") == DID and not moved.get("call_start"):
            # what ends so can be cut so; no message of Zadarma's does
            assert result.endswith(DID)
        else:
            assert reason(moved) is not None


@pytest.mark.parametrize(
    "text",
    [
        signed_string("NOTIFY_RECORD", record().params),
        '{"caller_did":"442037691881","caller_id":"442037691880","text":"Hello"}',
        '[{"tracker":"UA-1"}]',
        "[]",
    ],
)
@pytest.mark.parametrize(
    "event", ["NOTIFY_OUT_START", "NOTIFY_OUT_END", "NOTIFY_ANSWER"]
)
@pytest.mark.parametrize("own_numbers", [CONTEXT.own_numbers, frozenset()])
def test_text_of_a_recording_or_a_message_is_nobody_s_call(text, event, own_numbers):
    context = dataclasses.replace(CONTEXT, own_numbers=own_numbers)
    pbx_call_id = OTHER_IN if event == "NOTIFY_ANSWER" else OTHER_OUT
    for names in (("destination",), ("caller_id",), ("called_did",)):
        told = dict.fromkeys(("internal", "destination", "caller_id", "called_did"), "")
        told |= {**dict.fromkeys(names, text), "call_start": ""}
        fact = Fact(event, {**told, "pbx_call_id": pbx_call_id}, at(1))
        if signed_string(event, fact.params) == text:
            assert reason(fact, context=context) == Reason.MOVED_BORDER
    start = incoming("NOTIFY_START", caller_id=text, called_did="", call_start="")
    assert reason(start, context=context) is not None


# -- the same id says the same -----------------------------------------------------


@pytest.mark.parametrize(
    "told, believed",
    [
        ({}, True),
        ({"caller_id": CALLER[1:]}, True),
        ({"caller_id": "sip:442037691880@10.0.0.1"}, True),
        ({"called_did": f"+{DID}"}, True),
        ({"caller_id": OTHER}, False),
        ({"caller_id": ""}, False),
        ({"call_start": wall_clock(1)}, False),
    ],
)
@pytest.mark.parametrize("event", INCOMING_EVENTS)
def test_id_says_the_same(event, told, believed):
    earlier = [incoming("NOTIFY_START", 0), record()]
    verdict = reason(incoming(event, **told), earlier)
    assert verdict == (None if believed else Reason.CONTRADICTS)


@pytest.mark.parametrize(
    "told, believed",
    [
        ({}, True),
        ({"destination": OTHER}, True),
        ({"caller_id": OTHER}, False),
        ({"call_start": wall_clock(1)}, False),
    ],
)
def test_answer_says_the_same_caller_and_time(told, believed):
    verdict = reason(incoming("NOTIFY_ANSWER", **told), [incoming("NOTIFY_START", 0)])
    assert verdict == (None if believed else Reason.CONTRADICTS)


def test_id_says_the_same_dialled_number():
    own = CONTEXT.own_numbers | {"+442079460088"}
    context = dataclasses.replace(CONTEXT, own_numbers=own)
    other = incoming("NOTIFY_END", 9, called_did="442079460088")
    assert reason(other, [incoming("NOTIFY_START")], context) == Reason.CONTRADICTS


def test_answer_of_an_outside_telephone_says_nothing_by_itself():
    """Its caller may end anywhere, so a START is not held against it."""
    answer = incoming("NOTIFY_ANSWER", destination=OTHER[1:])
    start = incoming("NOTIFY_START", 5, caller_id=OTHER)
    assert reason(start, [answer]) is None
    verdicts = sift([answer, start], CONTEXT)
    assert [verdict.believed for verdict in verdicts] == [False, True]


@pytest.mark.parametrize(
    "told, believed",
    [
        ({}, True),
        ({"destination": CALLER[1:]}, True),
        # our leg of a callback
        ({"destination": "101", "call_start": wall_clock(-6)}, True),
        ({"internal": "102"}, False),
        ({"destination": OTHER}, False),
        ({"call_start": wall_clock(1)}, False),
        # each leg with its own time
        ({"destination": "101", "internal": "102"}, False),
    ],
)
@pytest.mark.parametrize("event", ["NOTIFY_OUT_START", "NOTIFY_OUT_END"])
def test_outgoing_id_says_the_same_leg(event, told, believed):
    earlier = [outgoing("NOTIFY_OUT_START", 0)]
    verdict = reason(outgoing(event, **told), earlier)
    assert verdict == (None if believed else Reason.CONTRADICTS)


def test_three_digits_that_are_none_of_ours_are_a_customer_s_leg():
    ours = outgoing("NOTIFY_OUT_START", 0, destination="101")
    emergency = outgoing("NOTIFY_OUT_START", 6, 6, destination="112")
    assert reason(emergency, [ours]) is None
    rows = [outgoing_row(destination="101"), outgoing_row(6, destination="112")]
    assert reason(emergency, rows) is None


def test_id_has_two_legs_at_most():
    legs = [
        outgoing("NOTIFY_OUT_START", 0, destination="101"),
        outgoing("NOTIFY_OUT_START", 6, 6),
    ]
    assert reason(legs[1], legs[:1]) is None
    for end in (
        outgoing("NOTIFY_OUT_END", 60, 6),
        outgoing("NOTIFY_OUT_END", 60, destination="101"),
        outgoing("NOTIFY_ANSWER", 20, 6, caller_id="101"),
        outgoing("NOTIFY_ANSWER", 20, caller_id="101"),
    ):
        assert reason(end, legs) is None
    for other in (
        outgoing("NOTIFY_OUT_START", 60, 6, destination=OTHER),
        outgoing("NOTIFY_OUT_END", 60, 6, destination="102"),
        outgoing("NOTIFY_ANSWER", 60, 9, caller_id="101"),
    ):
        assert reason(other, legs) == Reason.CONTRADICTS


def test_of_a_call_that_statistics_know_only_the_start_was_told_too_late():
    assert judge(incoming("NOTIFY_START"), [row()], CONTEXT).reason == (
        Reason.HEARD_BEFORE
    )
    assert judge(incoming("NOTIFY_END"), [row()], CONTEXT).reason == ""


def test_while_no_number_is_known_that_is_said_of_what_names_one():
    context = dataclasses.replace(CONTEXT, own_numbers=frozenset())
    start, answer = incoming("NOTIFY_START"), incoming("NOTIFY_ANSWER")
    assert judge(start, [], context).reason == Reason.UNKNOWN_DID
    assert judge(answer, [], context).reason == ""
    assert judge(outgoing("NOTIFY_OUT_START"), [], context).reason == ""


# -- the same text under another id ------------------------------------------------


@pytest.mark.parametrize("event", INCOMING_EVENTS)
def test_text_under_another_id_stands_without_effect(event):
    caught = incoming("NOTIFY_START")
    again = incoming(event, 20, pbx_call_id=OTHER_IN)
    verdict = judge(again, [], seen_elsewhere(caught))
    assert verdict == (True, Reason.SAME_TEXT_OTHER_ID, False, False)


def test_text_under_another_id_stands_when_statistics_know_it():
    caught = incoming("NOTIFY_START")
    again = incoming("NOTIFY_END", 20, pbx_call_id=OTHER_IN)
    context = seen_elsewhere(caught)
    listed = row(pbx_call_id=OTHER_IN)
    assert judge(again, [listed], context) == (True, "", False, True)
    # the same caller's next call
    later = row(600, pbx_call_id=OTHER_IN)
    assert reason(again, [later], context) == Reason.SAME_TEXT_OTHER_ID


def test_text_of_another_id_does_not_get_in_the_way():
    """Whatever is sent under a call's id before the call itself is heard of."""
    caught = incoming("NOTIFY_START", caller_id=OTHER, pbx_call_id=OTHER_IN)
    forged = incoming("NOTIFY_START", 5, caller_id=OTHER)
    genuine = incoming("NOTIFY_START", 10)
    context = seen_elsewhere(caught)
    told = sift([forged, genuine], context)
    assert told[0] == (False, Reason.SAME_TEXT_OTHER_ID, False, True)
    assert told[1].believed and told[1].tells


def test_id_that_dialled_already_says_nothing_of_another_id_s():
    again = outgoing("NOTIFY_OUT_END")
    own = outgoing("NOTIFY_OUT_START", destination="101")
    told = reason(again, [own], seen_elsewhere(again))
    assert told == Reason.SAME_TEXT_OTHER_ID


def test_texts_of_another_id_must_be_of_one_call():
    caught = incoming("NOTIFY_START"), incoming("NOTIFY_START", caller_id=OTHER)
    again = [
        dataclasses.replace(one, params={**one.params, "pbx_call_id": OTHER_IN})
        for one in caught
    ]
    context = seen_elsewhere(*caught)
    assert reason(again[1], again[:1], context) == Reason.CONTRADICTS


# -- age ---------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [-3600, -121, 121, 3600, 2 * 86400])
def test_start_far_from_now_tells_nothing(seconds):
    verdict = judge(incoming("NOTIFY_START", seconds), [], CONTEXT)
    assert verdict == (True, Reason.TOO_OLD, False, True)


@pytest.mark.parametrize("seconds", [-120, 0, 120])
def test_start_near_now_tells(seconds):
    assert judge(incoming("NOTIFY_START", seconds), [], CONTEXT).tells


@pytest.mark.parametrize("event", sorted(CALL_EVENTS - {"NOTIFY_OUT_START"}))
def test_start_of_a_call_that_was_heard_of_tells_nothing(event):
    kind = incoming if not event.startswith("NOTIFY_OUT") else outgoing
    earlier = kind(event, 0, pbx_call_id=IN)
    verdict = judge(incoming("NOTIFY_START"), [earlier], CONTEXT)
    assert not verdict.tells


@pytest.mark.parametrize("hour", [0, 1])
def test_start_in_the_hour_that_the_clock_repeats(hour):
    # Kyiv's clock shows 03:30 at 00:30 and at 01:30 UTC
    arrived = datetime(2026, 10, 25, hour, 30, 2)
    fact = incoming("NOTIFY_START", call_start="2026-10-25 03:30:00")
    fact = dataclasses.replace(fact, received_at=arrived)
    assert judge(fact, [], CONTEXT).tells
    assert lag(fact, ZONE) == timedelta(seconds=2)


def test_lag_between_both_halves_of_a_doubled_hour():
    """As many as there are: what follows from the order of a set shows in some."""
    for year in range(2000, 2038):
        last = datetime(year, 10, 31, 1)
        change = last - timedelta(days=last.isoweekday() % 7)
        told = incoming("NOTIFY_START", call_start=f"{change:%Y-%m-%d} 03:30:00")
        for minutes, expected in ((0, 30), (-20, 10), (20, -10)):
            arrived = change + timedelta(minutes=minutes)
            fact = dataclasses.replace(told, received_at=arrived)
            assert lag(fact, ZONE) == timedelta(minutes=expected), year


def test_lag_of_no_time_is_unknown():
    assert lag(incoming("NOTIFY_START", call_start=""), ZONE) is None


# -- statistics --------------------------------------------------------------------


def test_what_contradicts_is_believed_when_statistics_agree():
    forged = incoming("NOTIFY_START", 0, caller_id=OTHER)
    genuine = incoming("NOTIFY_END", 50)
    assert reason(genuine, [forged]) == Reason.CONTRADICTS
    told = sift([forged, genuine, row()], CONTEXT)
    assert told[0] == (False, Reason.CONTRADICTS, False, True)
    assert told[1].believed


@pytest.mark.parametrize("clid", ["", "Anonymous", "<unknown>", "0"])
def test_a_number_is_no_one_s_who_shows_none_in_statistics(clid):
    caught, rows = incoming("NOTIFY_START"), [row(clid=clid)]
    assert reason(caught, rows)
    assert reason(incoming("NOTIFY_START", caller_id=clid), rows) is None
    # a name says nothing of a number
    assert reason(caught, [row(clid="Customer")]) is None


def test_time_that_one_of_them_does_not_tell_is_no_other_time():
    assert reason(incoming("NOTIFY_END", call_start=""), [row()]) is None
    assert reason(incoming("NOTIFY_END"), [row(callstart="")]) is None


def test_row_that_names_no_extension_proves_none():
    """Of a leg that names none either it proves who was dialled."""
    fact = outgoing("NOTIFY_OUT_START", internal="103")
    assert reason(fact, [outgoing_row(sip="")]) == Reason.UNKNOWN_EXTENSION
    without = outgoing("NOTIFY_OUT_START", internal="")
    assert reason(without, [outgoing_row()]) is None


@pytest.mark.parametrize(
    "begun, believed",
    [(0, True), (3600, True), (3601, False), (-60, True), (-61, False)],
)
def test_first_leg_begins_within_an_hour(begun, believed):
    assert (reason(incoming("NOTIFY_END"), [row(begun)]) is None) == believed


def test_hidden_caller_that_statistics_know():
    hidden = incoming("NOTIFY_START", caller_id="anonymous")
    assert reason(hidden, [row(clid="0")]) is None
    assert reason(hidden, [row()]) == Reason.CONTRADICTS


def test_caller_whom_statistics_name_without_a_number():
    assert reason(incoming("NOTIFY_START"), [row(clid="Customer")]) is None
    # not enough to make up for what is not known
    unknown = incoming("NOTIFY_START", called_did="442079460099")
    assert reason(unknown, [row(clid="Customer")]) == Reason.UNKNOWN_DID


def test_colleague_who_handed_the_call_on():
    rows = [row(), row(60, clid="Name 101 (101)", sip="102")]
    assert reason(incoming("NOTIFY_END"), rows) is None


def test_rows_of_a_callback_s_legs():
    rows = [outgoing_row(destination="101"), outgoing_row(6)]
    assert reason(outgoing("NOTIFY_OUT_START", 0, destination="101"), rows) is None
    assert reason(outgoing("NOTIFY_OUT_END", 60, 6), rows) is None
    other = outgoing("NOTIFY_OUT_END", 60, 6, destination=OTHER)
    assert reason(other, rows) == Reason.CONTRADICTS
    # a leg that is not listed
    assert reason(outgoing("NOTIFY_OUT_END", 60), rows[:1]) is None


def test_recording_of_a_listed_part():
    rows = [row(call_id=PART)]
    assert reason(record(), rows) is None
    assert reason(record(call_id_with_rec="2.2"), rows) is None
    assert reason(record(pbx_call_id="in_1", call_id_with_rec="2.2"), rows) is not None


# -- a journal, and whoever caught a notification ----------------------------------


class Journal:
    """What an account was told: belief first, then the fold.

    :param told: verdicts of notifications at their arrival
    """

    def __init__(self):
        self.facts = {}
        self.first_id = {}
        self.told = []

    def take(self, fact):
        pbx_call_id = fact.get("pbx_call_id")
        if fact.event in CALL_EVENTS:
            text = signed_string(fact.event, fact.params)
            self.first_id.setdefault(text, pbx_call_id)
        known = self.facts.setdefault(pbx_call_id, [])
        if fact.content not in {one.content for one in known}:
            known.append(fact)
            self.told.append(self._sifted(pbx_call_id)[-1])

    def _sifted(self, pbx_call_id):
        context = dataclasses.replace(
            CONTEXT,
            repeated=lambda text: self.first_id.get(text) not in (None, pbx_call_id),
        )
        return sift(self.facts[pbx_call_id], context)

    def call(self, pbx_call_id):
        """The call of an id; whether anything may follow from it."""
        told = self.facts.get(pbx_call_id, [])
        verdicts = self._sifted(pbx_call_id) if told else []
        facts = [
            fact
            for fact, verdict in zip(told, verdicts, strict=True)
            if verdict.believed
        ]
        acts = all(verdict.acts for verdict in verdicts if verdict.believed)
        return (fold(facts, ZONE, 0, EXTENSIONS) if facts else None), acts

    def numbers_and_start(self, pbx_call_id):
        call, _acts = self.call(pbx_call_id)
        if not call:
            return None
        # how a number is written may follow another notification of the same
        numbers = (call.caller_number, call.called_number, call.external_number)
        return [e164(number) for number in numbers] + [call.date_start]

    def hearing(self, pbx_call_id):
        """Who may hear the call, and its parts."""
        rows = [
            fact for fact in self.facts.get(pbx_call_id, ()) if fact.event == STATISTICS
        ]
        return hearing.speakers(rows, (), EXTENSIONS), hearing.parts(rows, ())


def genuine_calls():
    """Two calls of a customer and one to them; the second caller shows no number."""
    answered = {"duration": "42", "disposition": "answered", "is_recorded": "1"}
    first = [
        incoming("NOTIFY_START", 1),
        incoming("NOTIFY_INTERNAL", 2),
        incoming("NOTIFY_ANSWER", 9),
        incoming("NOTIFY_END", 51, call_id_with_rec=PART, **answered),
        record(),
    ]
    second = [
        incoming(event, 100 + late, 100, pbx_call_id=OTHER_IN, caller_id="", **more)
        for event, late, more in [
            ("NOTIFY_START", 1, {}),
            ("NOTIFY_IVR", 4, {"wait_dtmf[digits]": "1"}),
            ("NOTIFY_ANSWER", 9, {"internal": "", "destination": OTHER[1:]}),
            ("NOTIFY_END", 30, {"internal": "", "disposition": "cancel"}),
        ]
    ]
    third = [
        outgoing("NOTIFY_OUT_START", 201, 200, caller_id="0"),
        outgoing("NOTIFY_OUT_END", 260, 200, caller_id=DID, **answered),
    ]
    rows = [
        row(call_id=PART),
        row(104, pbx_call_id=OTHER_IN, clid="0", sip="0", disposition="cancel"),
        outgoing_row(200),
    ]
    return [*first, *second, *third], rows


NOTIFIED, LISTED = genuine_calls()
IDS = [IN, OTHER_IN, OUT, OTHER_OUT, "in_" + "e" * 40]
GENUINE_IDS = IDS[:3]
UNSIGNED = st.dictionaries(
    st.sampled_from(
        "internal last_internal duration disposition status_code is_recorded call_id"
        " call_id_with_rec calltype caller_id called_did destination callstart sip clid"
        " seconds dst_e164 transfer_from from to call rule redirect".split()
    ),
    st.sampled_from(
        ["", "0", "101", "102", "112", CALLER, OTHER, DID, "42", "answered", "cancel"]
        + ["1", "true", wall_clock(-7200), "2001-01-01 00:00:00", "1.1", PART]
    ),
    max_size=6,
)


@st.composite
def forgeries(draw, caught):
    """Anything that a caught notification can be turned into: its signed text, cut
    anywhere, as any event, under any id, beside any other parameters."""
    text = signed_string(caught.event, caught.params)
    event = draw(st.sampled_from(sorted(CALL_EVENTS)))
    names = SIGNED_PARAMETERS[event]
    params = {**caught.params, **draw(UNSIGNED)}
    params["pbx_call_id"] = draw(st.sampled_from(IDS))
    signed = SIGNED_PARAMETERS[caught.event]
    if names == signed and draw(st.booleans()):
        values = [caught.get(name) for name in signed]
    else:
        borders = sorted(
            draw(st.integers(0, len(text)) | st.sampled_from([len(text) - 19]))
            for _border in names[1:]
        )
        borders = [0, *(max(border, 0) for border in borders), len(text)]
        values = [text[a:b] for a, b in zip(borders, borders[1:], strict=False)]
    params.update(zip(names, values, strict=True))
    return Fact(event, params, caught.received_at)


@st.composite
def histories(draw):
    """What an account is told, and where in it somebody sends what they caught."""
    lost = draw(st.sets(st.integers(0, len(NOTIFIED) - 1), max_size=4))
    told = [one for index, one in enumerate(NOTIFIED) if index not in lost]
    place = draw(st.integers(1, len(told)))
    caught = draw(st.sampled_from(told[:place]))
    forged = draw(st.lists(forgeries(caught), min_size=1, max_size=3))
    late = timedelta(seconds=draw(st.sampled_from([0, 1, 30, 3600, 172800])))
    moment = told[place - 1].received_at + late
    forged = [dataclasses.replace(one, received_at=moment) for one in forged]
    rows = draw(st.lists(st.sampled_from(LISTED), unique_by=id))
    return told, rows, forged, place


@settings(max_examples=200)
@given(histories())
def test_whoever_caught_a_notification_changes_no_call(history):
    """Changing or adding any unsigned parameter, the id of the call included, or moving
    a border, changes neither the start nor the two numbers of any call, gives nobody a
    right to hear, and tells nobody who a customer is."""
    told, rows, forged, place = history
    alone, attacked = Journal(), Journal()
    for fact in [*told, *rows]:
        alone.take(fact)
    for fact in told[:place]:
        attacked.take(fact)
    before = len(attacked.told)
    for fact in forged:
        attacked.take(fact)
    assert not any(verdict.tells for verdict in attacked.told[before:])
    for fact in [*told[place:], *rows]:
        attacked.take(fact)
    for pbx_call_id in GENUINE_IDS:
        known = alone.numbers_and_start(pbx_call_id)
        if known:
            assert attacked.numbers_and_start(pbx_call_id) == known
    for pbx_call_id in IDS:
        assert attacked.hearing(pbx_call_id) == alone.hearing(pbx_call_id)
        if pbx_call_id not in alone.facts:
            call, acts = attacked.call(pbx_call_id)
            assert not call or not acts or not call.external_number


@settings(max_examples=200)
@given(st.randoms(use_true_random=False), st.sets(st.sampled_from([0, 1, 2])))
def test_belief_does_not_depend_on_the_order(random, listed):
    facts = [one for one in NOTIFIED if one.get("pbx_call_id") == IN]
    facts += [incoming("NOTIFY_END", 70, caller_id=OTHER), record(call_id_with_rec="x")]
    facts += [row()] if 0 in listed else []
    shuffled = random.sample(facts, len(facts))
    by_content = [
        {one.content: told for one, told in zip(some, sift(some, CONTEXT), strict=True)}
        for some in (facts, shuffled)
    ]
    assert by_content[0] == by_content[1]


# -- one notification, again and again ---------------------------------------------


def claims_of(event, number, seconds=2):
    """A caught text again, each time with another claim beside it."""
    return [
        incoming(event, seconds + late / 100, calltype=str(late))
        for late in range(number)
    ]


@pytest.mark.parametrize("context", [CONTEXT, seen_elsewhere(incoming("NOTIFY_END"))])
def test_what_says_the_same_is_judged_as_one(context, monkeypatch):
    judged = []

    def counted(fact, *args):
        judged.append(fact)
        return judge(fact, *args)

    monkeypatch.setattr(belief, "judge", counted)
    told = [incoming("NOTIFY_START"), incoming("NOTIFY_END", 50)]
    again = claims_of("NOTIFY_START", 300) + claims_of("NOTIFY_END", 300)
    verdicts = sift(told + again, context)
    assert len(judged) == 4
    # each is judged as it is without the others
    for fact, verdict in zip(again, verdicts[2:], strict=True):
        assert sift([*told, fact], context) == [*verdicts[:2], verdict]
    tells = [verdict.tells for verdict in verdicts]
    assert tells == [context is CONTEXT] + [False] * (len(verdicts) - 1)


def test_surplus_is_what_was_said_before():
    repeated = [incoming("NOTIFY_START", late, junk=str(late)) for late in range(60)]
    other = incoming("NOTIFY_END", 99), record(), incoming("NOTIFY_ANSWER", 9)
    told = [*repeated[:55], *other, *repeated[55:], *other]
    assert [*surplus(told)] == [*range(51, 55), *range(58, len(told))]
    assert not [*surplus([*repeated[:51], *other])]


def test_surplus_is_what_one_text_claims_without_end():
    told = [*claims_of("NOTIFY_END", 203), *claims_of("NOTIFY_START", 200)]
    # cut elsewhere it is another's word
    told += claims_of("NOTIFY_INTERNAL", 200)
    told += [dataclasses.replace(told[0], params={**told[0].params, "called_did": "1"})]
    assert [*surplus(told)] == [200, 201, 202]
    # what is not kept is known nevertheless
    again = [*told, told[202]]
    assert [*surplus(again)] == [200, 201, 202]


# -- attacks that were carried out -------------------------------------------------


def attack(caught, *forged):
    """The journal after somebody sent what they made of caught notifications."""
    journal = Journal()
    for fact in [*caught, *forged]:
        journal.take(fact)
    return journal


def test_caught_text_as_an_extension_s_call_tells_no_name():
    start = incoming("NOTIFY_START", 1)
    text = signed_string("NOTIFY_START", start.params)
    out = Fact(
        "NOTIFY_OUT_START",
        {"pbx_call_id": OTHER_IN, "internal": text, "caller_id": OTHER},
        at(5),
    )
    again = incoming("NOTIFY_START", 6, pbx_call_id=OTHER_IN)
    journal = attack([start], out, again)
    assert [verdict.tells for verdict in journal.told] == [True, False, False]
    assert journal.call(OTHER_IN)[1] is False


def test_start_again_with_a_time_of_statistics_moves_nothing():
    start = incoming("NOTIFY_START", 1)
    for pbx_call_id in (IN, OTHER_IN):
        again = incoming(
            "NOTIFY_START",
            9,
            pbx_call_id=pbx_call_id,
            callstart="2001-01-01 00:00:00",
        )
        journal = attack([start], again)
        assert journal.call(pbx_call_id)[0].date_start == START
        assert journal.told[0].tells
        assert not any(verdict.tells for verdict in journal.told[1:])


@pytest.mark.parametrize("days", [0, 2])
def test_invented_talk_of_an_employee_has_no_effect(days):
    start = incoming("NOTIFY_START", 1)
    end = {"disposition": "answered", "duration": "60", "internal": "101"}
    late = days * 86400 + 9
    as_outgoing = incoming("NOTIFY_END", late, pbx_call_id=OTHER_OUT, **end)
    as_incoming = incoming("NOTIFY_END", late, pbx_call_id=OTHER_IN, **end)
    journal = attack([start], as_outgoing, as_incoming)
    assert journal.call(OTHER_OUT) == (None, True)
    invented, acts = journal.call(OTHER_IN)
    assert (invented.result, acts) == ("answered", False)
    assert journal.hearing(OTHER_IN)[0] == frozenset()


def test_own_extension_on_a_colleague_s_call_lets_nobody_hear():
    caught = [incoming("NOTIFY_START", 1), incoming("NOTIFY_ANSWER", 9)]
    forged = incoming("NOTIFY_ANSWER", 12, internal="102")
    journal = attack(caught, forged, row())
    assert journal.hearing(IN)[0] == {"101"}


def test_part_of_another_call_is_not_this_one_s():
    caught = [incoming("NOTIFY_START", 1)]
    forged = incoming(
        "NOTIFY_END", 60, is_recorded="1", call_id_with_rec="1791198999.1"
    )
    journal = attack(caught, forged, row(call_id=PART))
    assert journal.hearing(IN)[1] == {PART}


def test_two_calls_of_one_caller_in_one_second_are_both_believed():
    """Their notifications arrive mixed, so that of some texts the other is first."""
    start, answer = (
        Fact(
            event,
            {**params, "pbx_call_id": OTHER_IN, "call_start": wall_clock()},
            at(1),
        )
        for event, params in (
            ("NOTIFY_START", {"caller_id": CALLER, "called_did": DID}),
            ("NOTIFY_ANSWER", {"caller_id": CALLER, "destination": "101"}),
        )
    )
    first_elsewhere = signed_string(answer.event, answer.params)
    context = dataclasses.replace(
        CONTEXT, repeated=lambda text: text == first_elsewhere
    )
    assert [verdict.believed for verdict in sift([start, answer], context)] == [
        True
    ] * 2
    # what says another time than its id did is still the other call's
    late = dataclasses.replace(
        answer, params={**answer.params, "call_start": wall_clock(60)}
    )
    text = signed_string(late.event, late.params)
    context = dataclasses.replace(CONTEXT, repeated=lambda one: one == text)
    assert judge(late, [start], context).reason == Reason.SAME_TEXT_OTHER_ID
