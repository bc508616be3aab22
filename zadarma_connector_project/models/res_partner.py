# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain

#: On so many a call can be put with a click.
OFFERED = 3


class ResPartner(models.Model):
    """Open tasks on the caller's card, the late ones apart."""

    _inherit = "res.partner"

    def _zadarma_figures(self):
        figures = super()._zadarma_figures()
        Task = self.env["project.task"]
        if not Task.has_access("read"):
            return figures
        domain = self._zadarma_task_domain()
        late = domain & Domain("date_deadline", "<", fields.Datetime.now())
        if count := Task.search_count(late):
            label = self.env._("Late tasks")
            figures.append(
                self._zadarma_figure(label, count, Task, late, 20, is_urgent=True)
            )
        if count := Task.search_count(domain):
            label = self.env._("Open tasks")
            figures.append(self._zadarma_figure(label, count, Task, domain, 45))
        return figures

    def _zadarma_documents(self):
        documents = super()._zadarma_documents()
        Task = self.env["project.task"]
        if not Task.has_access("read"):
            return documents
        return [
            *documents,
            *Task.search(
                self._zadarma_task_domain(), order="date_deadline, id", limit=OFFERED
            ),
        ]

    def _zadarma_task_domain(self):
        """The open tasks of the customer."""
        return self._zadarma_business_domain() & Domain(
            [("is_closed", "=", False), ("is_template", "=", False)]
        )
