# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.zadarma_connector.tests import common

NUMBER, OURS = "+442079460018", "+442037691881"


@tagged("post_install", "-at_install")
class TestStranger(common.ZadarmaCase):
    """Who wrote and is no contact: a lead, if that is wanted."""

    def document(self, number=NUMBER):
        found = self.env["zadarma.identification"]._identify(self.account, [number])
        return self.account._document_of_stranger(number, OURS, found[number])

    def test_by_the_account_s_rule(self):
        self.assertFalse(self.document())
        for rule in ("missed", "every"):
            with self.subTest(rule):
                self.account.lead_rule = rule
                lead = self.document()
                self.assertEqual(lead.name, "SMS from +44 20 7946 0018")
                self.assertEqual(lead.phone, "+44 20 7946 0018")
                self.assertEqual(lead.company_id, self.company)
                self.assertEqual(lead.source_id.name, OURS)
                # who writes again has it already
                self.assertEqual(self.document(), lead)
                lead.unlink()

    def test_an_open_lead_of_somebody_else_s_making(self):
        lead = self.env["crm.lead"].create({"name": "Ovens", "phone": NUMBER})
        self.assertEqual(self.document(), lead)
        lead.copy()
        self.assertFalse(self.document())

    def test_nobody_s_and_our_own_numbers(self):
        self.account.lead_rule = "every"
        self.assertFalse(self.document(OURS))
        self.partner.copy({"name": "Namesake"})
        self.assertFalse(self.document(common.CALLER))
