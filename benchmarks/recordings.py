# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast recordings come into Odoo, in how much memory, and how soon one sounds.

Background work takes 50 requests a minute of Zadarma's limit, and each call needs one,
so that the calls themselves set a floor. Goals: close to the floor, memory that does
not grow; the first sound 300 ms after the click (median), for one that is kept.
"""

import statistics
import time
from datetime import UTC, datetime, timedelta

import psutil

from benchmarks import _command, _odoo
from devtools import browser
from devtools.odoo_log import require_clean
from devtools.progress import step
from pbx_simulator import Simulator

#: Recorded calls.
CALLS = 200
#: Seconds of sound in each.
TALK = 120
#: What background work is allowed.
PER_MINUTE = 50
#: How often a recording is played.
CLICKS = 15
KEPT = [("state", "=", "kept")]


def measure(environment):
    """Measure both, and return a ``_command.Report``."""
    report = _command.Report()
    with (
        Simulator(seed=1) as simulator,
        _odoo.connected(environment, simulator, workers=0) as odoo,
    ):
        simulator.account().recording_delay = 0
        with step(f"{CALLS} calls of {TALK} s"):
            for _call in range(CALLS):
                simulator.dial("incoming-answered", to="101", pace=0, talk=TALK)
            odoo.apply_all()
        # what dialling and connecting took is not ours
        environment.server.query("update zadarma_limiter set log = null", odoo.database)
        with step("fetching"):
            fetching = _fetch(odoo)
        kept = odoo.call("zadarma.recording", "search_count", KEPT)
        if kept != CALLS:
            report.wrong.append(f"kept {kept} recordings, not {CALLS}")
        with step("listening"):
            listening = _listen(odoo, environment)
    require_clean(odoo.log, "fetching recordings")
    report.tables = {"Fetching": [fetching], "First sound after the click": [listening]}
    return report


def _fetch(odoo):
    """Run the job whenever it asked to be run, until all are kept."""
    process = psutil.Process(odoo.process.pid)
    memory = [process.memory_info().rss]
    began = time.monotonic()
    while True:
        odoo.run_job("cron_recordings")
        memory.append(process.memory_info().rss)
        if odoo.call("zadarma.recording", "search_count", KEPT) >= CALLS:
            break
        time.sleep(_until_next_trigger(odoo))
    seconds = time.monotonic() - began
    floor = 60 * ((CALLS - 1) // PER_MINUTE)
    return {
        "recordings": CALLS,
        "seconds": round(seconds),
        "floor (s)": floor,
        "MiB before": round(memory[0] / 2**20),
        "MiB after the first run": round(memory[1] / 2**20),
        "MiB at most": round(max(memory) / 2**20),
    }


def _until_next_trigger(odoo):
    """Seconds until the job wants to run again, a minute at most."""
    asked = odoo.call(
        "ir.cron.trigger",
        "search_read",
        [("cron_id", "=", odoo.job("cron_recordings"))],
        ["call_at"],
        order="call_at desc",
        limit=1,
    )
    if not asked:
        return 0
    at = datetime.fromisoformat(asked[0]["call_at"]).replace(tzinfo=UTC)
    return min(max((at - datetime.now(UTC)) / timedelta(seconds=1), 0), 60)


def _listen(odoo, environment):
    """Click on recordings, and measure in the browser when the sound begins."""
    milliseconds = []
    with (
        browser.launched(environment.chromium) as chromium,
        browser.opened(chromium) as page,
    ):
        # the first page makes all assets
        page.set_default_timeout(120_000)
        browser.log_in(page, odoo.url)
        page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_call")
        page.wait_for_selector(".o_zadarma_listen[data-state=kept]")
        page.evaluate(_WATCH)
        for click in range(CLICKS):
            page.evaluate("window.zadarmaSound = 0")
            page.click(f".o_zadarma_listen >> nth={click}")
            page.wait_for_function("window.zadarmaSound")
            milliseconds.append(page.evaluate("window.zadarmaSound"))
            page.click(".o_zadarma_popover .btn-close")
            page.wait_for_selector(".o_zadarma_popover", state="detached")
    return {
        "clicks": CLICKS,
        "median ms": round(statistics.median(milliseconds)),
        "slowest ms": round(max(milliseconds)),
    }


#: Remembers how long after a click sound came.
_WATCH = """
const clicked = () => (window.zadarmaClick = performance.now());
document.addEventListener("click", clicked, true);
document.addEventListener(
    "playing",
    () => (window.zadarmaSound = performance.now() - window.zadarmaClick),
    true
);
"""


if __name__ == "__main__":
    _command.main(measure)
