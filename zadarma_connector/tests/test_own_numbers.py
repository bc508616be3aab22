# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Own numbers: what Zadarma tells of them, and the calls that came to them."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import DID, ZadarmaCase, incoming, missed_call

LISTED = "/v1/direct_numbers/"


@tagged("post_install", "-at_install")
class TestOwnNumbers(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.account.did_ids.unlink()
        self.account.polling = True
        self.zadarma.answers = {
            "/v1/pbx/internal/": {"pbx_id": "1", "numbers": ["101", "102"]},
            **{
                f"/v1/pbx/internal/{number}/info/": {"name": number}
                for number in ("101", "102")
            },
            "/v1/info/balance/": {"balance": 10, "currency": "EUR"},
            "/v1/info/timezone/": {"timezone": "UTC+2"},
        }

    def _list(self, **told):
        self.zadarma.answers[LISTED] = {
            "info": [{"number": "442037691880", "status": "on", **told}]
        }

    def _did(self, **values):
        return self.env["zadarma.did"].create(
            {"account_id": self.account.id, "number": "+442037691880", **values}
        )

    def _call(self, **values):
        return self.env["zadarma.call"].create(
            {
                "account_id": self.account.id,
                "company_id": self.company.id,
                "direction": "incoming",
                "state": "ended",
                "result": "answered",
                "called_number": "+442037691880",
                "external_number": "+380671234567",
                "date_start": fields.Datetime.now(),
                **values,
            }
        )

    def test_country_fee_and_expiry_come_with_get_pbx(self):
        self._list(
            number_name="Shop",
            country="United Kingdom",
            monthly_fee="4.5",
            currency="EUR",
            stop_date="2026-12-31 00:00:00",
            autorenew="false",
        )
        self.account.action_get_pbx()
        did = self.account.did_ids
        self.assertEqual(
            (did.name, did.country, did.monthly_fee, did.currency, did.autorenew),
            ("Shop", "United Kingdom", 4.5, "EUR", False),
        )
        self.assertEqual(did.paid_until, fields.Date.to_date("2026-12-31"))

    @freeze_time("2026-12-20")
    def test_a_number_that_will_be_lost_is_told_in_time(self):
        self.account._mark_connected()
        did = self._did(name="Shop", autorenew=False, paid_until="2026-12-31")
        self.assertIn("+442037691880 Shop is paid until", self.account.problems)
        for change in (
            {"autorenew": True},
            {"paid_until": did.paid_until + timedelta(days=4)},
            {"active": False},
        ):
            did.write({"autorenew": False, "paid_until": "2026-12-31", "active": True})
            did.write(change)
            self.account.invalidate_recordset(["problems"])
            self.assertNotIn("paid until", self.account.problems or "", change)

    def test_the_daily_look_brings_news_and_takes_nothing_away(self):
        gone = self._did(number="+48221234567", at_zadarma=True)
        self._list(monthly_fee=3, autorenew="false", stop_date="2026-12-31 00:00:00")
        self.account._check_health()
        fees = {did.number: did.monthly_fee for did in self.account.did_ids}
        self.assertEqual(fees, {"+442037691880": 3.0, "+48221234567": 0.0})
        self.assertTrue(gone.active)
        # nothing new: the calls of all numbers are not looked through each day
        with patch.object(type(gone), "_claim_calls") as claim:
            self.account._check_health()
        claim.assert_not_called()
        self.account.action_get_pbx()
        self.assertFalse(gone.active)

    @freeze_time("2026-12-20")
    def test_a_balance_below_the_fees_that_are_due_is_told(self):
        self.account.write({"balance": 5, "balance_currency": "EUR"})
        self.account._mark_connected()
        values = {
            "at_zadarma": True,
            "monthly_fee": 3,
            "currency": "EUR",
            "paid_until": "2026-12-31",
        }
        shop = self._did(**values)
        self.assertEqual(self.account.monthly_fees, 3)
        self.assertFalse(self.account.problems)
        other = self._did(**{**values, "number": "+48221234567"})
        self.assertEqual(self.account.monthly_fees, 6)
        told = "5.00 EUR is less than the fees of own numbers that are due until"
        self.assertIn(told, self.account.problems)
        self.assertIn("6.00 EUR", self.account.problems)
        for change in (
            {"paid_until": "2027-01-31"},
            {"active": False},
            {"currency": "USD"},
        ):
            other.write({**values, "active": True, **change})
            self.account.invalidate_recordset(["problems"])
            self.assertFalse(self.account.problems, change)
        other.write({**values, "active": True})
        self.account.balance = 6
        self.assertFalse(self.account.problems)
        # one warning is enough
        self.account.balance = 0.5
        self.assertNotIn("fees", self.account.problems)
        self.assertTrue(shop)

    def test_the_price_plan_comes_with_the_balance(self):
        plan = {"tariff_name": "Office", "cost": 12.5, "currency": "EUR"}
        self.zadarma.answers["/v1/tariff/"] = {"info": plan}
        self.account.action_test_connection()
        plan = (self.account.tariff, self.account.tariff_cost)
        self.assertEqual(plan, ("Office", 12.5))
        # who does not tell it is connected nevertheless
        self.zadarma.answers["/v1/tariff/"] = (400, {}, '{"status":"error"}')
        self.account.action_test_connection()
        self.assertEqual(self.account.tariff, "Office")

    def test_a_call_is_linked_to_the_number_that_was_dialled(self):
        did = self._did(number=DID)
        call = self._notify(*missed_call("101"))
        self.assertEqual(call.did_id, did)
        # a former number keeps its calls, whatever is told of them later
        did.active = False
        self.account._switchboard()
        self._notify(incoming("NOTIFY_INTERNAL", call.pbx_call_id, internal="102"))
        self.assertEqual(call.did_id, did)

    def test_calls_before_the_number_was_known_are_its_calls(self):
        call, outgoing = self._call(), self._call(direction="outgoing")
        did = self._did(is_ours=False)
        self.assertFalse(call.did_id, "nobody has accepted it")
        did.action_accept()
        self.assertEqual(call.did_id, did)
        self.assertFalse(outgoing.did_id)
        self.assertEqual(
            self.env["zadarma.call"].search(did.action_calls()["domain"]), call
        )

    def test_statistics_know_the_line_by_name(self):
        did = self._did(name="Shop")
        self._call(did_id=did.id)
        groups = self.env["zadarma.call.report"]._read_group(
            [("did_id", "=", did.id)], ["did_id"], ["incoming:sum"]
        )
        self.assertEqual(groups, [(did, 1)])
        self.assertEqual(did.display_name, "+442037691880 Shop")

    def test_a_new_contact_has_the_language_of_the_line(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        call = self._call(did_id=self._did(lang="fr_FR").id)
        self.assertEqual(call._new_contact_context()["default_lang"], "fr_FR")
        call.did_id.lang = False
        self.assertNotIn("default_lang", call._new_contact_context())
