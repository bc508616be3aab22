# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where extensions are forwarded to for a while, and that it comes back as it was."""

import contextlib
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import requests
from freezegun import freeze_time

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.modules import get_module_path
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import file_open

from ..zadarma_api.forwarding import MAILBOX, NOWHERE, PHONE, Forwarding
from .common import CannedZadarma, ZadarmaCase

REDIRECTION = "/v1/pbx/redirection/"
NOW = "2026-10-05 11:06:00"
BOHDAN = Forwarding("sip", "102")
MOBILE = Forwarding(PHONE, "+380441234567")
HOME = Forwarding(PHONE, "+380447654321")
VOICE = Forwarding(MAILBOX, "olena@example.com")
MENU = Forwarding("menu", "0-1", "noanswer")
LOG = "odoo.addons.zadarma_connector.tools.job"


class Killed(BaseException):
    """The end of a worker: nothing runs after it."""


class ForwardingZadarma(CannedZadarma):
    """Forwards extensions as Zadarma does.

    :ivar forwardings: from numbers to what is there
    :ivar faults: for the next requests, the first first: ``None``, or a verb and what
        happens: an exception instead of the request (``before``) or of its answer
        (``after``), or an answer instead of both
    """

    def __init__(self):
        super().__init__()
        self.forwardings = {}
        self.faults = []
        self.asked = []

    def send(self, request):
        url = urlsplit(request.url)
        if url.path != REDIRECTION:
            return super().send(request)
        self.asked.append(request.method)
        when, fault = None, None
        if self.faults and self.faults[0][0] == request.method:
            _verb, when, fault = self.faults.pop(0)
        if when == "before":
            raise fault
        if when == "instead":
            return self._response(*fault)
        values = parse_qs(request.body or url.query)
        answer = self._do(request.method, {name: one for name, [one] in values.items()})
        if when == "after":
            raise fault
        return self._response(200, answer)

    def _do(self, method, values):
        number = values["pbx_number"]
        if method == "POST":
            target = NOWHERE
            if values["status"] == "on":
                target = Forwarding(
                    values["type"],
                    ("+" if values["type"] == PHONE else "") + values["destination"],
                    values["condition"],
                )
            self.forwardings[number] = target
        now = self.forwardings.get(number, NOWHERE)
        if now == NOWHERE:
            return {"current_status": "off"}
        return {
            "current_status": "on",
            "type": now.kind,
            "destination": now.destination.lstrip("+"),
            "condition": now.condition,
        }

    def _response(self, status, answer):
        response = requests.Response()
        response.status_code = status
        text = json.dumps({"status": "success", **answer})
        response._content = text.encode()
        response._content_consumed = True
        return response


