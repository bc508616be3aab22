# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an extension does besides, after a call that was asked for in Odoo."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import CALLER, IN, OUT, incoming, outgoing
from .test_automation import RuleMixin
from .test_card import NewsMixin
from .test_dial import DialCase

OWN_LEG = f"{OUT[:-1]}0"
OTHER = f"{OUT[:-1]}1"
SECOND_CUSTOMER = "+442079460018"
EMERGENCY = "112"


class CallbackCase(DialCase):
    """A call that was asked for a moment ago."""

    def setUp(self):
        super().setUp()
        self.account.tz = "UTC"
        self.now = f"{fields.Datetime.now():%Y-%m-%d %H:%M:%S}"
        self.call = self._call(self._dial())

    def _start(self, destination, pbx_call_id, internal="101"):
        return outgoing(
            "NOTIFY_OUT_START",
            pbx_call_id,
            call_start=self.now,
            destination=destination,
            internal=internal,
        )

    def _end(self, destination, pbx_call_id, **params):
        return outgoing(
            "NOTIFY_OUT_END",
            pbx_call_id,
            call_start=self.now,
            destination=destination,
            disposition="answered",
            duration="7",
            **params,
        )

    def _both_legs(self):
        """Both legs start, each under an id of its own, as projects saw it."""
        self._notify(self._start("101", OWN_LEG), self._start(CALLER, OUT))

    def _store_listed(self, pbx_call_id, internal="101", destination=CALLER):
        """Statistics of an answered leg are in the journal, and not applied yet."""
        row = {
            "event": "STATISTICS",
            "pbx_call_id": pbx_call_id,
            "call_id": "1791198202.1",
            "callstart": self.now,
            "sip": internal,
            "clid": internal,
            "destination": destination,
            "disposition": "answered",
            "seconds": "7",
            "is_recorded": "false",
        }
        with self.enter_registry_test_mode():
            self.env["zadarma.event"]._store(self.account.id, "statistics", row)

    def _listed(self, pbx_call_id, internal="101", destination=CALLER):
        """Statistics tell of an answered leg."""
        self._store_listed(pbx_call_id, internal, destination)
        with self.enter_registry_test_mode():
            self.env["zadarma.event"]._apply_now(self.account.id, [pbx_call_id])
        self.env.invalidate_all()
        return self.env["zadarma.call"].search([("pbx_call_id", "=", pbx_call_id)])


