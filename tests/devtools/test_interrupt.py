# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is left when somebody interrupts a run."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from devtools import database, testing
from devtools.places import CHECKOUT

#: Says that it runs, and takes longer to clean up than pytest-xdist would wait.
SLOW = """
import pathlib, time
import pytest

@pytest.fixture(params=["a", "b"])
def place(request):
    place = pathlib.Path(request.param)
    yield place
    place.with_suffix(".ending").touch()
    time.sleep(7)
    place.unlink()

def test_x(place):
    # not by the fixture: cut off before it yields, it would not clean up
    place.touch()
    time.sleep(60)
"""


@pytest.mark.parametrize("reached", ["all", "one", "all twice"])
def test_each_process_cleans_up(tmp_path, reached):
    """As in a terminal, where Ctrl-C reaches all, or as a program interrupts one; and
    if those that clean up are interrupted again."""
    (tmp_path / "test_slow.py").write_text(SLOW)
    (tmp_path / "pytest.ini").touch()
    running = subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "-n2", "-p", "no:odoo"),
            *("-p", "devtools.pytest_strict", "-p", "devtools.pytest_ending"),
            "--result-file=result.json",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    places = [tmp_path / "a", tmp_path / "b"]
    while not all(place.exists() for place in places):
        assert running.poll() is None
        time.sleep(0.1)
    if reached == "one":
        running.send_signal(signal.SIGINT)
    else:
        os.killpg(running.pid, signal.SIGINT)
    if reached == "all twice":
        while not all(place.with_suffix(".ending").exists() for place in places):
            time.sleep(0.1)
        for child in psutil.Process(running.pid).children():
            child.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert not any(place.exists() for place in places)
    assert json.loads((tmp_path / "result.json").read_text())["interrupted"]
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


def test_a_database_that_is_being_made_is_dropped(monkeypatch):
    def create(_environment, _name, **_options):
        raise KeyboardInterrupt

    dropped = []
    monkeypatch.setattr(database, "create", create)
    monkeypatch.setattr(
        database, "drop", lambda _environment, name: dropped.append(name)
    )
    with pytest.raises(KeyboardInterrupt), database.temporary(None, "live"):
        pass
    assert dropped == [f"live_{os.getpid()}"]


@pytest.mark.parametrize(
    ("result", "code"),
    [('{"passed": 1, "failed": 0, "interrupted": true}', 2), ("", -15)],
)
def test_no_further_suite_is_run(monkeypatch, result, code):
    def run_to_end(command, **_options):
        [option] = [part for part in command if str(part).startswith("--result-file=")]
        if result:
            Path(option.partition("=")[2]).write_text(result)
        return code

    monkeypatch.setattr(testing, "run_to_end", run_to_end)
    with pytest.raises(KeyboardInterrupt):
        testing._pytest("pure", sys.executable, [], {})
