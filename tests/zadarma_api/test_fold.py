# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The call that follows from what was said of it."""

import dataclasses
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zadarma_api.facts import (
    EXPIRED,
    NO_NEWS,
    REFUSED,
    REQUESTED,
    ROUTED,
    STATISTICS,
    Fact,
)
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


def row(after, **values):
    """A row of statistics about a leg that began ``after`` seconds of the call, asked
    for a day later."""
    began = START + timedelta(hours=3, seconds=after)
    common = {
        "call_id": f"1791198202.{after}",
        "sip": "101",
        "callstart": f"{began:%Y-%m-%d %H:%M:%S}",
        "clid": CALLER,
        "destination": "101",
        "disposition": "answered",
        "seconds": "42",
        "is_recorded": "false",
        "pbx_call_id": IN,
    }
    return Fact(STATISTICS, {**common, **values}, at(86400))


def outgoing_row(after, **values):
    common = {"pbx_call_id": OUT, "clid": "101", "destination": CALLER.lstrip("+")}
    return row(after, **{**common, **values})


def requested():
    """Extension 101 asked for a callback to a customer."""
    return Fact(REQUESTED, {"from": "101", "to": CALLER}, at(-2))


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
        answer_source="answer",
        claims=("duration", "extension", "recorded", "result"),
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


def test_outgoing_call_shows_its_caller_id_when_statistics_tell_it():
    start = outgoing("NOTIFY_OUT_START", 0, caller_id="0")
    assert fold([start], ZONE).caller_number == "101"
    # no signature covers it
    end = outgoing("NOTIFY_OUT_END", 5, caller_id=DID, disposition="cancel")
    assert fold([start, end], ZONE).caller_number == "101"
    listed = outgoing_row(0, clid=f'"Company" <+{DID}>')
    assert fold([start, end, listed], ZONE).caller_number == f"+{DID}"


@pytest.mark.parametrize(
    "shown, number",
    [
        ("442037691881", "442037691881"),
        # an extension is none of our numbers, and the customer's own is not ours
        ("101", ""),
        (CALLER, ""),
        ("02037691880", ""),
        ("", ""),
    ],
)
def test_number_that_the_customer_saw(shown, number):
    start = outgoing("NOTIFY_OUT_START", 0, caller_id=shown)
    assert fold([start], ZONE).caller_id == number


def test_colleague_whom_a_callback_is_to_reach():
    asked = Fact(REQUESTED, {"from": "101", "to": "102"}, at(-2))
    start = outgoing("NOTIFY_OUT_START", 0, internal="", destination="101")
    call = fold([asked, start], ZONE)
    assert (call.called_number, call.direction) == ("102", "internal")


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


@pytest.mark.parametrize("result", ["cancel", "no answer", "busy"])
def test_the_end_of_a_call_that_rang_several_in_vain_makes_it_nobodys(result):
    rung = [
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
        incoming("NOTIFY_INTERNAL", 9, internal="102"),
    ]
    over = {"duration": "0", "disposition": result}
    for names in ({"internal": "102"}, {"internal": "101", "last_internal": "101"}):
        end = incoming("NOTIFY_END", 15, **over, **names)
        call = fold([*rung, end], ZONE)
        assert (call.extension, {leg.extension for leg in call.legs}) == (
            "",
            {"101", "102"},
        )
        # the only one that is named is whose telephone rang
        assert fold([end], ZONE).extension == names["internal"]


def test_an_outgoing_call_in_vain_is_whose_end_names_it():
    end = outgoing("NOTIFY_OUT_END", 15, duration="0", disposition="no answer")
    handed = incoming("NOTIFY_INTERNAL", 9, pbx_call_id=OUT, internal="102")
    assert fold([end, handed], ZONE).extension == "101"