@tagged("post_install", "-at_install")
class TestCallbacks(CallbackCase):
    """Only our own extension's leg and the customer's belong to a request."""

    def _assert_apart(self, other, **values):
        """The other call is its own, and the customer's goes on until its end."""
        self.assertNotEqual(other, self.call)
        self.assertRecordValues(other, [values])
        self.assertNotEqual(self.call.state, "ended")
        self.assertEqual(self._notify(self._end(CALLER, OUT)), self.call)
        self.assertEqual((self.call.result, self.call.duration), ("answered", 7))
        self._notify(self._end("101", OWN_LEG))
        self.assertEqual(self.env["zadarma.call"].search([]), self.call + other)

    def test_case_02_consultation(self):
        for first in (True, False):
            with self.subTest(after_the_legs=first):
                if first:
                    self._both_legs()
                other = self._notify(self._start("102", OTHER), self._end("102", OTHER))
                if not first:
                    self._both_legs()
                self._assert_apart(
                    other,
                    direction="internal",
                    called_number="102",
                    state="ended",
                    duration=7,
                )
                self.env["zadarma.event"].search([]).unlink()
                self.env["zadarma.call"].search([]).unlink()
                self.call = self._call(self._dial())

    def test_case_02_consultation_of_which_only_the_answer_is_told(self):
        answer = outgoing(
            "NOTIFY_ANSWER", OTHER, call_start=self.now, destination="102"
        )
        self._both_legs()
        self.assertNotEqual(self._notify(answer), self.call)
        self.assertEqual(self._notify(self._end("102", OTHER)).called_number, "102")

    def test_a_colleague_who_calls_the_same_customer_makes_another_call(self):
        other = self._notify(self._start(CALLER, OTHER, internal="102"))
        self.assertEqual(self.call.state, "requested")
        self._both_legs()
        self._assert_apart(
            other, external_number=CALLER, state="ringing", in_doubt=False
        )

    def test_what_begins_before_or_two_minutes_later_is_another_call(self):
        for seconds, joins in ((-30, False), (122, False), (118, True)):
            begins = fields.Datetime.now() + timedelta(seconds=seconds)
            told = self._start(CALLER, f"out_{abs(seconds)}")
            told["call_start"] = f"{begins:%Y-%m-%d %H:%M:%S}"
            self.assertEqual(self._notify(told) == self.call, joins, seconds)

    def test_the_older_of_two_refused_requests_has_the_call(self):
        journal = self.env["zadarma.event"]
        journal._add_own_fact(self.call, "CALLBACK_REFUSED", reason="timeout")
        again = self._call(self._dial())
        self.assertNotEqual(again, self.call)
        journal._add_own_fact(again, "CALLBACK_REFUSED", reason="timeout")
        self.assertEqual(self._notify(self._start(CALLER, OUT)), self.call)

    def test_case_02_transfer(self):
        self._both_legs()
        handed = {
            "pbx_call_id": OWN_LEG,
            "call_start": self.now,
            "caller_id": CALLER,
            "internal": "102",
        }
        self._notify(
            incoming("NOTIFY_INTERNAL", **handed, transfer_from="101"),
            incoming("NOTIFY_ANSWER", **handed, destination="102"),
            self._end(CALLER, OUT, last_internal="102"),
            self._end("101", OWN_LEG, last_internal="102"),
        )
        self.assertEqual(self.env["zadarma.call"].search([]), self.call)
        self.assertEqual((self.call.result, self.call.state), ("answered", "ended"))
        self.assertEqual(self.call.external_number, CALLER)

    def test_case_02_transfer_that_is_told_when_all_is_over(self):
        told = self._end(CALLER, OUT, last_internal="102")
        self.assertEqual(self._notify(told), self.call)

    def test_case_02_emergency_call(self):
        self._both_legs()
        other = self._notify(self._start(EMERGENCY, OTHER), self._end(EMERGENCY, OTHER))
        self._assert_apart(other, called_number=EMERGENCY, state="ended")

    def test_case_02_emergency_call_before_our_telephone_rang(self):
        other = self._notify(self._start(EMERGENCY, OTHER))
        self.assertNotEqual(other, self.call)
        self.assertEqual(self.call.state, "requested")

    def test_case_02_second_customer(self):
        self._both_legs()
        other = self._notify(
            self._start(SECOND_CUSTOMER, OTHER), self._end(SECOND_CUSTOMER, OTHER)
        )
        self._assert_apart(other, external_number=SECOND_CUSTOMER, state="ended")

    def test_case_02_a_refused_request_keeps_its_reason(self):
        self.env["zadarma.event"]._add_own_fact(
            self.call, "CALLBACK_REFUSED", reason="Wrong number"
        )
        for pbx_call_id, destination in (
            (OTHER, "102"),
            (OUT, EMERGENCY),
            (OWN_LEG, SECOND_CUSTOMER),
        ):
            self._notify(
                self._start(destination, pbx_call_id),
                self._end(destination, pbx_call_id),
            )
        self.assertEqual(
            (self.call.result, self.call.failure), ("failed", "Wrong number")
        )
        self.assertEqual(self.env["zadarma.call"].search_count([]), 4)


