# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

from .zadarma_did import ORIGIN


class ZadarmaCall(models.Model):
    """What the dialled number advertised when somebody called it.

    A number that advertises something else later keeps its earlier calls as they are,
    until it is told to compute them again.
    """

    _inherit = "zadarma.call"

    # given with a call that is made of facts: to find them, Odoo would make a draft
    campaign_id = fields.Many2one(
        "utm.campaign",
        compute="_compute_origin",
        store=True,
        precompute=True,
        readonly=False,
    )
    source_id = fields.Many2one(
        "utm.source",
        compute="_compute_origin",
        store=True,
        precompute=True,
        readonly=False,
    )
    medium_id = fields.Many2one(
        "utm.medium",
        compute="_compute_origin",
        store=True,
        precompute=True,
        readonly=False,
    )

    def _auto_init(self):
        # no number advertises anything yet: a million calls need not be computed
        for name in ORIGIN:
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, "int4")
        return super()._auto_init()

    # only of the number: what it advertises later is no matter of this call
    @api.depends("did_id")
    def _compute_origin(self):
        for call in self:
            for name in ORIGIN:
                call[name] = call.did_id[name]

    @api.model
    def _did_values(self, switchboard, direction, called_number, old):
        values = super()._did_values(switchboard, direction, called_number, old)
        if old:
            return values
        # the PBX waits: what is given need not be computed
        advertised = switchboard.settings["advertised"] or {}
        origin = advertised.get(str(values["did_id"]), {})
        return {**values, **{name: origin.get(name) for name in ORIGIN}}

    def _lead_origin(self):
        """What a lead of this call takes from the number that was dialled, values."""
        did = self.did_id
        told = self if any(self[name] for name in ORIGIN) else did
        return {
            **{name: told[name].id for name in ORIGIN if told[name]},
            **({"team_id": did.team_id.id} if did.team_id else {}),
        }
