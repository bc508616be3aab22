# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which advertised number earned the money."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DAY, CampaignCase

CALLERS = [f"+4420794600{number}" for number in range(10, 18)]


@tagged("post_install", "-at_install")
class TestCampaigns(CampaignCase):
    def _campaign(self, campaign, **domain):
        return self._rows("campaign_id", **domain)[(campaign,)]

    def _compare(self, row, **expected):
        self.assertEqual({name: row[name] for name in expected}, expected)

    def _ten_calls(self):
        """10 calls of 6 callers, 4 leads, 2 orders, 1 of them paid."""
        calls = [self._call(self.number_a, CALLERS[n % 6]) for n in range(10)]
        leads = [
            self._lead(calls[0], calls[6]),
            self._lead(calls[1], calls[7]),
            self._lead(calls[2], calls[8]),
            self._lead(calls[3], type="lead"),
        ]
        orders = [self._order(lead, 100 + n) for n, lead in enumerate(leads[:2])]
        self._invoice(orders[0])
        self._invoice(orders[1], paid=False)
        # neither a quotation nor whoever called another number is the campaign's
        self._order(leads[2], 1000)._action_cancel()
        self._call(self.number_b, CALLERS[7])
        return calls, leads, orders

    def test_ten_calls_four_leads_two_orders_one_paid_invoice(self):
        _calls, leads, _orders = self._ten_calls()
        expected = {
            **{"calls": 10, "callers": 6, "leads": 4, "opportunities": 3},
            **{"orders": 2, "invoices": 1, "paid_first": 100, "paid_last": 100},
            **{"ordered_first": 201, "ordered_last": 201},
        }
        row = self._campaign(self.campaign_a)
        self.assertEqual(row, expected)
        self.assertEqual(self._rows("did_id")[(self.number_a,)], expected)
        self._compare(self._campaign(self.campaign_b), calls=1, leads=0, orders=0)
        self._compare(self._rows()[()], calls=11, callers=7, leads=4)
        # what is won or lost is no less a lead
        leads[0].action_set_won()
        leads[2].action_set_lost()
        self.assertEqual(self._campaign(self.campaign_a), expected)

    def test_what_is_behind_a_figure(self):
        calls, leads, orders = self._ten_calls()
        report = self.env["zadarma.campaign.report"]
        domain = [("campaign_id", "=", self.campaign_a.id)]
        leads[2].action_set_lost()
        self.env.flush_all()
        for measure, expected in {
            "calls": self.env["zadarma.call"].concat(*calls),
            "callers": self.env["zadarma.call"].concat(*calls),
            "leads": self.env["crm.lead"].concat(*leads),
            "opportunities": self.env["crm.lead"].concat(*leads[:3]),
            "orders": orders[0] + orders[1],
            "ordered_last": orders[0] + orders[1],
            "invoices": orders[0].invoice_ids,
            "paid_first": orders[0].invoice_ids,
        }.items():
            with self.subTest(measure):
                action = report.behind(measure, domain)
                listed = self.env[action["res_model"]].with_context(**action["context"])
                self.assertEqual(listed.search(action["domain"]), expected.sorted())

    def test_first_and_last_contact(self):
        first = self._call(self.number_a, CALLERS[0])
        last = self._call(self.number_b, CALLERS[0])
        order = self._order(self._lead(first, last), 50)
        # who calls after having ordered was won by something else
        self._call(self.number_a, CALLERS[0], lead_id=order.opportunity_id.id)
        order.date_order = last.date_start
        self._invoice(order)
        self._compare(
            self._campaign(self.campaign_a),
            **{"calls": 2, "callers": 1, "leads": 1, "orders": 1, "invoices": 1},
            **{"paid_first": 50, "paid_last": 0, "ordered_first": 50},
            ordered_last=0,
        )
        self._compare(
            self._campaign(self.campaign_b),
            **{"calls": 1, "orders": 1, "paid_first": 0, "paid_last": 50},
        )
        # each once in the total
        self._compare(
            self._rows()[()],
            **{"calls": 3, "callers": 1, "leads": 1, "orders": 1, "invoices": 1},
            **{"paid_first": 50, "paid_last": 50},
        )

    def test_an_order_before_all_calls_is_the_next_one_s(self):
        call = self._call(self.number_a, CALLERS[0])
        order = self._order(price=70)
        call._put_on(order)
        self._call(self.number_b, CALLERS[0])._put_on(order)
        order.date_order = DAY
        self._compare(
            self._campaign(self.campaign_a), orders=1, ordered_first=70, ordered_last=70
        )
        self._compare(
            self._campaign(self.campaign_b), orders=1, ordered_first=0, ordered_last=0
        )

    def test_an_order_that_was_made_of_a_call_of_its_opportunity_counts_once(self):
        call = self._call(self.number_a, CALLERS[0])
        order = self._order(self._lead(call), 80)
        call._put_on(order)
        self._compare(self._campaign(self.campaign_a), orders=1, ordered_first=80)

    def test_who_called_before_the_number_had_a_campaign(self):
        did = self.env["zadarma.did"].create(
            {"account_id": self.account.id, "number": "+442037691003"}
        )
        call = self._call(did, CALLERS[0])
        self._invoice(self._order(self._lead(call), 60))
        did.campaign_id = self.campaign_b
        nothing = self.env["utm.campaign"]
        self._compare(self._rows("campaign_id")[(nothing,)], calls=1, paid_first=60)
        did.action_compute_again()
        rows = self._rows("campaign_id")
        self.assertNotIn((nothing,), rows)
        self._compare(rows[(self.campaign_b,)], calls=1, paid_first=60)

    def test_the_company_s_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "XXA",
                "symbol": "x",
                "rate_ids": [(0, 0, {"name": "2020-01-01", "rate": 4})],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        call = self._call(self.number_a, CALLERS[0])
        order = self._order(self._lead(call), 200, pricelist_id=pricelist.id)
        self._invoice(order)
        self._compare(self._campaign(self.campaign_a), ordered_first=50, paid_first=50)

    def test_money_that_was_given_back(self):
        call = self._call(self.number_a, CALLERS[0])
        invoice = self._invoice(self._order(self._lead(call), 90))
        self._compare(self._campaign(self.campaign_a), invoices=1, paid_first=90)
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = reversal.create({"journal_id": invoice.journal_id.id})
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        credit.action_post()
        self._pay(credit)
        self._compare(self._campaign(self.campaign_a), invoices=1, paid_first=0)

    def test_calls_that_are_no_figures(self):
        for values in (
            {"in_doubt": True},
            {"state": "ringing", "result": False},
            {"direction": "outgoing"},
            {"did_id": False},
        ):
            self._lead(self._call(self.number_a, CALLERS[0], **values))
        self.assertNotIn((self.campaign_a,), self._rows("campaign_id"))

    def test_who_sees_what(self):
        self._ten_calls()
        report = self.env["zadarma.campaign.report"]
        with self.assertRaises(AccessError):
            report.with_user(self.agent).search([])
        domain = [("campaign_id", "=", self.campaign_a.id)]
        lead = report.with_user(self.supervisor)
        [[calls]] = lead._read_group(domain, [], ["calls:count_distinct"])
        self.assertEqual(calls, 10)
        self.assertNotIn("paid_first", lead.fields_get())
        with self.assertRaises(AccessError):
            lead.behind("paid_first", domain)
        other = self.env["res.company"].create({"name": "Other"})
        self.supervisor.write({"company_ids": other.ids, "company_id": other.id})
        self.assertFalse(lead.search(domain))
