# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: What a number is after it was read in the country of the account's company.
E164 = re.compile(r"\+[1-9][0-9]{4,14}")


class ZadarmaDid(models.Model):
    """One of our own numbers: what customers dial.

    It anchors what the PBX tells: in a notification's signature the caller's number
    and the dialled one stand without a border, and only a number that is known to be
    ours shows where one ends and the other begins.
    """

    _name = "zadarma.did"
    _description = "Own Number"
    _order = "is_ours, number, id"
    _rec_names_search = ["number", "name"]

    # first in the index of _number_unique
    account_id = fields.Many2one("zadarma.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    number = fields.Char(required=True, help="In E.164, for example +442037691880.")
    name = fields.Char(help="The name that this number has in Zadarma, or yours.")
    active = fields.Boolean(default=True)
    at_zadarma = fields.Boolean(
        readonly=True,
        copy=False,
        help="Zadarma lists this number; lines of other operators are added by hand.",
    )
    is_ours = fields.Boolean(
        "Ours",
        default=True,
        readonly=True,
        help="Calls came to this number, but nobody has accepted it as yours yet. "
        "Until then its calls wait for Zadarma's statistics, and are not routed.",
    )

    country = fields.Char(readonly=True, copy=False)
    monthly_fee = fields.Float(readonly=True, copy=False)
    currency = fields.Char(readonly=True, copy=False)
    paid_until = fields.Date(readonly=True, copy=False)
    autorenew = fields.Boolean(
        "Renewed by itself",
        default=True,
        readonly=True,
        copy=False,
        help="Zadarma renews this number by itself, while the balance lasts.",
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        help="Of those who dial this number: of a contact who is new.",
    )

    _number_unique = models.Constraint(
        "UNIQUE(account_id, number)", "This account already has this number."
    )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for did in self:
            named = did.name and did.name != did.number
            did.display_name = f"{did.number} {did.name}" if named else did.number

    @api.constrains("number")
    def _check_number(self):
        for did in self:
            if not E164.fullmatch(did.number):
                raise ValidationError(
                    self.env._(
                        "“%(number)s” is not a telephone number. Write it with its "
                        "country, for example +44 20 3769 1880.",
                        number=did.number,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        Account = self.env["zadarma.account"]
        for vals in vals_list:
            if vals.get("number"):
                account = Account.browse(vals["account_id"])
                vals["number"] = account._e164(vals["number"].strip())
        return super().create(vals_list)

    def write(self, vals):
        if not {"account_id", "number"}.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "A number cannot be changed, since calls were made to it. Archive "
                    "it and add the other one."
                )
            )
        return super().write(vals)

    def action_accept(self):
        """Say that numbers which calls came to are ours."""
        self.is_ours = True

    @api.model
    def _numbers_of(self, company):
        """All numbers of a company, former ones included.

        :param company: the ``res.company``
        :return: set, in E.164
        """
        dids = self.with_context(active_test=False).search_fetch(
            [("company_id", "=", company.id), ("is_ours", "=", True)], ["number"]
        )
        return set(dids.mapped("number"))
