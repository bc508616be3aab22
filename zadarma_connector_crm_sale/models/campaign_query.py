# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The query of the report: what followed from calls to own numbers.

What followed is looked for from each call of the period, never the other way round:
with an index for each step a month costs the same however long the history is.
"""

#: What each row measures, and its type in the database.
MEASURES = {
    "calls": "int",
    "callers": "int",
    "leads": "int",
    "opportunities": "int",
    "orders": "int",
    "invoices": "int",
    "ordered_first": "numeric",
    "ordered_last": "numeric",
    "paid_first": "numeric",
    "paid_last": "numeric",
}
#: The calls that are figures, as in the statistics, to a number of ours.
_COUNTED = """
    {0}.direction = 'incoming' AND {0}.state = 'ended' AND {0}.did_id IS NOT NULL
    AND {0}.in_doubt IS NOT TRUE AND {0}.result IS NOT NULL
"""
#: The confirmed orders that followed from a call: those of its opportunity, and those
#: that it was put on.
_ORDERS = """
    SELECT sale.* FROM sale_order AS sale
    WHERE sale.opportunity_id = call.lead_id AND sale.state = 'sale'
        AND sale.company_id = call.company_id
    UNION ALL
    SELECT sale.* FROM zadarma_call_document AS document
        JOIN sale_order AS sale ON sale.id = document.res_id
    WHERE document.call_id = call.id AND document.res_model = 'sale.order'
        AND sale.state = 'sale' AND sale.company_id = call.company_id
        AND (sale.opportunity_id = call.lead_id) IS NOT TRUE
"""
#: All calls from which an order followed.
_CONTACTS = f"""
    SELECT contact.id, contact.date_start FROM zadarma_call AS contact
    WHERE contact.lead_id = sale.opportunity_id AND {_COUNTED.format("contact")}
    UNION ALL
    SELECT contact.id, contact.date_start FROM zadarma_call_document AS document
        JOIN zadarma_call AS contact ON contact.id = document.call_id
    WHERE document.res_model = 'sale.order' AND document.res_id = sale.id
        AND {_COUNTED.format("contact")}
"""
#: Each call with the orders that followed from it; the first of the calls from which
#: the order followed, and the last before it, or the next one if there is none.
_SOLD = f"""
    zadarma_call AS call
    CROSS JOIN LATERAL ({_ORDERS}) AS sale
    CROSS JOIN LATERAL (
        SELECT id FROM ({_CONTACTS}) AS contact ORDER BY date_start, id LIMIT 1
    ) AS earliest
    CROSS JOIN LATERAL (
        SELECT id FROM ({_CONTACTS}) AS contact
        ORDER BY date_start > sale.date_order,
            CASE WHEN date_start > sale.date_order THEN date_start END,
            date_start DESC, id DESC
        LIMIT 1
    ) AS latest
"""
#: What was paid of an order with each invoice; what was given back is taken off.
_PAID = """
    SELECT move.id, -SUM(line.balance) AS amount, bool_or(
        move.move_type = 'out_invoice' AND move.payment_state <> 'reversed'
    ) AS counts
    FROM sale_order_line AS ordered
        JOIN sale_order_line_invoice_rel AS invoiced
            ON invoiced.order_line_id = ordered.id
        JOIN account_move_line AS line ON line.id = invoiced.invoice_line_id
        JOIN account_move AS move ON move.id = line.move_id
    WHERE ordered.order_id = sale.id AND move.state = 'posted'
        AND move.move_type IN ('out_invoice', 'out_refund')
        AND move.payment_state IN ('paid', 'in_payment', 'reversed')
        AND move.company_id = call.company_id
    GROUP BY move.id
"""
#: In the company's currency.
_ORDERED = "sale.amount_untaxed / COALESCE(NULLIF(sale.currency_rate, 0), 1)"


def query():
    """The text of the whole query; it has no parameters."""
    caller = "hashtext(COALESCE('p' || call.partner_id, call.external_number))"
    opportunity = "CASE WHEN lead.type = 'opportunity' THEN lead.id END"
    return " UNION ALL ".join(
        [
            _rows_of("zadarma_call AS call", "0", calls="call.id", callers=caller),
            _rows_of(
                "zadarma_call AS call JOIN crm_lead AS lead ON lead.id = call.lead_id",
                "lead.id",
                leads="lead.id",
                opportunities=opportunity,
            ),
            _rows_of(
                _SOLD, "sale.id", orders="sale.id", **_credit("ordered", _ORDERED)
            ),
            _rows_of(
                f"{_SOLD} CROSS JOIN LATERAL ({_PAID}) AS paid",
                "sale.id, paid.id",
                invoices="CASE WHEN paid.counts THEN paid.id END",
                **_credit("paid", "paid.amount"),
            ),
        ]
    )


def _rows_of(source, key, **measured):
    """The rows of one kind.

    :param source: what follows FROM: a ``call`` and what followed from it
    :param key: what tells the rows of a call from each other, of this kind
    :param measured: from names of measures to expressions; others are empty
    """
    columns = ", ".join(
        f"({measured.get(name, 'NULL')})::{kind} AS {name}"
        for name, kind in MEASURES.items()
    )
    kind = next(iter(measured))
    # a number that the browser can hold, and the same for the same row each time
    row_id = f"hashtextextended(concat_ws(' ', '{kind}', call.id, {key}), 0) >> 12"
    return f"""
        SELECT {row_id} AS id, call.date_start AS date, call.company_id,
            call.account_id, call.did_id, call.campaign_id, call.source_id,
            call.medium_id, company.currency_id, {columns}
        FROM {source}
            JOIN res_company AS company ON company.id = call.company_id
        WHERE {_COUNTED.format("call")}
    """


def _credit(name, amount):
    """An amount, for the first contact and for the last one."""
    return {
        f"{name}_first": f"CASE WHEN earliest.id = call.id THEN {amount} END",
        f"{name}_last": f"CASE WHEN latest.id = call.id THEN {amount} END",
    }
