# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever befalls one record, each job has done the next one within two minutes.

Two accounts: one has a bad record and a good one, the other one a good one. Each fault
befalls each job, see :data:`FAULTS` and :data:`JOBS`; a test for each pair.
"""

from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..zadarma_api import download, forwarding, request
from .common import (
    KEY,
    SECRET,
    CannedZadarma,
    ZadarmaCase,
    answered_call,
    incoming,
    missed_call,
    receive,
    wall_clock,
)
from .test_recording import SOUND

WITHIN = timedelta(minutes=2)
KEYS = {"account": KEY, "other": KEY[::-1]}
#: Records: the last digit of all that belongs to one.
BAD, GOOD, OTHERS = "789"
REQUEST = "/v1/pbx/record/request/"


class Fault(NamedTuple):
    """What befalls the bad record and its account.

    :param text: what is told instead of all that is short
    :param answer: the body of what Zadarma answers about it, if that is no JSON of
        these texts
    :param drips: whether the answer comes a byte a second
    :param tz: the account's time zone, and that of who has to do something
    """

    text: str = ""
    answer: str = ""
    drips: bool = False
    tz: str = "Europe/Kyiv"


FAULTS = {
    "long_text": Fault("9" * 100_000),
    "long_words": Fault("Orchard Lane " * 10_000),
    "nul": Fault("a\0b"),
    "deep_json": Fault("[" * 50_000, answer="[" * 200_000),
    "deep_objects": Fault('{"a":' * 10_000, answer='{"a":' * 100_000),
    "dripping_server": Fault(drips=True),
    "bad_time_zone": Fault(tz="Mars/Olympus_Mons"),
}
#: The scheduled jobs of ``data/ir_cron.xml``, without ``cron_``.
JOBS = (
    "apply",
    "close",
    "relink",
    "reconcile",
    "health",
    "follow_up",
    "overdue",
    "recordings",
    "transcripts",
    "retention",
    "empty",
    "delete_remotely",
    "tell",
    "forwarding",
    "long_waits",
    "telephones",
)
#: What these ask is about the account as a whole, so its own trouble is no record's.
OF_ACCOUNT = {"reconcile", "health"}
#: Where the record is an internal number, which one it is.
SEATS = {BAD: "102", GOOD: "101", OTHERS: "101"}
#: Requests about one record or internal number.
OF_RECORD = ("/v1/pbx/record", "/v1/speech", "/v1/pbx/redirection", "/v1/pbx/internal")


def pbx_id(record):
    return "in_" + "e" * 39 + record


def part(record):
    return f"1458313316.34345{record}"


def number(record):
    return f"+44207946000{record}"


class FaultyZadarma(CannedZadarma):
    """Answers well about all records but the bad one.

    :ivar fault: that befalls it
    :ivar clock: frozen; time that an answer takes goes by there
    """

    fault = clock = None

    def send(self, asked):
        url = urlsplit(asked.url)
        words = f"{url.path} {url.query} {asked.body or ''}"
        is_bad = pbx_id(BAD) in words or part(BAD) in words
        if KEYS["account"] in asked.headers.get("Authorization", ""):
            is_bad |= not url.path.startswith(OF_RECORD)
            is_bad |= f"pbx_number={SEATS[BAD]}" in words
            is_bad |= f"/{SEATS[BAD]}/" in url.path
        self.answers = {url.path: self._answer(url.path, words, is_bad)}
        return super().send(asked)

    def _answer(self, path, words, is_bad):
        if is_bad and self.fault.drips and "record/request" not in path:
            # what tests/zadarma_api/test_transport.py finds of a real one
            seconds = (
                download.MAX_TIME if "download" in path else request.Requests.TIMEOUT
            )
            self.clock.tick(timedelta(seconds=seconds))
            return requests.ReadTimeout()
        if "download" in path:
            return 200, {}, SOUND
        record = next((one for one in (BAD, GOOD, OTHERS) if pbx_id(one) in words), BAD)
        if is_bad and self.fault.answer:
            return 200, {}, self.fault.answer
        text = self.fault.text if is_bad else ""
        told = self._well(OTHERS if not is_bad else record, record, text)
        if "status=on" in words and not text:
            told["current_status"] = "on"
        return told

    def _well(self, account_record, record, text):
        """All that Zadarma could be asked for.

        :param text: what it says instead, if there is one
        """
        rows = [_row(GOOD if account_record == BAD else OTHERS)]
        if text:
            rows = [
                dict.fromkeys(rows[0], text),
                {**dict.fromkeys(rows[0], text), "pbx_call_id": pbx_id(BAD)},
                *rows,
            ]
        name = f"1-{part(record)}-101-2026-10-05-140322.mp3"
        return {
            "links": [
                text or f"https://api.zadarma.com/v1/pbx/record/download/x/{name}"
            ],
            "stats": rows,
            "recognitionStatus": text or "recognized",
            "words": text
            or [{"channel": 1, "result": [{"s": 0, "e": 1, "w": "good"}]}],
            "balance": text or 20,
            "currency": text or "USD",
            "timezone": text or "UTC+0",
            "url": text,
            "notifications": text or {},
            "file_name": text or "1.mp3",
            "current_status": text or "off",
            "is_online": text or "true",
            "ivrs": text or [],
            "info": [
                {
                    "number": text or "442037691880",
                    "status": text or "on",
                    "number_name": text or "Shop",
                    "monthly_fee": text or 2,
                    "stop_date": text or "2037-01-01 00:00:00",
                    "autorenew": text or "true",
                }
            ],
        }


def _row(record):
    return {
        "call_id": part(record),
        "sip": "101",
        "callstart": wall_clock(timedelta(minutes=30)),
        "clid": number(record),
        "destination": "101",
        "disposition": "answered",
        "seconds": 42,
        "is_recorded": "true",
        "pbx_call_id": pbx_id(record),
    }


@tagged("post_install", "-at_install")
class TestSurvival(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zadarma = FaultyZadarma()
        cls.account.api_key = KEYS["account"]
        cls.other = cls.account.create(
            {
                "name": "Other",
                "api_key": KEYS["other"],
                "api_secret": SECRET,
                "tz": "Europe/Kyiv",
            }
        )
        for model in ("zadarma.extension", "zadarma.did"):
            for one in cls.env[model].search([("account_id", "=", cls.account.id)]):
                one.copy({"account_id": cls.other.id, "number": one.number})
        (cls.account + cls.other).write({"connected_at": fields.Datetime.now()})

    def setUp(self):
        super().setUp()
        # the database has a clock of its own
        self.clock = self.enterContext(freeze_time(datetime.now()))
        self.zadarma.clock = self.clock
        self.enterContext(self.enter_registry_test_mode())

    def _survive(self, name, fault):
        self.zadarma.fault = fault
        make = getattr(self, f"_for_{name}")
        with mute_logger("odoo.addons.zadarma_connector.tools.job"):
            make(self.account, BAD, fault)
            done = {
                record: make(account, record, None)
                for record, account in ((GOOD, self.account), (OTHERS, self.other))
            }
            self._spoil(fault)
            if fault.answer or fault.drips or (fault.text and name == "health"):
                # what is asked about the account as a whole has no other answer
                done = {OTHERS: done[OTHERS]} if name in OF_ACCOUNT else done
            began = fields.Datetime.now()
            self.assertFalse(any(is_done() for is_done in done.values()))
            self._run(name)
            if not all(is_done() for is_done in done.values()):
                self.clock.tick(timedelta(minutes=1))
                self._run(name)
        self.assertTrue(all(is_done() for is_done in done.values()))
        self.assertLessEqual(fields.Datetime.now() - began, WITHIN)

    def _spoil(self, fault):
        """The time zones of the account and of its people, past all checks."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE zadarma_account SET tz = %s WHERE id = %s",
            [fault.tz, self.account.id],
        )
        self.env.cr.execute(
            "UPDATE res_partner SET tz = %s WHERE id = %s",
            [fault.tz, self.colleague.partner_id.id],
        )
        self.env.invalidate_all()

    def _run(self, name):
        self.env.flush_all()
        self.env.ref(f"zadarma_connector.cron_{name}").method_direct_trigger()
        self.env.invalidate_all()

    # -- a record for each job; how to see whether it is done -----------------------

    def _tell(self, account, record, fault, *notifications):
        """Deliver notifications; those of the bad one have bad texts."""
        told = dict.fromkeys(
            ("disposition", "duration", "internal", "last_internal", "calltype"),
            fault.text if fault else "",
        )
        mine = {
            "pbx_call_id": pbx_id(record),
            "caller_id": number(record),
            "call_start": wall_clock(timedelta(minutes=30)),
            "call_id_with_rec": part(record),
        }
        for params in notifications:
            params.update({name: mine[name] for name in mine if name in params})
            if told["disposition"]:
                params |= {one: text for one, text in told.items() if one in params}
            receive(account, params)
        if fault and fault.text:
            receive(account, {"event": "SMS", "result": fault.text})
        return self.env["zadarma.call"].search([("pbx_call_id", "=", pbx_id(record))])

    def _ago(self, record, **ago):
        """Let all that is known of a record have been told so long ago."""
        self.env.flush_all()
        for table, column in (
            ("zadarma_event", "received_at"),
            ("zadarma_call", "create_date"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} SET {column} = %s WHERE pbx_call_id = %s",
                [fields.Datetime.now() - timedelta(**ago), pbx_id(record)],
            )
        self.env.invalidate_all()

    def _for_apply(self, account, record, fault):
        journal = self.env["zadarma.event"]
        params = incoming("NOTIFY_START", pbx_id(record), call_start=wall_clock())
        if fault and fault.text:
            params |= {"calltype": fault.text, "odd": fault.text}
        entry = journal._store(account.id, "notification", params, signature=record)
        self._ago(record, minutes=1)
        return lambda: journal.browse(entry.entry_id).state == "applied"

    def _for_close(self, account, record, fault):
        call = self._tell(account, record, fault, incoming("NOTIFY_START"))
        self._ago(record, hours=5)
        return lambda: call.state == "ended"

    def _for_relink(self, account, record, fault):
        call = self._tell(account, record, fault, incoming("NOTIFY_START"))
        phone = (fault.text.replace("\0", "") or "x") if fault else number(record)
        contact = self.env["res.partner"].create({"name": "Ana", "phone": phone})
        return lambda: call.partner_id == contact

    def _for_reconcile(self, account, record, fault):
        call = self._tell(account, record, fault, *missed_call("101"))
        if fault:
            return None
        self.env["zadarma.reconciliation"].create(
            {
                "account_id": account.id,
                "date_from": fields.Datetime.now() - timedelta(days=1),
                "date_to": fields.Datetime.now(),
            }
        )
        return lambda: call.confirmed

    def _for_health(self, account, record, fault):
        account.balance = 0
        return lambda: account.balance == 20

    def _for_follow_up(self, account, record, fault):
        self.partner.copy({"name": record, "phone": number(record)})
        call = self._tell(account, record, fault, *missed_call("101"))
        return lambda: bool(
            self.env["zadarma.waiting.caller"].search([("call_id", "=", call.id)])
            and call.message_ids
        )

    def _waiting(self, account, record, fault):
        call = self._tell(account, record, fault, *missed_call("101"))
        self._run("follow_up")
        return self.env["zadarma.waiting.caller"].search([("call_id", "=", call.id)])

    def _for_overdue(self, account, record, fault):
        customer = self.partner.copy({"name": record, "phone": number(record)})
        customer.user_id = self.colleague if fault else self.agent
        caller = self._waiting(account, record, fault)
        caller.date_due = fields.Datetime.now() - timedelta(hours=1)
        caller.escalated = False
        return lambda: caller.escalated

    def _for_recordings(self, account, record, fault):
        call = self._tell(account, record, fault, *answered_call())
        return lambda: "kept" in call.recording_ids.mapped("state")

    def _recording(self, account, record, **values):
        """One that Odoo has."""
        began = fields.Datetime.now() - timedelta(days=40)
        call = self.env["zadarma.call"].create(
            {
                "account_id": account.id,
                "pbx_call_id": pbx_id(record),
                "direction": "incoming",
                "state": "ended",
                "confirmed": True,
                "date_start": began,
                "date_end": began,
            }
        )
        return self.env["zadarma.recording"].create(
            {
                "call_id": call.id,
                "pbx_leg_id": part(record),
                "state": "kept",
                "proved": True,
                **values,
            }
        )

    def _for_transcripts(self, account, record, fault):
        one = self._recording(account, record, transcript_state="waiting")
        return lambda: one.transcript_state == "done"

    def _for_retention(self, account, record, fault):
        account.recording_days = 30
        text = fault.text.replace("\0", "") if fault else ""
        one = self._recording(account, record, transcript=text, reason=text)
        return lambda: one.state == "deleted"

    def _for_empty(self, account, record, fault):
        account.call_months = 1
        text = fault.text.replace("\0", "") if fault else ""
        one = self._recording(account, record, transcript=text, reason=text)
        one.call_id.note = one.call_id.external_number = text
        return lambda: bool(one.call_id.sealed_at)

    def _for_delete_remotely(self, account, record, fault):
        self._recording(account, record)._forget("person", True)
        return lambda: any(
            verb == "DELETE" and body.get("pbx_call_id") == [pbx_id(record)]
            for verb, _path, body in self.zadarma.requests
        )

    def _for_tell(self, account, record, fault):
        salesperson = self.colleague if record == BAD else self.supervisor
        salesperson.zadarma_tell_me = True
        call = self._recording(account, record).call_id
        call.write(
            {
                "result": "answered",
                "partner_id": self.partner.copy({"user_id": salesperson.id}).id,
                "person_id": self.agent.partner_id.id,
                "note": fault.text.replace("\0", "") if fault else "",
                "date_start": fields.Datetime.now(),
                "to_tell": True,
                "tell_at": fields.Datetime.now(),
            }
        )
        return lambda: not call.to_tell

    def _for_forwarding(self, account, record, fault):
        seat = account.extension_ids.filtered(lambda one: one.number == SEATS[record])
        because = self.env["res.partner.category"].create({"name": record})
        mobile = forwarding.Forwarding(forwarding.PHONE, number(record))
        seat._forward(because, "absence", mobile, False)
        found = seat.forwarding_ids
        return lambda: "set" in found.line_ids.mapped("event")

    def _for_long_waits(self, account, record, fault):
        account.long_wait_minutes = 5
        # people are free at any time of the day
        account.extension_ids.employee_id.resource_calendar_id = False
        caller = self._waiting(account, record, fault)
        caller.date_since = fields.Datetime.now() - timedelta(minutes=10)
        return lambda: caller.told_since == caller.date_since

    def _for_telephones(self, account, record, fault):
        account.floor_until = fields.Datetime.now() + timedelta(minutes=10)
        seat = account.extension_ids.filtered(lambda one: one.number == SEATS[record])
        return lambda: bool(seat.online)

    def test_each_job_of_the_addon_is_here(self):
        jobs = self.env["ir.model.data"].search(
            [("module", "=", "zadarma_connector"), ("model", "=", "ir.cron")]
        )
        self.assertEqual({f"cron_{name}" for name in JOBS}, set(jobs.mapped("name")))


def _test(name, fault):
    return lambda case: case._survive(name, FAULTS[fault])


for _job, _fault in product(JOBS, FAULTS):
    setattr(TestSurvival, f"test_{_job}_survives_{_fault}", _test(_job, _fault))
