# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from ..models.presence.ir_websocket import PRESENCE_CHANNEL
from .common import ZadarmaCase, answered_call, incoming, missed_call, outgoing
from .test_routing import AT_NIGHT, AT_WORK


class PresenceCase(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.employee | cls.other_employee
        cls.people.tz = "Europe/Kyiv"
        cls.calendar = cls.employee.resource_calendar_id
        # at work whenever the tests run
        cls.people.resource_calendar_id = False

    def _pass(self, **time):
        """Let time pass since all that was told."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE zadarma_event SET received_at = received_at - %s",
            [timedelta(**time)],
        )

    def _presence(self, *extensions, user=None):
        """What people do."""
        found = (self.extension | self.other_extension).browse(
            one.id for one in extensions or (self.extension, self.other_extension)
        )
        found.invalidate_recordset(["presence", "presence_seconds"])
        found = found.with_user(user or self.agent)
        return found.mapped("presence")

    def _assert_seconds(self, seconds, extension=None):
        """It is so long since somebody began to ring or to talk."""
        since = (extension or self.extension).presence_seconds
        self.assertAlmostEqual(since, seconds, delta=3)

    def _messages(self):
        """All messages about presence since the last time: the companies told."""
        bus = self.env["bus.bus"].sudo()
        self.env.cr.precommit.run()
        rows = bus.search([], order="id")
        told = [json.loads(row.message) for row in rows]
        channels = [json.loads(row.channel) for row in rows]
        rows.unlink()
        return [
            (channel[-2], message["payload"])
            for channel, message in zip(channels, told, strict=True)
            if message["type"] == PRESENCE_CHANNEL
        ]

    def _watch(self, user=None):
        self.env["zadarma.extension"].with_user(user or self.agent).watch()
        self._messages()


@tagged("post_install", "-at_install")
class TestPresence(PresenceCase):
    """What follows from calls and calendars; the rules are tested without Odoo."""

    def test_a_call_from_ring_to_end(self):
        start, ring, answer, end, _record = answered_call()
        self.assertEqual(self._presence(), ["free"] * 2)
        self._notify(start)
        self.assertEqual(self._presence(), ["free"] * 2)
        self._notify(ring)
        self._pass(seconds=25)
        self.assertEqual(self._presence(), ["ringing", "free"])
        self._assert_seconds(25)
        self._notify(answer)
        self._pass(seconds=60)
        self.assertEqual(self._presence(), ["talking", "free"])
        self._assert_seconds(60)
        self._notify(end)
        self.assertEqual(self._presence(), ["free"] * 2)

    def test_a_group_rings_until_somebody_picks_up(self):
        self._notify(*missed_call("101", "102")[:-1])
        self.assertEqual(self._presence(), ["ringing"] * 2)
        self._notify(answered_call("102")[2])
        self.assertEqual(self._presence(), ["free", "talking"])

    def test_a_call_is_handed_on(self):
        self._notify(*answered_call()[:3])
        self._pass(seconds=60)
        self._notify(incoming("NOTIFY_INTERNAL", internal="102", transfer_from="101"))
        self.assertEqual(self._presence(), ["talking", "ringing"])
        self._assert_seconds(60)
        self._assert_seconds(0, self.other_extension)
        self._pass(seconds=3)
        self._notify(incoming("NOTIFY_ANSWER", internal="102", destination="102"))
        self.assertEqual(self._presence(), ["free", "talking"])

    def test_who_dials_talks(self):
        self._notify(outgoing("NOTIFY_OUT_START"))
        self.assertEqual(self._presence(), ["talking", "free"])
        self._notify(outgoing("NOTIFY_OUT_END", disposition="busy", duration="0"))
        self.assertEqual(self._presence(), ["free", "free"])

    def test_whoever_is_called_by_a_colleague_talks_too(self):
        self._notify(outgoing("NOTIFY_OUT_START", destination="102"))
        self.assertEqual(self._presence(), ["talking"] * 2)

    def test_a_request_that_zadarma_has_not_made_yet_keeps_nobody_busy(self):
        call = self._notify(outgoing("NOTIFY_OUT_START"))
        call.state = "requested"
        self.assertEqual(self._presence(), ["free"] * 2)

    def test_a_lost_end_frees_people(self):
        self._notify(*answered_call()[:3])
        # the job that ends silent calls did not run
        self._pass(hours=4, seconds=5)
        self.assertEqual(self._presence(self.extension), ["free"])

    def test_a_lost_end_of_ringing_frees_people(self):
        self._notify(*answered_call()[:2])
        self._pass(minutes=3, seconds=5)
        self.assertEqual(self._presence(self.extension), ["free"])

    def test_who_is_not_at_work_is_away(self):
        self.people.resource_calendar_id = self.calendar
        with freeze_time(AT_NIGHT):
            self.assertEqual(self._presence(), ["away"] * 2)
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": self.employee.resource_id.id,
                "calendar_id": self.employee.resource_calendar_id.id,
                "date_from": datetime(2026, 10, 8),
                "date_to": datetime(2026, 10, 10),
            }
        )
        self._notify(*answered_call()[:3])
        with freeze_time(AT_WORK):
            # on the telephone nevertheless
            self.assertEqual(self._presence(), ["talking", "free"])
            self.env["zadarma.call"].search([]).state = "ended"
            self.assertEqual(self._presence(), ["away", "free"])

    def test_whoever_is_no_employee_has_no_working_hours(self):
        self.people.resource_calendar_id = self.calendar
        self.extension.employee_id = False
        self.extension.user_id = self.agent
        with freeze_time(AT_NIGHT):
            self.assertEqual(self._presence(), ["free", "away"])

    def test_however_many_people_are_asked_about_at_once(self):
        employees = self.env["hr.employee"].create(
            [{"name": f"Person {number}", "tz": "UTC"} for number in range(50)]
        )
        extensions = self.env["zadarma.extension"].create(
            [
                {
                    "account_id": self.account.id,
                    "number": str(200 + number),
                    "employee_id": employee.id,
                }
                for number, employee in enumerate(employees)
            ]
        )
        employees[0].resource_calendar_id = self.calendar.copy()

        def count(found):
            found.mapped("presence")
            self.env.invalidate_all()
            found.mapped("employee_id.resource_id.name")
            before = self.env.cr.sql_log_count
            found.mapped("presence")
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(extensions), count(extensions[1]))

    def test_an_employee_s_busiest_telephone_counts(self):
        second = self.env["zadarma.extension"].create(
            {
                "account_id": self.account.id,
                "number": "103",
                "employee_id": self.employee.id,
            }
        )
        self._notify(*answered_call(second.number)[:3])
        self._pass(seconds=70)
        for model in ("hr.employee", "hr.employee.public"):
            employees = self.env[model].browse(
                (self.employee | self.other_employee).ids
            )
            employees.invalidate_recordset()
            self.assertEqual(
                employees.mapped("zadarma_presence"), ["talking", "free"], model
            )
            seconds = employees[0].zadarma_presence_seconds
            self.assertAlmostEqual(seconds, 70, delta=3)

    def test_whoever_has_no_telephone_has_no_presence(self):
        nobody = self.env["hr.employee"].create({"name": "Nobody"})
        self.assertFalse(nobody.zadarma_presence)
        outsider = new_test_user(self.env, "outsider", "hr.group_hr_user")
        self.assertFalse(self.employee.with_user(outsider).zadarma_presence)


@tagged("post_install", "-at_install")
class TestPresenceNews(PresenceCase):
    """Who looks is told at each change, once; nobody else is."""

    def test_nobody_looks(self):
        self._notify(*answered_call())
        self.assertEqual(self._messages(), [])

    def test_each_change_is_told_once(self):
        self._watch()
        for number, params in enumerate(answered_call()[:4]):
            self._notify(params)
            told = [] if params["event"] == "NOTIFY_RECORD" else [self.company.id]
            with self.subTest(params["event"]):
                self.assertEqual([ids for _c, ids in self._messages()], [told], number)
        # a repetition, and a recording, change nothing
        self._notify(*answered_call()[2:])
        self.assertEqual(self._messages(), [])

    def test_whoever_has_no_user_is_told_of(self):
        self.extension.employee_id = False
        self._watch()
        self._notify(incoming("NOTIFY_START"))
        self._messages()
        self._notify(incoming("NOTIFY_INTERNAL", internal="101"))
        self.assertEqual(len(self._messages()), 1)

    def test_it_ends_by_itself(self):
        self._watch()
        later = fields.Datetime.now() + timedelta(minutes=11)
        self.enterContext(freeze_time(later))
        self._notify(*answered_call())
        self.assertEqual(self._messages(), [])

    def test_another_company_is_not_told(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.env["zadarma.account"].create({"name": "Other", "company_id": company.id})
        stranger = self._agent(
            "stranger", company_id=company.id, company_ids=[(6, 0, company.ids)]
        )
        self._watch(stranger)
        self._notify(*answered_call())
        self.assertEqual(self._messages(), [])

    def test_only_whoever_sees_calls_may_look(self):
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self._watch(outsider)
        request = SimpleNamespace(session=SimpleNamespace(uid=self.agent.id))
        with patch("odoo.addons.bus.models.ir_websocket.wsrequest", request):
            for user in (outsider, self.agent):
                channels = (
                    self.env["ir.websocket"]
                    .with_user(user)
                    ._build_bus_channel_list([PRESENCE_CHANNEL])
                )
                names = [one for one in channels if isinstance(one, str)]
                self.assertNotIn(PRESENCE_CHANNEL, names)
                ours = [one for one in channels if isinstance(one, tuple)]
                told = (self.company, PRESENCE_CHANNEL) in ours
                self.assertEqual(told, user == self.agent)


@tagged("post_install", "-at_install")
class TestDoNotDisturb(PresenceCase):
    """Who wants to be left alone, until when."""

    def _away(self, until, user=None):
        users = self.env["res.users"].with_user(user or self.agent)
        return users.zadarma_do_not_disturb(
            until is not False
            and fields.Datetime.to_string(fields.Datetime.now() + until)
        )

    def _bar(self):
        return self.env["res.users"].with_user(self.agent).zadarma_bar()["away"]

    def test_away_and_back(self):
        self.assertFalse(self._bar())
        until = self._away(timedelta(hours=1))
        self.assertTrue(until)
        self.assertEqual(self._bar(), until)
        self.assertEqual(self._presence(), ["away", "free"])
        self.assertEqual(self._away(False), False)
        self.assertFalse(self._bar())
        self.assertEqual(self._presence(), ["free"] * 2)

    def test_back_by_themselves(self):
        self._away(timedelta(hours=1))
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.assertFalse(self._bar())
            self.assertEqual(self._presence(), ["free"] * 2)

    def test_all_telephones_of_a_person_are_left_alone(self):
        second = self.extension.copy({"number": "103"})
        self._away(timedelta(hours=1))
        self.assertEqual(self._presence(self.extension, second), ["away"] * 2)

    def test_a_talk_is_seen_nevertheless(self):
        self._away(timedelta(hours=1))
        self._notify(*answered_call()[:3])
        self.assertEqual(self._presence(self.extension), ["talking"])

    def test_no_time_to_come_back_at(self):
        for until in (timedelta(0), timedelta(hours=-1), timedelta(days=7, seconds=5)):
            with self.assertRaisesRegex(UserError, "within the next days"):
                self._away(until)
        users = self.env["res.users"].with_user(self.agent)
        for text in ("soon", "2026-13-01 10:00:00"):
            with self.assertRaisesRegex(UserError, "This is no time"):
                users.zadarma_do_not_disturb(text)
        self.assertFalse(self._bar())

    def test_only_whoever_has_a_telephone(self):
        with self.assertRaisesRegex(UserError, "no internal number"):
            self._away(timedelta(hours=1), self.supervisor)

    def test_who_looks_is_told(self):
        self._away(timedelta(hours=1))
        self.assertEqual(self._messages(), [])
        self._watch()
        self._away(timedelta(hours=2))
        self.assertEqual(self._messages(), [(self.company.id, [self.company.id])])
        self._away(False)
        self.assertEqual(len(self._messages()), 1)


@tagged("post_install", "-at_install")
class TestInCall(PresenceCase):
    """Discuss, and pictures of people, show who is in a call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.presence"]._update_presence(cls.agent)
        cls.env["mail.presence"]._update_presence(cls.colleague)

    def _status(self, user=None):
        self.env.invalidate_all()
        user = (user or self.agent).with_user(self.supervisor)
        self.assertEqual(user.im_status, user.partner_id.im_status)
        return user.im_status

    def _told(self):
        """What browsers were told, oldest first: partners and their status."""
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].sudo().search([], order="id")
        messages = [json.loads(row.message) for row in rows]
        rows.unlink()
        return [
            (message["payload"]["partner_id"], message["payload"]["im_status"])
            for message in messages
            if message["type"] == "bus.bus/im_status_updated"
        ]

    def test_a_call_from_ring_to_end(self):
        self._told()
        me = self.agent.partner_id.id
        for params, status, told in zip(
            answered_call(),
            ("online", "online", "call_online", "online", "online"),
            ([], [], [(me, "call_online")], [(me, "online")], []),
            strict=True,
        ):
            self._notify(params)
            with self.subTest(params["event"]):
                self.assertEqual(self._status(), status)
                self.assertEqual(self._status(self.colleague), "online")
                self.assertEqual(self._told(), told)

    def test_who_dials_is_in_a_call(self):
        self._told()
        self._notify(outgoing("NOTIFY_OUT_START"))
        self.assertEqual(self._status(), "call_online")
        self.assertEqual(self._told(), [(self.agent.partner_id.id, "call_online")])

    def test_whoever_missed_a_call_is_told_of_to_nobody(self):
        self._told()
        self._notify(*missed_call("101", "102"))
        self.assertEqual(self._told(), [])

    def test_an_employee_s_picture_shows_it(self):
        self._notify(*answered_call()[:3])
        self.env.invalidate_all()
        self.assertEqual(self.employee.im_status, "call_online")

    def test_never_busy_but_where_somebody_chose_it(self):
        self._notify(*answered_call()[:3])
        for manual, status in (
            ("away", "call_away"),
            ("busy", "call_busy"),
            ("offline", "offline"),
        ):
            self.agent.manual_im_status = manual
            self.assertEqual(self._status(), status)

    def test_whoever_is_not_there_stays_so(self):
        self.agent.presence_ids.status = "offline"
        self._told()
        self._notify(*answered_call()[:3])
        self.assertEqual(self._status(), "offline")
        self.assertEqual(self._told(), [])

    def test_off_for_whoever_does_not_want_it(self):
        self.agent.with_user(self.agent).zadarma_shows_talks = False
        self._told()
        self._notify(*answered_call()[:3])
        self.assertEqual(self._status(), "online")
        self.assertEqual(self._told(), [])

    def test_a_lost_end_leaves_nobody_in_a_call(self):
        self._notify(*answered_call()[:3])
        self._pass(hours=4, seconds=5)
        self.assertEqual(self._status(), "online")
