# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the addon's tests share: an account, people, and a Zadarma of canned answers.

The signatures here are made with plain HMAC on purpose, not with the addon's code:
a shared mistake would go unnoticed.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import requests

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, new_test_user

from ..models.routing import zadarma_routing_answer

KEY = "0123456789abcdef0123"
SECRET = "fedcba98765432100fed"
CALLER = "+442037691880"
DID = "442037691881"
IN = "in_ae6b03b3b0765d127ec0b739209346bbc4f0d52d"
OUT = "out_ae6b03b3b0765d127ec0b739209346bbc4f0d52d"
# in Kyiv: 11:03:22 UTC
CALL_START = "2026-10-05 14:03:22"

SIGNED = {
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_OUT_START": ("internal", "destination", "call_start"),
    "NOTIFY_OUT_END": ("internal", "destination", "call_start"),
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
    "SMS": ("result",),
}


def wall_clock(ago=timedelta(), now=None):
    """A moment as the PBX writes it, in the zone of the tests' account.

    :param now: an aware ``datetime``, for several moments with fixed distances: those
        of two calls of one caller may not be the same second
    """
    moment = (now or datetime.now(UTC)) - ago
    return moment.astimezone(ZoneInfo("Europe/Kyiv")).strftime("%Y-%m-%d %H:%M:%S")


def seeds(flag, usual):
    """The seeds of random histories: always the same ones, unless a flag says more.

    ``ZADARMA_SEED`` is the first one.

    :param flag: the environment variable that says how many
    """
    first = int(os.environ.get("ZADARMA_SEED", 0))
    return range(first, first + int(os.environ.get(flag, usual)))


@contextlib.contextmanager
def as_request(env):
    """A connection as a request of the PBX's has it: an environment that may commit."""
    with env.registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})


def receive(account, params):
    """Have the journal take a genuine notification; its answer to the PBX."""
    with as_request(account.env) as env:
        switchboard = account.with_env(env)._switchboard()
        return env["zadarma.event"]._receive(switchboard, params, signature(params))


def signature(params, secret=SECRET, raw=False):
    """The header of a notification; ``raw`` makes the well-known wrong one."""
    names = SIGNED.get(params["event"], ("caller_id", "called_did", "call_start"))
    text = "".join(params.get(name, "") for name in names)
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha1)
    return base64.b64encode(
        digest.digest() if raw else digest.hexdigest().encode()
    ).decode()


def incoming(event, pbx_call_id=IN, **params):
    """The parameters of a notification of an incoming call."""
    common = {
        "event": event,
        "call_start": CALL_START,
        "pbx_call_id": pbx_call_id,
        "caller_id": CALLER,
    }
    if event != "NOTIFY_ANSWER":
        common["called_did"] = DID
    return {**common, **params}


def outgoing(event, pbx_call_id=OUT, **params):
    """The parameters of a notification of an outgoing call of extension 101."""
    return {
        "event": event,
        "call_start": CALL_START,
        "pbx_call_id": pbx_call_id,
        "internal": "101",
        "destination": CALLER,
        **params,
    }


def answered_call(extension="101", pbx_call_id=IN, part="1458313316.343456"):
    """All notifications of an incoming call that an extension answers."""
    return [
        incoming("NOTIFY_START", pbx_call_id),
        incoming("NOTIFY_INTERNAL", pbx_call_id, internal=extension),
        incoming(
            "NOTIFY_ANSWER", pbx_call_id, internal=extension, destination=extension
        ),
        incoming(
            "NOTIFY_END",
            pbx_call_id,
            internal=extension,
            last_internal=extension,
            duration="42",
            disposition="answered",
            status_code="16",
            is_recorded="1",
            call_id_with_rec=part,
        ),
        {
            "event": "NOTIFY_RECORD",
            "pbx_call_id": pbx_call_id,
            "call_id_with_rec": part,
        },
    ]


