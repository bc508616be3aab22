# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happened to people with telephone connectors, by the number of the case."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from zadarma_api import clock, notification, statistics
from zadarma_api.facts import STATISTICS, Fact
from zadarma_api.fold import Leg, fold

ZONE = "Europe/Kyiv"
IN, OUT = "in_" + "a" * 40, "out_" + "b" * 40
START = datetime(2026, 10, 5, 11, 3, 22)
CALLER, DID, MOBILE = "+442037691880", "442037691881", "+447700900123"
EXTENSIONS = {"100", "101", "102"}


def at(seconds):
    return START + timedelta(seconds=seconds)


def wall_clock(seconds=0):
    return f"{at(seconds) + timedelta(hours=3):%Y-%m-%d %H:%M:%S}"


def incoming(event, seconds, **params):
    common = {"call_start": wall_clock(), "pbx_call_id": IN, "caller_id": CALLER}
    return Fact(event, {**common, "called_did": DID, **params}, at(seconds))


def outgoing(event, seconds, **params):
    common = {"call_start": wall_clock(), "pbx_call_id": OUT, "internal": "101"}
    return Fact(event, {**common, "destination": CALLER, **params}, at(seconds))


def row(after=0, **values):
    common = {
        "call_id": f"1791198202.{after}",
        "sip": "101",
        "callstart": wall_clock(after),
        "clid": CALLER,
        "destination": "101",
        "disposition": "answered",
        "seconds": "42",
        "pbx_call_id": IN,
    }
    return Fact(STATISTICS, {**common, **values}, at(86400))


def answered(seconds=60, **params):
    told = {"disposition": "answered", "duration": "42", "is_recorded": "0"}
    return incoming("NOTIFY_END", seconds, **{**told, **params})


# -- forwarded to an outside telephone ---------------------------------------------


@pytest.mark.parametrize("number", [MOBILE, MOBILE[1:], "0445556677", "00447700900123"])
def test_case_07_forwarded_outside_and_talked_is_a_talk(number):
    facts = [
        incoming("NOTIFY_START", 1),
        incoming("NOTIFY_INTERNAL", 2, internal="101"),
        incoming("NOTIFY_ANSWER", 20, destination=number),
        answered(200, duration="180", is_recorded="1"),
    ]
    call = fold(facts, ZONE, 10, EXTENSIONS)
    assert (call.result, call.ghost_answer) == ("answered", False)
    assert (call.extension, call.outside_answerer) == ("", number)
    assert call.legs == (Leg("101", result="no_answer"),)
    listed = fold([*facts, row(sip="0", destination=number)], ZONE, 10, EXTENSIONS)
    assert (listed.ghost_answer, listed.outside_answerer) == (False, number)


def test_case_07_statistics_alone():
    forwarded = row(sip="0", destination=MOBILE, is_recorded="true", seconds="180")
    call = fold([forwarded], ZONE, 10, EXTENSIONS)
    assert (call.ghost_answer, call.outside_answerer) == (False, MOBILE)
    # a menu may have answered at one of our own numbers
    silent = row(sip="0", destination=DID, is_recorded="false", seconds="180")
    assert fold([silent], ZONE, 10, EXTENSIONS).ghost_answer


@pytest.mark.parametrize("number", [DID, f"+{DID}", "02037691881", "", "anonymous"])
def test_case_07_menu_that_answers_is_still_a_ghost(number):
    answer = incoming("NOTIFY_ANSWER", 2, destination=number)
    call = fold([answer, answered(duration="180")], ZONE, 10, EXTENSIONS)
    assert (call.ghost_answer, call.outside_answerer) == (True, "")


def test_case_07_forwarded_and_hardly_talked():
    answer = incoming("NOTIFY_ANSWER", 2, destination=MOBILE)
    assert fold([answer, answered(duration="8")], ZONE, 10).ghost_answer


def test_case_07_extension_whose_telephone_is_forwarded():
    answer = incoming("NOTIFY_ANSWER", 2, internal="101", destination=MOBILE)
    call = fold([answer, answered()], ZONE, 10, EXTENSIONS)
    assert (call.extension, call.outside_answerer) == ("101", "")


