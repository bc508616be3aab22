# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain
from odoo.tools import format_amount

#: On so many a call can be put with a click.
OFFERED = 3


class ResPartner(models.Model):
    """Open leads and opportunities on the caller's card."""

    _inherit = "res.partner"

    def _zadarma_figures(self):
        figures = super()._zadarma_figures()
        Lead = self.env["crm.lead"]
        if not Lead.has_access("read"):
            return figures
        domain = self._zadarma_lead_domain()
        groups = Lead._read_group(
            domain, ["type", "stage_id"], ["__count", "expected_revenue:sum"]
        )
        for label, kind in (
            (self.env._("Opportunities"), "opportunity"),
            (self.env._("Leads"), "lead"),
        ):
            found = [group for group in groups if group[0] == kind]
            if found:
                figures.append(
                    self._zadarma_figure(
                        *(label, sum(count for _kind, _stage, count, _sum in found)),
                        *(Lead, domain & Domain("type", "=", kind), 40),
                        detail=self._zadarma_lead_detail(found),
                    )
                )
        return figures

    def _zadarma_lead_detail(self, groups):
        """In which stages they are, and what they are expected to bring."""
        found = self.env["crm.stage"].concat(*(stage for _kind, stage, *_ in groups))
        stages = ", ".join(found.sorted("sequence").mapped("name"))
        revenue = sum(revenue for *_group, revenue in groups)
        if not revenue:
            return stages
        amount = format_amount(self.env, revenue, self.env.company.currency_id)
        return " · ".join(filter(None, (stages, amount)))

    def _zadarma_documents(self):
        documents = super()._zadarma_documents()
        Lead = self.env["crm.lead"]
        if not Lead.has_access("read"):
            return documents
        return [*documents, *Lead.search(self._zadarma_lead_domain(), limit=OFFERED)]

    def _zadarma_lead_domain(self):
        """The leads and opportunities of the customer that are neither won nor lost."""
        return self._zadarma_business_domain() & Domain("won_status", "=", "pending")