class ForwardingCase(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zadarma = ForwardingZadarma()
        cls.absence, cls.other_absence = cls.env["res.partner.category"].create(
            [{"name": "First"}, {"name": "Second"}]
        )

    def setUp(self):
        super().setUp()
        self.zadarma.forwardings = {}
        self.zadarma.faults = []
        self.zadarma.asked = []
        self.clock = self.enterContext(freeze_time(NOW))
        self.agent.zadarma_away_until = fields.Datetime.now() + timedelta(days=7)

    def _run_job(self):
        """Run the job as the scheduler would; what it committed stays."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            with contextlib.suppress(Killed):
                env["zadarma.forwarding"]._cron_forwarding()
        self.env.invalidate_all()

    def _pass(self, **time):
        self.clock.tick(timedelta(**time))
        self._run_job()

    def _forward(self, target, because=None, reason="absence", until=False):
        self.extension.with_user(self.agent)._forward(
            because or self.absence, reason, target, until
        )

    def _end(self, because=None):
        self.env["zadarma.forwarding.wish"]._end(because or self.absence)

    def _there(self):
        return self.zadarma.forwardings.get("101", NOWHERE)

    def _lines(self):
        lines = self.extension.forwarding_ids.line_ids.sorted("id")
        return [(line.event, line.goes_to or "") for line in lines]

    def _told(self, user=None):
        """What a person was told about their forwarding, oldest first."""
        messages = self.env["mail.message"].search(
            [
                ("partner_ids", "in", (user or self.agent).partner_id.ids),
                ("subject", "=", "Forwarding of internal number 101"),
            ],
            order="id",
        )
        return messages.mapped("body")

    def _assert_settled(self):
        """Nothing is left to be done."""
        self.zadarma.asked = []
        self._pass(hours=1)
        self.assertEqual(self.zadarma.asked, [])


@tagged("post_install", "-at_install")
class TestForwarding(ForwardingCase):
    def test_set_and_brought_back(self):
        for before in (NOWHERE, MENU, HOME):
            with self.subTest(before.kind):
                self.zadarma.forwardings["101"] = before
                self._forward(MOBILE)
                self._run_job()
                self.assertEqual(self._there(), MOBILE)
                self.assertEqual(self.extension.forwarded_to, MOBILE.destination)
                self._assert_settled()
                self._end()
                self._run_job()
                self.assertEqual(self._there(), before)
                self.assertFalse(self.extension.forwarded_to)
                self._assert_settled()
        told = [("set", MOBILE.destination), ("restored", "")]
        self.assertEqual(self._lines()[:2], told)
        self.assertEqual(self._lines()[3], ("restored", "0-1"))
        self.assertEqual(self._told(), [])

    def test_it_ends_by_itself(self):
        until = fields.Datetime.now() + timedelta(hours=2)
        self._forward(BOHDAN, until=until)
        self._run_job()
        self._pass(minutes=119)
        self.assertEqual(self._there(), BOHDAN)
        self._pass(minutes=1)
        self.assertEqual(self._there(), NOWHERE)
        self._assert_settled()

    def test_it_ends_with_its_record(self):
        self._forward(BOHDAN, until=fields.Datetime.now() + timedelta(hours=2))
        self._run_job()
        self.absence.unlink()
        self._forward(MOBILE, self.other_absence)
        self._run_job()
        self.assertEqual(len(self.extension.forwarding_ids.wish_ids), 1)

    def test_the_strongest_wish_counts(self):
        self._forward(BOHDAN)
        self._forward(MOBILE, self.agent, "do_not_disturb")
        self._run_job()
        self.assertEqual(self._there(), MOBILE)
        self._forward(HOME, self.other_absence)
        self._run_job()
        self.assertEqual(self._there(), MOBILE)
        self._end(self.agent)
        self._run_job()
        self.assertEqual(self._there(), HOME)
        self._end(self.other_absence)
        self._run_job()
        self.assertEqual(self._there(), BOHDAN)
        self._end()
        self._run_job()
        self.assertEqual(self._there(), NOWHERE)

    def test_a_wish_is_changed(self):
        self._forward(BOHDAN)
        self._run_job()
        self._forward(BOHDAN)
        self._assert_settled()
        self._forward(MOBILE)
        self._run_job()
        self.assertEqual(self._there(), MOBILE)
        self._end()
        self._run_job()
        self.assertEqual(self._there(), NOWHERE)

    def test_a_wish_that_ended_before_it_was_done(self):
        self._forward(BOHDAN)
        self._end()
        self._run_job()
        self.assertEqual(self.zadarma.asked, ["GET"])
        self.assertEqual(self._lines(), [])
        self._assert_settled()

    def test_a_mailbox_is_left_alone_and_said(self):
        self.zadarma.forwardings["101"] = VOICE
        self._forward(BOHDAN)
        self._run_job()
        self.assertEqual(self._there(), VOICE)
        self.assertEqual(self.zadarma.asked, ["GET"])
        self.assertEqual(self._lines(), [("left", VOICE.destination)])
        self.assertRegex(self._told()[0], "101 go to a mailbox")
        self._assert_settled()
        self._end()
        self._run_job()
        self.assertEqual(self._there(), VOICE)

    def test_a_change_by_hand_wins_and_is_said(self):
        for changed in (HOME, VOICE, NOWHERE):
            with self.subTest(changed.kind):
                self.zadarma.forwardings["101"] = MENU
                self._forward(BOHDAN)
                self._run_job()
                self.zadarma.forwardings["101"] = changed
                self._end()
                self._run_job()
                self.assertEqual(self._there(), changed)
                self.assertEqual(self._lines()[-1][0], "yielded")
                self.assertRegex(self._told()[-1], "changed the forwarding of 101")
                self._assert_settled()

    def test_who_was_overruled_does_not_come_back(self):
        self._forward(BOHDAN)
        self._run_job()
        self.zadarma.forwardings["101"] = HOME
        self._forward(MOBILE, self.agent, "do_not_disturb")
        self._run_job()
        self.assertEqual(self._there(), HOME)
        self._end(self.agent)
        self._run_job()
        self.assertEqual(self._there(), HOME)
        # whoever wishes anew knows what is there
        self._forward(MOBILE, self.other_absence)
        self._run_job()
        self.assertEqual(self._there(), MOBILE)
        self._end(self.other_absence)
        self._run_job()
        self.assertEqual(self._there(), HOME)

    def test_where_calls_cannot_go(self):
        for number, words in (("101", "same number"), ("999", "no internal number")):
            with self.assertRaisesRegex(UserError, words):
                self._forward(Forwarding("sip", number))
        own = {"account_id": self.account.id, "number": HOME.destination}
        self.env["zadarma.did"].create(own)
        with self.assertRaisesRegex(UserError, "one of your own numbers"):
            self._forward(HOME)
        self.other_extension._forward(self.absence, "absence", Forwarding("sip", "101"))
        with self.assertRaisesRegex(UserError, "in a circle"):
            self._forward(BOHDAN)
        third = self.extension.copy({"number": "103"})
        self.other_extension._forward(self.absence, "absence", Forwarding("sip", "103"))
        third._forward(self.absence, "absence", Forwarding("sip", "101"))
        with self.assertRaisesRegex(UserError, "in a circle"):
            self._forward(BOHDAN)

    def test_an_extension_that_is_gone_is_not_asked_about(self):
        self._forward(BOHDAN)
        self.extension.active = False
        self._run_job()
        self.assertEqual(self.zadarma.asked, [])
        self.extension.active = True
        self._run_job()
        self.assertEqual(self._there(), BOHDAN)

    def test_an_account_that_goes_takes_its_forwardings_along(self):
        self.zadarma.forwardings["101"] = MENU
        self._forward(BOHDAN)
        self._run_job()
        self.account.active = False
        self.assertEqual(self._there(), MENU)
        self.assertFalse(self.extension.forwarding_ids)

    def test_an_account_that_goes_says_what_stays(self):
        self._forward(BOHDAN)
        self._run_job()
        self.zadarma.faults = [("POST", "before", requests.ConnectionError())]
        logger = "odoo.addons.zadarma_connector.models.forwarding.zadarma_account"
        with self.assertLogs(logger, "WARNING"):
            self.account.active = False
        said = self.env["mail.message"].search(
            [("subject", "=", "Calls are still forwarded at Zadarma")]
        )
        self.assertRegex(said.body, "could not be put back: 101")

    def test_a_copy_of_the_database_puts_nothing_back(self):
        self._forward(BOHDAN)
        self._run_job()
        with file_open(
            f"{get_module_path('zadarma_connector')}/data/neutralize.sql"
        ) as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.extension.forwarding_ids)

    def test_who_sees_it(self):
        self._forward(MOBILE)
        self._run_job()
        for user in (self.agent, self.colleague):
            with self.assertRaises(AccessError):
                self.extension.with_user(user).read(["forwarded_to"])
            with self.assertRaises(AccessError):
                self.env["zadarma.forwarding.line"].with_user(user).search([])
        action = self.extension.with_user(self.supervisor).action_forwarding()
        lines = self.env["zadarma.forwarding.line"].with_user(self.supervisor)
        self.assertEqual(lines.search(action["domain"]).mapped("event"), ["set"])

    def test_the_log_is_kept_for_a_while(self):
        self._forward(MOBILE)
        self._run_job()
        lines = self.extension.forwarding_ids.line_ids
        lines._gc_lines()
        self.assertTrue(lines.exists())
        self.env.cr.execute(
            "UPDATE zadarma_forwarding_line"
            " SET create_date = create_date - interval '91 days'"
        )
        self.clock.move_to(fields.Datetime.now() + timedelta(days=91))
        lines._gc_lines()
        self.assertFalse(lines.exists())


#: What can happen to the request that changes something, and whether it did.
FAULTS = {
    "killed before": ("POST", "before", Killed()),
    "killed after": ("POST", "after", Killed()),
    "killed at first": ("GET", "before", Killed()),
    "no connection": ("POST", "before", requests.ConnectionError()),
    "answer lost": ("POST", "after", requests.ConnectionError()),
    "too slow": ("POST", "after", requests.ReadTimeout()),
    "unreachable": ("GET", "before", requests.ConnectionError()),
    "busy": ("POST", "instead", (500, {})),
    "limited": ("POST", "instead", (429, {})),
    "limited at first": ("GET", "instead", (429, {})),
    "refused": ("POST", "instead", (400, {"status": "error", "message": "No"})),
    "not authorized": ("POST", "instead", (401, {"status": "error"})),
    "no answer of Zadarma's": ("POST", "instead", (200, {"current_status": "maybe"})),
    "an answer that makes no sense": (
        "GET",
        "instead",
        (200, {"current_status": "on"}),
    ),
}
#: Of these nothing was tried in the sense that a person has to hear of it.
UNTOLD = {
    "killed before",
    "killed after",
    "killed at first",
    "limited",
    "limited at first",
}


@tagged("post_install", "-at_install")
class TestForwardingFaults(ForwardingCase):
    """Whatever befalls a request, nobody is left forwarded without another try."""

    def _settle(self):
        for _minute in range(20):
            with mute_logger(LOG):
                self._pass(minutes=1)

    def test_while_it_is_set(self):
        for name, fault in FAULTS.items():
            with self.subTest(name):
                self.zadarma.forwardings["101"] = MENU
                before = len(self._told())
                self.zadarma.faults = [fault]
                self._forward(BOHDAN)
                with mute_logger(LOG):
                    self._run_job()
                self.assertEqual(self.zadarma.faults, [])
                self.assertEqual(len(self._told()) - before, name not in UNTOLD)
                trouble = bool(self.account.problems and "101" in self.account.problems)
                self.assertEqual(trouble, name not in UNTOLD)
                self._settle()
                self.assertEqual(self._there(), BOHDAN)
                self.assertFalse(self.extension.forwarding_ids.trouble)
                self.assertEqual(self._lines()[-1], ("set", "102"))
                self._end()
                self._settle()
                self.assertEqual(self._there(), MENU)
                self._assert_settled()

    def test_while_it_is_brought_back(self):
        for name, fault in FAULTS.items():
            with self.subTest(name):
                self.zadarma.forwardings["101"] = MENU
                self._forward(BOHDAN)
                self._run_job()
                before = len(self._told())
                self.zadarma.faults = [fault]
                self._end()
                with mute_logger(LOG):
                    self._run_job()
                self.assertEqual(len(self._told()) - before, name not in UNTOLD)
                self._settle()
                self.assertEqual(self._there(), MENU)
                self.assertEqual(self._lines()[-1][0], "restored")
                self._assert_settled()

    def test_while_it_is_handed_on(self):
        for name, fault in FAULTS.items():
            with self.subTest(name):
                self.zadarma.forwardings["101"] = MENU
                self._forward(BOHDAN)
                self._run_job()
                self._forward(MOBILE, self.agent, "do_not_disturb")
                self.zadarma.faults = [fault]
                with mute_logger(LOG):
                    self._run_job()
                self._end(self.agent)
                self._end()
                self._settle()
                self.assertEqual(self._there(), MENU)
                self._assert_settled()

    def test_it_ends_while_nobody_knows_whether_it_began(self):
        self.zadarma.faults = [("POST", "before", requests.ReadTimeout())]
        self._forward(BOHDAN)
        with mute_logger(LOG):
            self._run_job()
        self._end()
        self._run_job()
        # the request was on its way all the time
        self.zadarma.forwardings["101"] = BOHDAN
        self._pass(minutes=11)
        self.assertEqual(self._there(), NOWHERE)
        self._settle()
        self._assert_settled()

    def test_who_is_told_once(self):
        self.zadarma.faults = [("POST", "before", requests.ConnectionError())] * 5
        self._forward(BOHDAN)
        for _attempt in range(5):
            with mute_logger(LOG):
                self._pass(minutes=15)
        self.assertEqual(len(self._told()), 1)
        self._pass(minutes=15)
        self.assertEqual(self._there(), BOHDAN)

    def test_the_administrator_is_told_where_a_number_is_nobody_s(self):
        self.extension.write({"employee_id": False, "user_id": False})
        self.zadarma.forwardings["101"] = VOICE
        self._forward(BOHDAN)
        self._run_job()
        self.assertEqual(len(self._told(self.account._administrator())), 1)

    def test_the_end_of_a_wish_is_not_missed_by_failures(self):
        self._forward(BOHDAN)
        self._run_job()
        until = fields.Datetime.now() + timedelta(minutes=5)
        self._forward(MOBILE, until=until)
        fault = ("POST", "instead", (500, {}))
        self.zadarma.faults = [fault] * 4
        for _minute in range(4):
            with mute_logger(LOG):
                self._pass(minutes=1)
        self.zadarma.faults = []
        self._pass(minutes=1)
        self.assertEqual(self._there(), NOWHERE)


@tagged("post_install", "-at_install")
class TestAwayForwarding(ForwardingCase):
    """Whoever does not want to be disturbed may have calls go elsewhere meanwhile."""

    def setUp(self):
        super().setUp()
        self.agent.zadarma_away_until = False
        self.account.forward_away = True
        self.agent.zadarma_away_target = "102"

    def _away(self, hours=1):
        until = fields.Datetime.now() + timedelta(hours=hours)
        users = self.env["res.users"].with_user(self.agent)
        users.zadarma_do_not_disturb(hours and fields.Datetime.to_string(until))

    def _calls(self):
        return self.env["res.users"].with_user(self.agent).zadarma_away_calls()

    def test_away_and_back(self):
        self.assertEqual(self._calls(), "")
        self._away()
        self.assertEqual(self._calls(), "Calls will go to 102 in a moment.")
        self._run_job()
        self.assertEqual(self._there(), BOHDAN)
        self.assertEqual(self._calls(), "Calls go to 102.")
        self._away(False)
        self._run_job()
        self.assertEqual(self._there(), NOWHERE)
        self.assertEqual(self._calls(), "")

    def test_back_by_themselves(self):
        self._away()
        self._run_job()
        self._away(2)
        self._run_job()
        self._pass(minutes=61)
        self.assertEqual(self._there(), BOHDAN)
        self._pass(minutes=60)
        self.assertEqual(self._there(), NOWHERE)

    def test_where_to(self):
        for text, target in (
            ("044 123 45 67", MOBILE),
            ("+380 44 123 45 67", MOBILE),
            ("Olena@Example.com", VOICE),
            ("102", BOHDAN),
        ):
            self.agent.with_user(self.agent).zadarma_away_target = text
            self._away()
            self._run_job()
            self.assertEqual(self._there(), target)
        for text, words in (
            ("101", "same number"),
            ("199", "no internal number"),
            ("home", "not a telephone number"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.agent.with_user(self.agent).zadarma_away_target = text

    def test_only_where_the_account_and_the_person_want_it(self):
        self.assertTrue(self.agent.zadarma_may_forward)
        self.account.forward_away = False
        self.agent.invalidate_recordset()
        self.assertFalse(self.agent.zadarma_may_forward)
        self._away()
        self._run_job()
        self.account.forward_away = True
        self.agent.zadarma_away_target = False
        self._away()
        self._run_job()
        self.assertEqual(self.zadarma.asked, [])

    def test_a_number_that_changes_hands_is_not_forwarded_any_more(self):
        self._away()
        self._run_job()
        self.extension.employee_id = False
        self.extension.user_id = self.supervisor
        self._run_job()
        self.assertEqual(self._there(), NOWHERE)

    def test_not_disturbed_though_it_cannot_be_forwarded(self):
        self.other_extension._forward(self.absence, "absence", Forwarding("sip", "101"))
        self._away()
        self.assertTrue(self.agent.zadarma_away_until)
        self.assertEqual(self._calls(), "")

    def test_what_the_person_reads(self):
        self.zadarma.faults = [("POST", "before", requests.ConnectionError())]
        self._away()
        with mute_logger(LOG):
            self._run_job()
        self.assertRegex(self._calls(), "101 could not be changed")
        self._pass(minutes=5)
        self.zadarma.forwardings["101"] = HOME
        self._pass(minutes=15)
        self.extension.forwarding_ids._wake()
        self._run_job()
        self.assertRegex(self._calls(), "changed the forwarding of 101")
        self._away(False)
        self._run_job()
        self.zadarma.forwardings["101"] = VOICE
        self._away()
        self._run_job()
        self.assertRegex(self._calls(), "go to a mailbox")