def test_transferred_call_belongs_to_who_spoke_last():
    facts = [
        incoming("NOTIFY_ANSWER", 5, internal="101", destination="101"),
        incoming("NOTIFY_ANSWER", 30, internal="102", destination="102"),
    ]
    assert fold(facts, ZONE).extension == "102"
    end = incoming("NOTIFY_END", 60, internal="101", last_internal="101")
    assert fold([*facts, end], ZONE).extension == "101"
    assert fold([end], ZONE).extension == "101"


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


def test_of_two_ends_the_first_that_arrived_tells_when():
    told = {"disposition": "answered", "duration": "42", "internal": "101"}
    again = incoming("NOTIFY_END", 60, **told, status_code="16")
    call = fold([again, incoming("NOTIFY_END", 49, **told)], ZONE)
    assert (call.date_answer, call.date_end) == (at(7), at(49))


def test_answer_that_came_after_an_end_without_duration():
    end = incoming("NOTIFY_END", 49, disposition="answered")
    call = fold([incoming("NOTIFY_ANSWER", 50, internal="101"), end], ZONE)
    assert (call.date_answer, call.date_end) == (at(49), at(49))


@pytest.mark.parametrize("arrived, hour", [("01:29:00", 1), ("01:28:59", 0)])
@pytest.mark.parametrize("duration", ["0", ""])
def test_end_that_alone_tells_of_the_doubled_hour(arrived, hour, duration):
    """Kyiv's clock shows 03:30 twice; the PBX's may be a minute ahead of ours."""
    end = Fact(
        "NOTIFY_END",
        {
            "pbx_call_id": IN,
            "call_start": "2026-10-25 03:30:00",
            "duration": duration,
        },
        datetime.fromisoformat(f"2026-10-25 {arrived}"),
    )
    assert fold([end], ZONE).date_start == datetime(2026, 10, 25, hour, 30)


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


# -- statistics -------------------------------------------------------------


def test_statistics_alone():
    call = fold([row(0, call_id="1791198202.1", is_recorded="true")], ZONE)
    assert call == Call(
        direction="incoming",
        state="ended",
        result="answered",
        disposition="answered",
        caller_number=CALLER,
        external_number=CALLER,
        extension="101",
        date_start=START,
        duration=42,
        recorded=True,
        answer_source="statistics",
        confirmed=True,
        legs=(Leg("101", "1791198202.1", "answered", recorded=True),),
    )


def test_statistics_of_an_outgoing_call():
    rows = [outgoing_row(0, disposition="call failed", seconds="0")]
    call = fold(rows, ZONE)
    assert (call.direction, call.result) == ("outgoing", "failed")
    assert (call.caller_number, call.called_number) == ("101", CALLER.lstrip("+"))
    assert (call.extension, call.duration) == ("101", 0)
    assert (call.date_answer, call.date_end, call.wait_duration) == (None, None, None)


def test_statistics_of_an_internal_call():
    call = fold([outgoing_row(0, destination="102")], ZONE)
    assert (call.direction, call.external_number) == ("internal", "")
    assert (call.caller_number, call.called_number) == ("101", "102")
    assert call.extension == "101"


def test_statistics_correct_the_end():
    end = incoming(
        "NOTIFY_END", 49, disposition="answered", duration="3600", is_recorded="1"
    )
    told = [row(0, disposition="no answer", seconds="0")]
    call = fold([incoming("NOTIFY_START", 0), end, *told], ZONE)
    assert (call.result, call.disposition) == ("missed", "no answer")
    assert (call.duration, call.recorded, call.confirmed) == (0, False, True)
    assert (call.date_answer, call.date_end, call.wait_duration) == (None, at(49), 49)


def test_statistics_tell_the_end_that_was_lost():
    call = fold([*answered_call()[:3], row(0)], ZONE)
    assert (call.date_answer, call.date_end, call.wait_duration) == (at(7), at(49), 7)


