# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator as a process of its own, and its life in Python."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from pbx_simulator import Account, Simulator, SimulatorError
from pbx_simulator.account.account import DEMO_KEY, DEMO_SECRET

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start():
    """Start the simulator with some options; it is ended after the test."""
    processes = []

    def start(*options):
        processes.append(process := _start(*options))
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def _start(*options):
    return subprocess.Popen(
        [sys.executable, "-m", "pbx_simulator", *options],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_when_it_is_ready_and_stops(start, number):
    process = start("--key", "somekey", "--secret", "somesecret", "--extensions", "700")
    ready, url = process.stdout.readline().split()
    account = requests.get(f"{url}/_pbx/accounts/somekey", timeout=20).json()
    process.send_signal(number)
    out, errors = process.communicate(timeout=20)
    assert ready == "ready"
    assert [it["number"] for it in account["extensions"]] == ["700"]
    assert (process.returncode, out, errors) == (0, "", "")


@pytest.mark.parametrize(
    "options, words",
    [
        (["--extensions", "1,2"], "'1' is no extension"),
        (["--numbers", "+48123456789,x"], "number: 'x' is no phone number"),
        (["--timezone", "Mars"], "'Mars' is no time zone"),
        (["--key", ""], "The key of an account must be letters and digits."),
        (["--secret", "a b"], "The secret of an account must be letters and digits."),
    ],
)
def test_options_that_are_not_possible(start, options, words):
    process = start(*options)
    out, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert words in errors
    assert out == ""


@pytest.mark.parametrize(
    "option, status", [("--no-rate-limit", 200), ("--rate-limit", 429)]
)
def test_rate_limit(start, zadarma, option, status):
    _ready, url = start(option).stdout.readline().split()
    path = "/v1/statistics/pbx/"
    signature = zadarma.sign_request(DEMO_SECRET, path, "")
    headers = {"Authorization": f"{DEMO_KEY}:{signature}"}
    for _ in range(4):
        answer = requests.get(url + path, headers=headers, timeout=20)
    assert answer.status_code == status


def test_seed(start):
    ids = []
    for options in [("--seed", "1"), ("--seed", "1"), (), ()]:
        _ready, url = start(*options).stdout.readline().split()
        call = {"scenario": "incoming-missed"}
        answer = requests.post(f"{url}/_pbx/calls", json=call, timeout=20)
        ids.append(answer.json()["pbx_call_id"])
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_two_accounts_with_one_key():
    with pytest.raises(SimulatorError, match="There is an account with the key k"):
        Simulator([Account(key="k"), Account(key="k")])
