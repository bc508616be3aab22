# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulated PBX as a process, and how to make it dial."""

import contextlib
import json
import subprocess
import urllib.error
import urllib.request

from . import process
from .errors import Problem
from .places import CHECKOUT

#: Seconds that the slowest scenario may take without delays in it.
TIMEOUT = 60


@contextlib.contextmanager
def running(python, log, *options):
    """Yield the address of a simulator that runs inside the block.

    :param python: a Python with the project's requirements
    :param log: path of its log, which is appended to
    :param options: of `python -m pbx_simulator`
    :raises Problem: when it does not start
    """
    with log.open("ab") as errors:
        started = process.start(
            [python, "-m", "pbx_simulator", *options],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        # Its first line is this one, or it ends.
        word, _, url = started.stdout.readline().decode().strip().partition(" ")
        if word != "ready":
            text = log.read_text(errors="replace")
            raise Problem(f"the simulator did not start:\n{process.tail(text)}")
        yield url
    finally:
        process.stop(started)
        started.stdout.close()


def dial(url, scenario, **settings):
    """Have a scenario played, by default without delays, and return what came of it.

    :param url: address of a simulator
    :param settings: `from`, `to`, `did` and `text`, each a text; `pace`; `faults`: see
        the simulator's manual. None means its default
    :return: dict with scenario, pbx_call_id and events (event and status each)
    :raises Problem: when it refuses, with its sentence
    """
    return _ask(url, "calls", {"scenario": scenario, "pace": 0, **settings})


def write(url, text, sender):
    """Have somebody write an SMS to the account's first own number.

    :param url: address of a simulator
    :param sender: E.164
    :return: dict, see the simulator's manual
    :raises Problem: when it refuses, with its sentence
    """
    return _ask(url, "messages", {"text": text, "from": sender})


def _ask(url, what, values):
    request = urllib.request.Request(
        f"{url}/_pbx/{what}",
        data=json.dumps(values).encode(),
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            raise Problem(json.load(error)["error"]) from error
    except OSError as error:
        raise Problem(f"the simulator at {url} does not answer: {error}") from error
