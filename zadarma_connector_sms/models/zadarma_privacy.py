# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

#: SMS that are deleted in one transaction.
_BATCH = 500


class ZadarmaPerson(models.AbstractModel):
    """SMS are among what is kept of a person."""

    _inherit = "zadarma.person"

    @api.model
    def _find_more(self, companies, partner, numbers):
        whose = Domain("number", "in", list(numbers))
        if partner:
            # somebody else may write from the same number
            whose &= Domain("partner_id", "=", False)
            whose |= Domain("partner_id", "in", partner.ids)
        messages = self.env["zadarma.message"].search(
            whose & Domain("company_id", "in", companies.ids)
        )
        return {
            **super()._find_more(companies, partner, numbers),
            "message": messages,
        }


class ZadarmaPrivacyReport(models.Model):
    _inherit = "zadarma.privacy.report"

    message_count = fields.Integer("SMS")


class ZadarmaCall(models.Model):
    """SMS go when calls of their age do."""

    _inherit = "zadarma.call"

    @api.model
    def _delete_old_entries(self, account, before, progress):
        messages = self.env["zadarma.message"]
        due = [("account_id", "=", account.id), ("date", "<", before)]
        while not account.company_id.zadarma_hold and (
            old := messages.search(due, order="id", limit=_BATCH)
        ):
            count = len(old)
            old.unlink()
            self.env["zadarma.privacy.report"]._of_today(account)._add(
                {"message_count": count}
            )
            if not progress(0, remaining=1):
                return False
        return super()._delete_old_entries(account, before, progress)
