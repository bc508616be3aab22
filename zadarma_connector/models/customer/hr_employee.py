# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...tools.phone_text import PhoneIndex


class HrEmployee(models.Model):
    _name = "hr.employee"
    _inherit = ["hr.employee", "zadarma.identifiable"]

    _zadarma_number_fields = ("work_phone", "mobile_phone")
    _zadarma_work_phone_index = PhoneIndex("work_phone")
    _zadarma_mobile_phone_index = PhoneIndex("mobile_phone")

    _zadarma_decisive = ("active", "company_id", "work_contact_id")

    def _zadarma_with_contact(self, contacts):
        everything = self.sudo().with_context(active_test=False)
        return everything.search([("work_contact_id", "in", contacts.ids)])

    def _zadarma_contact(self):
        return self.work_contact_id

    def _zadarma_own_countries(self):
        # an employee's own country is the nationality
        return [self.company_id.country_id]
