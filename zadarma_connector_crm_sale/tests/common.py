# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.addons.zadarma_connector.tests import common

#: When the calls of the tests begin.
DAY = datetime(2026, 10, 5, 9, 0, 0)
COUNTS = ["calls", "callers", "leads", "opportunities", "orders", "invoices"]
AMOUNTS = ["ordered_first", "ordered_last", "paid_first", "paid_last"]


class CampaignCase(common.ZadarmaCase):
    """Own numbers with campaigns, and a company that sells and is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.played = 0
        cls.campaign_a, cls.campaign_b = cls.env["utm.campaign"].create(
            [{"name": "Campaign A"}, {"name": "Campaign B"}]
        )
        cls.number_a, cls.number_b = cls.env["zadarma.did"].create(
            [
                {
                    "account_id": cls.account.id,
                    "number": number,
                    "campaign_id": campaign.id,
                }
                for number, campaign in (
                    ("+442037691001", cls.campaign_a),
                    ("+442037691002", cls.campaign_b),
                )
            ]
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Oven", "type": "service", "invoice_policy": "order"}
        )
        cls.product.taxes_id = cls.env["account.tax"]

    def _call(self, did, caller, **values):
        """A call, an hour after the one before."""
        type(self).played += 1
        return self.env["zadarma.call"].create(
            {
                "account_id": self.account.id,
                "company_id": self.company.id,
                "direction": "incoming",
                "state": "ended",
                "result": "answered",
                "called_number": did.number,
                "did_id": did.id,
                "external_number": caller,
                "date_start": DAY + timedelta(hours=self.played),
                **values,
            }
        )

    def _lead(self, *calls, **values):
        lead = self.env["crm.lead"].create(
            {"name": "Oven", "type": "opportunity", **values}
        )
        self.env["zadarma.call"].concat(*calls).lead_id = lead
        return lead

    def _order(self, lead=None, price=100, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "opportunity_id": lead and lead.id,
                "order_line": [
                    (0, 0, {"product_id": self.product.id, "price_unit": price})
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def _invoice(self, order, paid=True):
        invoice = order._create_invoices()
        invoice.action_post()
        if paid:
            self._pay(invoice)
        return invoice

    def _pay(self, invoice):
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        register.create({}).action_create_payments()

    def _rows(self, *groups, domain=(), user=None):
        """From the groups to a dict of all measures."""
        self.env.flush_all()
        report = self.env["zadarma.campaign.report"].with_user(user or self.env.user)
        names = [*COUNTS, *AMOUNTS]
        rows = report._read_group(
            [("company_id", "=", self.company.id), *domain],
            groups,
            [f"{name}:count_distinct" for name in COUNTS]
            + [f"{name}:sum" for name in AMOUNTS],
        )
        return {
            row[: len(groups)]: {
                name: value or 0
                for name, value in zip(names, row[len(groups) :], strict=True)
            }
            for row in rows
        }
