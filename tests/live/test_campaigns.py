# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From an advertised number to the invoice that is paid, in a real browser."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from devtools import browser

REPORT = "/odoo/action-zadarma_connector_crm_sale.action_zadarma_campaign_report"
NUMBERS = "/odoo/action-zadarma_connector.action_zadarma_did"
NUMBER_A, NUMBER_B = "442037691891", "442037691892"
CALLERS = [f"+4420794600{number}" for number in range(10, 17)]
#: What the campaign brings: who called thrice is one caller.
ROW = {
    "Calls": "10",
    "Callers": "6",
    "Leads": "4",
    "Opportunities": "4",
    "Orders": "2",
    "Paid invoices": "1",
    "Paid, first contact": "$ 500.00",
    "Paid, last contact": "$ 500.00",
}
PRICES = (500, 700)


class Shop:
    """A company that advertises two numbers, sells and is paid."""

    def __init__(self, odoo, pbx, connect):
        pbx.change(numbers=[NUMBER_A, NUMBER_B])
        self.account = connect(odoo)
        self.client = odoo.client()
        # its greeting covers a telephone's width
        self.client.call("res.users", "write", [2], {"odoobot_state": "disabled"})
        self.client.call("account.chart.template", "try_loading", [], "generic_coa", 1)
        self._began = datetime.now(ZoneInfo("Europe/Kyiv")) - timedelta(hours=2)
        self._calls = 0

    def create(self, model, **values):
        [record] = self.client.call(model, "create", [values])
        return record

    def advertise(self, number, campaign):
        """Give an own number a campaign."""
        self.client.call(
            "zadarma.did",
            "write",
            [self.own(number)],
            {"campaign_id": self.create("utm.campaign", name=campaign)},
        )

    def own(self, number):
        [did] = self.account.read("zadarma.did", [], number=f"+{number}")
        return did["id"]

    def ring(self, number, caller):
        """A call as the PBX tells of it; return its id."""
        self._calls += 1
        began = self._began + timedelta(minutes=self._calls)
        told = {
            "pbx_call_id": f"in_{self._calls:040}",
            "call_start": f"{began:%Y-%m-%d %H:%M:%S}",
            "caller_id": caller,
            "called_did": number,
        }
        ended = {"internal": "101", "duration": "42", "disposition": "answered"}
        assert self.account.notify({"event": "NOTIFY_START", **told}).ok
        assert self.account.notify({"event": "NOTIFY_END", **told, **ended}).ok
        return self.account.wait_for_call(pbx_call_id=told["pbx_call_id"])

    def make_lead(self, call):
        return self.client.call("zadarma.call", "action_create_lead", [call])["res_id"]

    def sell(self, lead, price):
        """Confirm an order of an opportunity, and send its invoice."""
        product = self.create(
            "product.product",
            name="Oven",
            type="service",
            invoice_policy="order",
            taxes_id=False,
        )
        order = self.create(
            "sale.order",
            partner_id=self.account.partner,
            opportunity_id=lead,
            order_line=[(0, 0, {"product_id": product, "price_unit": price})],
        )
        self.client.call("sale.order", "action_confirm", [order])
        wizard = self.create(
            "sale.advance.payment.inv",
            sale_order_ids=[(6, 0, [order])],
            advance_payment_method="delivered",
        )
        self.client.call("sale.advance.payment.inv", "create_invoices", [wizard])
        [sold] = self.account.read("sale.order", ["invoice_ids"], id=order)
        self.client.call("account.move", "action_post", sold["invoice_ids"])
        return order, sold["invoice_ids"]

    def take_money(self, invoices):
        paying = {"active_model": "account.move", "active_ids": invoices}
        wizard = self.client.call(
            "account.payment.register", "create", [{}], context=paying
        )
        self.client.call("account.payment.register", "action_create_payments", wizard)


@pytest.fixture
def shop(odoo, pbx, connect):
    """Ten calls to A, the first three before it advertised anything; one of B's."""
    shop = Shop(odoo, pbx, connect)
    shop.advertise(NUMBER_B, "Campaign B")
    early = [shop.ring(NUMBER_A, caller) for caller in CALLERS[:3]]
    shop.leads = [shop.make_lead(call) for call in early]
    shop.advertise(NUMBER_A, "Campaign A")
    late = [*CALLERS[3:6], *CALLERS[:3], CALLERS[0]]
    shop.calls = early + [shop.ring(NUMBER_A, caller) for caller in late]
    shop.leads.append(shop.make_lead(shop.calls[3]))
    shop.make_lead(shop.ring(NUMBER_B, CALLERS[6]))
    sold = [
        shop.sell(lead, price) for lead, price in zip(shop.leads, PRICES, strict=False)
    ]
    shop.orders = [order for order, _invoices in sold]
    shop.paid = sold[0][1]
    shop.take_money(shop.paid)
    return shop


def figures(page, url, campaign):
    """Open the report; the cells of a campaign by their titles."""
    page.goto(f"{url}{REPORT}")
    row = page.locator(".o_pivot tbody tr", has_text=campaign)
    row.wait_for()
    titles = page.locator(".o_pivot thead .o_pivot_measure_row").all_inner_texts()
    cells = row.locator("td").all()
    return dict(zip(map(str.strip, titles), cells, strict=True))


def text_of(cell):
    # an amount and its currency are kept together
    return cell.inner_text().strip().replace("\N{NO-BREAK SPACE}", " ")


def test_the_row_of_a_campaign(odoo, shop, page):
    browser.log_in(page, odoo.url)
    early = figures(page, odoo.url, "Campaign A")
    assert text_of(early["Calls"]) == "7"
    page.goto(f"{odoo.url}{NUMBERS}")
    page.locator(".o_data_row", has_text="Campaign A").locator(
        "button[name=action_compute_again]"
    ).click()
    page.locator(".modal button", has_text="Compute Again").click()
    page.wait_for_selector(".modal", state="detached")

    told = figures(page, odoo.url, "Campaign A")
    assert {title: text_of(cell) for title, cell in told.items()} == ROW
    behind = {
        "Calls": shop.calls,
        "Callers": shop.calls,
        "Leads": shop.leads,
        "Opportunities": shop.leads,
        "Orders": shop.orders,
        "Paid invoices": shop.paid,
        "Paid, first contact": shop.paid,
        "Paid, last contact": shop.paid,
    }
    for title, records in behind.items():
        cell = figures(page, odoo.url, "Campaign A")[title]
        with page.expect_response("**/web_search_read") as answered:
            cell.click()
        page.wait_for_selector(".o_list_view .o_data_row")
        listed = answered.value.json()["result"]["records"]
        assert sorted(one["id"] for one in listed) == sorted(records), title
    others = figures(page, odoo.url, "Campaign B")
    shown = [text_of(others[title]) for title in ("Calls", "Leads", "Orders")]
    assert shown == ["1", "1", "0"]
