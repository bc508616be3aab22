# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""./dev run from end to end, in a checkout of its own beside this one."""

import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from devtools import checkouts, demo, environment, places, process, rpc

#: Seconds to wait for what takes a minute at worst.
PATIENCE = 300


class Checkout:
    """Another checkout, and its ./dev."""

    def __init__(self, folder):
        self.folder = folder
        self.state = places.checkout_state(folder)

    def dev(self, *arguments):
        """Run a command to its end and return what it printed on stdout."""
        return process.call([self.folder / "dev", *arguments], cwd=self.folder)

    def start(self, port, *options):
        """Start ./dev run; return it and all lines up to the one with "ready"."""
        running = subprocess.Popen(
            [self.folder / "dev", "run", f"--port={port}", *options],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        return running, running.stdout.readline().strip()

    def processes(self):
        """Return the command lines of all processes that belong to it."""
        marks = (str(self.folder), str(self.state))
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                place = str((path / "cwd").readlink())
            except OSError:
                continue
            if place.startswith(marks) or any(mark in command for mark in marks):
                found.append(command)
        return found


@pytest.fixture
def checkout(ready, tmp_path):
    folder = tmp_path / "checkout"
    shutil.copytree(
        places.CHECKOUT,
        folder,
        ignore=shutil.ignore_patterns(".*", "__pycache__", "tests"),
    )
    checkout = Checkout(folder)
    yield checkout
    assert checkout.processes() == []
    shutil.rmtree(folder)
    checkouts.forget_gone(environment.python())
    assert not checkout.state.exists()


def stop(running, number):
    running.send_signal(number)
    running.communicate(timeout=PATIENCE)
    return running.returncode


@pytest.mark.longest
def test_the_demo_runs_dials_stops_and_runs_again(checkout):
    port = process.free_port()
    url = f"http://127.0.0.1:{port}"
    running, first_line = checkout.start(port)
    try:
        assert first_line == f"ready {url}"
        client = rpc.Client(url, "demo")

        def calls():
            return client.call("zadarma.call", "search_count", [])

        assert calls() == len(demo.CALLS)
        numbers = ["--from", demo.ORCHARD, "--to", "101"]
        answer = checkout.dev("simulate", "incoming-answered", *numbers, "--json")
        played = json.loads(answer)
        assert [event["status"] for event in played["events"]] == [200] * 5
        (call,) = client.call(
            "zadarma.call",
            "search_read",
            [("pbx_call_id", "=", played["pbx_call_id"])],
            ["partner_id", "employee_id", "result"],
        )
        assert call["partner_id"][1].startswith("Orchard Lane Bakery")
        assert (bool(call["employee_id"]), call["result"]) == (True, "answered")
        texts = ["--from", demo.ORCHARD, "--text", "Is it ready?"]
        answer = checkout.dev("simulate", "incoming-sms", *texts, "--json")
        assert json.loads(answer)["events"] == [{"event": "SMS", "status": 200}]
        assert client.call("zadarma.message", "search_count", []) == len(demo.TEXTS) + 1
        summary = json.loads(checkout.dev("env", "--json"))
        assert summary["simulator_url"].startswith("http://127.0.0.1:")
        checkout.dev("env", "--stop")
    finally:
        code = stop(running, signal.SIGINT)
    assert code == 0
    assert checkout.processes() == []

    running, first_line = checkout.start(port)
    try:
        assert first_line == f"ready {url}"
        client = rpc.Client(url, "demo")
        # What was there is there still, and nothing was played twice.
        assert calls() == len(demo.CALLS) + 1
    finally:
        code = stop(running, signal.SIGTERM)
    assert code == 0