def missed_call(*extensions, pbx_call_id=IN, **params):
    """All notifications of an incoming call that nobody answers."""
    return [
        incoming("NOTIFY_START", pbx_call_id, **params),
        *(
            incoming("NOTIFY_INTERNAL", pbx_call_id, internal=number, **params)
            for number in extensions
        ),
        incoming(
            "NOTIFY_END", pbx_call_id, duration="0", disposition="cancel", **params
        ),
    ]


class CannedZadarma:
    """Answers requests to the API by their path, and remembers them.

    An answer is a dict (JSON), a ``(status, headers, text)`` or an exception.
    """

    def __init__(self):
        self.usual = {
            "/v1/direct_numbers/": {"info": []},
            "/v1/pbx/ivr/": {"ivrs": []},
            "/v1/tariff/": {"info": {}},
        }
        self.answers = {}
        self.requests = []

    def send(self, request):
        url = urlsplit(request.url)
        body = parse_qs(request.body or url.query)
        self.requests.append((request.method, url.path, body))
        answer = {**self.usual, **self.answers}[url.path]
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, headers, text = (
            (200, {}, json.dumps({"status": "success", **answer}))
            if isinstance(answer, dict)
            else answer
        )
        response.headers.update(headers)
        response._content = text.encode()
        response._content_consumed = True
        return response


class ZadarmaCase(TransactionCase):
    """A company with an account, two extensions and their people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zadarma = CannedZadarma()
        cls.company = cls.env.company
        cls.company.country_id = cls.env.ref("base.ua")
        cls.account = cls.env["zadarma.account"].create(
            {
                "name": "Test account",
                "api_key": KEY,
                "api_secret": SECRET,
                "tz": "Europe/Kyiv",
            }
        )
        cls.agent = cls._agent("agent")
        cls.colleague = cls._agent("colleague")
        cls.supervisor = cls._agent("supervisor")
        cls.supervisor.group_ids |= cls.env.ref(
            "zadarma_connector.group_zadarma_supervisor"
        )
        cls.employee, cls.other_employee = cls.env["hr.employee"].create(
            [
                {"name": user.name, "user_id": user.id}
                for user in (cls.agent, cls.colleague)
            ]
        )
        cls.extension, cls.other_extension = cls.env["zadarma.extension"].create(
            [
                {
                    "account_id": cls.account.id,
                    "number": number,
                    "employee_id": employee.id,
                }
                for number, employee in (
                    ("101", cls.employee),
                    ("102", cls.other_employee),
                )
            ]
        )
        cls.env["zadarma.did"].create({"account_id": cls.account.id, "number": DID})
        cls.partner = cls.env["res.partner"].create(
            {"name": "Orchard Lane Bakery", "phone": "+44 20 3769 1880"}
        )

    @classmethod
    def _agent(cls, login, **values):
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_user,zadarma_connector.group_zadarma_user",
            **values,
        )

    def setUp(self):
        super().setUp()
        self.zadarma.answers = {}
        self.zadarma.requests = []
        # how fast routing is depends on what else this machine does
        self.patch(zadarma_routing_answer, "_PATIENCE", 60)
        self.patch(zadarma_routing_answer, "_STATEMENT_TIMEOUT", "60s")

    @classmethod
    def _request_handler(cls, session, request, /, **kw):
        if urlsplit(request.url).hostname == "api.zadarma.com":
            return cls.zadarma.send(request)
        return super()._request_handler(session, request, **kw)

    def _notify(self, *notifications, account=None):
        """Deliver notifications and return the call that came of the last one."""
        account = account or self.account
        with self.enter_registry_test_mode():
            for params in notifications:
                receive(account, params)
        return self.env["zadarma.call"].search(
            [
                ("account_id", "=", account.id),
                ("pbx_call_id", "=", notifications[-1]["pbx_call_id"]),
            ]
        )

    def _apply_later(self):
        """Run the job that applies what was stored an hour ago and not applied."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE zadarma_event SET received_at = received_at - interval '1 hour'"
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("zadarma_connector.cron_apply").method_direct_trigger()
        self.env.invalidate_all()
