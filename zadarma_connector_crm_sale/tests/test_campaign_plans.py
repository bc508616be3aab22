# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A month costs the same however long the history is: each step has an index."""

import json

from odoo.tests import tagged

from .common import DAY, CampaignCase

#: Tables of which a part is to be read, found by an index.
LARGE = {"zadarma_call", "crm_lead", "sale_order", "zadarma_call_document"}
FILL = """
INSERT INTO zadarma_call (
    account_id, company_id, direction, state, result, partner_match, did_id,
    external_number, date_start
)
SELECT %s, %s, 'incoming', 'ended', 'answered', 'none', %s, '+4420' || (70000000 + n),
    %s::timestamp - n * interval '20 minutes'
FROM generate_series(1, 60000) AS n
"""
LEADS = """
INSERT INTO crm_lead (name, type, active, company_id)
SELECT 'Oven', 'opportunity', true, %s FROM generate_series(1, 20000)
"""
LINK = """
UPDATE zadarma_call SET lead_id = lead.id FROM (
    SELECT id, row_number() OVER (ORDER BY id) * 3 AS place FROM crm_lead
    WHERE name = 'Oven'
) AS lead WHERE zadarma_call.external_number = '+4420' || (70000000 + lead.place)
"""


@tagged("post_install", "-at_install")
class TestCampaignPlans(CampaignCase):
    def test_a_month_reads_no_table_as_a_whole(self):
        cr = self.env.cr
        values = (self.account.id, self.company.id, self.number_a.id, DAY)
        cr.execute(FILL, values)
        cr.execute(LEADS, (self.company.id,))
        cr.execute(LINK)
        cr.execute("ANALYZE zadarma_call, crm_lead, sale_order")
        report = self.env["zadarma.campaign.report"]
        query = report._search(
            [
                ("date", ">=", "2026-09-05"),
                ("date", "<", "2026-10-05"),
                ("company_id", "in", self.company.ids),
            ]
        )
        select = query.select("campaign_id", "calls", "leads", "paid_last")
        cr.execute(f"EXPLAIN (FORMAT JSON) {select.code}", select.params)
        [[explained]] = cr.fetchall()
        plan = explained if isinstance(explained, list) else json.loads(explained)
        read = {
            node["Relation Name"]
            for node in _nodes(plan[0]["Plan"])
            if node["Node Type"] == "Seq Scan" and node["Plan Rows"] > 1000
        }
        self.assertFalse(read & LARGE)


def _nodes(node):
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
