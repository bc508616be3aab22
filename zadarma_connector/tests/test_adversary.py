# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whoever caught one notification of each event, and sends what can be made of them.

Over HTTP, one after another, with all jobs run in between. Nobody hears more, no name
is told, no number or time of a call moves, no task, lead, line or recording comes or
goes, nothing is deleted at Zadarma, no secret comes into the log, and health speaks.
"""

import hashlib
import json
import logging
from datetime import timedelta

from odoo.tests import HttpCase, tagged

from ..zadarma_api import signature as signing
from .common import (
    CALLER,
    DID,
    IN,
    KEY,
    OUT,
    SECRET,
    ZadarmaCase,
    answered_call,
    incoming,
    missed_call,
    outgoing,
    signature,
    wall_clock,
)
from .test_notify import URL
from .test_recording import OTHER_PART, PART, REQUEST, SOUND, link, path

WAITING, CALLED = "+442079460018", "+442079460077"
MISSED, HIDDEN = "in_" + "1" * 40, "in_" + "2" * 40
NEW_IN, NEW_OUT = "in_" + "3" * 40, "out_" + "4" * 40
LONG_AGO = "2001-01-01 00:00:00"
TALK = {
    "disposition": "answered",
    "duration": "600",
    "internal": "101",
    "last_internal": "101",
    "is_recorded": "1",
    "call_id_with_rec": OTHER_PART,
}
#: Jobs that follow from calls soon, and all others that could do any harm.
SOON = ("follow_up", "recordings")
LATER = ("apply", "overdue", "transcripts", "retention", "delete_remotely", "close")


def signed(params):
    """The header of a notification; of what is no call, the result is signed."""
    is_call = params["event"].startswith("NOTIFY_")
    return signature(params if is_call else {**params, "event": "SMS"})


class Keeper(logging.Handler):
    """Keeps what is logged."""

    def __init__(self):
        super().__init__()
        self.told = []

    def emit(self, record):
        self.told.append(self.format(record))


@tagged("post_install", "-at_install")
class TestAdversary(ZadarmaCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {
                "route_to_manager": True,
                "recording_days": 30,
                "delete_remotely": True,
                "connected_at": "2026-01-01 00:00:00",
            }
        )
        cls.partner.user_id = cls.agent
        cls.waiting = cls.partner.copy({"name": "Who waits", "phone": WAITING})

    def setUp(self):
        super().setUp()
        self.zadarma.answers = {
            REQUEST: {"links": [link(PART, "102")]},
            path(PART, "102"): (200, {}, SOUND),
        }
        self.caught = {}
        self._told("talk", answered_call("102"), 3)
        self._told("missed", missed_call("101", pbx_call_id=MISSED), 4, WAITING)
        hidden = answered_call("101", HIDDEN, "1458313317.1")
        self._told("hidden", hidden, 2, "")
        out = [outgoing("NOTIFY_OUT_START", destination=CALLED)]
        self._told("out", out, 1)
        message = json.dumps({"caller_did": DID, "caller_id": CALLER, "text": "Hi"})
        words = json.dumps({"words": [{"channel": 1, "result": []}]})
        menu = incoming("NOTIFY_IVR", HIDDEN, caller_id="")
        menu["call_start"] = self.caught["hidden", "NOTIFY_START"]["call_start"]
        for params in (
            {"event": "SMS", "result": message},
            {"event": "SPEECH_RECOGNITION", "result": words, "call_id": PART},
            {"event": "NUMBER_LOOKUP", "result": '{"mcc":"234"}'},
            menu,
        ):
            self.assertEqual(self._post(params, signed(params)).status_code, 200)
            self.caught["", params["event"]] = params
        self._run_jobs(*SOON, *LATER)

    def _told(self, name, notifications, ago, caller=CALLER):
        """The PBX tells of a call that began some seconds ago."""
        start = wall_clock(timedelta(seconds=ago))
        for params in notifications:
            if "call_start" in params:
                params["call_start"] = start
            if "caller_id" in params:
                params["caller_id"] = caller
            self.assertEqual(self._post(params, signed(params)).status_code, 200)
            self.caught[name, params["event"]] = params

    def _post(self, params, sign, url=URL):
        return self.url_open(url, data=params, headers={"Signature": sign})

    def _run_jobs(self, *names):
        self.env.flush_all()
        for name in names:
            self.env.ref(f"zadarma_connector.cron_{name}").method_direct_trigger()
        self.env.invalidate_all()

    # -- what there is to lose ------------------------------------------------------

    def _state(self):
        """All that nobody but the PBX may change, of what it told."""
        self.env.invalidate_all()
        genuine = self.env["zadarma.call"].search(
            [("pbx_call_id", "in", [IN, MISSED, HIDDEN, OUT])]
        )
        users = self.agent | self.colleague
        return {
            "calls": {
                call.pbx_call_id: (
                    *(call.date_start, call.caller_number, call.called_number),
                    *(call.external_number, call.direction, call.result, call.in_doubt),
                    *(call.partner_id, call.extension_id, call.user_id, call.duration),
                )
                for call in genuine
            },
            "hearing": [
                (user, call.pbx_call_id, call.with_user(user).can_listen)
                for user in users
                for call in genuine
            ],
            "heard": [
                self.env["zadarma.recording"].with_user(user).search([]).ids
                for user in users
            ],
            "kept": self.env["zadarma.recording"]
            .search([("state", "=", "kept")])
            .mapped(lambda one: (one.id, one.pbx_leg_id, one.transcript)),
            "waiting": self.env["zadarma.waiting.caller"]
            .search([])
            .mapped(lambda one: (one.number, one.state, one.attempt_count)),
            **{
                model: self.env[model].search_count([])
                for model in ("res.partner", "mail.activity", "crm.lead")
                if model in self.env
            },
            "lines": genuine.message_ids.ids,
            "deletions": [
                one for one in self.zadarma.requests if one[0] in ("DELETE", "PUT")
            ],
        }

    def _attacks(self):
        """What is sent: a name, the caught notification, and what is made of it."""
        start, out = (
            self.caught["talk", "NOTIFY_START"],
            self.caught["out", "NOTIFY_OUT_START"],
        )
        missed, record = (
            self.caught["missed", "NOTIFY_START"],
            self.caught["talk", "NOTIFY_RECORD"],
        )
        answer, end = (
            self.caught["talk", "NOTIFY_ANSWER"],
            self.caught["talk", "NOTIFY_END"],
        )
        hidden, rung = (
            self.caught["hidden", "NOTIFY_ANSWER"],
            self.caught["talk", "NOTIFY_INTERNAL"],
        )
        menu, sms = self.caught["", "NOTIFY_IVR"], self.caught["", "SMS"]
        words = self.caught["", "SPEECH_RECOGNITION"]
        text = start["caller_id"] + start["called_did"]
        ids = record["pbx_call_id"] + record["call_id_with_rec"]
        as_out = {"event": "NOTIFY_OUT_START", "pbx_call_id": NEW_OUT}
        no_numbers = {"caller_id": "", "called_did": "", "call_start": ""}
        for name, caught in (("talk", start), ("waiting", missed)):
            ended = {"event": "NOTIFY_END", **TALK}
            yield f"{name}: again under a new id", caught, {"pbx_call_id": NEW_IN}
            yield f"{name}: again", caught, {"odd": "1"}
            for other in ("callstart", "date_start", "start"):
                yield f"{name}: {other}", caught, {other: LONG_AGO}
                late = {other: LONG_AGO, "pbx_call_id": NEW_IN}
                yield f"{name}: {other}, new id", caught, late
            for pbx_call_id in (NEW_IN, NEW_OUT, OUT, HIDDEN, IN, MISSED):
                invented = {**ended, "pbx_call_id": pbx_call_id}
                if pbx_call_id == caught["pbx_call_id"] == MISSED:
                    # its result is a claim of either: the first one stands
                    invented["disposition"] = "busy"
                yield f"{name}: a talk under {pbx_call_id[:5]}", caught, invented
        yield "a name in routing's words", start, {"rule": "x", "redirect": "101"}
        yield "an echo is asked for", start, {"zd_echo": "token"}
        yield "INTERNAL, own", rung, {"internal": "101", "transfer_from": "101"}
        yield "INTERNAL, new id", rung, {"internal": "101", "pbx_call_id": NEW_IN}
        yield "INTERNAL_END", rung, {"event": "NOTIFY_INTERNAL_END", "internal": "101"}
        yield "menu under a new id", menu, {"pbx_call_id": NEW_IN, "ivr_saydigits": "1"}
        yield "menu as START", menu, {"event": "NOTIFY_START", "pbx_call_id": NEW_IN}
        for border in (3, 9, len(CALLER) - 1, len(CALLER) + 3):
            moved = {"caller_id": text[:border], "called_did": text[border:]}
            for pbx_call_id in (IN, NEW_IN):
                told = {**moved, "pbx_call_id": pbx_call_id}
                yield f"border at {border}", start, told
        whole = {"internal": text, "destination": "", "caller_id": CALLED}
        yield "text as internal", start, {**as_out, **whole}
        yield "text as internal, in_", start, {**as_out, **whole, "pbx_call_id": NEW_IN}
        whole = {"internal": "", "destination": text}
        yield "text as destination", start, {**as_out, **whole}
        for pbx_call_id in (IN, NEW_IN, NEW_OUT, OUT):
            told = {"pbx_call_id": pbx_call_id, "internal": "101"}
            yield f"ANSWER under {pbx_call_id[:5]}", answer, told
        yield (
            "ANSWER of START",
            start,
            {
                **{"event": "NOTIFY_ANSWER", "internal": "101", "destination": DID},
                "called_did": "",
            },
        )
        yield (
            "ANSWER as a call of ours",
            answer,
            {
                **as_out,
                "internal": "",
                "destination": CALLER + "102",
            },
        )
        yield (
            "ANSWER as START",
            answer,
            {
                "event": "NOTIFY_START",
                "pbx_call_id": NEW_IN,
                "called_did": "102",
            },
        )
        yield "hidden ANSWER, dialled", hidden, {**as_out, "internal": ""}
        yield (
            "hidden ANSWER, dialling",
            hidden,
            {
                **as_out,
                "internal": "101",
                "destination": "",
            },
        )
        yield "part of another call", end, {"call_id_with_rec": "1458313317.1"}
        yield "recorded or not", end, {"is_recorded": "0", "last_internal": "101"}
        yield "missed after all", end, {"disposition": "cancel", "duration": "0"}
        yield "long figures", end, {"duration": "9" * 5000, "disposition": "x" * 5000}
        for border in (42, 44, 50):
            yield (
                f"RECORD cut at {border}",
                record,
                {
                    "pbx_call_id": ids[:border],
                    "call_id_with_rec": ids[border:],
                },
            )
        yield (
            "RECORD as START",
            record,
            {
                **{"event": "NOTIFY_START", "pbx_call_id": NEW_IN, **no_numbers},
                "caller_id": ids,
            },
        )
        yield "RECORD as OUT_START", record, {**as_out, "destination": ids}
        yield "OUT under a new id", out, {"pbx_call_id": NEW_OUT, "caller_id": WAITING}
        for pbx_call_id in (OUT, NEW_OUT):
            told = {**TALK, "event": "NOTIFY_OUT_END", "pbx_call_id": pbx_call_id}
            told["duration"] = "0" if pbx_call_id == OUT else "600"
            if pbx_call_id != OUT:
                yield "OUT_END under a new id", out, told
        moved = {"internal": "", "destination": "101" + CALLED}
        yield "OUT, border moved", out, moved
        yield "OUT, border moved, new id", out, {**moved, "pbx_call_id": NEW_OUT}
        yield (
            "OUT as ANSWER",
            out,
            {
                **{"event": "NOTIFY_ANSWER", "pbx_call_id": NEW_IN, "caller_id": "101"},
                "internal": "101",
            },
        )
        yield (
            "OUT as START",
            out,
            {
                **{"event": "NOTIFY_START", "pbx_call_id": NEW_IN, "caller_id": "101"},
                "called_did": CALLED,
            },
        )
        result = sms["result"]
        yield (
            "SMS as START",
            sms,
            {
                **{"event": "NOTIFY_START", "pbx_call_id": NEW_IN, **no_numbers},
                "caller_id": result,
            },
        )
        yield "SMS as OUT_START", sms, {**as_out, "destination": result}
        yield "SMS of a call", sms, {"pbx_call_id": IN, "call_id": PART}
        yield (
            "SMS as a transcript",
            sms,
            {
                **{"event": "SPEECH_RECOGNITION", "pbx_call_id": IN},
                "call_id": PART,
            },
        )
        for event in ("NUMBER_LOOKUP", "CALL_TRACKING", "DOCUMENT", "notify_start"):
            yield f"SMS as {event}", sms, {"event": event, "pbx_call_id": IN}
        yield "a transcript's words", words, {"pbx_call_id": IN, "lang": "x" * 9999}
        yield "a strange id", start, {"pbx_call_id": "in_" + "5" * 9999}
        yield "NUL", start, {"pbx_call_id": NEW_IN, "calltype": "a\0b"}

    def _assert_unchanged(self, before):
        after = self._state()
        for kind, value in before.items():
            self.assertEqual(after[kind], value, kind)

    def test_nothing_comes_of_what_was_caught(self):
        before = self._state()
        self.assertEqual([one[2] for one in before["hearing"]].count(True), 1)
        self.assertIn((WAITING, "open", 0), before["waiting"])
        keeper = Keeper()
        logging.getLogger().addHandler(keeper)
        self.addCleanup(logging.getLogger().removeHandler, keeper)
        for name, caught, changes in self._attacks():
            with self.subTest(name):
                forged = {**caught, **changes}
                self.assertEqual(signed(forged), signed(caught), "no forgery")
                response = self._post(forged, signed(caught))
                self.assertEqual((response.status_code, response.json()), (200, {}))
                self._run_jobs(*SOON)
                self._assert_unchanged(before)
        self._run_jobs(*LATER)
        self._assert_unchanged(before)
        invented = self.env["zadarma.call"].search(
            [("pbx_call_id", "not in", [IN, MISSED, HIDDEN, OUT])]
        )
        self.assertTrue(invented)
        self.assertEqual(set(invented.mapped("in_doubt")), {True})
        self.assertFalse(invented.message_ids)
        for user in self.agent | self.colleague:
            self.assertFalse(invented.with_user(user).filtered("can_listen"))
        told = "\n".join(keeper.told)
        for secret in (SECRET, KEY, CALLER[1:], WAITING[1:], CALLED[1:]):
            self.assertNotIn(secret, told)
        self.assertIn("Doubted notifications", self.account.problems)

    def test_requests_to_the_api_are_no_notifications(self):
        query = signing.encode_query({"pbx_call_id": IN})
        own = signing.sign_request("/v1/pbx/record/request/", query, SECRET)
        # path, parameters and their MD5
        text = "/v1/pbx/record/request/" + query
        text += hashlib.md5(query.encode()).hexdigest()
        before = self._state()
        for params in (
            {"event": "SMS", "result": text},
            {"event": "NEW", "result": text},
            {**incoming("NOTIFY_START", NEW_IN), "caller_id": text},
            {**outgoing("NOTIFY_OUT_START", NEW_OUT), "destination": text},
        ):
            params |= {
                name: ""
                for name in ("called_did", "call_start", "internal")
                if name in params
            }
            self.assertEqual(self._post(params, own).status_code, 403, params["event"])
        self.assertEqual(self._state(), before)
