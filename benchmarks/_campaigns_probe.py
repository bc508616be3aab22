# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# ruff: noqa: F821 (env is the shell's)
"""What ``campaigns.py`` runs inside Odoo, where ``env`` is given: fill the database
with calls, leads, orders and invoices, or measure once."""

import json
import os
import time
from pathlib import Path

SETTINGS = json.loads(os.environ["PROBE_SETTINGS"])
#: Times that it is measured in a turn; the first is not counted.
TIMES = 4
MEASURES = (
    *("calls", "callers", "leads", "opportunities", "orders", "invoices"),
    *("ordered_first", "ordered_last", "paid_first", "paid_last"),
)
#: Each tenth call is of a lead, which two calls have; half of the leads have an order,
#: each order an invoice, and half of these are paid.
CALLS = """
INSERT INTO zadarma_call (
    account_id, company_id, direction, state, result, partner_match, did_id,
    campaign_id, external_number, date_start
)
SELECT did.account_id, did.company_id, 'incoming', 'ended', 'answered', 'none', did.id,
    did.campaign_id, '+4420' || (70000000 + n / 2),
    date_trunc('day', now() AT TIME ZONE 'UTC') - n * interval '30 days' / %(month)s
FROM generate_series(0, %(calls)s - 1) AS n
    JOIN zadarma_did AS did ON did.id = (%(dids)s::int[])[1 + n %% 10]
"""
LEADS = """
INSERT INTO crm_lead (name, type, active, company_id, phone)
SELECT 'Oven', 'opportunity', true, %(company)s, '+4420' || (70000000 + n * 10)
FROM generate_series(0, %(calls)s / 20 - 1) AS n
"""
LINKS = """
UPDATE zadarma_call AS call SET lead_id = lead.id FROM crm_lead AS lead
WHERE lead.phone = call.external_number AND lead.name = 'Oven'
"""
ORDERS = """
INSERT INTO sale_order (
    name, partner_id, partner_invoice_id, partner_shipping_id, company_id, state,
    opportunity_id, date_order, amount_untaxed, currency_rate
)
SELECT 'Bench', %(partner)s, %(partner)s, %(partner)s, %(company)s, 'sale', id,
    now() AT TIME ZONE 'UTC', 100, 1
FROM crm_lead WHERE name = 'Oven' AND id %% 2 = 0
"""
ORDERED = """
INSERT INTO sale_order_line (
    order_id, name, product_uom_qty, price_unit, customer_lead, sequence
)
SELECT id, 'Oven', 1, 100, 0, 10 FROM sale_order WHERE name = 'Bench'
"""
INVOICES = """
INSERT INTO account_move (
    name, state, move_type, payment_state, company_id, journal_id, currency_id, date,
    auto_post, invoice_origin
)
SELECT 'Bench ' || id, 'posted', 'out_invoice',
    CASE WHEN row_number() OVER (ORDER BY id) %% 2 = 0 THEN 'paid' ELSE 'not_paid' END,
    company_id, %(journal)s, %(currency)s, CURRENT_DATE, 'no', id
FROM sale_order WHERE name = 'Bench'
"""
INVOICED = """
WITH line AS (
    INSERT INTO account_move_line (
        move_id, company_id, journal_id, account_id, company_currency_id, currency_id,
        display_type, date, balance, amount_currency, debit, credit, name
    )
    SELECT id, company_id, journal_id, %(account)s, currency_id, currency_id,
        'product', date, -100, -100, 0, 100, invoice_origin
    FROM account_move WHERE name LIKE 'Bench %%'
    RETURNING id, name
)
INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id)
SELECT ordered.id, line.id FROM line
    JOIN sale_order_line AS ordered ON ordered.order_id = line.name::int
"""
#: All that is filled.
TABLES = (
    "zadarma_call, crm_lead, sale_order, sale_order_line, account_move,"
    " account_move_line, sale_order_line_invoice_rel"
)


def main():
    told = _fill() if SETTINGS["fill"] else _measure()
    Path(os.environ["PROBE_RESULT"]).write_text(json.dumps(told))


def _fill():
    account = env["zadarma.account"].create({"name": "Bench", "tz": "UTC"})
    campaigns = env["utm.campaign"].create([{"name": f"No. {n}"} for n in range(5)])
    dids = env["zadarma.did"].create(
        [
            {
                "account_id": account.id,
                "number": f"+4420376910{number:02}",
                "campaign_id": campaigns[number // 2].id,
            }
            for number in range(10)
        ]
    )
    partner = env["res.partner"].create({"name": "Customer"})
    company = account.company_id
    env["account.chart.template"].try_loading("generic_coa", company, False)
    journal = env["account.journal"].search([("type", "=", "sale")], limit=1)
    env.flush_all()
    values = {
        "dids": dids.ids,
        "company": company.id,
        "currency": company.currency_id.id,
        "partner": partner.id,
        "journal": journal.id,
        "account": journal.default_account_id.id,
        **SETTINGS,
    }
    for statement in (CALLS, LEADS, LINKS, ORDERS, ORDERED, INVOICES, INVOICED):
        env.cr.execute(statement, values)
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute(f"VACUUM ANALYZE {TABLES}")
    env.cr._cnx.autocommit = False
    return {}


def _measure():
    report = env["zadarma.campaign.report"]
    aggregates = [f"{name}:{report._fields[name].aggregator}" for name in MEASURES]
    taken = []
    for _time in range(TIMES):
        env.invalidate_all()
        began = time.perf_counter()
        rows = report._read_group(
            [("date", ">=", "today -29d")], ["campaign_id", "did_id"], aggregates
        )
        taken.append((time.perf_counter() - began) * 1000)
    return {"taken": taken[1:], "result": repr(rows)}


main()
