# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    def _prepare_mass_sms_values(self, records):
        """Each SMS is its record's company's, who pays for it; and what leaves out
        blacklisted numbers leaves out those that are so when it is sent."""
        values = super()._prepare_mass_sms_values(records)
        for one in values.values():
            one["zadarma_unasked"] = self.use_exclusion_list
        if "company_id" in records._fields:
            for record in records:
                if record.company_id:
                    values[record.id]["zadarma_company_id"] = record.company_id.id
        return values