def test_talks_of_a_transferred_call_add_up():
    rows = [row(0, seconds="40"), row(47, sip="102", destination="102", seconds="20")]
    call = fold(rows, ZONE)
    assert (call.duration, call.extension) == (60, "102")
    assert call.date_start == START
    assert [(leg.extension, leg.result) for leg in call.legs] == [
        ("101", "answered"),
        ("102", "answered"),
    ]


def test_answer_and_end_of_a_transferred_call():
    rows = [row(0, seconds="40"), row(47, sip="102", destination="102", seconds="20")]
    first = incoming("NOTIFY_ANSWER", 7, internal="101")
    second = incoming("NOTIFY_ANSWER", 53, internal="102")
    end = incoming("NOTIFY_END", 73, disposition="answered", duration="60")
    call = fold([first, second, end, *rows], ZONE)
    assert (call.date_answer, call.date_end, call.wait_duration) == (at(7), at(73), 7)
    # 60 s of talk before the end is not when the first one answered
    call = fold([second, end, *rows], ZONE)
    assert (call.date_answer, call.date_end, call.wait_duration) == (None, at(73), None)
    # and 60 s after the first answer is not when the second talk was over
    call = fold([first, second, *rows], ZONE)
    assert (call.date_answer, call.date_end) == (at(7), None)


def test_talk_that_two_rows_tell_counts_once():
    rows = [row(0, seconds="40"), row(1, sip="102", seconds="39")]
    assert fold(rows, ZONE).duration == 40


def test_talks_within_another_talk_add_nothing():
    rows = [row(0, seconds="40"), row(5, sip="102", seconds="10")]
    assert fold(rows, ZONE).duration == 40
    rows.append(row(20, sip="103", seconds="10"))
    assert fold(rows, ZONE).duration == 40
    # but what begins while nobody speaks any more does
    rows.append(row(60, sip="102", seconds="10"))
    assert fold(rows, ZONE).duration == 50


@pytest.mark.parametrize(
    "told, duration",
    [("40", 40), ("55", 55), ("60", 60), ("39", 41), ("61", 41), ("", 41)],
)
def test_end_decides_whether_talks_add_up(told, duration):
    rows = [row(0, seconds="40"), row(21, sip="102", seconds="20")]
    end = incoming("NOTIFY_END", 70, disposition="answered", duration=told)
    assert fold([*rows, end], ZONE).duration == duration


def test_answered_row_counts_before_those_that_rang_in_vain():
    rows = [
        row(0, disposition="no answer", seconds="12"),
        row(1, sip="102", destination="102"),
        row(2, sip="103", destination="103", disposition="cancel", seconds="0"),
    ]
    call = fold(rows, ZONE)
    assert (call.result, call.extension, call.duration) == ("answered", "102", 42)
    assert [(leg.extension, leg.result) for leg in call.legs] == [
        ("101", "no_answer"),
        ("102", "answered"),
        ("103", "no_answer"),
    ]


def test_latest_row_tells_how_an_unanswered_call_ended():
    rows = [
        outgoing_row(0, disposition="busy", seconds="0"),
        outgoing_row(30, disposition="no answer", seconds="0"),
    ]
    assert fold(rows, ZONE).disposition == "no answer"


def test_row_that_was_reported_again_is_replaced():
    again = row(0, seconds="50")
    again = Fact(again.event, again.params, again.received_at + timedelta(days=1))
    call = fold([again, row(0, seconds="42")], ZONE)
    assert (call.duration, len(call.legs)) == (50, 1)


@pytest.mark.parametrize("no_id", ["", "0"])
def test_rows_without_id_are_legs_of_their_own(no_id):
    rows = [
        row(0, call_id=no_id, disposition="cancel"),
        row(0, call_id=no_id, disposition="cancel", sip="102", destination="102"),
    ]
    assert fold(rows, ZONE).legs == (
        Leg("101", "", "no_answer"),
        Leg("102", "", "no_answer"),
    )


