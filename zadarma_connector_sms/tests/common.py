# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from unittest.mock import patch

from odoo.addons.sms.tools.sms_api import SmsApi
from odoo.addons.zadarma_connector.tests import common

SEND, SENDERS = "/v1/sms/send/", "/v1/sms/senderid/"
NUMBER, OWN = common.CALLER, f"+{common.DID}"
OTHER = "+4930901820"


class SmsCase(common.ZadarmaCase):
    """A company whose SMS go through Zadarma."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.send_sms = True
        # nothing is asked of Odoo's own provider
        cls.others = []

        def of_odoo(_api, messages, **_more):
            found = [one for message in messages for one in message["numbers"]]
            cls.others += [one["number"] for one in found]
            return [{"uuid": one["uuid"], "state": "success"} for one in found]

        patcher = patch.object(SmsApi, "_send_sms_batch", of_odoo)
        patcher.start()
        cls.addClassCleanup(patcher.stop)

    def setUp(self):
        super().setUp()
        self.others.clear()
        self.zadarma.answers = {
            SENDERS: {"senders": ["Teamsale", common.DID]},
            SEND: self.answer(NUMBER),
        }

    def answer(self, *numbers, denied=(), cost=0.06):
        """What Zadarma answers: it took some numbers and denied others.

        :param denied: pairs of a number and the reason
        """
        return {
            "messages": len(numbers),
            "cost": cost * len(numbers),
            "currency": "USD",
            "sms_detalization": [
                {"senderid": common.DID, "number": one.lstrip("+"), "cost": cost}
                for one in numbers
            ],
            "denied_numbers": [
                {"number": one.lstrip("+"), "message": why} for one, why in denied
            ],
        }

    @property
    def sent(self):
        """The requests to send: of each its numbers, the text and the sender."""
        return [
            (
                [value for name, [value] in body.items() if name.startswith("number")],
                body["message"][0],
                body.get("sender", [""])[0],
            )
            for _verb, path, body in self.zadarma.requests
            if path == SEND
        ]

    def commit(self):
        """What Odoo does after the transaction of a request."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.cr.postcommit.run()
        self.env.invalidate_all()

    def run_job(self, name):
        """Run a scheduled job once.

        :param name: its external id
        """
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(name).method_direct_trigger()
        self.env.invalidate_all()

    def queue(self):
        """What the job of Odoo's queue does."""
        self.run_job("sms.ir_cron_sms_scheduler_action")

    def write_sms(self, numbers, body="Hello", company=None):
        """Have SMS in the queue, as the composer makes them."""
        company = company or self.company
        return (
            self.env["sms.sms"]
            .with_company(company)
            .create([{"number": number, "body": body} for number in numbers])
        )

    def receive(
        self,
        text="Yes",
        number=NUMBER,
        own=common.DID,
        follow_up=True,
        sender=None,
        **more,
    ):
        """An SMS comes in; return its ``zadarma.message``, empty if there is none.

        :param sender: what stands in the place of the number
        """
        sender = sender or number.lstrip("+")
        told = {"caller_did": own, "caller_id": sender, "text": text}
        params = {"event": "SMS", "result": json.dumps(told), **more}
        with self.enter_registry_test_mode():
            common.receive(self.account, params)
        if follow_up:
            self.run_job("zadarma_connector_sms.cron_follow_up")
        self.env.invalidate_all()
        return self.env["zadarma.message"].search([], limit=1, order="id DESC")
