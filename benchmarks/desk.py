# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the addon costs the web client, and how soon a caller's card is there.

Goals: less than 40 kB of minified code in each page; no request at page load for users
without an extension, at most one with; the card 300 ms after the notification arrives;
what is open with a customer in 20 ms with a million of each, and no table read whole.
"""

import re
import statistics
import time
from collections import Counter
from urllib.parse import urlsplit

import requests

from benchmarks import _command, _desk_floor, _odoo, _shell
from devtools import browser, chromium, database
from devtools.odoo_log import require_clean
from devtools.progress import step
from pbx_simulator import Simulator

#: Bytes of minified code that every page may carry because of the addon.
MOST_BYTES = 40_000
#: What is loaded by those who use it.
LAZY = ("card", "dashboard", "dialler", "documents", "floor", "player")
CALLS = 20
#: Customers, each with an order, an invoice, a task and an opportunity.
CUSTOMERS = 1_000_000
CALLER = "+442037691880"
EXTENSION = "101"
#: Milliseconds, since slowness is no failure: a fresh database builds its bundles.
PATIENCE = 300_000
#: Milliseconds within which a loaded page has asked for all that it needs.
SETTLING = 3000
#: The steps of a call up to ringing.
RINGING = ("NOTIFY_START", "NOTIFY_INTERNAL")
PAGE = "/odoo/action-base.action_partner_form"
#: Runs in the page: when the caller's name is on a card.
CARD = """
(name) => new Promise((resolve) => {
    const look = () => {
        const card = document.querySelector(".o_zadarma_card[data-phase=ringing] h2");
        if (card?.textContent === name) {
            observer.disconnect();
            resolve(Date.now());
        }
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, {childList: true, subtree: true});
})
"""


class Desk:
    """An agent's browser.

    :param odoo: an ``_odoo.Odoo``
    :param simulator: the ``Simulator`` it is connected with
    :param page: a Playwright page
    """

    def __init__(self, odoo, simulator, page):
        self._odoo = odoo
        self._simulator = simulator
        self._page = page
        self._session = requests.Session()
        self._session.trust_env = False
        self.wrong = []

    def bundle(self):
        """Measure the web client with and without the addon; return a table's rows."""
        own = self._bundle_bytes()
        [removal] = self._odoo.call(
            "ir.asset",
            "create",
            [
                {
                    "name": "the web client without the addon",
                    "bundle": "web.assets_backend",
                    "directive": "remove",
                    "path": "zadarma_connector/static/src/**/*",
                }
            ],
        )
        without = self._bundle_bytes()
        self._odoo.call("ir.asset", "unlink", [removal])
        added = own["js"] - without["js"]
        if added > MOST_BYTES:
            self.wrong.append(f"{added} bytes are added to every page")
        return [
            {
                "bundle": kind,
                "kB without": without[kind] / 1000,
                "kB added": (own[kind] - without[kind]) / 1000,
            }
            for kind in ("js", "css")
        ]

    def lazy_bundles(self):
        """Measure what is loaded when it is needed; return a table's rows."""
        return [{"bundle": name, "kB": self._lazy_bytes(name) / 1000} for name in LAZY]

    def _lazy_bytes(self, name):
        files = self._get(f"/web/bundle/zadarma_connector.assets_{name}").json()
        return sum(len(self._get(file["src"]).content) for file in files)

    def _bundle_bytes(self):
        self._page.goto(f"{self._odoo.url}/odoo")
        html = self._page.content()
        return {
            kind: len(
                self._get(
                    re.search(
                        rf"/web/assets/[^\"']*/web\.assets_web\.min\.{kind}", html
                    )[0]
                ).content
            )
            for kind in ("js", "css")
        }

    def _get(self, path):
        response = self._session.get(f"{self._odoo.url}{path}", timeout=300)
        response.raise_for_status()
        return response

    def page_load(self):
        """Count what a page asks Odoo for; return a table's rows."""
        without = self._requests()
        self._assign(self._odoo.call("res.users", "search", [("login", "=", "admin")]))
        own = self._requests()
        further = own - without
        if further.total() > 1:
            self.wrong.append(f"a page asks for more: {dict(further)}")
        return [
            {"user": "without an extension", "requests": without.total()},
            {"user": "with an extension", "requests": own.total()},
        ]

    def _requests(self):
        asked = Counter()

        def count(request):
            if request.resource_type in ("xhr", "fetch"):
                asked[urlsplit(request.url).path] += 1

        # what a browser keeps is there by the second time
        self._load()
        self._page.on("request", count)
        self._load()
        self._page.remove_listener("request", count)
        return asked

    def _load(self):
        self._page.goto(f"{self._odoo.url}{PAGE}")
        self._page.wait_for_selector(".o_kanban_view, .o_list_view")
        # Odoo's websocket never rests, so this waits for what services ask for later
        self._page.wait_for_timeout(SETTLING)

    def _assign(self, users):
        extensions = self._odoo.call(
            "zadarma.extension", "search", [("number", "=", EXTENSION)]
        )
        self._odoo.call("zadarma.extension", "write", extensions, {"user_id": users[0]})

    def card(self):
        """Measure how soon a ringing call is seen; return a table's rows."""
        seconds = []
        for count in range(CALLS + 1):
            name = f"Caller {count}"
            number = f"{CALLER[:-2]}{count:02}"
            self._odoo.call("res.partner", "create", [{"name": name, "phone": number}])
            seconds.append(self._see(name, number))
        # the first one finds nothing prepared
        seconds = sorted(seconds[1:])
        return [
            {
                "measured": "notification sent to card visible, ms",
                "median": 1000 * statistics.median(seconds),
                "slowest": 1000 * seconds[-1],
            }
        ]

    def floor(self):
        """Measure a floor with fifty people; return a table's rows."""
        pages = _desk_floor.FloorPage(
            self._odoo, self._simulator, self._page, self._send
        )
        rows = pages.measure()
        if rows[-1]["most"] > 1:
            self.wrong.append("a floor is told of one change more than once")
        return rows

    def _see(self, name, number):
        self._simulator.dial("incoming-answered", from_=number, to=EXTENSION)
        *told, _end, _record = self._simulator.calls[-1].notifications
        told = [parcel for parcel in told if parcel.event in RINGING]
        # not waited for until the notification is sent
        self._page.evaluate(f"void (window.seen = ({CARD})('{name}'))")
        self._send(told[0])
        started = time.time()
        self._send(told[1])
        seen = self._page.evaluate("window.seen")
        self._page.click(".o_zadarma_dismiss >> nth=0")
        return seen / 1000 - started

    def _send(self, parcel):
        response = self._session.post(
            f"{self._odoo.url}/exec/Zadarma.notify",
            data=parcel.params,
            headers={"Signature": parcel.signature},
            timeout=60,
        )
        if response.status_code != 200:
            self.wrong.append(f"{parcel.event} was answered {response.status_code}")