def test_rows_of_one_extension_without_id_are_one_leg():
    rows = [
        row(0, call_id="", disposition="answered"),
        row(0, call_id="", disposition="no answer", seconds="0"),
    ]
    assert fold(rows, ZONE).legs == (Leg("101", "", "answered"),)


@pytest.mark.parametrize("answered", [0, 1, 2])
def test_answered_row_makes_the_leg_of_several_without_id(answered):
    rows = [
        row(20 * n, call_id="", disposition="no answer", seconds="0") for n in range(3)
    ]
    rows[answered] = row(20 * answered, call_id="")
    assert fold(rows, ZONE).legs == (Leg("101", "", "answered"),)


def test_rows_are_in_the_order_of_their_time():
    rows = [
        row(0, call_id="2.2"),
        row(47, call_id="1.1", sip="102", destination="102"),
    ]
    assert fold(rows, ZONE).extension == "102"


@pytest.mark.parametrize(
    "clid, caller",
    [
        ("Name (48539923725)", "48539923725"),
        ("Name 102 (102)", "102"),
        ('"Caller" <+48515637746>', "+48515637746"),
        ("48515637746", "48515637746"),
        ("0", ""),
        ("", ""),
        ("anonymous", ""),
        ("Anonymous (0)", ""),
    ],
)
def test_caller_of_a_row(clid, caller):
    call = fold([row(0, clid=clid)], ZONE)
    assert call.caller_number == caller
    internal = caller == "102"
    assert call.direction == ("internal" if internal else "incoming")
    assert call.external_number == ("" if internal else caller)


def test_row_of_a_call_that_rang_nobody():
    rejected = row(0, sip="0", destination=DID, disposition="busy", seconds="0")
    call = fold([rejected], ZONE)
    assert (call.result, call.extension) == ("missed", "")


def test_row_without_extension_is_of_the_one_that_was_called():
    rows = [
        row(0, call_id="1.1", sip="0", disposition="no answer", seconds="0"),
        row(20, call_id="2.2", sip="0", destination="102"),
    ]
    call = fold(rows, ZONE)
    assert call.extension == "102"
    assert call.legs == (
        Leg("101", "1.1", "no_answer"),
        Leg("102", "2.2", "answered"),
    )
    # an outgoing one is not of the colleague who was called
    call = fold([outgoing_row(0, call_id="1.1", sip="", destination="102")], ZONE)
    assert Leg("", "1.1", "answered") in call.legs


def test_recorded_row_marks_its_leg():
    rows = [
        row(0, call_id="1.1", is_recorded="true"),
        row(47, call_id="2.2", sip="102", destination="102"),
    ]
    call = fold(rows, ZONE)
    assert call.recorded
    assert [(leg.leg_id, leg.recorded) for leg in call.legs] == [
        ("1.1", True),
        ("2.2", False),
    ]


def test_id_of_a_recording_that_is_none():
    end = incoming("NOTIFY_END", 20, is_recorded="0", call_id_with_rec="1.1")
    call = fold([end], ZONE)
    assert not call.recorded
    assert call.legs == (Leg("", "1.1"),)


def test_statistics_say_that_there_is_no_recording():
    end = incoming("NOTIFY_END", 49, is_recorded="1", disposition="answered")
    assert fold([end], ZONE).recorded
    assert not fold([end, row(0, is_recorded="false")], ZONE).recorded
    # a row that does not say
    assert fold([end, row(0, is_recorded="")], ZONE).recorded


# -- times --------------------------------------------------------------------


@pytest.mark.parametrize("unix_time, hour", [(1792888200, 0), (1792891800, 1)])
def test_call_id_tells_the_doubled_hours_halves_apart(unix_time, hour):
    # Kyiv's clock shows 03:30 twice on that day; statistics are asked for much later
    told = row(0, call_id=f"{unix_time}.1", callstart="2026-10-25 03:30:00")
    assert fold([told], ZONE).date_start == datetime(2026, 10, 25, hour, 30)


