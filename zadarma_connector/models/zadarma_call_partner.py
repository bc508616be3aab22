# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import phone_text

#: Values that a person decides; the machine leaves them alone from then on.
_BY_HAND = {"partner_id", "partner_match", "candidate_ids"}
#: More contacts than these are of no help to whoever has to choose.
_OFFERED = 50


class ZadarmaCall(models.Model):
    """Who was outside: found by number, or chosen by hand."""

    _inherit = "zadarma.call"

    candidate_ids = fields.Many2many(
        "res.partner",
        "zadarma_call_candidate",
        "call_id",
        "partner_id",
        string="Contacts with this number",
        readonly=True,
        context={"active_test": False},
    )
    colleague_id = fields.Many2one(
        "hr.employee",
        readonly=True,
        ondelete="set null",
        help="The employee whose own telephone was at the other end.",
    )
    partner_active = fields.Boolean(related="partner_id.active")
    can_identify = fields.Boolean(compute="_compute_can_identify")

    @api.depends("external_number", "direction")
    def _compute_can_identify(self):
        """Callers who hide their number and colleagues on the PBX are nobody's."""
        for call in self:
            call.can_identify = call.direction != "internal" and call.external_number

    _tail_index = models.Index(
        f"(account_id, right(ltrim(external_number, '+'), {phone_text.TAIL}))"
        " WHERE external_number IS NOT NULL"
    )

    @api.model
    def _new_links(self, account, numbers):
        """The values of calls that are to be created, for whom they are with.

        :param account: the ``zadarma.account``
        :param numbers: iterable in E.164
        :return: dict from each number to values
        """
        found = self.env["zadarma.identification"]._identify(account, numbers)
        return {
            number: {
                name: self._fields[name].convert_to_write(value, self)
                for name, value in self._link_values(identification).items()
                if value
            }
            for number, identification in found.items()
        }

    def _link_partners(self):
        """Find the customers by number; choices by hand stay."""
        Identification = self.env["zadarma.identification"]
        for account, calls in self.grouped("account_id").items():
            found = Identification._identify(
                account, set(calls.mapped("external_number")) - {False}
            )
            for number, same in calls.grouped("external_number").items():
                if number:
                    same._link(found[number])

    def _link(self, identification):
        """Make these calls those of whoever was found; choices by hand stay.

        :param identification: an
            :class:`~.zadarma_identification.Identification`
        """
        for changes, calls in self.grouped(
            lambda call: frozenset(call._link_changes(identification))
        ).items():
            values = self._link_values(identification)
            calls.write(
                {
                    name: self._fields[name].convert_to_write(values[name], calls)
                    for name in changes
                }
            )

    def _link_changes(self, identification):
        """The names of fields that :meth:`_link` would change."""
        chosen = self.partner_match == "manual" and self.partner_id
        return [
            name
            for name, value in self._link_values(identification).items()
            if self[name] != value and not (chosen and name in _BY_HAND)
        ]

    @api.model
    def _link_values(self, identification):
        """What a call shows of whoever was found: names of fields to their values."""
        several = len(identification.candidates) > 1
        colleagues = identification.records.get("hr.employee", ())
        return {
            "partner_id": identification.partner,
            "partner_match": identification.match,
            "candidate_ids": identification.candidates[: _OFFERED if several else 0],
            "colleague_id": colleagues
            if len(colleagues) == 1
            else self.env["hr.employee"],
        }

    def _lock_for_relink(self):
        """Wait for whoever writes these calls just now.

        Met here and not in Odoo's own statement, which would log an error.

        :raise psycopg2.OperationalError: changed meanwhile; try again
        """
        self.env.cr.execute(
            SQL(
                "SELECT FROM zadarma_call WHERE id = ANY(%s) FOR NO KEY UPDATE",
                self.ids,
            ),
            log_exceptions=False,
        )
