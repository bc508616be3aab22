# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The call that follows from what was said of it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zadarma_api.facts import Fact
from zadarma_api.fold import Call, Leg, fold

ZONE = "Europe/Kyiv"
IN, OUT = "in_" + "a" * 40, "out_" + "b" * 40
# 14:03:22 in Kyiv
START = datetime(2026, 10, 5, 11, 3, 22)
WALL_CLOCK = "2026-10-05 14:03:22"
CALLER, DID = "+442037691880", "442037691881"


def at(seconds):
    return START + timedelta(seconds=seconds)


def incoming(event, seconds, **params):
    """A notification of an incoming call, arriving ``seconds`` after its start."""
    common = {"call_start": WALL_CLOCK, "pbx_call_id": IN, "caller_id": CALLER}
    if event != "NOTIFY_ANSWER":
        common["called_did"] = DID
    return Fact(event, {**common, **params}, at(seconds))


def outgoing(event, seconds, **params):
    common = {"call_start": WALL_CLOCK, "pbx_call_id": OUT, "internal": "101"}
    return Fact(event, {**common, "destination": CALLER, **params}, at(seconds))


def answered_call():
    return [
        incoming("NOTIFY_START", 0),
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
        incoming("NOTIFY_ANSWER", 7, internal="101", destination="101"),
        incoming(
            "NOTIFY_END",
            49,
            internal="101",
            last_internal="101",
            duration="42",
            disposition="answered",
            is_recorded="1",
            call_id_with_rec="1458313316.343456",
        ),
        Fact(
            "NOTIFY_RECORD",
            {"pbx_call_id": IN, "call_id_with_rec": "1458313316.343456"},
            at(55),
        ),
    ]


def test_answered_incoming_call():
    assert fold(answered_call(), ZONE) == Call(
        direction="incoming",
        state="ended",
        result="answered",
        disposition="answered",
        caller_number=CALLER,
        called_number=DID,
        external_number=CALLER,
        extension="101",
        date_start=START,
        date_answer=at(7),
        date_end=at(49),
        duration=42,
        wait_duration=7,
        recorded=True,
        legs=(Leg("101", "1458313316.343456", "answered", recorded=True),),
    )


@pytest.mark.parametrize(
    "known, state, result",
    [(1, "ringing", None), (2, "ringing", None), (3, "in_progress", None)],
)
def test_state_follows_what_is_known_so_far(known, state, result):
    call = fold(answered_call()[:known], ZONE)
    assert (call.state, call.result, call.date_end) == (state, result, None)


@pytest.mark.parametrize("disposition", ["cancel", "no answer", "busy", "failed"])
def test_incoming_call_that_nobody_answered_is_missed(disposition):
    facts = [
        incoming("NOTIFY_START", 0),
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
        incoming("NOTIFY_END", 20, duration="0", disposition=disposition),
    ]
    call = fold(facts, ZONE)
    assert (call.result, call.disposition) == ("missed", disposition)
    assert (call.duration, call.wait_duration, call.date_answer) == (0, 20, None)
    assert call.extension == "101"
    assert call.legs == (Leg("101", result="no_answer"),)


@pytest.mark.parametrize(
    "disposition, result",
    [
        ("answered", "answered"),
        ("no answer", "no_answer"),
        ("busy", "busy"),
        ("cancel", "cancelled"),
        ("failed", "failed"),
        ("call failed", "failed"),
        ("no money", "failed"),
        ("something new", "failed"),
    ],
)
def test_result_of_an_outgoing_call(disposition, result):
    duration = "30" if disposition == "answered" else "0"
    facts = [
        outgoing("NOTIFY_OUT_START", 0),
        outgoing("NOTIFY_OUT_END", 40, disposition=disposition, duration=duration),
    ]
    call = fold(facts, ZONE)
    assert (call.direction, call.result) == ("outgoing", result)
    assert (call.external_number, call.extension) == (CALLER, "101")
    assert call.wait_duration == (10 if disposition == "answered" else 40)


def test_outgoing_call_shows_its_caller_id():
    start = outgoing("NOTIFY_OUT_START", 0, caller_id="0")
    assert fold([start], ZONE).caller_number == "101"
    end = outgoing("NOTIFY_OUT_END", 5, caller_id=DID, disposition="cancel")
    assert fold([start, end], ZONE).caller_number == DID


def test_call_between_extensions_is_internal():
    facts = [
        outgoing("NOTIFY_OUT_START", 0, destination="102"),
        outgoing("NOTIFY_OUT_END", 9, destination="102", disposition="no answer"),
    ]
    call = fold(facts, ZONE)
    assert (call.direction, call.external_number) == ("internal", "")
    assert (call.caller_number, call.called_number) == ("101", "102")
    assert call.result == "no_answer"


@pytest.mark.parametrize("hidden", ["", "0", "anonymous"])
def test_hidden_caller_has_no_number(hidden):
    call = fold([incoming("NOTIFY_START", 0, caller_id=hidden)], ZONE)
    assert (call.direction, call.caller_number, call.external_number) == (
        "incoming",
        "",
        "",
    )


def test_ring_group_belongs_to_who_answered():
    facts = [
        incoming("NOTIFY_START", 0),
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
        incoming("NOTIFY_INTERNAL", 1, internal="102"),
        incoming("NOTIFY_ANSWER", 5, internal="102", destination="102"),
        incoming("NOTIFY_END", 15, duration="10", disposition="answered"),
    ]
    call = fold(facts, ZONE)
    assert call.extension == "102"
    assert call.legs == (Leg("101", "", "no_answer"), Leg("102", "", "answered"))