def test_who_spoke_last_while_the_clock_went_back():
    # 03:51 before the change, 03:22 after it
    first = row(0, call_id="1792889514.1", callstart="2026-10-25 03:51:54", sip="102")
    second = row(0, call_id="1792891344.1", callstart="2026-10-25 03:22:24", sip="101")
    call = fold([first, second], ZONE)
    assert call.extension == "101"
    assert call.date_start == datetime(2026, 10, 25, 0, 51, 54)
    # the disposition of a call that nobody answered is that of its latest row
    missed = [{"disposition": "busy"}, {"disposition": "no answer"}]
    rows = [
        dataclasses.replace(one, params={**one.params, **values})
        for one, values in zip((first, second), missed, strict=True)
    ]
    assert fold(rows, ZONE).disposition == "no answer"


def test_earliest_time_that_the_pbx_tells_is_the_start():
    facts = [
        incoming("NOTIFY_END", 49, disposition="answered"),
        incoming("NOTIFY_INTERNAL", 5, call_start="2026-10-05 14:03:27"),
        row(9),
    ]
    assert fold(facts, ZONE).date_start == START
    assert fold(facts[1:], ZONE).date_start == at(5)
    assert fold(facts[2:], ZONE).date_start == at(9)


@pytest.mark.parametrize(
    "first_leg, start", [(0, 0), (-1, -1), (3600, 0), (3601, 3601)]
)
def test_call_was_in_a_menu_for_an_hour_at_most(first_leg, start):
    facts = [incoming("NOTIFY_START", 0), row(first_leg)]
    call = fold(facts, ZONE)
    assert (call.date_start, call.start_is_arrival) == (at(start), False)


def test_pbx_clock_ahead_of_ours():
    answer = incoming("NOTIFY_ANSWER", -3, internal="101")
    end = incoming("NOTIFY_END", -1, disposition="answered", duration="1")
    call = fold([answer, end], ZONE)
    assert (call.date_start, call.date_answer, call.date_end) == (START, START, at(1))
    assert call.wait_duration == 0


def test_answered_call_whose_answer_nobody_told_has_no_waiting_time():
    end = incoming("NOTIFY_END", 49, disposition="answered")
    call = fold([end], ZONE)
    assert (call.date_answer, call.date_end, call.wait_duration) == (None, at(49), None)


# -- who answered ---------------------------------------------------------------


@pytest.mark.parametrize(
    "changed, threshold, ghost",
    [
        ({"duration": "8"}, 10, True),
        ({"duration": "10"}, 10, True),
        ({"duration": "11"}, 10, False),
        ({"duration": "8"}, 0, False),
        ({"duration": ""}, 10, False),
        ({"duration": "8", "is_recorded": "1"}, 10, False),
        ({"duration": "600", "internal": ""}, 10, True),
        ({"duration": "8", "disposition": "cancel"}, 10, False),
    ],
)
def test_ghost_answers(changed, threshold, ghost):
    told = {"internal": "101", "disposition": "answered", "is_recorded": "0"}
    end = incoming("NOTIFY_END", 20, **{**told, **changed})
    assert fold([end], ZONE, threshold).ghost_answer is ghost


@pytest.mark.parametrize("duration, ghost", [("0", True), ("1", False)])
def test_without_a_threshold_only_who_did_not_speak_is_a_ghost(duration, ghost):
    told = {"internal": "101", "disposition": "answered", "is_recorded": "0"}
    end = incoming("NOTIFY_END", 20, **told, duration=duration)
    assert fold([end], ZONE).ghost_answer is ghost


def test_short_outgoing_call_is_no_ghost():
    end = outgoing("NOTIFY_OUT_END", 20, disposition="answered", duration="1")
    assert not fold([end], ZONE, 10).ghost_answer