def measure(environment):
    """Measure all, and return a ``_command.Report``."""
    report = _command.Report()
    with (
        Simulator(seed=1) as simulator,
        _odoo.connected(environment, simulator, workers=0) as odoo,
        browser.launched(environment.chromium or chromium.ensure()) as launched,
        browser.opened(launched) as page,
    ):
        simulator.account().callinfo.url = ""
        page.set_default_timeout(PATIENCE)
        browser.log_in(page, odoo.url)
        desk = Desk(odoo, simulator, page)
        with step("the bundle"):
            report.tables["bytes of every page, minified"] = desk.bundle()
            report.tables["loaded where it is needed"] = desk.lazy_bundles()
        with step("page load"):
            report.tables["requests of a page"] = desk.page_load()
        with step("the card"):
            report.tables["a caller's card"] = desk.card()
        with step("the floor"):
            report.tables["a floor with fifty people"] = desk.floor()
        report.wrong += desk.wrong
        require_clean(odoo.log, "serving an agent")
    with (
        database.temporary(environment, "bench") as name,
        step(f"{CUSTOMERS:,} customers and what is open with each"),
    ):
        told = _shell.run(environment, name, "_business_probe.py", size=CUSTOMERS)
    report.tables["what is open with a customer"] = told["rows"]
    report.wrong += told["wrong"]
    return report


if __name__ == "__main__":
    _command.main(measure)
