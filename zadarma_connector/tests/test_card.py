# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date, timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..models.desk.ir_websocket import LIVE_CHANNEL
from .common import (
    CALLER,
    DID,
    OUT,
    ZadarmaCase,
    answered_call,
    incoming,
    missed_call,
    outgoing,
)


class NewsMixin:
    """What people were told of calls."""

    def _told(self):
        """All messages of ours since the last time, as (partner id, payload)."""
        told = []
        for row in self.env["bus.bus"].sudo().search([], order="id"):
            message = json.loads(row.message)
            if message["type"] == "zadarma.call":
                told.append((json.loads(row.channel)[2], message["payload"]))
        self.env["bus.bus"].sudo().search([]).unlink()
        return told

    def _news(self, user):
        return [news for partner, news in self._told() if partner == user.partner_id.id]


@tagged("post_install", "-at_install")
class TestNews(NewsMixin, ZadarmaCase):
    """Point 2: who is told what while a call goes on."""

    def setUp(self):
        super().setUp()
        self._news(self.agent)

    def test_who_is_rung_is_told_at_each_step(self):
        start, ring, answer, end, record = answered_call()
        self._notify(start)
        self.assertEqual(self._told(), [], "nobody is concerned yet")
        call = self._notify(ring)
        [(channel, news)] = self._told()
        self.assertEqual(channel, self.agent.partner_id.id)
        self.assertEqual(news["id"], call.id)
        self.assertEqual(news["state"], "ringing")
        self.assertEqual(news["number"], CALLER)
        self.assertEqual(news["partner"], self.partner.id)
        self.assertFalse(news["dialled"])
        self.assertFalse(news["spoke"])
        self._notify(answer)
        [news] = self._news(self.agent)
        self.assertEqual(news["state"], "in_progress")
        self.assertTrue(news["spoke"])
        self.assertFalse(news["speaker"])
        self._notify(end)
        [news] = self._news(self.agent)
        self.assertEqual((news["state"], news["result"]), ("ended", "answered"))
        self.assertEqual(news["duration"], 42)
        self.assertTrue(news["spoke"])
        self._notify(record)
        self.assertEqual(self._told(), [], "nothing that anybody sees has changed")

    def test_repetitions_tell_nothing(self):
        call = answered_call()
        self._notify(*call[:2])
        self._told()
        self._notify(*call[:2])
        self.assertEqual(self._told(), [])

    def test_everybody_of_a_group_is_told_and_who_answered(self):
        start, *rings = missed_call("101", "102")[:-1]
        self._notify(start, *rings)
        self.assertEqual(
            {channel for channel, news in self._told()},
            {self.agent.partner_id.id, self.colleague.partner_id.id},
        )
        self._notify(answered_call("102")[2])
        told = dict(self._told())
        mine = told[self.agent.partner_id.id]
        self.assertEqual(mine["speaker"], self.other_employee.name)
        self.assertFalse(mine["spoke"])
        theirs = told[self.colleague.partner_id.id]
        self.assertFalse(theirs["speaker"])
        self.assertTrue(theirs["spoke"])

    def test_a_third_number_of_a_group_is_told_as_well(self):
        extension = self.env["zadarma.extension"].create(
            {
                "account_id": self.account.id,
                "number": "103",
                "user_id": self.supervisor.id,
            }
        )
        self._notify(*missed_call("101", "102")[:-1])
        self._told()
        self._notify(incoming("NOTIFY_INTERNAL", internal=extension.number))
        self.assertIn(
            self.supervisor.partner_id.id, [channel for channel, news in self._told()]
        )

    def test_a_missed_call_was_spoken_by_nobody(self):
        self._notify(*missed_call("101"))
        news = self._news(self.agent)[-1]
        self.assertEqual((news["state"], news["result"]), ("ended", "missed"))
        self.assertFalse(news["spoke"])
        self.assertFalse(news["speaker"])

    def test_own_outgoing_calls(self):
        self._notify(outgoing("NOTIFY_OUT_START"))
        [news] = self._news(self.agent)
        self.assertEqual((news["state"], news["number"]), ("ringing", CALLER))
        self.assertTrue(news["dialled"])
        self._notify(outgoing("NOTIFY_OUT_END", disposition="no answer", duration="0"))
        [news] = self._news(self.agent)
        self.assertEqual((news["state"], news["result"]), ("ended", "no_answer"))

    def test_a_colleague_s_call(self):
        internal = {"internal": "102", "destination": "101", "pbx_call_id": OUT}
        self._notify(outgoing("NOTIFY_OUT_START", **internal))
        told = dict(self._told())
        self.assertTrue(told[self.colleague.partner_id.id]["dialled"])
        if self.agent.partner_id.id in told:
            self.assertFalse(told[self.agent.partner_id.id]["dialled"])

    def test_the_past_is_silent(self):
        self._notify(answered_call()[3])
        self.assertEqual(self._told(), [])

    def test_extensions_without_a_user_concern_nobody(self):
        self.employee.user_id = False
        self._notify(*answered_call())
        self.assertEqual(self._told(), [])

    def test_a_contact_that_becomes_known_is_told(self):
        call = self._notify(*answered_call()[:3])
        self._told()
        other = self.partner.create({"name": "Somebody else"})
        with self.enter_registry_test_mode():
            call.with_user(self.supervisor).card_contact(other.id)
            self.env.cr.flush()
        [news] = self._news(self.agent)
        self.assertEqual(news["partner"], other.id)