# -- extensions --------------------------------------------------------------------


@pytest.mark.parametrize("number", ["112", "911", "900"])
def test_case_17_three_digits_that_are_none_of_ours(number):
    called = outgoing("NOTIFY_OUT_START", 1, destination=number)
    call = fold([called], ZONE, extensions=EXTENSIONS)
    assert (call.direction, call.external_number) == ("outgoing", number)
    assert (call.caller_number, call.extension) == ("101", "101")
    listed = row(sip="101", destination=number, pbx_call_id=OUT, clid="101")
    call = fold([listed], ZONE, extensions=EXTENSIONS)
    assert (call.direction, call.external_number) == ("outgoing", number)
    facts = [
        incoming("NOTIFY_START", 1, caller_id=number),
        incoming("NOTIFY_ANSWER", 9, caller_id=number, destination="101"),
    ]
    call = fold(facts, ZONE, extensions=EXTENSIONS)
    assert (call.direction, call.external_number) == ("incoming", number)


def test_case_17_our_extensions_are_internal():
    called = outgoing("NOTIFY_OUT_START", 1, destination="102")
    call = fold([called], ZONE, extensions=EXTENSIONS)
    assert (call.direction, call.external_number) == ("internal", "")


def test_case_17_no_extension_is_known_yet():
    called = outgoing("NOTIFY_OUT_START", 1, destination="112")
    assert fold([called], ZONE).direction == "internal"


def test_case_17_extension_that_was_not_loaded_yet():
    """What is named as an internal number is one."""
    answer = incoming("NOTIFY_ANSWER", 9, internal="105", destination="105")
    assert fold([answer], ZONE, extensions=EXTENSIONS).extension == "105"


@pytest.mark.parametrize(
    "login",
    ["123456-101", "1-101", "101", "123456-101@sip.zadarma.com", "sip:101@zadarma.com"],
)
def test_case_26_extension_as_a_login(login):
    assert notification.extension_number(login) == "101"
    facts = [
        incoming("NOTIFY_INTERNAL", 2, internal=login),
        incoming("NOTIFY_ANSWER", 9, destination=login),
        answered(internal=login, last_internal=login),
    ]
    call = fold(facts, ZONE, extensions=EXTENSIONS)
    assert (call.extension, call.legs) == ("101", (Leg("101", result="answered"),))
    called = outgoing("NOTIFY_OUT_START", 1, internal=login, destination="1-102")
    call = fold([called], ZONE, extensions=EXTENSIONS)
    assert (call.direction, call.caller_number, call.called_number) == (
        "internal",
        "101",
        "102",
    )
    assert fold([row(sip=login)], ZONE, extensions=EXTENSIONS).extension == "101"


@pytest.mark.parametrize(
    "text",
    ["101-", "-101", "123456-1010", "a-101", "123456-101-1", "123456 101"]
    + ["101@example.com", "101@zadarma.com.example.com", "101@evilzadarma.com"],
)
def test_case_26_what_is_no_login(text):
    assert notification.extension_number(text) == ""


# -- callers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["anonymous@10.20.30.40", "Anonymous <anonymous@1.2.3.4>", "unknown1", "1", "-1"]
    + ["#31#", "*31#", "restricted", "sip:anonymous@anonymous.invalid", "Private", "+"]
    + ["<sip:unavailable@10.0.0.1:5060>", "00", "+0", "Unknown (0)", "10.20.30.40"]
    + ["sip:10.20.30.40", "anonymous2", "P", "-", "Anonymous (1)", "tel:anonymous"],
)
def test_case_18_withheld_in_all_clothes(text):
    assert notification.caller_number(text) == ""
    call = fold([incoming("NOTIFY_START", 1, caller_id=text)], ZONE)
    assert (call.caller_number, call.external_number) == ("", "")
    assert fold([row(clid=text)], ZONE).caller_number == ""


