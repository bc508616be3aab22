# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.zadarma_connector.tests.common import answered_call
from odoo.addons.zadarma_connector.tests.test_recording import RecordingCase


@tagged("post_install", "-at_install")
class TestLookUp(RecordingCase):
    def setUp(self):
        super().setUp()
        self.partner.email = "orchard@example.com"
        self.call = self._notify(*answered_call())
        self.look_up = self.env["privacy.lookup.wizard"].create(
            {"name": self.partner.name, "email": self.partner.email}
        )
        self.look_up.action_lookup()

    def lines(self, model):
        return self.look_up.line_ids.filtered(lambda line: line.res_model == model)

    def test_deleting_a_call_there_forgets_it(self):
        line = self.lines("zadarma.call")
        self.assertEqual(line.res_id, self.call.id)
        line.action_unlink()
        self.assertTrue(line.is_unlinked)
        self.assertTrue(self.call.exists() and self.call.sealed_at)
        self.assertFalse(self.call.external_number or self.call.partner_id)
        self.assertEqual(set(self.call.event_ids.mapped("state")), {"sealed"})
        self.assertNotIn(self.partner.name, line.res_name)
        report = self.env["zadarma.privacy.report"].search([])
        self.assertEqual((report.kind, report.call_count), ("person", 1))
        with self.assertRaises(UserError):
            line.action_unlink()
        # what comes later brings nothing back
        self._notify(*answered_call())
        self.assertFalse(self.call.external_number)

    def test_all_at_once_and_other_records_as_before(self):
        other = self.env["res.partner"].create(
            {"name": "Namesake", "email": self.partner.email}
        )
        self.look_up.action_lookup()
        lines = self.lines("zadarma.call") | self.lines("res.partner").filtered(
            lambda line: line.res_id == other.id
        )
        lines.action_unlink_all()
        self.assertFalse(other.exists())
        self.assertTrue(self.call.sealed_at)

    def test_a_hold_forbids_it(self):
        self.company.zadarma_hold = True
        with self.assertRaisesRegex(UserError, "keeps all calls"):
            self.lines("zadarma.call").action_unlink()
        self.assertFalse(self.call.sealed_at)

    def test_what_is_kept_for_good_is_not_deleted_in_passing(self):
        self.call.keep = True
        with self.assertRaisesRegex(UserError, "kept for good"):
            self.lines("zadarma.call").action_unlink()
        self.assertFalse(self.call.sealed_at)
        self.call.keep = False
        self.lines("zadarma.call").action_unlink()
        self.assertTrue(self.call.sealed_at)

    def test_parts_of_calls_are_not_listed(self):
        self.assertTrue(self.call.leg_ids)
        self.assertFalse(self.lines("zadarma.call.leg"))

    def test_internal_numbers_are_not_listed(self):
        contact = self.employee.work_contact_id
        self.look_up.write({"name": contact.name, "email": contact.email or "a@b.c"})
        self.look_up.action_lookup()
        self.assertEqual(self.lines("res.partner").res_id, contact.id)
        self.assertTrue(self.extension.exists())
        self.assertFalse(self.lines("zadarma.extension"))

    def test_the_way_to_what_is_found_by_number(self):
        action = self.look_up.action_zadarma_person()
        self.assertEqual(action["res_model"], "zadarma.person.request")
        request = self.env["zadarma.person.request"].with_context(**action["context"])
        self.assertEqual(request.create({}).partner_id, self.partner)