def test_ring_group_that_rang_in_vain_belongs_to_nobody():
    facts = [
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
        incoming("NOTIFY_INTERNAL", 1, internal="102"),
        incoming("NOTIFY_END", 15, duration="0", disposition="cancel"),
    ]
    assert fold(facts, ZONE).extension == ""


def test_transferred_call_belongs_to_who_spoke_last():
    facts = [
        incoming("NOTIFY_ANSWER", 5, internal="101", destination="101"),
        incoming("NOTIFY_ANSWER", 30, internal="102", destination="102"),
    ]
    assert fold(facts, ZONE).extension == "102"
    end = incoming("NOTIFY_END", 60, internal="101", last_internal="103")
    assert fold([*facts, end], ZONE).extension == "103"


def test_end_alone_tells_almost_everything():
    call = fold([answered_call()[3]], ZONE)
    assert (call.state, call.result, call.extension) == ("ended", "answered", "101")
    assert (call.date_answer, call.date_end) == (at(7), at(49))


def test_late_answer_does_not_shift_the_talk():
    late = incoming("NOTIFY_ANSWER", 300, internal="101", destination="101")
    call = fold([late, answered_call()[3]], ZONE)
    assert (call.date_answer, call.date_end) == (at(7), at(49))


def test_late_end_does_not_shift_the_answer():
    facts = answered_call()
    facts[3] = Fact(facts[3].event, facts[3].params, at(600))
    assert fold(facts, ZONE).date_answer == at(7)


def test_end_without_disposition_takes_the_answer_for_the_result():
    end = incoming("NOTIFY_END", 20)
    assert fold([end], ZONE).result is None
    assert fold([answered_call()[2], end], ZONE).result == "answered"


def test_end_over_answer():
    end = incoming("NOTIFY_END", 20, disposition="cancel", duration="0")
    call = fold([answered_call()[2], end], ZONE)
    assert (call.result, call.date_answer) == ("missed", None)


def test_recording_alone_is_a_call_that_ended():
    call = fold(answered_call()[4:], ZONE)
    assert (call.direction, call.state, call.result) == ("incoming", "ended", None)
    assert (call.date_start, call.duration) == (None, None)
    assert call.legs == (Leg("", "1458313316.343456", recorded=True),)


def test_several_recorded_parts_are_legs_of_their_own():
    facts = answered_call()
    facts.append(
        Fact("NOTIFY_RECORD", {"pbx_call_id": IN, "call_id_with_rec": "2.2"}, at(60))
    )
    assert fold(facts, ZONE).legs == (
        Leg("101", "", "answered"),
        Leg("", "1458313316.343456", recorded=True),
        Leg("", "2.2", recorded=True),
    )


@pytest.mark.parametrize("text", ["", "x", "-1", "4.2", "²"])
def test_unreadable_duration_is_unknown(text):
    end = incoming("NOTIFY_END", 20, disposition="answered", duration=text)
    assert fold([end], ZONE).duration is None


def test_a_call_needs_facts():
    with pytest.raises(ValueError):
        fold([], ZONE)


texts = st.one_of(
    st.sampled_from(
        ["", "0", "101", "102", CALLER, "42", "answered", "cancel", WALL_CLOCK, "true"]
    ),
    st.text(max_size=20),
)
names = [
    "caller_id",
    "called_did",
    "destination",
    "internal",
    "last_internal",
    "duration",
    "disposition",
    "call_start",
    "call_id_with_rec",
    "is_recorded",
    "call_id",
    "sip",
    "callstart",
    "clid",
    "seconds",
    "from",
    "to",
    "reason",
]
events = [
    "NOTIFY_START",
    "NOTIFY_INTERNAL",
    "NOTIFY_INTERNAL_END",
    "NOTIFY_ANSWER",
    "NOTIFY_END",
    "NOTIFY_OUT_START",
    "NOTIFY_OUT_END",
    "NOTIFY_RECORD",
    "NOTIFY_IVR",
    "STATISTICS",
    "CALLBACK_REQUESTED",
    "CALLBACK_REFUSED",
    "CALLBACK_EXPIRED",
    "NO_NEWS",
]


@st.composite
def any_facts(draw):
    """Anything said about one call, sensible or not."""
    pbx_call_id = draw(st.sampled_from([IN, OUT, ""]))
    params = st.dictionaries(st.sampled_from(names), texts).map(
        lambda params: {**params, "pbx_call_id": pbx_call_id}
    )
    moments = st.integers(0, 90).map(at)
    fact = st.builds(Fact, st.sampled_from(events), params, moments)
    return draw(st.lists(fact, min_size=1, max_size=8))


@settings(deadline=None)
@given(any_facts(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(facts, random):
    repeated = [
        Fact(fact.event, fact.params, fact.received_at + timedelta(seconds=90))
        for fact in facts
        if random.random() < 0.5
    ]
    shuffled = facts + repeated
    random.shuffle(shuffled)
    assert fold(shuffled, ZONE, 10) == fold(facts, ZONE, 10)


@settings(deadline=None)
@given(any_facts())
def test_any_facts_make_a_consistent_call(facts):
    call = fold(facts, ZONE, 10)
    assert (call.date_end is None) or call.state == "ended"
    assert call.result is None or call.state == "ended"
    if call.date_answer and call.date_end:
        assert call.date_answer <= call.date_end
    if call.wait_duration is not None:
        assert call.wait_duration >= 0
    if call.duration is not None:
        assert call.duration >= 0
    assert not call.ghost_answer or call.result == "answered"
    assert len({(leg.extension, leg.leg_id) for leg in call.legs}) == len(call.legs)