@pytest.mark.parametrize(
    "text, number",
    [
        ("sip:+442037691880@sip.example.com", "+442037691880"),
        ("442037691880@10.20.30.40", "442037691880"),
        ("Name (442037691880)", "442037691880"),
        ("<sip:442037691880@10.20.30.40>", "442037691880"),
        ("Name (+44 20 3769 1880)", "+442037691880"),
        ('"O\'Neil (sales)" <sips:+442037691880@h:5061;user=phone>', "+442037691880"),
        ("tel:+44-20-3769-1880", "+442037691880"),
        ("SIP:00442037691880@h", "00442037691880"),
        ("+0672220001", "+0672220001"),
        ("900", "900"),
        ("123456-101@sip.zadarma.com", "101"),
        ("Name 101 (101)", "101"),
    ],
)
def test_case_19_user_part_of_an_address_is_the_number(text, number):
    assert notification.caller_number(text) == number
    for fact in (incoming("NOTIFY_START", 1, caller_id=text), row(clid=text)):
        assert fold([fact], ZONE).caller_number == number


# -- times -------------------------------------------------------------------------

# Kyiv's clock shows 03:00 to 04:00 twice, from 00:00 UTC and from 01:00 UTC
DOUBLED = datetime(2026, 10, 25)


def doubled(event, begun, minutes, **params):
    """A notification of a call that began ``begun`` minutes after the first reading of
    03:00, and that arrives ``minutes`` later."""
    shown = DOUBLED + timedelta(hours=3, minutes=begun % 60)
    told = {"call_start": f"{shown:%Y-%m-%d %H:%M:%S}", **params}
    fact = (outgoing if "OUT" in event else incoming)(event, 0, **told)
    arrived = DOUBLED + timedelta(minutes=begun + minutes)
    return Fact(event, fact.params, arrived)


@pytest.mark.parametrize("begun", [0, 5, 29, 59, 60, 65, 89, 119])
@pytest.mark.parametrize("talk", [0, 1, 31, 45, 59, 61, 95, 360])
@pytest.mark.parametrize("event", ["NOTIFY_END", "NOTIFY_OUT_END"])
def test_case_20_end_alone_in_the_doubled_hour(begun, talk, event):
    end = doubled(event, begun, talk, disposition="answered", duration=str(talk * 60))
    call = fold([end], ZONE)
    assert call.date_start == DOUBLED + timedelta(minutes=begun)
    assert call.date_start <= call.date_end


@pytest.mark.parametrize("begun", [0, 30, 59, 60, 90, 119])
@pytest.mark.parametrize("talk", [0, 31, 59, 61, 200])
def test_case_20_start_or_answer_tell_which_hour(begun, talk):
    end = doubled("NOTIFY_END", begun, talk, disposition="answered")
    for event in ("NOTIFY_START", "NOTIFY_INTERNAL", "NOTIFY_ANSWER"):
        first = doubled(event, begun, 0, destination="101")
        for facts in ([first, end], [end, first]):
            began = DOUBLED + timedelta(minutes=begun)
            assert fold(facts, ZONE).date_start == began


def test_case_20_claims_of_a_later_notification_move_nothing():
    start = doubled("NOTIFY_START", 90, 0)
    forged = doubled("NOTIFY_END", 90, 1, duration="7200", call_id="1792888200.1")
    assert fold([start, forged], ZONE).date_start == DOUBLED + timedelta(minutes=90)


@pytest.mark.parametrize(
    "near, utc",
    [
        ("00:30:02", "00:30:00"),
        ("01:05:00", "00:30:00"),
        ("01:28:00", "00:30:00"),
        # a clock that is a little ahead of ours
        ("01:29:58", "01:30:00"),
        ("01:30:02", "01:30:00"),
        ("05:00:00", "01:30:00"),
        # arrived before both
        ("00:10:00", "00:30:00"),
    ],
)
def test_case_20_latest_reading_that_is_not_after_the_arrival(near, utc):
    day = "2026-10-25 "
    moment = clock.to_utc(f"{day}03:30:00", ZONE, datetime.fromisoformat(day + near))
    assert moment == datetime.fromisoformat(day + utc)


def test_case_20_whatever_the_seed_of_hashes():
    """The order of a set's members must not decide."""
    folder = Path(clock.__file__).parents[1]
    program = (
        "from datetime import datetime\n"
        "from zadarma_api.clock import to_utc\n"
        "for near in range(0, 4):\n"
        "    print(to_utc('2026-10-25 03:30:00', 'Europe/Kyiv',"
        " datetime(2026, 10, 25, near)))\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in range(3)
    }
    assert len(told) == 1


