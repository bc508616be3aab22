# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.zadarma_connector.tests import common


@tagged("post_install", "-at_install")
class TestLeadFigures(common.ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = cls.env.ref("sales_team.group_sale_salesman")
        cls.agent.group_ids |= cls.salesperson
        cls.first, cls.second = cls.env["crm.stage"].create(
            [{"name": "A", "sequence": 2}, {"name": "B", "sequence": 1}]
        )

    def _lead(self, **values):
        return self.env["crm.lead"].create(
            {
                "name": "New oven",
                "type": "opportunity",
                "partner_id": self.partner.id,
                "user_id": self.agent.id,
                "stage_id": self.first.id,
                **values,
            }
        )

    def _figures(self, user=None):
        return self.partner.with_user(user or self.agent)._zadarma_figures()

    def test_stage_and_expected_revenue(self):
        opportunities = self._lead(expected_revenue=5000.0) | self._lead(
            expected_revenue=2000.0, stage_id=self.second.id
        )
        lead = self._lead(type="lead")
        self._lead().action_set_lost()
        self._lead().action_set_won()
        of_opportunities, of_leads = self._figures()
        self.assertEqual(of_opportunities["label"], "Opportunities")
        self.assertEqual(of_opportunities["count"], 2)
        self.assertIn("B, A", of_opportunities["detail"])
        self.assertIn("7,000.00", of_opportunities["detail"])
        self.assertEqual((of_leads["label"], of_leads["count"]), ("Leads", 1))
        self.assertEqual(of_leads["detail"], "A")
        for figure, records in ((of_opportunities, opportunities), (of_leads, lead)):
            domain = figure["action"]["domain"]
            self.assertEqual(self.env["crm.lead"].search(domain), records)

    def test_only_what_the_agent_may_see(self):
        self._lead(user_id=self.colleague.id)
        self.assertFalse(self._figures())
        self.agent.group_ids -= self.salesperson
        self.assertFalse(self._figures())

    def test_a_call_put_on_a_lead(self):
        lead, other = self._lead(), self._lead(name="Other")
        call = self._notify(*common.answered_call()).with_user(self.agent)
        offered = [one["id"] for one in call.document_offers()["offers"]]
        self.assertEqual({*offered}, {lead.id, other.id})
        call.add_document("crm.lead", lead.id)
        mine = lead.with_user(self.agent)
        self.assertEqual(mine.zadarma_call_count, 1)
        self.assertNotIn("zadarma_document_call_count", mine.get_view()["arch"])
        merged = (other | lead).merge_opportunity()
        self.assertEqual(merged.with_user(self.agent).zadarma_call_count, 1)
        [document] = call.documents()
        self.assertEqual(document["id"], merged.id)
