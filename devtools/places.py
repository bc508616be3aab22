# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where things are kept: the cache of this user, the state of this checkout."""

import contextlib
import fcntl
import hashlib
import os
from pathlib import Path

from .progress import say

CHECKOUT = Path(__file__).resolve().parent.parent

#: The file in a checkout's state that tells whose it is.
CHECKOUT_PATH = "checkout"


def cache_root(environ=os.environ, uid=None):
    """Return the folder for everything that can be made again.

    Root's is outside its home, because PostgreSQL may have to run as nobody and
    must be able to reach it.
    """
    if (os.getuid() if uid is None else uid) == 0:
        return Path("/var/cache/zadarma_connector")
    base = Path(environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return base / "zadarma_connector"


def checkout_name(checkout=CHECKOUT):
    """Return a short name of a checkout, different for each path."""
    return hashlib.sha256(str(checkout).encode()).hexdigest()[:12]


def checkout_state(checkout=CHECKOUT):
    """Return the folder with the databases and files of one checkout."""
    folder = cache_root() / "checkouts" / checkout_name(checkout)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CHECKOUT_PATH).write_text(str(checkout))
    return folder


def durable_state(state=None):
    """Return the folder of what is measured: a cluster that waits for the disk.

    :param state: of a checkout, by default this one's
    """
    folder = (state or checkout_state()) / "durable"
    folder.mkdir(exist_ok=True)
    return folder


def digest(*parts):
    """Return a short key of some texts, for the names of cached things."""
    joined = "\0".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def beside(path, ending):
    """Return the path with an ending added, whatever dots its name has."""
    return path.with_name(path.name + ending)


@contextlib.contextmanager
def lock(path, doing):
    """Hold a lock file, so that two commands do not do one thing at once.

    :param path: the lock file
    :param doing: what the other command is busy with, for the message
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"    waiting for another ./dev, which is {doing}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