@pytest.mark.parametrize(
    "text",
    ["2026-10-05T14:03:22", "2026-10-05T11:03:22Z", "2026-10-05T14:03:22+03:00"]
    + ["2026-10-05 13:03:22+0200", "1791198202", " 2026-10-05 14:03:22 "]
    + ["2026-10-05T14:03:22.500", "2026-10-05T14:03:22.5"]
    + ["1791198202.25", "1791198202000", "2026-10-05T14:03:22+0300"],
)
def test_case_23_what_can_be_read_is_read(text):
    for fact in (
        incoming("NOTIFY_START", 9, call_start=text),
        outgoing("NOTIFY_OUT_START", 9, call_start=text),
        row(callstart=text),
    ):
        call = fold([fact], ZONE)
        assert (call.date_start, call.start_is_arrival) == (START, False)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-10-05", "14:03:22", "20261005", "179119820", "0"]
    + ["0000-00-00 00:00:00", "1999-10-05 14:03:22", "2026-13-05T14:03:22", "²026"],
)
def test_case_23_else_it_is_when_it_arrived(text):
    for kind, event in ((incoming, "NOTIFY_START"), (outgoing, "NOTIFY_OUT_START")):
        call = fold([kind(event, 9, call_start=text)], ZONE)
        assert (call.date_start, call.start_is_arrival) == (at(9), True)
    # the end tells nothing of the beginning
    call = fold([incoming("NOTIFY_END", 9, call_start=text)], ZONE)
    assert (call.date_start, call.start_is_arrival) == (None, False)


def test_case_23_statistics_know_better():
    facts = [incoming("NOTIFY_START", 9, call_start=""), row(3)]
    call = fold(facts, ZONE)
    assert (call.date_start, call.start_is_arrival) == (at(3), False)


def test_statistics_win_for_time_too():
    for days in (-2, 2):
        late = timedelta(days=days)
        text = f"{START + timedelta(hours=3) + late:%Y-%m-%d %H:%M:%S}"
        forged = incoming("NOTIFY_END", 9, call_start=text)
        assert fold([forged, row()], ZONE).date_start == START
    # but a call is in the menu before its first leg
    assert fold([incoming("NOTIFY_START", 1), row(600)], ZONE).date_start == START


# -- words and figures -------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["ANSWERED", "answered ", " Answered", "answered\t", "Answered."]
)
def test_case_21_case_and_blanks_of_a_word(word):
    for fact in (answered(disposition=word), row(disposition=word)):
        call = fold([fact], ZONE)
        assert (call.result, call.disposition) == ("answered", "answered")
    outgoing_end = outgoing("NOTIFY_OUT_END", 9, disposition=word)
    assert fold([outgoing_end], ZONE).result == "answered"


@pytest.mark.parametrize(
    "word, result",
    [("No Answer", "no_answer"), ("no_answer", "no_answer"), ("BUSY", "busy")]
    + [("NoAnswer", "no_answer"), ("no-answer", "no_answer")]
    + [("  no  answer ", "no_answer"), ("Cancel", "cancelled"), ("FAILED", "failed")],
)
def test_case_21_words_of_calls_that_were_not_answered(word, result):
    end = outgoing("NOTIFY_OUT_END", 9, disposition=word, duration="30")
    assert fold([end], ZONE).result == result
    end = incoming("NOTIFY_END", 9, disposition=word, duration="30")
    assert fold([end], ZONE).result == "missed"


@pytest.mark.parametrize("word", ["success", "ok", "completed", "normal clearing"])
def test_case_21_talk_wins_over_an_unknown_word(word):
    answer = incoming("NOTIFY_ANSWER", 9, internal="101")
    silent = {"disposition": word, "duration": "", "internal": "101"}
    assert fold([answered(**silent), answer], ZONE).result == "answered"
    talked = answered(**{**silent, "duration": "65"})
    assert fold([talked], ZONE).result == "answered"
    assert fold([answered(**silent)], ZONE).result == "missed"
    assert fold([answered(**{**silent, "duration": "0"})], ZONE).result == "missed"
    call = fold([row(disposition=word, seconds="65")], ZONE)
    assert (call.result, call.extension) == ("answered", "101")
    assert call.legs[0].result == "answered"
    call = fold([outgoing("NOTIFY_OUT_END", 9, disposition=word, duration="9")], ZONE)
    assert (call.result, call.disposition) == ("answered", word)


