# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is on the phone now: two agents, two workers, two browsers."""

import statistics
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from devtools import browser

FLOOR = "/odoo/action-zadarma_connector.action_zadarma_floor"
KYIV = ZoneInfo("Europe/Kyiv")
ROUNDS = 20
#: Seconds.
SOON = 1
#: A floor is left open for so long, and looked at so often.
DAYS = 3
STEP = timedelta(minutes=15)
#: Bytes of the heap that may come and go.
SLACK = 1_000_000


class Phone:
    """A customer's calls to extension 101, as the PBX tells of them."""

    def __init__(self, account):
        self._account = account
        self._number = 0
        # no two calls begin in one second, and none is yet to begin
        self._first = datetime.now(KYIV) - timedelta(minutes=2)

    def begin(self):
        self._number += 1
        self.tell("NOTIFY_START", called_did="442037691881")

    def ring(self):
        self.tell("NOTIFY_INTERNAL", called_did="442037691881", internal="101")

    def answer(self):
        self.tell("NOTIFY_ANSWER", destination="101", internal="101")

    def end(self):
        self.tell(
            "NOTIFY_END",
            called_did="442037691881",
            internal="101",
            duration="3",
            disposition="answered",
        )

    def tell(self, event, **params):
        began = self._first + timedelta(seconds=self._number)
        told = {
            "event": event,
            "pbx_call_id": f"in_{self._number:040}",
            "call_start": f"{began:%Y-%m-%d %H:%M:%S}",
            "caller_id": self._account.caller,
            **params,
        }
        assert self._account.notify(told).ok


def wait_for(page, presence):
    page.wait_for_selector(f"[data-number='101'][data-presence={presence}]")


@pytest.fixture
def servers(start_odoo):
    """Two servers of one database: one for the PBX, one for people."""
    return [start_odoo(), start_odoo()]


@pytest.fixture
def account(servers, connect):
    account = connect(servers[0])
    client = servers[0].client()
    # at work whenever the tests run
    client.call(
        "hr.employee", "write", [account.employee], {"resource_calendar_id": False}
    )
    for number, name in (("100", "jana"), ("102", "marc")):
        user = account.make_agent(name, f"{name} {name}")
        [extension] = account.read("zadarma.extension", [], number=number)
        client.call("zadarma.extension", "write", [extension["id"]], {"user_id": user})
    return account


@pytest.fixture
def floors(servers, account, page):
    """The floor in two agents' browsers."""
    other = page.context.browser.new_context(viewport=page.viewport_size)
    pages = [page, other.new_page()]
    for one, login in zip(pages, ("jana", "marc"), strict=True):
        browser.log_in(one, servers[1].url, login, f"{login} {login}")
        one.goto(f"{servers[1].url}{FLOOR}")
        wait_for(one, "free")
    # both are subscribed
    deadline = time.monotonic() + 20
    while not account.read("zadarma.account", ["presence_until"])[0]["presence_until"]:
        assert time.monotonic() < deadline, "nobody looks"
        page.wait_for_timeout(100)
    page.wait_for_timeout(1000)
    yield pages
    other.close()


def test_states_change_within_a_second(account, floors):
    phone = Phone(account)
    taken = {"ringing": [], "talking": [], "free": []}
    for _round in range(ROUNDS):
        phone.begin()
        for state, tell in (
            ("ringing", phone.ring),
            ("talking", phone.answer),
            ("free", phone.end),
        ):
            began = time.monotonic()
            tell()
            for page in floors:
                wait_for(page, state)
            taken[state].append(time.monotonic() - began)
    medians = {state: statistics.median(times) for state, times in taken.items()}
    print({state: f"{1000 * median:.0f} ms" for state, median in medians.items()})
    assert max(medians.values()) < SOON


def test_a_killed_server_leaves_nobody_talking(servers, account, floors, outside):
    phone = Phone(account)
    phone.begin()
    phone.ring()
    phone.answer()
    for page in floors:
        wait_for(page, "talking")
    # its end is told to nobody
    servers[0].kill()
    servers[0].start()
    for table, column in (
        ("zadarma_event", "received_at"),
        ("zadarma_call", "create_date"),
    ):
        outside.execute(f"UPDATE {table} SET {column} = {column} - interval '4 hours'")
    account.run_job("cron_close")
    for page in floors:
        wait_for(page, "free")


def test_agents_see_no_customer_of_others(account, floors):
    phone = Phone(account)
    phone.begin()
    phone.ring()
    phone.answer()
    for page in floors:
        page.wait_for_selector(".o_zadarma_floor_calls li:has-text('Olena')")
        assert not page.locator(".o_zadarma_floor:has-text('Orchard')").count()
        assert not page.locator(".o_zadarma_floor:has-text('3769 1880')").count()


def test_do_not_disturb_is_seen_by_others(servers, account, floors):
    jana, marc = floors
    jana.click("button[title=Phone]")
    jana.click(".o_zadarma_away button")
    for page in floors:
        page.wait_for_selector("[data-number='100'][data-presence=away]")
    jana.click(".o_zadarma_away button")
    marc.wait_for_selector("[data-number='100'][data-presence=free]")


def heap(session):
    """The bytes that a page holds on to."""
    session.send("HeapProfiler.collectGarbage")
    return session.send("Runtime.getHeapUsage")["usedSize"]


def test_a_floor_left_open_for_days_holds_on_to_nothing(servers, account, page):
    browser.log_in(page, servers[1].url, "jana", "jana jana")
    page.clock.install()
    page.goto(f"{servers[1].url}{FLOOR}")
    wait_for(page, "free")
    session = page.context.new_cdp_session(page)
    phone = Phone(account)
    steps = int(timedelta(days=DAYS) / STEP)
    used = []
    for step in range(steps):
        if step % 12 == 0:
            phone.begin()
            phone.ring()
            phone.answer()
        if step % 12 == 1:
            phone.end()
        # each minute passes at once: what is due is done
        with page.expect_response("**/zadarma.floor/snapshot"):
            page.clock.fast_forward(int(STEP.total_seconds() * 1000))
        if step % 24 == 0 or step == steps - 1:
            used.append(heap(session))
    wait_for(page, "free")
    print([f"{one / 1e6:.1f} MB" for one in used])
    # the first hours load what is loaded once
    assert used[-1] - used[2] < SLACK
