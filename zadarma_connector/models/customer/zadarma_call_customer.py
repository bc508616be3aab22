# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.phone_validation.tools import phone_validation

from ...zadarma_api.numbers import keys
from .zadarma_identification import Identification

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
        help="The employee whose telephone was at the other end.",
    )
    partner_active = fields.Boolean(related="partner_id.active")
    can_identify = fields.Boolean(compute="_compute_can_identify")

    @api.depends("external_number", "direction")
    def _compute_can_identify(self):
        """Callers who hide their number and colleagues on the PBX are nobody's."""
        for call in self:
            call.can_identify = call.direction != "internal" and call.external_number

    _core_index = models.Index(
        f"(account_id, ({keys.core_sql('external_number')}))"
        " WHERE external_number IS NOT NULL"
    )

    def _take_from(self, other):
        if other.partner_match == "manual" and self.partner_match != "manual":
            self.write({"partner_id": other.partner_id.id, "partner_match": "manual"})
        return super()._take_from(other)

    @api.model
    def _new_links(self, switchboard, numbers):
        """The values of calls that are to be created, for whom they are with.

        :param switchboard: the account's ``Switchboard``
        :param numbers: iterable in E.164
        :return: dict from each number to values
        """
        found = self.env["zadarma.identification"]._identify(
            self.env["zadarma.account"].browse(switchboard.account_id),
            numbers,
            self.env["res.company"].browse(switchboard.company_id),
        )
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
        identify = self.env["zadarma.identification"]._identify
        for account, calls in self.grouped("account_id").items():
            found = identify(account, set(calls.mapped("external_number")) - {False})
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

    def _identification(self):
        """Whom this call is with, as it was found.

        :return: an :class:`~.zadarma_identification.Identification`
        """
        self.ensure_one()
        match = self.partner_match
        if match == "manual":
            match = "exact" if self.partner_id else "none"
        several = match == "ambiguous"
        return Identification(
            self.partner_id, match, self.candidate_ids if several else self.partner_id
        )

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

    # -- numbers that could not be read --------------------------------------------

    def _unread(self):
        """Those of these calls whose number can be read by now, unlike before."""
        found = self.browse()
        for account, calls in self.grouped("account_id").items():
            e164 = account._switchboard().e164
            found += calls.filtered(
                lambda call, e164=e164: (
                    call.external_number != e164(call.external_number)
                )
            )
        return found

    def _read_anew(self):
        """Read the numbers of these calls in the country that the company has now."""
        if self:
            self._lock_for_relink()
        for account, calls in self.grouped("account_id").items():
            e164 = account._switchboard().e164
            for call in calls:
                names = (
                    *("external_number", "caller_number", "called_number"),
                    "caller_id",
                )
                call.write({name: e164(call[name]) for name in names})

    @api.model
    def _number_by_hand(self, account, partner):
        """The first of the contact's numbers that can be read."""
        return next(iter(partner._zadarma_numbers(account)), False)

    # -- by hand -----------------------------------------------------------------

    def _choose(self, partner):
        """Make it the call of a contact, and the number this contact's; or propose
        that, where others are concerned.

        :param partner: a ``res.partner`` that the user may see
        :return: what tells the user of a proposal, an action; None if it is done
        :raise UserError: the number is nobody's, or the contact another company's
        """
        self.ensure_one()
        self.check_access("read")
        partner.check_access("read")
        if not self.can_identify:
            raise UserError(
                self.env._(
                    "This call has no number that could be a contact's: it was "
                    "withheld, or the call was between colleagues."
                )
            )
        if partner.company_id not in (self.company_id, partner.company_id.browse()):
            raise UserError(
                self.env._(
                    "%(contact)s belongs to another company than this call. Choose a "
                    "contact of %(company)s or a shared one.",
                    contact=partner.display_name,
                    company=self.company_id.name,
                )
            )
        if self._concerns_others(partner):
            return self._propose(partner)
        # sudo: zadarma.call, zadarma.number - whoever sees a call may say who it was
        self.sudo()._set_customer(partner)
        return None

    def _set_customer(self, partner):
        """Keep whose call and number it is, as somebody said who may."""
        self.write(
            {
                "partner_id": partner.id,
                "partner_match": "manual",
                "proposed_partner_id": False,
                "proposed_by_id": False,
            }
        )
        self.env["zadarma.number"]._assign(
            self.company_id, self.external_number, partner
        )

    def action_confirm_customer(self):
        """Say that a probable customer is the right one."""
        return self._choose(self.partner_id)

    def action_create_contact(self):
        """Open a new contact with this number; saved, it has this and other calls."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Create Contact"),
            "res_model": "res.partner",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {**self._new_contact_context(), "zadarma_relink_now": True},
        }

    def _new_contact_context(self):
        """What the form of a new contact begins with."""
        return {
            "default_phone": self._number_to_show(),
            "default_country_id": self._number_country().id,
            "default_user_id": self._who_talked().id,
            **({"default_lang": self.did_id.lang} if self.did_id.lang else {}),
        }

    def _number_country(self):
        """The ``res.country`` of the number outside; empty if none can be told."""
        code = self.external_number and (
            phone_validation.phone_get_country_code_for_number(self.external_number)
        )
        return self.env["res.country"].search([("code", "=", code)], limit=1)

    def _who_talked(self):
        """The user who spoke with whoever was outside, or called them.

        Empty where nobody did, or where they have left or are of another company.
        """
        took_part = (
            self.result == "answered"
            or self.date_answer
            or self.direction == "outgoing"
        )
        return self.user_id.filtered(
            lambda user: took_part
            and user.active
            and self.company_id in user.sudo().company_ids
        )

    def action_set_customer(self):
        """Ask for the contact that called or was called."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Whose number is it?"),
            "res_model": "zadarma.call.customer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_call_id": self.id},
        }

    def _number_to_show(self):
        """The number outside as people write it, or as it is if it is none."""
        return phone_validation.phone_format(
            self.external_number,
            None,
            None,
            force_format="INTERNATIONAL",
            raise_exception=False,
        )
