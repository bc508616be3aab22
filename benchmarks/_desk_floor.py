# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a floor with fifty people costs: bytes, messages, milliseconds."""

import statistics
import time

PEOPLE = 50
CALLS = 20
FLOOR = "/odoo/action-zadarma_connector.action_zadarma_floor"
SNAPSHOT = "/web/dataset/call_kw/zadarma.floor/snapshot"
CHANNEL = "zadarma_connector.presence"
#: What of a call changes what people do, and to what.
CHANGES = {
    "NOTIFY_INTERNAL": "ringing",
    "NOTIFY_ANSWER": "talking",
    "NOTIFY_END": "free",
}
#: So many notifications of a call change what the floor shows: these and its start.
NEWS = len(CHANGES) + 1
#: Runs in the page: when somebody does something.
SEEN = """
([number, presence]) => new Promise((resolve) => {
    const selector = `[data-number='${number}'][data-presence=${presence}]`;
    const look = () => {
        if (document.querySelector(selector)) {
            observer.disconnect();
            resolve(Date.now());
        }
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, {attributes: true, childList: true, subtree: true});
    look();
})
"""


class FloorPage:
    """The floor in a browser.

    :param odoo: an ``_odoo.Odoo``
    :param simulator: the ``Simulator`` it is connected with
    :param page: a Playwright page of somebody who is logged in
    :param send: a function that delivers a notification to Odoo
    """

    def __init__(self, odoo, simulator, page, send):
        self._odoo = odoo
        self._simulator = simulator
        self._page = page
        self._send = send
        self._snapshots = []

    def measure(self):
        """Return a table's rows."""
        self._seat_people()
        self._page.on("response", self._note)
        self._page.goto(f"{self._odoo.url}{FLOOR}")
        self._page.wait_for_selector(".o_zadarma_floor [data-presence]")
        # subscribed
        self._page.wait_for_timeout(3000)
        self._snapshots.clear()
        before = self._messages()
        taken = [self._call(one) for one in range(CALLS + 1)][1:]
        told = self._messages() - before
        asked = [one.request.timing["responseEnd"] for one in self._snapshots]
        return [
            _row("notification sent to floor, ms", *map(max, taken)),
            _row("floor read, ms", *asked),
            _row("bytes read", *(len(one.body()) for one in self._snapshots)),
            _row("messages for a change", told / (CALLS + 1) / NEWS),
        ]

    def _seat_people(self):
        first = self._odoo.call("zadarma.extension", "search_count", [])
        self._odoo.call(
            "zadarma.extension",
            "create",
            [
                {
                    "account_id": self._odoo.account,
                    "number": str(300 + number),
                    "name": f"Person {number}",
                }
                for number in range(PEOPLE - first)
            ],
        )

    def _call(self, count):
        """Let a call come; seconds until each change was seen."""
        self._simulator.dial(
            "incoming-answered", from_=f"+4420376917{count:02}", to="102"
        )
        told = self._simulator.calls[-1].notifications
        seconds = []
        for parcel in told:
            presence = CHANGES.get(parcel.event)
            if presence:
                argument = f"['102', '{presence}']"
                self._page.evaluate(f"void (window.floor = ({SEEN})({argument}))")
            started = time.time()
            self._send(parcel)
            if presence:
                seconds.append(
                    1000 * (self._page.evaluate("window.floor") / 1000 - started)
                )
        return seconds

    def _messages(self):
        """How many messages pages were told of changes."""
        [[count]] = self._odoo.environment.server.query(
            f"SELECT count(*) FROM bus_bus WHERE message LIKE '%{CHANNEL}%'",
            self._odoo.database,
        )
        return int(count)

    def _note(self, response):
        if SNAPSHOT in response.url:
            self._snapshots.append(response)


def _row(measured, *figures):
    return {
        "measured": measured,
        "median": float(statistics.median(figures)),
        "most": float(max(figures)),
    }