@pytest.mark.parametrize(
    "destination, outside",
    [
        (DID, ""),
        ("7691881", ""),
        # six digits are too few to be the end of the same number
        ("691881", "691881"),
        ("02079460077", "02079460077"),
    ],
)
def test_dialled_number_is_no_outside_telephone(destination, outside):
    rows = [row(0, sip="0", destination=destination)]
    facts = [incoming("NOTIFY_START", 0), *rows]
    assert fold(facts, ZONE).outside_answerer == outside


def test_who_rang_in_vain_did_not_speak_whomever_the_end_names():
    end = incoming("NOTIFY_END", 49, disposition="answered", internal="102")
    rows = [
        row(0, sip="102", destination="102", disposition="no answer", seconds="0"),
        row(20, sip="0", destination="02079460077"),
    ]
    call = fold([end, *rows], ZONE)
    assert (call.extension, call.outside_answerer) == ("", "02079460077")


def test_only_extension_that_a_row_tells():
    vain = {"disposition": "no answer", "seconds": "0"}
    call = fold([row(0, sip="0", destination="102", **vain)], ZONE)
    assert (call.extension, call.claims) == ("102", ())
    # whoever dialled it, not the colleague who was called
    call = fold([outgoing_row(0, destination="102", **vain)], ZONE)
    assert (call.extension, call.called_number) == ("101", "102")


def test_menu_leads_to_an_extension():
    facts = [
        incoming("NOTIFY_START", 0),
        incoming("NOTIFY_IVR", 4, **{"wait_dtmf[name]": "menu"}),
        incoming("NOTIFY_INTERNAL", 5, internal="101"),
    ]
    call = fold(facts[:2], ZONE)
    assert (call.state, call.extension, call.legs) == ("ringing", "", ())
    call = fold(facts, ZONE)
    assert (call.state, call.extension) == ("ringing", "101")


def test_extension_stops_ringing():
    ended = incoming("NOTIFY_INTERNAL_END", 20, internal="101")
    call = fold([ended], ZONE)
    assert (call.state, call.result, call.extension) == ("ringing", None, "101")
    assert call.legs == (Leg("101"),)


def test_colleague_who_was_called_answered():
    facts = [
        outgoing("NOTIFY_INTERNAL", 1, internal="102", destination="102"),
        outgoing("NOTIFY_OUT_START", 2, destination="102"),
        outgoing(
            "NOTIFY_OUT_END",
            40,
            destination="102",
            caller_id=DID,
            disposition="answered",
            duration="30",
        ),
    ]
    call = fold(facts, ZONE)
    assert (call.direction, call.external_number) == ("internal", "")
    assert (call.caller_number, call.called_number) == ("101", "102")
    assert call.extension == "101"
    assert call.legs == (Leg("101", "", "answered"), Leg("102", "", "answered"))


# -- nobody told ------------------------------------------------------------------


def test_call_of_which_nothing_more_was_heard():
    silent = Fact(NO_NEWS, {"pbx_call_id": IN}, at(7200))
    facts = [*answered_call()[:3], silent]
    call = fold(facts, ZONE)
    assert (call.state, call.result) == ("ended", None)
    assert (call.date_answer, call.date_end, call.duration) == (at(7), None, None)
    ended = fold([*facts, answered_call()[3]], ZONE)
    assert (ended.result, ended.date_end, ended.duration) == ("answered", at(49), 42)
    listed = fold([*facts, row(0)], ZONE)
    assert (listed.result, listed.date_end, listed.duration) == (
        "answered",
        at(49),
        42,
    )


def test_call_that_only_rang_has_no_result_when_nothing_more_is_heard():
    silent = Fact(NO_NEWS, {"pbx_call_id": IN}, at(7200))
    call = fold([*answered_call()[:2], silent], ZONE)
    assert (call.state, call.result, call.wait_duration) == ("ended", None, None)


# -- routing ------------------------------------------------------------------------


