# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is known of the `./dev run` of this checkout, for the other commands."""

import contextlib
import fcntl
import json

from .errors import Problem


def _file(state):
    return state / "running.json"


@contextlib.contextmanager
def only_one(state):
    """Be the running instance inside the block; yield what publishes its facts.

    The file is locked as long as we live, so a crash leaves nothing that could be
    taken for a running instance.

    :param state: the checkout's state folder
    :raises Problem: when there is one already
    """
    with _file(state).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = find(state)
            where = f" at {running['url']}" if running else ""
            raise Problem(
                f"this checkout is running already{where}: stop it there with Ctrl-C."
            ) from None
        file.truncate(0)

        def publish(**facts):
            file.write(json.dumps(facts))
            file.flush()

        yield publish


def find(state):
    """Return the facts of the running instance, or None.

    :return: dict with url, database and simulator_url (None without one)
    """
    try:
        file = _file(state).open()
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = file.read()
            return json.loads(text) if text else None
    return None
