# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class ZadarmaCall(models.Model):
    """Calls of which nothing is removed however old they are."""

    _inherit = "zadarma.call"

    keep = fields.Boolean(
        "Kept for good",
        readonly=True,
        copy=False,
        help="Nothing of this call is removed because of its age.",
    )

    _keep_index = models.Index(
        "(company_id, date_start NULLS FIRST, id) WHERE keep IS TRUE"
    )

    @api.model
    def _put_on_calls(self):
        return [*super()._put_on_calls(), ("keep",)]

    @api.model
    def _kept_domain(self):
        """What is marked to be kept, the call or one of its recordings."""
        recordings = [("keep", "=", True), ("state", "!=", "deleted")]
        return Domain("keep", "=", True) | Domain("recording_ids", "any", recordings)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_held(self):
        """Whoever deletes calls by hand; what the journal does is no removal."""
        if not self.env.su:
            self.company_id._check_zadarma_hold()

    def action_keep(self):
        """Keep these calls for good, or let their age decide again.

        :raise AccessError: the user does not supervise calls
        """
        self.check_access("read")
        if not self.env.user.has_group("zadarma_connector.group_zadarma_supervisor"):
            raise AccessError(
                self.env._("Only supervisors decide which calls are kept.")
            )
        # sudo: zadarma.call - nobody writes what the PBX told; this it did not tell
        self.sudo().keep = not all(self.mapped("keep"))