def routed(seconds=1, **params):
    return Fact(ROUTED, {"pbx_call_id": IN, **params}, at(seconds))


def test_a_caller_whom_we_had_turned_away_is_rejected_and_not_missed():
    start, end = (
        answered_call()[0],
        Fact("NOTIFY_END", {"pbx_call_id": IN, "disposition": "busy"}, at(9)),
    )
    order = routed(rule="blocked", redirect="blacklist")
    assert fold([start, end, order], ZONE).result == "rejected"
    assert fold([start, end, order], ZONE).routing_rule == "blocked"
    assert fold([start, end, routed(redirect="101")], ZONE).result == "missed"


def test_a_caller_for_whom_it_rang_or_who_talked_was_not_rejected():
    facts = [*answered_call(), routed(redirect="blacklist")]
    assert fold(facts, ZONE).result == "answered"
    rang = Fact("NOTIFY_INTERNAL", {"pbx_call_id": IN, "internal": "101"}, at(2))
    end = Fact("NOTIFY_END", {"pbx_call_id": IN, "disposition": "cancel"}, at(9))
    assert fold([rang, end, routed(redirect="blacklist")], ZONE).result == "missed"


def test_of_two_decisions_the_first_was_answered():
    facts = [answered_call()[0], routed(2, rule="called"), routed(1, rule="manager")]
    assert fold(facts, ZONE).routing_rule == "manager"


# -- callbacks ----------------------------------------------------------------------


def test_requested_callback():
    assert fold([requested()], ZONE) == Call(
        direction="outgoing",
        state="requested",
        caller_number="101",
        called_number=CALLER,
        external_number=CALLER,
        extension="101",
        date_start=at(-2),
        legs=(Leg("101"),),
    )


@pytest.mark.parametrize("event", [REFUSED, EXPIRED])
def test_request_that_failed(event):
    failure = Fact(event, {"reason": "No money"}, at(3))
    call = fold([requested(), failure], ZONE)
    assert (call.state, call.result, call.failure) == ("ended", "failed", "No money")
    assert (call.date_start, call.date_end) == (at(-2), at(3))
    assert (call.duration, call.wait_duration) == (None, None)


def test_of_two_failures_of_a_request_the_first_counts():
    refused = Fact(REFUSED, {"reason": "Insufficient funds"}, at(5))
    call = fold([requested(), Fact(EXPIRED, {}, at(100)), refused], ZONE)
    assert (call.failure, call.date_end) == ("Insufficient funds", at(5))


def test_request_that_became_a_call_after_all_did_not_fail():
    expired = Fact(EXPIRED, {"reason": "Expired"}, at(120))
    facts = [requested(), expired, outgoing("NOTIFY_OUT_START", 130)]
    call = fold(facts, ZONE)
    assert (call.state, call.result, call.failure) == ("ringing", None, "")
    end = outgoing("NOTIFY_OUT_END", 140, disposition="busy", duration="0")
    call = fold([*facts, end], ZONE)
    assert (call.result, call.failure, call.date_end) == ("busy", "", at(140))


def test_callback_that_is_told_as_one_call():
    facts = [
        requested(),
        outgoing("NOTIFY_OUT_START", 0),
        outgoing("NOTIFY_OUT_END", 60, disposition="answered", duration="40"),
    ]
    call = fold(facts, ZONE)
    assert (call.direction, call.result, call.duration) == ("outgoing", "answered", 40)
    assert (call.external_number, call.extension) == (CALLER, "101")
    assert call.date_start == START
    assert call.legs == (Leg("101", "", "answered"),)


def own_leg(disposition, **params):
    """Both notifications of our own leg of a callback, which rings first."""
    ours = {"destination": "101", "calltype": "callback_leg1", "duration": "55"}
    ours.update(params)
    return [
        outgoing("NOTIFY_OUT_START", 0, **ours),
        outgoing("NOTIFY_OUT_END", 61, disposition=disposition, **ours),
    ]