def test_case_21_a_known_word_wins_over_talk():
    answer = incoming("NOTIFY_ANSWER", 9, internal="101")
    assert fold([answered(disposition="cancel"), answer], ZONE).result == "missed"


@pytest.mark.parametrize(
    "text, seconds",
    [("42", 42), ("42.0", 42), ("42,00", 42), ("0:42", 42), ("00:42", 42), (" 65", 65)]
    + [("1:05", 65), ("01:00:05", 3605), ("1:02:03", 3723), ("0", 0), ("65\n", 65)]
    + [("4.2", None), ("0:75", None), ("-1", None), ("1:2:3", None), ("x", None)]
    + [("200:00:00", None), ("", None), ("٤٢", None), ("4 2", None)],
)
def test_case_22_figures_as_texts(text, seconds):
    assert statistics.seconds(text) == seconds
    assert fold([answered(duration=text)], ZONE).duration == seconds
    assert fold([row(seconds=text)], ZONE).duration == seconds


@pytest.mark.parametrize("text", ["yes", "on", "2", "1.0", "true", "1", " 1", "YES"])
def test_case_22_recorded(text):
    end = answered(is_recorded=text, call_id_with_rec="1.1")
    call = fold([end], ZONE)
    assert (call.recorded, call.legs[0].recorded) == (True, True)
    assert fold([row(is_recorded=text)], ZONE).recorded


@pytest.mark.parametrize("text", ["no", "off", "0", "0.0", "false", "", "-1", "null"])
def test_case_22_not_recorded(text):
    assert not fold([answered(is_recorded=text)], ZONE).recorded
    assert not fold([row(is_recorded=text)], ZONE).recorded


# -- who spoke ---------------------------------------------------------------------


def test_case_24_transfer_that_nobody_picks_up():
    facts = [
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
        incoming("NOTIFY_ANSWER", 7, internal="101", destination="101"),
        incoming("NOTIFY_INTERNAL", 40, internal="102", transfer_from="101"),
        answered(70, internal="101", last_internal="102"),
    ]
    call = fold(facts, ZONE, extensions=EXTENSIONS)
    assert call.extension == "101"
    assert call.legs == (Leg("101", "", "answered"), Leg("102", "", "no_answer"))
    rows = [row(), row(40, sip="102", destination="102", disposition="no answer")]
    assert fold([*facts, *rows], ZONE, extensions=EXTENSIONS).extension == "101"


def test_whom_a_call_is_handed_to_is_rung_until_told_otherwise():
    rung = incoming("NOTIFY_INTERNAL", 40, internal="102")
    facts = [
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
        incoming("NOTIFY_INTERNAL", 2, internal="103"),
        incoming("NOTIFY_ANSWER", 7, internal="101", destination="101"),
        rung,
    ]
    # whoever was rung before somebody picked up is not any more
    legs = (Leg("101", "", "answered"), Leg("102"), Leg("103", "", "no_answer"))
    assert fold(facts, ZONE, extensions=EXTENSIONS).legs == legs
    picked_up = incoming("NOTIFY_ANSWER", 44, internal="102", destination="102")
    call = fold([*facts, picked_up], ZONE, extensions=EXTENSIONS)
    assert [leg.result for leg in call.legs] == ["answered", "answered", "no_answer"]
    over = answered(70, internal="101", last_internal="101")
    call = fold([*facts, over], ZONE, extensions=EXTENSIONS)
    assert [leg.result for leg in call.legs] == ["answered", "no_answer", "no_answer"]


def test_case_24_second_transfer_that_nobody_picks_up():
    facts = [
        incoming("NOTIFY_ANSWER", 7, internal="101"),
        incoming("NOTIFY_ANSWER", 40, internal="102"),
        answered(70, internal="101", last_internal="103"),
    ]
    assert fold(facts, ZONE).extension == "102"


