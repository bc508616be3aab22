# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

#: What is offered and not decided yet, and what is ordered and not invoiced yet.
QUOTED = Domain("state", "in", ("draft", "sent"))
ORDERED = Domain("state", "=", "sale") & Domain(
    "invoice_status", "in", ("no", "to invoice")
)

#: On so many a call can be put with a click.
OFFERED = 3


class ResPartner(models.Model):
    """Quotations and orders on the caller's card."""

    _inherit = "res.partner"

    def _zadarma_figures(self):
        figures = super()._zadarma_figures()
        Order = self.env["sale.order"]
        if not Order.has_access("read"):
            return figures
        own = self._zadarma_business_domain()
        counts = dict(
            Order._read_group(own & (QUOTED | ORDERED), ["state"], ["__count"])
        )
        for label, domain, states in (
            (self.env._("Open orders"), ORDERED, ("sale",)),
            (self.env._("Open quotations"), QUOTED, ("draft", "sent")),
        ):
            if count := sum(counts.get(state, 0) for state in states):
                figures.append(
                    self._zadarma_figure(label, count, Order, own & domain, 30)
                )
        return figures

    def _zadarma_documents(self):
        documents = super()._zadarma_documents()
        Order = self.env["sale.order"]
        if not Order.has_access("read"):
            return documents
        own = self._zadarma_business_domain()
        return [*documents, *Order.search(own & (QUOTED | ORDERED), limit=OFFERED)]