@tagged("post_install", "-at_install")
class TestAbsorbed(RuleMixin, NewsMixin, CallbackCase):
    """A call that turns out to be the one that was asked for."""

    def setUp(self):
        super().setUp()
        # who dialled whom is not told, as where only some notifications are switched on
        answer = outgoing("NOTIFY_ANSWER", OUT, call_start=self.now, destination=CALLER)
        self.other = self._notify(answer)
        self.assertNotEqual(self.other, self.call)

    def _assert_absorbed(self):
        self.assertEqual(
            self._notify(self._end(CALLER, OUT, internal="101")), self.call
        )
        self.assertEqual(self.env["zadarma.call"].search([]), self.call)
        self.assertEqual((self.call.result, self.call.duration), ("answered", 7))

    def test_it_has_what_people_put_on_it(self):
        chosen = self.env["res.partner"].create({"name": "Somebody else"})
        outcome = self.env["zadarma.call.outcome"].search([], limit=1)
        tag = self.env["zadarma.call.tag"].create({"name": "Delivery"})
        activity = self.partner.activity_schedule("mail.mail_activity_data_call")
        copy = self.partner.message_post(body="Wants a lift.")
        told = fields.Datetime.now()
        self.other.write(
            {
                "note": "Wants a lift.",
                "outcome_id": outcome.id,
                "outcome_told": told,
                "tag_ids": tag.ids,
                "plan_ids": activity.ids,
                "copy_ids": copy.ids,
                "keep": True,
                "partner_id": chosen.id,
                "partner_match": "manual",
            }
        )
        self.other._put_on(self.partner, was_made=True)
        recording = self.env["zadarma.recording"].create(
            {"call_id": self.other.id, "pbx_leg_id": "1.1", "state": "kept"}
        )
        self._assert_absorbed()
        self.assertRecordValues(
            self.call,
            [
                {
                    "note": "Wants a lift.",
                    "outcome_id": outcome.id,
                    "outcome_told": told,
                    "tag_ids": tag.ids,
                    "plan_ids": activity.ids,
                    "copy_ids": copy.ids,
                    "keep": True,
                    "partner_id": chosen.id,
                    "partner_match": "manual",
                    "recording_ids": recording.ids,
                }
            ],
        )
        self.assertEqual(self.call._documents(), [self.partner])
        self.assertTrue(self.call.document_ids.was_made)

    def test_cards_are_told(self):
        other_id = self.other.id
        self._assert_absorbed()
        told = [news for _person, news in self._told() if news["id"] == self.call.id]
        self.assertIn([other_id], [news.get("absorbed") for news in told])

    def test_rules_that_ran_do_not_run_again(self):
        names = ("missed_told", "talk_told", "outcome_told")
        for name in names:
            self._counting_rule(name)
            self.other[name] = fields.Datetime.now()
        self.env.flush_all()
        # and whatever fails keeps no call from being stored
        self._rule("talk_told", "1 / 0")
        self._assert_absorbed()
        self.assertEqual([self._runs(name) for name in names], [1, 1, 1])
        self.assertTrue(all(self.call[name] for name in names))

    def test_the_salesperson_who_was_told_is_not_told_again(self):
        self.partner.user_id = self.colleague
        self.colleague.zadarma_tell_me = True
        told_at = fields.Datetime.now() - timedelta(minutes=20)
        self.other.tell_at = told_at
        self._assert_absorbed()
        self._run_job()
        self.assertRecordValues(self.call, [{"tell_at": told_at, "to_tell": False}])

    def test_of_one_recording_that_stays_of_which_more_was_done(self):
        for mine, theirs, left in (
            ("not_yet", "kept", "kept"),
            ("kept", "deleted", "deleted"),
            ("kept", "not_yet", "kept"),
            ("deleted", "kept", "deleted"),
        ):
            with self.subTest(mine=mine, theirs=theirs):
                self.env["zadarma.recording"].create(
                    [
                        {"call_id": call.id, "pbx_leg_id": "1.1", "state": state}
                        for call, state in ((self.call, mine), (self.other, theirs))
                    ]
                )
                self.call._take_from(self.other)
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self.call.recording_ids.mapped("state"), [left])
                self.env["zadarma.recording"].search([]).unlink()

    def test_a_document_that_was_made_of_it_is_not_made_again(self):
        self.call._put_on(self.partner)
        self.other._put_on(self.partner, was_made=True)
        self._assert_absorbed()
        self.assertEqual(self.call._documents(), [self.partner])
        self.assertTrue(self.call.document_ids.was_made)

    def test_what_it_has_itself_stays(self):
        outcomes = self.env["zadarma.call.outcome"].search([], limit=2)
        tags = self.env["zadarma.call.tag"].create([{"name": "A"}, {"name": "B"}])
        for call, outcome, tag in zip(
            self.call + self.other, outcomes, tags, strict=True
        ):
            call.write(
                {
                    "note": f"About {tag.name}.",
                    "outcome_id": outcome.id,
                    "tag_ids": tag.ids,
                    "partner_match": "manual",
                }
            )
            call._put_on(self.partner)
        self.other.partner_id = self.env["res.partner"].create({"name": "Other"})
        self._assert_absorbed()
        self.assertRecordValues(
            self.call,
            [
                {
                    "note": "About A.\nAbout B.",
                    "outcome_id": outcomes[0].id,
                    "tag_ids": tags.ids,
                    "partner_id": self.partner.id,
                }
            ],
        )
        self.assertEqual(self.call._documents(), [self.partner])


