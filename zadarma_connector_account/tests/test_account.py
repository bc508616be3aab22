# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo.tests import tagged

from odoo.addons.zadarma_connector.tests import common


@tagged("post_install", "-at_install")
class TestAccount(common.ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.agent.group_ids |= cls.env.ref("account.group_account_invoice")

    def _invoice(self, days=14, amount=1200.0, **values):
        """An invoice that was due so many days ago."""
        due = date.today() - timedelta(days=days)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_date": due - timedelta(days=30),
                "invoice_payment_term_id": False,
                "invoice_date_due": due,
                "invoice_line_ids": [
                    (0, 0, {"name": "Oven", "price_unit": amount, "tax_ids": []})
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def _figures(self, user=None):
        partner = self.partner.with_user(user or self.agent)
        return partner.with_company(self.company)._zadarma_figures()

    def test_what_is_overdue(self):
        oldest = self._invoice()
        younger = self._invoice(days=3, amount=300.0)
        self._invoice(days=0)
        self._invoice(days=-5)
        [figure] = self._figures()
        self.assertEqual((figure["label"], figure["count"]), ("Overdue invoices", 2))
        self.assertIn("1,500.00", figure["detail"])
        self.assertIn("14 d", figure["detail"])
        self.assertTrue(figure["isUrgent"])
        self.assertEqual(
            self.env["account.move"].search(figure["action"]["domain"]),
            oldest | younger,
            "what it opens",
        )

    def test_what_is_not(self):
        paid = self._invoice()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        ).create({})._create_payments()
        self._invoice().button_draft()
        bill = self._invoice(move_type="in_invoice")
        self.assertEqual(bill.state, "posted")
        self.assertFalse(self._figures())

    def test_of_everybody_in_the_customer_s_company(self):
        self._invoice()
        person = self.partner.create({"name": "Ana", "parent_id": self.partner.id})
        [figure] = person.with_user(self.agent)._zadarma_figures()
        self.assertEqual(figure["count"], 1)

    def test_of_the_company_of_the_call(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.agent.company_ids |= other
        self._invoice()
        partner = self.partner.with_user(self.agent).with_company(other)
        self.assertFalse(partner._zadarma_figures())

    def test_who_may_not_see_invoices_sees_none(self):
        self._invoice()
        self.assertFalse(self._figures(self.colleague))
        call = self._notify(*common.answered_call("102")[:2])
        [card] = call.with_user(self.colleague).card_data()
        self.assertFalse(card["figures"])

    def test_first_on_the_card_and_first_offered(self):
        invoice = self._invoice()
        self.partner.create({"name": "Ana", "parent_id": self.partner.id})
        call = self._notify(*common.answered_call()[:2]).with_user(self.agent)
        [card] = call.card_data()
        labels = [figure["label"] for figure in card["figures"]]
        self.assertEqual(labels, ["Overdue invoices", "Contacts"])
        [offer] = call.document_offers()["offers"]
        self.assertEqual((offer["model"], offer["id"]), ("account.move", invoice.id))
