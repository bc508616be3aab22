# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from ...tools.transaction import unlogged
from ...zadarma_api import forwarding


class ZadarmaExtension(models.Model):
    """An internal number whose calls go elsewhere for a while."""

    _inherit = "zadarma.extension"

    forwarding_ids = fields.One2many(
        "zadarma.forwarding",
        "extension_id",
        groups="zadarma_connector.group_zadarma_supervisor",
    )
    forwarded_to = fields.Char(
        compute="_compute_forwarded_to",
        groups="zadarma_connector.group_zadarma_supervisor",
        help="Where Odoo has Zadarma forward calls to this number, for a while.",
    )

    @api.depends("forwarding_ids.ours", "forwarding_ids.is_set")
    def _compute_forwarded_to(self):
        for extension in self:
            held = extension.forwarding_ids.filtered("is_set")
            ours = held._kept().ours if held else ()
            extension.forwarded_to = ours[-1].destination if ours else False

    def _forward(self, because, reason, target, until=False):
        """Have all calls to an extension go elsewhere from now on.

        It is done by a job, at once and again until Zadarma did it. Of several wishes
        for one extension that with the strongest reason counts, then the youngest; what
        was there before them comes back at the end. Asked again for the same record, it
        goes elsewhere or ends at another time.

        :param because: the record for which; it ends when that is deleted, when
            ``zadarma.forwarding.wish._end`` is called for it, or ``until``
        :param reason: one of ``REASONS``
        :param target: a :class:`~.zadarma_api.forwarding.Forwarding`, without condition
        :param until: UTC, ``False`` for without an end of its own
        :raise UserError: calls cannot go there
        :raise ConcurrencyError: somebody does the same just now; Odoo repeats it
        """
        self.ensure_one()
        self._check_target(target)
        self._check_circle(target)
        # sudo: zadarma.forwarding - features say who may wish for it
        self_sudo = self.sudo()
        kept = self_sudo._own_forwarding()
        values = {
            "reason": reason,
            "kind": target.kind,
            "goes_to": target.destination,
            "until": until,
        }
        known = kept.wish_ids.filtered(
            lambda wish: (wish.res_model, wish.res_id) == (because._name, because.id)
        )
        if known:
            if all(known[name] == value for name, value in values.items()):
                return
            known.write({**values, "is_overruled": False})
        else:
            kept.wish_ids.create(
                {
                    "forwarding_id": kept.id,
                    "res_model": because._name,
                    "res_id": because.id,
                    **values,
                }
            )
        kept._wake()

    def _say_not_forwarded(self, reason, why_not):
        """Have it in the log that calls do not go elsewhere, once.

        :param reason: one of ``REASONS``
        :param why_not: a sentence for people
        """
        # sudo: zadarma.forwarding - features say who may wish for it
        kept = self.sudo()._own_forwarding()
        last = kept.line_ids[:1]
        if (last.event, last.why_not) != ("failed", why_not):
            kept._log("failed", None, reason, why_not)

    def _own_forwarding(self):
        if self.forwarding_ids:
            return self.forwarding_ids
        try:
            with unlogged(self.env.cr), self.env.cr.savepoint():
                return self.forwarding_ids.create({"extension_id": self.id})
        except psycopg2.errors.UniqueViolation:
            raise ConcurrencyError("this forwarding was made just now") from None

    def _check_target(self, target):
        """Check that there is such a target, whatever others do just now.

        :raise UserError: calls cannot go there
        """
        if target.kind == forwarding.PHONE:
            self._check_phone(target.destination)
        if target.kind != forwarding.EXTENSION:
            return
        if target.destination == self.number:
            raise UserError(self.env._("Calls cannot be forwarded to the same number."))
        if not self._other(target.destination):
            raise UserError(
                self.env._("There is no internal number %s.", target.destination)
            )

    def _check_phone(self, number):
        """:raise UserError: whoever calls it is back at the PBX, and pays for it"""
        if number in self.account_id._switchboard().own_numbers:
            raise UserError(
                self.env._(
                    "%s is one of your own numbers: calls that are forwarded to it "
                    "would come back.",
                    number,
                )
            )

    def _check_circle(self, target):
        """:raise UserError: calls would come back to where they go away from"""
        if target.kind != forwarding.EXTENSION:
            return
        colleague = self._other(target.destination)
        passed = self
        while colleague and colleague not in passed:
            passed |= colleague
            colleague = colleague._other(colleague._wished_number())
        if colleague == self:
            raise UserError(
                self.env._(
                    "Calls would go in a circle: %s forwards its own to you just now.",
                    target.destination,
                )
            )

    def _other(self, number):
        """The extension of the same PBX that has a number, empty if none has."""
        return self.search(
            [("account_id", "=", self.account_id.id), ("number", "=", number)]
        )

    def _wished_number(self):
        """The internal number to which calls shall go, empty if to none."""
        # sudo: zadarma.forwarding - for whoever wants to forward to it
        wish_sudo = self.sudo().forwarding_ids.wish_ids._strongest()
        is_number = wish_sudo.kind == forwarding.EXTENSION
        return wish_sudo.goes_to if is_number else ""

    def action_forwarding(self):
        """Show what was done about the forwarding of this number."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "zadarma_connector.action_zadarma_forwarding_line"
        )
        return {**action, "domain": [("extension_id", "=", self.id)]}
