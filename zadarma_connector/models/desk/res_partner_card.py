# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The figures on a caller's card."""

    _inherit = "res.partner"

    def _zadarma_figures(self):
        """What is open with a customer, for the card of a call.

        Hook for other addons: extend it and add to what ``super()`` returns. It runs
        under the rights of the user who sees the card, in the company of the call,
        while the telephone rings: count with one statement for a figure, and leave out
        what the user may not read or what is zero.

        :return: a list of dicts as :meth:`_zadarma_figure` makes them
        """
        self.ensure_one()
        figures = []
        activities = self.activity_ids
        if activities:
            figures.append(
                {
                    "label": self.env._("Activities"),
                    "count": len(activities),
                    "action": self._get_records_action(),
                    "sequence": 50,
                }
            )
        Partner = self.env["res.partner"]
        domain = Domain("parent_id", "=", self.id)
        if people := Partner.search_count(domain):
            label = self.env._("Contacts")
            figures.append(self._zadarma_figure(label, people, Partner, domain, 60))
        return figures

    def _zadarma_figure(
        self,
        label,
        count,
        model,
        domain,
        sequence,
        detail="",
        is_urgent=False,
        views=(),
    ):
        """A figure on the card, which opens the list of what was counted.

        :param label: translated, in the plural
        :param count: how many there are
        :param model: whose records they are, an empty recordset
        :param domain: which records
        :param sequence: the lowest stand first: what an agent has to know before they
            say anything. Ours: 10 overdue invoices, 20 late tasks, 30 quotations and
            orders, 40 leads and opportunities, 45 tasks, 50 activities, 60 contacts
        :param detail: text behind the count, an amount for instance
        :param is_urgent: whether it is to strike the eye
        :param views: pairs of an id and a type, if the model's usual list and form are
            not the ones
        """
        return {
            "label": label,
            "count": count,
            "detail": detail,
            "isUrgent": is_urgent,
            "sequence": sequence,
            "action": {
                "type": "ir.actions.act_window",
                "name": self.display_name,
                "res_model": model._name,
                "views": [list(view) for view in views]
                or [[False, "list"], [False, "form"]],
                "domain": list(Domain(domain)),
            },
        }

    def _zadarma_business_domain(self):
        """Which documents are this customer's, for models with ``partner_id``: those of
        everybody in the same company, so far as they belong to the company of the call.
        """
        return Domain(
            "partner_id.commercial_partner_id", "=", self.commercial_partner_id.id
        ) & Domain("company_id", "in", (False, self.env.company.id))
