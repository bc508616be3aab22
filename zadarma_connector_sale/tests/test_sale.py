# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.zadarma_connector.tests import common


@tagged("post_install", "-at_install")
class TestSale(common.ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = cls.env.ref("sales_team.group_sale_salesman")
        cls.agent.group_ids |= cls.salesperson
        cls.product = cls.env["product.product"].create(
            {"name": "Oven", "list_price": 100.0, "invoice_policy": "order"}
        )

    def _order(self, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "user_id": self.agent.id,
                "order_line": [(0, 0, {"product_id": self.product.id})],
                **values,
            }
        )

    def _figures(self, user=None):
        figures = self.partner.with_user(user or self.agent)._zadarma_figures()
        return {figure["label"]: figure for figure in figures}

    def _call(self, *notifications):
        call = self._notify(*notifications or common.answered_call())
        return call.with_user(self.agent)

    def test_open_orders_and_quotations(self):
        ordered = self._order() | self._order()
        ordered.action_confirm()
        quoted = self._order()
        self._order().action_cancel()
        # nothing of it is left to be done
        done = self._order()
        done.action_confirm()
        done.invoice_status = "invoiced"
        figures = self._figures()
        self.assertEqual([*figures], ["Open orders", "Open quotations"])
        for label, orders in (("Open orders", ordered), ("Open quotations", quoted)):
            self.assertEqual(figures[label]["count"], len(orders))
            domain = figures[label]["action"]["domain"]
            self.assertEqual(self.env["sale.order"].search(domain), orders)

    def test_only_what_the_agent_may_see(self):
        self._order(user_id=self.colleague.id)
        self.assertFalse(self._figures())
        self.assertFalse(self._figures(self.colleague), "who sells nothing")
        self.agent.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertTrue(self._figures())

    def test_quotation_of_a_call_once(self):
        call = self._call()
        [card] = call.card_data()
        [action] = [one for one in card["actions"] if "Quotation" in one["label"]]
        self.assertEqual(action["label"], "Create Quotation")
        opened = [getattr(call, action["method"])() for _time in range(2)]
        [order] = self.env["sale.order"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual([one["res_id"] for one in opened], [order.id] * 2)
        self.assertEqual(order.origin, "Call from +44 20 3769 1880")
        self.assertEqual(order.company_id, self.company)
        [card] = call.card_data()
        self.assertIn("Open Quotation", [one["label"] for one in card["actions"]])
        self.assertEqual([one["id"] for one in card["documents"]], [order.id])
        self.assertIn(order.message_ids & call.sudo().message_ids, order.message_ids)
        self.assertTrue(order.message_ids & call.sudo().message_ids, "its line")

    def test_whom_nobody_knows_is_not_quoted(self):
        call = self._call(*common.missed_call("101", caller_id="4930901820"))
        with self.assertRaisesRegex(UserError, "Nobody knows"):
            call.action_create_quotation()
        self.assertFalse(call.can_quote)
        known = self._call()
        self.agent.group_ids -= self.salesperson
        with self.assertRaises(AccessError):
            known.action_create_quotation()

    def test_what_nobody_calls_about_comes_last(self):
        self.agent.group_ids += self.env.ref("base.group_partner_manager")
        models = self._call().document_offers()["models"]
        likely = {one["model"]: one["isLikely"] for one in models}
        self.assertTrue(likely["sale.order"])
        self.assertFalse(likely["res.partner.bank"])
        found = [one["isLikely"] for one in models]
        self.assertEqual(found, sorted(found, reverse=True))

    def test_orders_are_offered_and_show_their_calls(self):
        order = self._order()
        call = self._call()
        [offer] = call.document_offers()["offers"]
        self.assertEqual(offer["id"], order.id)
        [document] = call.add_document("sale.order", order.id)
        self.assertEqual(document["name"], order.name)
        self.assertFalse(call.document_offers()["offers"])
        mine = order.with_user(self.agent)
        self.assertEqual(mine.zadarma_document_call_count, 1)
        action = mine.action_zadarma_document_calls()
        self.assertEqual(call.search(action["domain"]), call)
        self.assertIn("action_zadarma_document_calls", mine.get_view()["arch"])
