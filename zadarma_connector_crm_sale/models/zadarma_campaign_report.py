# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from .campaign_query import query

#: Who may see what all salespeople sell.
_SALES = "sales_team.group_sale_salesman_all_leads"
#: Whose ids a measure is about, and of which model they are.
_BEHIND = {
    **dict.fromkeys(("calls", "callers"), ("calls", "zadarma.call")),
    "leads": ("leads", "crm.lead"),
    "opportunities": ("opportunities", "crm.lead"),
    **dict.fromkeys(
        ("orders", "ordered_first", "ordered_last"), ("orders", "sale.order")
    ),
    **dict.fromkeys(
        ("invoices", "paid_first", "paid_last"), ("invoices", "account.move")
    ),
}


class ZadarmaCampaignReport(models.Model):
    """Which advertised number earned the money: a query, nothing is stored.

    A row is a call, or what followed from it: a lead, an order, an invoice. What
    followed from several calls has a row for each and is counted once; its amount is in
    the row of the first contact in one column, of the last in another. All is of the
    day of the call. Amounts are in the company's currency, without taxes.
    """

    _name = "zadarma.campaign.report"
    _description = "Campaign Result"
    _auto = False
    _order = "date DESC, id"
    _rec_name = "did_id"

    date = fields.Datetime("Day")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    account_id = fields.Many2one("zadarma.account")
    did_id = fields.Many2one("zadarma.did", "Own Number")
    campaign_id = fields.Many2one("utm.campaign")
    source_id = fields.Many2one("utm.source")
    medium_id = fields.Many2one("utm.medium")
    calls = fields.Integer(aggregator="count_distinct")
    callers = fields.Integer(
        aggregator="count_distinct",
        help="Who called several times is one caller; who withheld the number is none.",
    )
    leads = fields.Integer(aggregator="count_distinct")
    opportunities = fields.Integer(aggregator="count_distinct")
    orders = fields.Integer(aggregator="count_distinct", groups=_SALES)
    invoices = fields.Integer(
        "Paid invoices", aggregator="count_distinct", groups=_SALES
    )
    ordered_first = fields.Monetary("Ordered, first contact", groups=_SALES)
    ordered_last = fields.Monetary("Ordered, last contact", groups=_SALES)
    paid_first = fields.Monetary("Paid, first contact", groups=_SALES)
    paid_last = fields.Monetary("Paid, last contact", groups=_SALES)

    @property
    def _table_query(self):
        return SQL(query())

    @api.model
    @api.readonly
    def behind(self, measure, domain):
        """What a figure counts, or an amount is the sum of.

        :param measure: the name of its field
        :param domain: of the cell
        :return: the action that lists it, as far as the user may see it
        :raise AccessError: the user may not see the figure
        """
        keys, model = _BEHIND.get(measure, _BEHIND["calls"])
        counted = [*domain, (measure if measure in _BEHIND else keys, "!=", False)]
        groups = self._read_group(counted, [keys])
        found = [("id", "in", [key for [key] in groups])]
        if model == "zadarma.call":
            return self.env[model]._open(found)
        return {
            "type": "ir.actions.act_window",
            "name": self.fields_get([keys], ["string"])[keys]["string"],
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": found,
            # leads that were lost are in the archive
            "context": {"active_test": False},
        }
