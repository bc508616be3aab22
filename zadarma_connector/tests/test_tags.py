# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ZadarmaCase, answered_call


@tagged("post_install", "-at_install")
class TestTags(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tags = cls.env["zadarma.call.tag"].create(
            [{"name": "Delivery", "color": 3}, {"name": "Quality"}]
        )

    def test_from_the_card(self):
        call = self._notify(*answered_call()).with_user(self.agent)
        [card] = call.card_data()
        self.assertEqual(card["tags"], [])
        names = [(one["display_name"], one["color"]) for one in card["allTags"]]
        self.assertIn(("Delivery", 3), names)
        call.card_tags(self.tags.ids)
        [card] = call.card_data()
        self.assertEqual({*card["tags"]}, {*self.tags.ids})
        call.card_tags(self.tags[:1].ids)
        self.assertEqual(call.tag_ids, self.tags[:1])
        self.assertEqual(call.search([("tag_ids", "in", self.tags.ids)]), call)
        # one that was deleted meanwhile is no error
        self.tags[1:].unlink()
        call.card_tags([*self.tags.ids])
        self.assertEqual(call.tag_ids, self.tags[:1])

    def test_who_may(self):
        call = self._notify(*answered_call())
        with self.assertRaises(AccessError):
            call.with_user(self.colleague).card_tags(self.tags.ids)
        with self.assertRaises(AccessError):
            self.tags.with_user(self.agent).write({"name": "Mine"})
        self.assertFalse(call.tag_ids)