def test_case_24_transfer_that_was_picked_up():
    facts = [
        incoming("NOTIFY_ANSWER", 7, internal="101"),
        incoming("NOTIFY_ANSWER", 40, internal="102"),
        answered(70, internal="101", last_internal="102"),
    ]
    assert fold(facts, ZONE).extension == "102"
    # and came back
    back = answered(70, internal="101", last_internal="101")
    assert fold([*facts[:2], back], ZONE).extension == "101"
    # whose notification was lost, statistics know
    rows = [row(), row(40, sip="102", destination="102")]
    assert fold([facts[0], facts[2], *rows], ZONE).extension == "102"


def test_who_hands_a_call_on_has_spoken():
    ring = incoming("NOTIFY_INTERNAL", 40, internal="102", transfer_from="123456-101")
    answer = incoming("NOTIFY_ANSWER", 45, internal="102")
    call = fold([ring, answer], ZONE, extensions=EXTENSIONS)
    assert call.legs == (Leg("101", "", "answered"), Leg("102", "", "answered"))


def test_case_25_how_sure_it_is_that_somebody_answered():
    rang = [
        incoming("NOTIFY_START", 0),
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
    ]
    end = answered(internal="101")
    # a mailbox answers so; so does a talk whose ANSWER was lost
    call = fold([*rang, end], ZONE, 10, EXTENSIONS)
    assert (call.result, call.extension) == ("answered", "101")
    assert (call.answer_source, call.ghost_answer) == ("end", False)
    assert "extension" in call.claims
    answer = incoming("NOTIFY_ANSWER", 7, internal="101")
    assert fold([*rang, answer, end], ZONE, 10).answer_source == "answer"
    assert fold([*rang, end, row()], ZONE, 10).answer_source == "statistics"
    # a short message
    short = answered(internal="101", duration="9")
    assert fold([*rang, short], ZONE, 10).ghost_answer


def test_case_25_statistics_know_that_the_employee_did_not_answer():
    facts = [
        incoming("NOTIFY_INTERNAL", 1, internal="101"),
        answered(internal="101", last_internal="101"),
        row(disposition="no answer", seconds="0"),
        row(25, sip="0", destination=DID),
    ]
    call = fold(facts, ZONE, 10, EXTENSIONS)
    assert (call.result, call.extension, call.ghost_answer) == ("answered", "", True)


def test_answer_of_an_outgoing_call():
    facts = [
        outgoing("NOTIFY_OUT_START", 0),
        outgoing("NOTIFY_ANSWER", 8, caller_id="101"),
    ]
    call = fold(facts, ZONE, extensions=EXTENSIONS)
    assert (call.state, call.direction) == ("in_progress", "outgoing")
    assert (call.external_number, call.extension) == (CALLER, "101")
    end = outgoing("NOTIFY_OUT_END", 40, disposition="answered", duration="30")
    assert fold([*facts, end], ZONE).date_answer == at(8)


# -- what a captured account sends -------------------------------------------------


def test_shapes_of_the_captured_account():
    """ANSWER's destination is the dialled number, END has both extensions, all but
    START have ``calltype``, and every END the code 16."""
    common = {"caller_id": "+0672220001", "calltype": "normal"}
    facts = [
        incoming("NOTIFY_START", 0, caller_id="+0672220001"),
        incoming("NOTIFY_INTERNAL", 1, internal="101", **common),
        incoming("NOTIFY_ANSWER", 7, internal="101", destination=DID, **common),
        answered(49, internal="101", last_internal="101", status_code="16", **common),
    ]
    call = fold(facts, ZONE, 10, EXTENSIONS)
    assert (call.result, call.extension, call.ghost_answer) == (
        "answered",
        "101",
        False,
    )
    assert (call.caller_number, call.called_number) == ("+0672220001", DID)
    assert (call.date_start, call.date_answer, call.date_end) == (START, at(7), at(49))


@pytest.mark.parametrize("token", ["a+b/c==", "YWJj+/8=", "=", "/", "+"])
def test_echo_of_base64(token):
    assert notification.echo_token(token) == token
