# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The call that follows from what was said of it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zadarma_api.fold import Call, Fact, Leg, fold

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
    assert fold(IN, answered_call(), ZONE) == Call(
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
        legs=(Leg("101", "1458313316.343456", "answered"),),
    )


@pytest.mark.parametrize(
    "known, state, result",
    [(1, "ringing", None), (2, "ringing", None), (3, "in_progress", None)],
)
def test_state_follows_what_is_known_so_far(known, state, result):
    call = fold(IN, answered_call()[:known], ZONE)
    assert (call.state, call.result, call.date_end) == (state, result, None)


@pytest.mark.parametrize("disposition", ["cancel", "no answer", "busy", "failed"])
def test_incoming_call_that_nobody_answered_is_missed(disposition):
    facts = [
        incoming("NOTIFY_START", 0),
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
        incoming("NOTIFY_END", 20, duration="0", disposition=disposition),
    ]
    call = fold(IN, facts, ZONE)
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
    call = fold(OUT, facts, ZONE)
    assert (call.direction, call.result) == ("outgoing", result)
    assert (call.external_number, call.extension) == (CALLER, "101")
    assert call.wait_duration == (10 if disposition == "answered" else 40)


def test_outgoing_call_shows_its_caller_id():
    start = outgoing("NOTIFY_OUT_START", 0, caller_id="0")
    assert fold(OUT, [start], ZONE).caller_number == "101"
    end = outgoing("NOTIFY_OUT_END", 5, caller_id=DID, disposition="cancel")
    assert fold(OUT, [start, end], ZONE).caller_number == DID


def test_call_between_extensions_is_internal():
    facts = [
        outgoing("NOTIFY_OUT_START", 0, destination="102"),
        outgoing("NOTIFY_OUT_END", 9, destination="102", disposition="no answer"),
    ]
    call = fold(OUT, facts, ZONE)
    assert (call.direction, call.external_number) == ("internal", "")
    assert (call.caller_number, call.called_number) == ("101", "102")
    assert call.result == "no_answer"


@pytest.mark.parametrize("hidden", ["", "0", "anonymous"])
def test_hidden_caller_has_no_number(hidden):
    call = fold(IN, [incoming("NOTIFY_START", 0, caller_id=hidden)], ZONE)
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
    call = fold(IN, facts, ZONE)
    assert call.extension == "102"
    assert call.legs == (Leg("101", "", "no_answer"), Leg("102", "", "answered"))


def test_ring_group_that_rang_in_vain_belongs_to_nobody():
    facts = [
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
        incoming("NOTIFY_INTERNAL", 1, internal="102"),
        incoming("NOTIFY_END", 15, duration="0", disposition="cancel"),
    ]
    assert fold(IN, facts, ZONE).extension == ""


def test_transferred_call_belongs_to_who_spoke_last():
    facts = [
        incoming("NOTIFY_ANSWER", 5, internal="101", destination="101"),
        incoming("NOTIFY_ANSWER", 30, internal="102", destination="102"),
    ]
    assert fold(IN, facts, ZONE).extension == "102"
    end = incoming("NOTIFY_END", 60, internal="101", last_internal="103")
    assert fold(IN, [*facts, end], ZONE).extension == "103"


def test_end_alone_tells_almost_everything():
    call = fold(IN, [answered_call()[3]], ZONE)
    assert (call.state, call.result, call.extension) == ("ended", "answered", "101")
    assert (call.date_answer, call.date_end) == (at(7), at(49))


def test_late_answer_does_not_shift_the_talk():
    late = incoming("NOTIFY_ANSWER", 300, internal="101", destination="101")
    call = fold(IN, [late, answered_call()[3]], ZONE)
    assert (call.date_answer, call.date_end) == (at(7), at(49))


def test_late_end_does_not_shift_the_answer():
    facts = answered_call()
    facts[3] = Fact(facts[3].event, facts[3].params, at(600))
    assert fold(IN, facts, ZONE).date_answer == at(7)


def test_end_without_disposition_takes_the_answer_for_the_result():
    end = incoming("NOTIFY_END", 20)
    assert fold(IN, [end], ZONE).result is None
    assert fold(IN, [answered_call()[2], end], ZONE).result == "answered"


def test_end_over_answer():
    end = incoming("NOTIFY_END", 20, disposition="cancel", duration="0")
    call = fold(IN, [answered_call()[2], end], ZONE)
    assert (call.result, call.date_answer) == ("missed", None)


def test_recording_alone_is_a_call_that_ended():
    call = fold(IN, answered_call()[4:], ZONE)
    assert (call.direction, call.state, call.result) == ("incoming", "ended", None)
    assert (call.date_start, call.duration) == (None, None)
    assert call.legs == (Leg("", "1458313316.343456"),)


def test_several_recorded_parts_are_legs_of_their_own():
    facts = answered_call()
    facts.append(
        Fact("NOTIFY_RECORD", {"pbx_call_id": IN, "call_id_with_rec": "2.2"}, at(60))
    )
    assert fold(IN, facts, ZONE).legs == (
        Leg("101", "", "answered"),
        Leg("", "1458313316.343456"),
        Leg("", "2.2"),
    )


@pytest.mark.parametrize("text", ["", "x", "-1", "4.2", "²"])
def test_unreadable_duration_is_unknown(text):
    end = incoming("NOTIFY_END", 20, disposition="answered", duration=text)
    assert fold(IN, [end], ZONE).duration is None


def test_a_call_needs_facts():
    with pytest.raises(ValueError):
        fold(IN, [], ZONE)


texts = st.sampled_from(
    ["", "0", "101", "102", CALLER, "42", "answered", "cancel", WALL_CLOCK, "x"]
)
any_facts = st.lists(
    st.builds(
        Fact,
        event=st.sampled_from([f.event for f in answered_call()] + ["NOTIFY_OUT_END"]),
        params=st.dictionaries(
            st.sampled_from(
                [
                    "caller_id",
                    "called_did",
                    "destination",
                    "internal",
                    "last_internal",
                    "duration",
                    "disposition",
                    "call_start",
                    "call_id_with_rec",
                ]
            ),
            texts,
        ),
        received_at=st.integers(0, 90).map(at),
    ),
    min_size=1,
    max_size=8,
)


@given(any_facts, st.randoms(use_true_random=False), st.sampled_from([IN, OUT]))
def test_order_and_repetition_change_nothing(facts, random, pbx_call_id):
    repeated = [
        Fact(fact.event, fact.params, fact.received_at + timedelta(seconds=90))
        for fact in facts
        if random.random() < 0.5
    ]
    shuffled = facts + repeated
    random.shuffle(shuffled)
    assert fold(pbx_call_id, shuffled, ZONE) == fold(pbx_call_id, facts, ZONE)


@given(any_facts, st.sampled_from([IN, OUT]))
def test_any_facts_make_a_consistent_call(facts, pbx_call_id):
    call = fold(pbx_call_id, facts, ZONE)
    assert (call.date_end is None) or call.state == "ended"
    assert call.result is None or call.state == "ended"
    if call.date_answer and call.date_end:
        assert call.date_answer <= call.date_end
    if call.wait_duration is not None:
        assert call.wait_duration >= 0
