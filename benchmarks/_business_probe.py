# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# ruff: noqa: F821 (env is the shell's)
"""What ``desk.py`` runs inside Odoo, where ``env`` is given: a customer's figures."""

import json
import os
import statistics
import time
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo.tests import new_test_user

SIZE = json.loads(os.environ["PROBE_SETTINGS"])["size"]
#: Customers whose figures are asked for, after one that finds nothing prepared.
SAMPLES = 40
#: Milliseconds that the statements for all figures of a customer may take together.
MOST = 20
TABLES = {"res_partner", "sale_order", "account_move", "crm_lead", "project_task"}
cr = env.cr


def clone(record, **values):
    """Copy a record so often, past the ORM.

    :param values: SQL of columns that differ, of ``n``
    """
    record.flush_recordset()
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER' AND column_name <> 'id'",
        [record._table],
    )
    columns = [name for [name] in cr.fetchall() if name not in values]
    new = ", ".join([*(f'"{name}"' for name in columns), *values])
    told = ", ".join([*(f'old."{name}"' for name in columns), *values.values()])
    cr.execute(
        f'INSERT INTO "{record._table}" ({new}) SELECT {told}'
        f' FROM "{record._table}" old CROSS JOIN generate_series(1, {SIZE}) n'
        f" WHERE old.id = {record.id}"
    )
    # else what refers to these is looked for as when there were a few
    cr.execute(f'ANALYZE "{record._table}"')


def begin():
    """Make a customer with an order, an invoice, a task, a chance.

    :return: a tuple of them
    """
    env["account.chart.template"].try_loading("generic_coa", env.company)
    partner = env["res.partner"].create({"name": "Customer"})
    order = env["sale.order"].create({"partner_id": partner.id})
    order.action_confirm()
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_line_ids": [(0, 0, {"name": "Oven", "price_unit": 1200})],
            "invoice_payment_term_id": False,
            "invoice_date_due": date.today(),
        }
    )
    invoice.action_post()
    project = env["project.project"].create({"name": "Ovens"})
    late = time.strftime("%Y-%m-%d 00:00:00", time.gmtime(time.time() - 86400))
    task = env["project.task"].create(
        {
            "name": "Repair",
            "project_id": project.id,
            "partner_id": partner.id,
            "date_deadline": late,
        }
    )
    lead = env["crm.lead"].create(
        {"name": "More", "type": "opportunity", "partner_id": partner.id}
    )
    env.flush_all()
    return partner, order, invoice, task, lead


def fill():
    """Have many customers have the same.

    :return: id of the customer before the first one
    """
    partner, order, invoice, task, lead = begin()
    cr.execute("SELECT max(id) FROM res_partner")
    [base] = cr.fetchone()
    whose = f"{base} + n"
    clone(partner, id=whose, commercial_partner_id=whose, name="'Customer ' || n")
    cr.execute(f"SELECT setval('res_partner_id_seq', {base + SIZE})")
    clone(order, partner_id=whose, name="'S' || n", access_token="NULL")
    due = date.today() - timedelta(days=14)
    clone(
        invoice,
        partner_id=whose,
        commercial_partner_id=whose,
        name="'INV/' || n",
        invoice_date_due=f"'{due}'",
        access_token="NULL",
    )
    clone(task, partner_id=whose, access_token="NULL")
    clone(lead, partner_id=whose)
    cr.commit()
    return base


def read_as_a_whole(statements):
    """Which statements read all of a table: a list of texts."""
    wrong = []
    for query, params in statements:
        cr.execute("EXPLAIN " + cr.mogrify(*_plain(query, params)).decode())
        plan = "\n".join(line for [line] in cr.fetchall())
        wrong += [
            f"all of {table} is read:\n{plan}"
            for table in TABLES
            if f"Seq Scan on {table}" in plan
        ]
    return wrong


def main():
    base = fill()
    groups = (
        *("base.group_user", "zadarma_connector.group_zadarma_user"),
        *("account.group_account_invoice", "project.group_project_manager"),
        "sales_team.group_sale_salesman_all_leads",
    )
    agent = new_test_user(env, "agent", ",".join(groups))
    cr.commit()
    partners = env(user=agent.id)["res.partner"]
    taken, asking, statements, wrong = [], [], [], []
    execute = type(cr).execute

    def listen(self, query, params=None, log_exceptions=True):
        statements.append((query, params))
        began = time.perf_counter()
        result = execute(self, query, params, log_exceptions)
        asking[-1] += (time.perf_counter() - began) * 1000
        return result

    for sample in range(SAMPLES + 1):
        partner = partners.browse(base + 1 + sample * (SIZE // (SAMPLES + 2)))
        env.invalidate_all()
        statements.clear()
        asking.append(0)
        with patch.object(type(cr), "execute", listen):
            began = time.perf_counter()
            figures = partner._zadarma_figures()
            taken.append((time.perf_counter() - began) * 1000)
    labels = [figure["label"] for figure in figures]
    if len(labels) != 5:
        wrong.append(f"figures of a customer: {labels}")
    median = statistics.median(asking[1:])
    if median > MOST:
        wrong.append(f"the statements for a customer take {median:.1f} ms")
    wrong += read_as_a_whole(statements)
    row = {
        "customers, orders, invoices, tasks, leads": f"{SIZE:,} each",
        "statements": len(statements),
        "they take, median, ms": median,
        "slowest, ms": max(asking[1:]),
        "with all of Odoo's, median, ms": statistics.median(taken[1:]),
    }
    Path(os.environ["PROBE_RESULT"]).write_text(
        json.dumps({"rows": [row], "wrong": wrong})
    )


def _plain(query, params):
    """A statement as the driver takes it."""
    return (query.code, query.params) if hasattr(query, "code") else (query, params)


main()