@tagged("post_install", "-at_install")
class TestRedialling(CallbackCase):
    """The same customer was asked for again within two minutes."""

    def setUp(self):
        super().setUp()
        self.first = self.call
        self.now = self._seconds_ago(38)
        self._age_requests(40)

    def _seconds_ago(self, seconds):
        moment = fields.Datetime.now() - timedelta(seconds=seconds)
        return f"{moment:%Y-%m-%d %H:%M:%S}"

    def _age_requests(self, seconds):
        self.env.cr.execute(
            "UPDATE zadarma_event SET received_at = received_at - %s * interval '1 s'"
            " WHERE event = 'CALLBACK_REQUESTED'",
            [seconds],
        )

    def _not_picked_up(self):
        """Our own telephone rang for the first request, and nobody took it."""
        self._notify(
            self._start("101", OWN_LEG),
            {**self._end("101", OWN_LEG), "disposition": "no answer", "duration": "0"},
        )
        self.assertEqual(self.first.state, "ended")

    def test_an_earlier_request_keeps_what_came_of_it(self):
        """The account's time zone was wrong by an hour, in which somebody asked twice.

        So the call was taken for the one that was asked for an hour before.
        """
        self._age_requests(3600 - 40)
        self.env["zadarma.event"]._add_own_fact(self.first, "CALLBACK_EXPIRED")
        second = self._again()
        self.account.tz = "Etc/GMT-1"
        self.assertEqual(self._notify(self._start(CALLER, OUT)), self.first)
        self.account.tz = "UTC"
        self.assertEqual(self._notify(self._end(CALLER, OUT)), self.first)
        self.assertEqual(self.first.result, "answered")
        self.assertTrue(second.exists())
        facts = self.env["zadarma.event"].search([("state", "=", "applied")])
        self.assertFalse(facts.filtered(lambda one: not one.call_id))

    def _again(self, number=CALLER):
        second = self._call(self._dial(number))
        self.assertNotEqual(second, self.first)
        self.now = self._seconds_ago(0)
        return second

    def _talk_the_second_time(self, own_leg):
        """Nobody picks up first, somebody then; return the second request's call."""
        self._not_picked_up()
        second = self._again()
        self._notify(self._start("101", own_leg), self._start(CALLER, OUT))
        self.assertEqual(self._notify(self._end(CALLER, OUT)), second)
        self.assertRecordValues(
            second, [{"state": "ended", "result": "answered", "duration": 7}]
        )
        self.assertNotEqual(self.first.result, "answered")
        self.assertTrue(self.first.event_ids)
        return second

    def test_the_second_talk_is_the_second_request_s(self):
        second = self._talk_the_second_time(OTHER)
        self.assertEqual(self.env["zadarma.call"].search([]), second + self.first)

    def test_also_where_both_legs_have_one_id(self):
        second = self._talk_the_second_time(OUT)
        self.assertEqual(self.env["zadarma.call"].search([]), second + self.first)

    def test_our_telephone_rings_for_the_number_asked_for_last(self):
        """Of the first request nothing was told at all."""
        self.env["zadarma.event"]._add_own_fact(self.first, "CALLBACK_EXPIRED")
        second = self._again(SECOND_CUSTOMER)
        self.assertEqual(self._notify(self._start("101", OWN_LEG)), second)
        self.assertEqual(self._notify(self._start(SECOND_CUSTOMER, OUT)), second)
        # whoever was asked for first is called by hand
        self.assertEqual(self._notify(self._start(CALLER, OTHER)), self.first)

    def test_a_third_call_by_hand_is_nobody_s(self):
        second = self._talk_the_second_time(OTHER)
        self.now = self._seconds_ago(-9)
        third = self._notify(self._start(CALLER, f"{OUT[:-1]}2"))
        self.assertFalse(third & (self.first + second))
        self.assertNotEqual(self.first.result, "answered")

    def test_what_came_of_a_request_stays_with_it(self):
        """Asked for again in the very second in which the first call began."""
        self.now = self._seconds_ago(0)
        self._notify(self._start(CALLER, OUT), self._end(CALLER, OUT))
        self.assertEqual(self.first.state, "ended")
        second = self._call(self._dial())
        self.assertEqual(
            self._notify({**self._end(CALLER, OUT), "duration": "8"}), self.first
        )
        self.assertEqual(second.state, "requested")

    def test_whichever_statistics_are_applied_first(self):
        """A page of statistics is applied in parts, sorted by id."""
        self._notify(self._start(CALLER, OTHER), self._end(CALLER, OTHER))
        self.assertEqual(self.first.state, "ended")
        began = self.now
        second = self._again()
        self._notify(self._start(CALLER, OUT), self._end(CALLER, OUT))
        self.assertEqual(second.state, "ended")
        later, self.now = self.now, began
        self._store_listed(OTHER)
        self.now = later
        self.assertEqual(self._listed(OUT), second)
        self.assertEqual(self.first.pbx_call_id, OTHER)
        self.now = began
        self.assertEqual(self._listed(OTHER), self.first)
        calls = second + self.first
        self.assertEqual(self.env["zadarma.call"].search([]), calls)
        self.assertEqual(calls.mapped("confirmed"), [True, True])

    def test_also_where_the_first_is_never_listed(self):
        self._notify(self._start(CALLER, OTHER), self._end(CALLER, OTHER))
        second = self._again()
        self._notify(self._start(CALLER, OUT), self._end(CALLER, OUT))
        self.assertEqual(self._listed(OUT), second)
        self.assertEqual(self.first.pbx_call_id, OTHER)


