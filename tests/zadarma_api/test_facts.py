# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is said of a call, by whom, and what each may say."""

from datetime import datetime, timedelta

import pytest
from zadarma_api import facts, notification
from zadarma_api.facts import Fact, told

GENUINE = {
    "event": "NOTIFY_END",
    "call_start": "2026-10-05 14:03:22",
    "pbx_call_id": "in_" + "a" * 40,
    "caller_id": "+442037691880",
    "called_did": "442037691881",
    "disposition": "no money, no limit",
    "call_id_with_rec": "1458313316.343456",
}


@pytest.mark.parametrize("event", notification.PARAMETERS)
def test_times_of_statistics_are_none_of_a_notification(event):
    added = {"callstart": "2001-01-01 00:00:00", "sip": "101", "clid": "x", "new": "y"}
    assert told(event, added) == {}
    assert Fact(event, added, datetime(2026, 1, 1)).get("callstart") == ""


def test_times_of_notifications_are_none_of_a_row():
    row = {"callstart": "2026-10-05 14:03:22", "sip": "101"}
    assert told(facts.STATISTICS, {**row, "call_start": "x", "internal": "102"}) == row


def test_what_one_event_tells_another_does_not():
    assert "called_did" not in told("NOTIFY_ANSWER", GENUINE)
    assert "caller_id" not in told("NOTIFY_RECORD", GENUINE)
    assert "disposition" not in told("NOTIFY_START", GENUINE)
    assert told("NOTIFY_END", GENUINE) == {
        name: text for name, text in GENUINE.items() if name != "event"
    }


def test_event_that_nobody_knows_tells_nothing():
    assert told("NOTIFY_SOMETHING_NEW", GENUINE) == {}


def test_our_own_words_are_all_ours():
    assert told(facts.ROUTED, {"rule": "manager", "why": "[]"}) == {
        "rule": "manager",
        "why": "[]",
    }


def test_what_was_added_makes_no_other_fact():
    moment = datetime(2026, 10, 5, 11, 3, 22)
    one = Fact("NOTIFY_END", GENUINE, moment)
    other = Fact("NOTIFY_END", {**GENUINE, "callstart": "x"}, moment)
    assert facts.distinct([one, other]) == [one]


def test_of_repetitions_the_first_arrival_counts():
    moment = datetime(2026, 10, 5, 11, 3, 22)
    first = Fact("NOTIFY_END", GENUINE, moment)
    again = Fact("NOTIFY_END", GENUINE, moment + timedelta(seconds=1))
    other = Fact("NOTIFY_START", GENUINE, moment - timedelta(seconds=1))
    for given in ([first, again, other], [other, again, first], [again, first, other]):
        assert facts.distinct(given) == [other, first]


def test_order_of_parameters_makes_no_other_fact():
    moment = datetime(2026, 10, 5, 11, 3, 22)
    turned = dict(reversed(GENUINE.items()))
    one, other = (Fact("NOTIFY_END", params, moment) for params in (GENUINE, turned))
    assert facts.distinct([one, other]) == [one]


def test_value_that_is_missing_is_an_empty_text():
    fact = Fact("NOTIFY_END", {"caller_id": None}, datetime(2026, 10, 5))
    assert fact.get("caller_id") == fact.get("called_did") == ""
