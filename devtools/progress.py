# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a person sees while a command works. All of it goes to stderr."""

import contextlib
import sys
import threading
import time

#: Seconds of silence after which a running step says that it is still at it.
SILENCE = 10


def _styled(text, code):
    return f"\033[{code}m{text}\033[0m" if sys.stderr.isatty() else text


def say(text):
    """Print one line."""
    print(text, file=sys.stderr, flush=True)


def complain(text):
    """Print an error."""
    say(f"{_styled('error:', '1;31')} {text}")


@contextlib.contextmanager
def step(title):
    """Announce a piece of work, then how long it took.

    :param title: what is being done, as in "Unpacking Odoo"
    """
    say(f"{_styled('==>', '1;34')} {title}")
    began = time.monotonic()
    finished = threading.Event()

    def reassure():
        while not finished.wait(SILENCE):
            say(f"    ... {time.monotonic() - began:.0f} s")

    reporter = threading.Thread(target=reassure, daemon=True)
    reporter.start()
    try:
        yield
    finally:
        finished.set()
        reporter.join()
    took = time.monotonic() - began
    if took >= 1:
        say(f"    {took:.1f} s")
