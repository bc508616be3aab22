# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

#: On so many a call can be put with a click.
OFFERED = 3


class ResPartner(models.Model):
    """Overdue invoices on the caller's card."""

    _inherit = "res.partner"

    def _zadarma_figures(self):
        figures = super()._zadarma_figures()
        Move = self.env["account.move"]
        if not Move.has_access("read"):
            return figures
        domain = self._zadarma_overdue_domain()
        [(count, amount, due)] = Move._read_group(
            domain,
            aggregates=[
                "__count",
                "amount_residual_signed:sum",
                "invoice_date_due:min",
            ],
        )
        if not count:
            return figures
        currency = self.env.company.currency_id
        late = fields.Date.context_today(self) - due
        detail = self.env._(
            "%(amount)s, %(days)s d",
            amount=format_amount(self.env, amount, currency),
            days=late.days,
        )
        # the usual list of these records is that of journal entries
        listed = self.env["ir.model.data"]._xmlid_to_res_id(
            "account.view_out_invoice_tree"
        )
        figure = self._zadarma_figure(
            *(self.env._("Overdue invoices"), count, Move, domain, 10),
            detail=detail,
            is_urgent=True,
            views=[(listed, "list"), (False, "form")],
        )
        return [*figures, figure]

    def _zadarma_overdue_domain(self):
        """As Odoo's own filter *Overdue* of customers' invoices has it."""
        return self._zadarma_business_domain() & Domain(
            [
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("invoice_date_due", "<", fields.Date.context_today(self)),
            ]
        )

    def _zadarma_documents(self):
        documents = super()._zadarma_documents()
        Move = self.env["account.move"]
        if not Move.has_access("read"):
            return documents
        overdue = Move.search(
            self._zadarma_overdue_domain(), order="invoice_date_due", limit=OFFERED
        )
        return [*documents, *overdue]