@tagged("post_install", "-at_install")
class TestForgedCallbacks(CallbackCase):
    """What somebody sends who caught one notification becomes no requested call."""

    def _assert_waits(self, call):
        """Nothing came of a request yet."""
        self.assertRecordValues(
            call, [{"state": "requested", "pbx_call_id": False, "confirmed": False}]
        )

    def test_the_same_text_under_another_id_joins_no_later_request(self):
        self._notify(self._start(CALLER, OUT), self._end(CALLER, OUT))
        self.assertEqual(self.call.state, "ended")
        again = self._call(self._dial())
        forged = self._notify(
            self._start(CALLER, OTHER), self._end(CALLER, OTHER, internal="101")
        )
        self._assert_waits(again)
        self.assertTrue(forged.in_doubt)
        # the call that was asked for comes a second later
        later = fields.Datetime.to_datetime(self.now) + timedelta(seconds=1)
        self.now = f"{later:%Y-%m-%d %H:%M:%S}"
        self.assertEqual(self._notify(self._start(CALLER, OWN_LEG)), again)

    def test_who_answered_joins_no_request(self):
        """A caller's ANSWER, by the extension that dials, under another id."""
        common = {"call_start": self.now, "destination": "101", "internal": "101"}
        caught = incoming("NOTIFY_ANSWER", IN, caller_id="", **common)
        for told in ({}, {"internal": ""}, {"event": "NOTIFY_OUT_START"}):
            with self.subTest(told):
                self._notify(caught)
                forged = {**caught, "pbx_call_id": OTHER, **told}
                if told:
                    forged["internal"] = ""
                self._notify(forged)
                self._assert_waits(self.call)
        self._both_legs()
        self.assertEqual((self.call.state, self.call.pbx_call_id), ("ringing", OUT))

    def test_statistics_give_the_request_its_own_call(self):
        """Somebody was quicker than the PBX."""
        forged = {"disposition": "answered", "duration": "600", "is_recorded": "1"}
        self._notify(self._start(CALLER, OTHER), {**self._end(CALLER, OTHER), **forged})
        self.assertEqual(self.call.duration, 600)
        genuine = self._notify(self._start(CALLER, OUT), self._end(CALLER, OUT))
        self.assertNotEqual(genuine, self.call)
        self.assertEqual(self._listed(OUT), self.call)
        self.assertRecordValues(
            self.call,
            [{"confirmed": True, "duration": 7, "in_doubt": False, "recorded": False}],
        )
        invented = self.env["zadarma.call"].search([]) - self.call
        self.assertRecordValues(
            invented, [{"pbx_call_id": OTHER, "in_doubt": True, "confirmed": False}]
        )
        # once more of the same changes nothing
        self._notify({**self._end(CALLER, OTHER), "duration": "601"})
        self.assertEqual((self.call.pbx_call_id, self.call.duration), (OUT, 7))

    def test_of_two_calls_that_statistics_know_the_first_is_the_request_s(self):
        self._notify(self._start(CALLER, OUT))
        self.assertEqual(self._listed(OUT), self.call)
        begins = fields.Datetime.now() + timedelta(seconds=30)
        self.now = f"{begins:%Y-%m-%d %H:%M:%S}"
        self._notify(self._start(CALLER, OTHER))
        other = self._listed(OTHER)
        self.assertNotEqual(other, self.call)
        self.assertRecordValues(
            self.call + other, [{"confirmed": True, "in_doubt": False}] * 2
        )
        self.assertEqual(self.call.pbx_call_id, OUT)

    def test_a_call_of_others_is_no_part_of_the_request(self):
        """The text was sent under the id of a colleague's call."""
        self._notify(self._start(CALLER, OTHER))
        self._notify(self._start(SECOND_CUSTOMER, OTHER, internal="102"))
        theirs = self._listed(OTHER, "102", SECOND_CUSTOMER)
        self.assertNotEqual(theirs, self.call)
        self.assertRecordValues(
            theirs,
            [
                {
                    "external_number": SECOND_CUSTOMER,
                    "extension_id": self.other_extension.id,
                    "in_doubt": False,
                }
            ],
        )
        self._assert_waits(self.call)
        self.assertEqual(self.call.external_number, CALLER)
        # its text was heard before, so statistics have to know it
        self._notify(self._start(CALLER, OUT))
        self.assertEqual(self._listed(OUT), self.call)