@tagged("post_install", "-at_install")
class TestCard(ZadarmaCase):
    """Point 2: what the card shows, and what is done on it."""

    def _may_change_contacts(self):
        self.agent.group_ids |= self.env.ref("base.group_partner_manager")

    def _card(self, call, user=None):
        [card] = call.with_user(user or self.agent).card_data()
        # as the browser gets it: the server would turn an empty recordset into a text
        return json.loads(json.dumps(card))

    def test_who_is_calling(self):
        company = self.partner.create({"name": "Orchard Group", "is_company": True})
        self.partner.write(
            {
                "parent_id": company.id,
                "function": "Baker",
                "user_id": self.colleague.id,
            }
        )
        card = self._card(self._notify(*answered_call()[:2]))
        self.assertEqual(card["state"], "ringing")
        self.assertEqual(card["numberText"], "+44 20 3769 1880")
        self.assertEqual(card["country"]["name"], "United Kingdom")
        self.assertIn("gb.png", card["country"]["flag"])
        self.assertEqual(card["line"], f"+{DID}")
        contact = card["contact"]
        self.assertEqual(contact["id"], self.partner.id)
        self.assertEqual(contact["name"], "Orchard Lane Bakery")
        self.assertEqual(contact["company"], "Orchard Group")
        self.assertEqual(contact["function"], "Baker")
        self.assertEqual(contact["manager"], self.colleague.name)
        self.assertIn(str(self.partner.id), contact["image"])

    def test_what_happened_last(self):
        self._notify(*missed_call("101", pbx_call_id="in_" + "1" * 40))
        today = date.today()
        self.partner.activity_schedule(
            summary="Send the offer",
            date_deadline=today - timedelta(days=1),
            user_id=self.agent.id,
        )
        card = self._card(self._notify(*answered_call()[:2]))
        [earlier] = card["earlier"]
        self.assertEqual(
            (earlier["result"], earlier["resultText"]), ("missed", "Missed")
        )
        # one that goes on has no result yet
        going = self._notify(*answered_call(pbx_call_id="in_" + "2" * 40)[:3])
        [now, *_older] = self._card(going)["earlier"]
        self.assertEqual(now["resultText"], "Ringing")
        other = self.env["zadarma.call"].browse(card["id"])
        [now, *_older] = self._card(other)["earlier"]
        self.assertEqual(now["resultText"], "Talking")
        self.assertEqual(card["contact"]["activity"]["name"], "Send the offer")
        self.assertTrue(card["contact"]["activity"]["overdue"])

    def test_figures_are_those_that_the_user_may_see(self):
        person = self.partner.create({"name": "Ana", "parent_id": self.partner.id})
        call = self._notify(*answered_call()[:2])
        [figure] = self._card(call)["figures"]
        self.assertEqual((figure["label"], figure["count"]), ("Contacts", 1))
        self.assertEqual(
            self.partner.search(figure["action"]["domain"]), person, "what it opens"
        )
        self.partner.activity_schedule(user_id=self.agent.id)
        labels = [figure["label"] for figure in self._card(call)["figures"]]
        self.assertEqual(labels, ["Activities", "Contacts"])

    def test_an_unknown_caller(self):
        card = self._card(
            self._notify(
                incoming("NOTIFY_INTERNAL", caller_id="4930901820", internal="101")
            )
        )
        self.assertFalse(card["contact"])
        self.assertEqual(card["country"]["name"], "Germany")
        self.assertEqual(card["candidates"], [])
        self.assertEqual(card["earlier"], [])
        self.assertTrue(card["title"])

    def test_a_hidden_caller(self):
        card = self._card(
            self._notify(
                incoming("NOTIFY_INTERNAL", caller_id="Anonymous", internal="101")
            )
        )
        self.assertEqual(card["title"], "Number withheld")
        self.assertEqual((card["numberText"], card["country"]), ("", False))

    def test_several_contacts_with_the_number(self):
        twin = self.partner.copy({"phone": self.partner.phone})
        card = self._card(self._notify(*answered_call()[:2]))
        self.assertEqual(
            {candidate["id"] for candidate in card["candidates"]},
            {twin.id, self.partner.id},
        )
        self.assertFalse(card["isProbable"])

    def test_contacts_that_the_user_may_not_see(self):
        call = self._notify(*answered_call()[:2])
        other = self.env["res.company"].create({"name": "Other"})
        self.partner.company_id = other
        card = self._card(call)
        self.assertFalse(card["contact"])
        self.assertEqual(card["figures"], [])

    def test_a_colleague_is_shown_by_name(self):
        call = self._notify(
            outgoing("NOTIFY_OUT_START", internal="101", destination="102")
        )
        self.assertEqual(self._card(call)["title"], f"102 {self.other_employee.name}")

    def test_others_calls_have_no_card(self):
        call = self._notify(*answered_call("102"))
        self.assertEqual(call.with_user(self.agent).card_data(), [])
        self.assertEqual(len(call.with_user(self.supervisor).card_data()), 1)
        outsider = self.env.ref("base.public_user")
        self.assertEqual(call.with_user(outsider).card_data(), [])

    def test_a_call_that_is_gone_has_no_card(self):
        call = self._notify(*answered_call())
        call.unlink()
        self.assertEqual(call.with_user(self.agent).card_data(), [])

    def test_why_a_request_failed(self):
        call = self.env["zadarma.call"].create(
            {
                "account_id": self.account.id,
                "direction": "outgoing",
                "state": "ended",
                "result": "failed",
                "failure": "Insufficient funds",
                "external_number": CALLER,
                "user_id": self.agent.id,
            }
        )
        self.assertEqual(self._card(call)["failure"], "Insufficient funds")

    def test_outcomes_belong_to_companies(self):
        call = self._notify(*answered_call())
        other = self.env["res.company"].create({"name": "Other"})
        theirs, ours = self.env["zadarma.call.outcome"].create(
            [
                {"name": "Theirs", "company_id": other.id},
                {"name": "Ours", "company_id": self.company.id},
            ]
        )
        own = call.with_user(self.agent)
        [card] = own.card_data()
        offered = [one["id"] for one in card["outcomes"]]
        self.assertIn(ours.id, offered)
        self.assertNotIn(theirs.id, offered)
        with self.assertRaises(AccessError):
            own.card_outcome(theirs.id)
        self.agent.company_ids += other
        both = own.with_context(allowed_company_ids=(self.company + other).ids)
        with self.assertRaisesRegex(UserError, "another company's calls"):
            both.card_outcome(theirs.id)
        own.card_outcome(ours.id)
        self.assertEqual(call.outcome_id, ours)

    def test_note_and_outcome(self):
        call = self._notify(*answered_call())
        own = call.with_user(self.agent)
        own.card_note("  Wants a cake \n")
        self.assertEqual(call.note, "Wants a cake")
        outcome = self.env.ref("zadarma_connector.outcome_solved")
        own.card_outcome(outcome.id)
        self.assertEqual(call.outcome_id, outcome)
        card = self._card(call)
        self.assertEqual((card["note"], card["outcome"]), ("Wants a cake", outcome.id))
        self.assertIn(outcome.id, [one["id"] for one in card["outcomes"]])
        own.card_note(" ")
        own.card_outcome(False)
        self.assertFalse(call.note or call.outcome_id)

    def test_notifications_leave_notes_alone(self):
        parts = answered_call()
        call = self._notify(*parts[:3])
        call.with_user(self.agent).card_note("Wants a cake")
        self._notify(*parts[3:])
        self.assertEqual((call.state, call.note), ("ended", "Wants a cake"))

    def test_only_who_may_see_a_call_adds_to_it(self):
        call = self._notify(*answered_call("102")).with_user(self.agent)
        plan = self.env.ref("mail.mail_activity_data_call").id
        for method, argument in (
            ("card_note", "mine"),
            ("card_outcome", False),
            ("card_contact", self.partner.id),
            ("card_plan", plan),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(call, method)(argument)

    def test_a_contact_chosen_by_hand(self):
        call = self._notify(*answered_call())
        other = self.partner.create({"name": "Ana"})
        # the number is another contact's: an agent proposes, a supervisor decides
        call.with_user(self.agent).card_contact(other.id)
        self.assertEqual((call.partner_id, call.partner_match), (self.partner, "exact"))
        self.assertEqual(call.proposed_partner_id, other)
        call.with_user(self.supervisor).card_contact(other.id)
        self.assertEqual((call.partner_id, call.partner_match), (other, "manual"))

    def test_a_contact_that_one_may_not_see_cannot_be_chosen(self):
        call = self._notify(*answered_call())
        company = self.env["res.company"].create({"name": "Other"})
        other = self.partner.create({"name": "Ana", "company_id": company.id})
        with self.assertRaises(AccessError):
            call.with_user(self.agent).card_contact(other.id)

    def test_next_activity(self):
        call = self._notify(*answered_call())
        activity_type = self.env.ref("mail.mail_activity_data_call")
        self.assertEqual(
            self._card(call)["activityTypes"], [], "may not change contacts"
        )
        self._may_change_contacts()
        own = call.with_user(self.agent)
        own.card_note("Wants a cake")
        self.assertIn(
            activity_type.id, [one["id"] for one in self._card(call)["activityTypes"]]
        )
        planned = own.card_plan(activity_type.id)
        activity = self.partner.activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(activity.activity_type_id, activity_type)
        self.assertIn("Wants a cake", activity.note)
        self.assertEqual(planned["date"], activity.date_deadline.isoformat())
        self.assertEqual(planned["name"], activity_type.name)
        [offered] = [
            one
            for one in self._card(call)["activityTypes"]
            if one["id"] == activity_type.id
        ]
        self.assertTrue(offered["isCall"])
        self.assertEqual(offered["date"], planned["date"])

    def test_next_activity_on_a_chosen_day_is_taken_back(self):
        call = self._notify(*answered_call()).with_user(self.agent)
        self._may_change_contacts()
        activity_type = self.env.ref("mail.mail_activity_data_call")
        planned = call.card_plan(activity_type.id, "2031-02-03")
        self.assertEqual(planned["date"], "2031-02-03")
        activity = self.partner.activity_ids
        self.assertEqual(activity.ids, [planned["id"]])
        # as the web client does
        activity.with_user(self.agent).unlink()
        self.assertFalse(self.partner.activity_ids)

    def test_the_outcome_that_proposes_a_call_back(self):
        call = self._notify(*answered_call())
        outcome = self.env.ref("zadarma_connector.outcome_call_back")
        self.assertEqual(self._card(call)["callBackOutcome"], outcome.id)
        outcome.unlink()
        self.assertFalse(self._card(call)["callBackOutcome"])

    def test_next_activity_has_the_note_as_it_was_typed(self):
        call = self._notify(*answered_call()).with_user(self.agent)
        self._may_change_contacts()
        call.card_note("Sum < 5 <b>bold</b>\nurgent")
        call.card_plan(self.env.ref("mail.mail_activity_data_call").id)
        note = self.partner.activity_ids.note
        self.assertIn("Sum &lt; 5 &lt;b&gt;bold&lt;/b&gt;", note)
        self.assertRegex(note, "<br */?>")

    def test_nothing_is_planned_with_strangers(self):
        self.partner.phone = False
        call = self._notify(*answered_call())
        with self.assertRaisesRegex(UserError, "Choose or create"):
            call.with_user(self.agent).card_plan(
                self.env.ref("mail.mail_activity_data_call").id
            )

    def test_the_form_shows_the_card(self):
        call = self._notify(*answered_call())
        self.assertEqual(call.action_show_card()["params"], {"call": call.id})

    def test_everybody_may_switch_the_card_off(self):
        own = self.env["res.users"].with_user(self.agent).browse(self.agent.id)
        self.assertTrue(own.read(["zadarma_card"])[0]["zadarma_card"])
        own.write({"zadarma_card": False})
        self.assertFalse(self.agent.zadarma_card)

    def test_only_who_has_the_right_is_offered_to_see_who_is_calling(self):
        clerk = new_test_user(self.env, login="clerk", groups="base.group_user")
        admin = self.env.ref("base.user_admin")
        for user, offered in ((self.agent, True), (clerk, False)):
            # their own preferences, and what an administrator sees of them
            for viewer, view in (
                (user, "base.view_users_form_simple_modif"),
                (admin, "base.view_users_form"),
            ):
                form = Form(user.with_user(viewer), view)
                hidden = form._get_modifier("zadarma_card", "invisible")
                self.assertEqual(bool(hidden), not offered, (user.login, view))


@tagged("post_install", "-at_install")
class TestLiveList(ZadarmaCase):
    """Point 5: whoever watches the list of calls is told what changes."""

    def _told(self):
        rows = self.env["bus.bus"].sudo().search([], order="id")
        told = [
            (json.loads(row.channel), json.loads(row.message)["payload"])
            for row in rows
            if json.loads(row.message)["type"] == LIVE_CHANNEL
        ]
        rows.unlink()
        return told

    def _watch(self, user):
        self.env["zadarma.account"].with_user(user).watch_calls()

    def test_nothing_is_sent_while_nobody_watches(self):
        self._notify(*answered_call())
        self.assertEqual(self._told(), [])

    def test_each_step_is_told_to_the_company_s_supervisors(self):
        self._watch(self.supervisor)
        channel = [self.env.cr.dbname, "res.company", self.company.id, LIVE_CHANNEL]
        for params in answered_call()[:4]:
            with self.subTest(params["event"]):
                call = self._notify(params)
                self.assertEqual(self._told(), [(channel, call.ids)])

    def test_a_list_that_was_closed_is_told_no_more(self):
        self._watch(self.supervisor)
        self.account.live_until -= timedelta(minutes=11)
        self._notify(*answered_call())
        self.assertEqual(self._told(), [])

    def test_watching_again_in_time_writes_nothing(self):
        self._watch(self.supervisor)
        until = self.account.live_until
        self.account.live_until = until - timedelta(minutes=1)
        self._watch(self.supervisor)
        self.assertEqual(self.account.live_until, until - timedelta(minutes=1))
        self.account.live_until = until - timedelta(minutes=6)
        self._watch(self.supervisor)
        self.assertGreaterEqual(self.account.live_until, until)

    def test_agents_cannot_watch(self):
        with self.assertRaisesRegex(AccessError, "Only supervisors"):
            self._watch(self.agent)

    def test_only_supervisors_get_the_channel_of_their_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        websocket = self.env["ir.websocket"]
        request = SimpleNamespace(session=SimpleNamespace(uid=self.supervisor.id))
        with patch("odoo.addons.bus.models.ir_websocket.wsrequest", request):
            for user in (self.supervisor, self.agent):
                channels = websocket.with_user(user)._build_bus_channel_list(
                    [LIVE_CHANNEL]
                )
                names = [one for one in channels if isinstance(one, str)]
                self.assertNotIn(LIVE_CHANNEL, names, "anybody may ask for a name")
                companies = [one[0] for one in channels if isinstance(one, tuple)]
                self.assertNotIn(other, companies)
                self.assertEqual(self.company in companies, user == self.supervisor)
