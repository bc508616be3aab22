# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class PrivacyLookupWizardLine(models.TransientModel):
    """A call that is deleted here is forgotten: the journal would bring it back."""

    _inherit = "privacy.lookup.wizard.line"

    def action_unlink(self):
        self.ensure_one()
        if self.res_model != "zadarma.call":
            return super().action_unlink()
        if self.is_unlinked:
            raise UserError(self.env._("This call was forgotten already."))
        # sudo: zadarma.call - as Odoo deletes what it found
        call_sudo = self.env["zadarma.call"].sudo().browse(self.res_id)
        call_sudo._forget()
        self.write(
            {
                "execution_details": self.env._("Forgot call #%s", self.res_id),
                "is_unlinked": True,
                # it was the name
                "res_name": call_sudo.display_name,
            }
        )
        return None