@pytest.mark.parametrize("customers_id", [OUT, "out_" + "c" * 40])
@pytest.mark.parametrize(
    "disposition, result, duration",
    [("answered", "answered", 40), ("no answer", "no_answer", 0)],
)
def test_callback_that_is_told_as_two_calls(
    customers_id, disposition, result, duration
):
    theirs = {"pbx_call_id": customers_id, "calltype": "callback_leg2"}
    end = {"disposition": disposition, "duration": str(duration)}
    facts = [
        requested(),
        *own_leg("answered"),
        outgoing("NOTIFY_OUT_START", 6, **theirs),
        outgoing("NOTIFY_OUT_END", 60, **end, **theirs),
    ]
    call = fold(facts, ZONE)
    assert (call.direction, call.result, call.duration) == (
        "outgoing",
        result,
        duration,
    )
    assert (call.called_number, call.external_number) == (CALLER, CALLER)
    assert (call.extension, call.date_start, call.date_end) == ("101", START, at(60))
    rows = [
        outgoing_row(0, destination="101", seconds="55"),
        outgoing_row(
            6,
            pbx_call_id=customers_id,
            disposition=disposition,
            seconds=str(duration),
        ),
    ]
    listed = fold([*facts, *rows], ZONE)
    assert (listed.result, listed.duration) == (result, duration)
    assert (listed.called_number, listed.extension) == (CALLER, "101")


def test_callback_whose_own_leg_was_not_picked_up():
    call = fold([requested(), *own_leg("no answer", duration="0")], ZONE)
    assert (call.direction, call.state, call.result) == (
        "outgoing",
        "ended",
        "no_answer",
    )
    assert (call.called_number, call.external_number) == (CALLER, CALLER)
    assert (call.extension, call.duration, call.date_answer) == ("101", 0, None)


def test_own_leg_says_nothing_of_the_customer():
    call = fold([requested(), *own_leg("answered")], ZONE)
    assert (call.state, call.result, call.disposition) == ("ended", None, "")
    assert (call.duration, call.external_number) == (None, CALLER)


def test_own_leg_that_names_no_extension():
    call = fold([*own_leg("answered", internal="")], ZONE)
    assert (call.direction, call.extension) == ("outgoing", "101")
    assert (call.external_number, call.caller_number) == ("", "101")


def test_customer_is_called_also_when_a_colleague_takes_our_leg():
    facts = [
        requested(),
        *own_leg("answered", destination="102"),
        outgoing("NOTIFY_OUT_END", 60, disposition="busy", duration="0"),
    ]
    call = fold(facts, ZONE)
    assert (call.direction, call.result) == ("outgoing", "busy")
    assert (call.called_number, call.external_number) == (CALLER, CALLER)
    # the colleague picked up, and what became of the customer is not told
    call = fold(facts[:-1], ZONE)
    assert (call.direction, call.called_number, call.result) == (
        "outgoing",
        CALLER,
        None,
    )


@pytest.mark.parametrize(
    "text",
    ["", "x", "-1", "4.2", "²", "604801", pytest.param("9" * 5000, id="endless")],
)
def test_unreadable_duration_is_unknown(text):
    end = incoming("NOTIFY_END", 20, disposition="answered", duration=text)
    assert fold([end], ZONE).duration is None


def test_a_call_needs_facts():
    with pytest.raises(ValueError):
        fold([], ZONE)


texts = st.one_of(
    st.sampled_from(
        ["", "0", "101", "102", CALLER, "42", "answered", "cancel", WALL_CLOCK, "true"]
        + ["604800", "1791198202.1", "9999999999.1", "0001-01-01 00:00:00"]
        + ["2026-03-29 03:30:00", "2026-10-25 03:30:00", "9999-12-31 23:59:59"]
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
    "rule",
    "redirect",
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
    "ROUTED",
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
