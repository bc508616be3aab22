# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.zadarma_connector.tests.common import ZadarmaCase, answered_call


@tagged("post_install", "-at_install")
class TestRemoval(ZadarmaCase):
    def test_the_link_to_the_lead_goes_and_the_lead_stays(self):
        lead = self.env["crm.lead"].create({"name": "Ovens"})
        call = self._notify(*answered_call())
        call.lead_id = lead
        call._write_history()
        lines = call.message_ids
        # which is one document, however often it is put there
        call._put_on(lead)
        call._forget()
        report = self.env["zadarma.privacy.report"].search([])
        self.assertEqual(report.document_count, 1)
        self.assertFalse(call.lead_id)
        self.assertTrue(lead.exists())
        self.assertFalse(lines.exists())
