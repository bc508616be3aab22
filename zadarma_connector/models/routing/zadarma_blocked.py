# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...zadarma_api.numbers import callers, told


class ZadarmaBlocked(models.Model):
    """A caller whom the PBX turns away as busy.

    A list of our own: Odoo's phone blacklist is about whom *we* may call or text.
    """

    _name = "zadarma.blocked"
    _inherit = ["zadarma.number.search", "zadarma.told.number"]
    _description = "Blocked Callers"
    _order = "id DESC"
    _rec_name = "number"
    _zadarma_searched_fields = ("number",)

    number = fields.Char(
        required=True, help="With the country code, for example +44 20 3769 1880."
    )
    reason = fields.Char()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This caller is blocked already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Block callers.

        :raise AccessError: it is a customer's number, and the user no supervisor
        """
        companies = self.env["res.company"]
        cleaned = []
        for vals in vals_list:
            company = companies.browse(vals.get("company_id")) or self.env.company
            number = self._clean(vals.get("number"), company)
            self._check_customer(number, company)
            cleaned.append({**vals, "number": number})
        return super().create(cleaned)

    @api.model
    def _may_block_customers(self):
        """Whether the user may have the PBX turn away somebody who is known."""
        return self.env.su or self.env.user.has_group(
            "zadarma_connector.group_zadarma_supervisor"
        )

    @api.model
    def _check_customer(self, number, company):
        """Only supervisors turn away customers.

        :param number: E.164
        :param company: the ``res.company`` whose contacts count
        :raise AccessError: the number is a contact's, and the user no supervisor
        """
        # sudo: zadarma.account - the one for whose company is looked
        accounts_sudo = self.env["zadarma.account"].sudo()
        account = accounts_sudo.with_context(active_test=False).search(
            [("company_id", "=", company.id)], limit=1
        )
        if self._may_block_customers() or not account:
            return
        found = self.env["zadarma.identification"]._identify(account, [number])
        if found[number].match != "none":
            raise AccessError(
                self.env._(
                    "%(number)s is a known contact's number. Only supervisors can "
                    "block customers: ask one of them.",
                    number=number,
                )
            )

    def write(self, vals):
        if "number" not in vals:
            return super().write(vals)
        given = self.env["res.company"].browse(vals.get("company_id"))
        for company, blocked in self.grouped("company_id").items():
            number = self._clean(vals["number"], given or company)
            super(ZadarmaBlocked, blocked).write({**vals, "number": number})
        return True

    @api.model
    def _clean(self, text, company):
        """The number as calls have it.

        :param text: as somebody typed it, or of a call
        :param company: the ``res.company`` whose entry it is
        :return: E.164; what the PBX sends for a caller whose number is none
        :raise ValidationError: it is no telephone number, or several
        """
        text = (text or "").strip()
        # sudo: res.country - of a company that the user may choose
        country = company.sudo().country_id.code
        # sudo: zadarma.call - whether there is one of somebody who calls so
        calls_sudo = self.env["zadarma.call"].sudo()
        if text and calls_sudo.search_count(
            [("company_id", "=", company.id), ("external_number", "=", text)], limit=1
        ):
            # a call from before the company had its country may not be read anew yet
            return callers.caller(text, country).number or text
        numbers = told.numbers([text], [country] if country else [])
        if len(numbers) == 1:
            return numbers[0]
        if numbers:
            raise ValidationError(
                self.env._(
                    "“%s” are several telephone numbers. Block each of them.", text
                )
            )
        raise ValidationError(
            self.env._(
                "“%(number)s” is not a telephone number. Write it with its "
                "country, for example +44 20 3769 1880.",
                number=text,
            )
        )
