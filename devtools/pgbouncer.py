# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""PgBouncer between a program and PostgreSQL, from Debian's package, not installed.

Of this machine's own release, since its programs need its C library.
"""

import contextlib
import platform
import shutil
import socket
import tempfile
import time
from pathlib import Path

from . import debian, postgres, process
from .errors import Problem
from .odoo_tree import extract
from .places import beside, cache_root, lock
from .progress import step

PACKAGE = "pgbouncer"
#: Part of every Debian.
PRESENT = "libc6"
#: Seconds that a start may take; it takes a moment.
PATIENCE = 10
#: Seconds after which who waits for a connection is told that there is none.
QUERY_WAIT = 20


def ensure():
    """Return the folder with the unpacked package and its libraries.

    :raises Problem: when it cannot be had from Debian
    """
    release = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    tree = cache_root() / PACKAGE / release
    if not tree.exists():
        with lock(beside(tree, ".lock"), "unpacking PgBouncer"):
            if not tree.exists():
                _make_tree(tree, release)
    return tree


def _make_tree(tree, release):
    mirror = debian.machine_mirror()
    with (
        step(f"Downloading PgBouncer from {mirror}"),
        tempfile.TemporaryDirectory(prefix="zadarma-apt-") as folder,
    ):
        apt = debian.PrivateApt(Path(folder) / "apt", mirror, release)
        apt.update()
        libraries = [one for one in apt.depends(PACKAGE) if one.startswith("lib")]
        packages = [PACKAGE, *(one for one in libraries if one != PRESENT)]
        apt.download(packages, folder)
        # made beside its place and renamed when whole
        half_made = beside(tree, ".new")
        shutil.rmtree(half_made, ignore_errors=True)
        half_made.mkdir(parents=True)
        for package in Path(folder).glob("*.deb"):
            extract(package, half_made)
        half_made.rename(tree)


@contextlib.contextmanager
def running(server, size):
    """Have one in transaction mode in front of a server; yield its TCP port.

    :param server: a :class:`postgres.Server`
    :param size: how many connections to PostgreSQL it has for each database
    :raises Problem: when it does not start
    """
    tree = ensure()
    port = process.free_port()
    prefix = postgres.unprivileged()
    with tempfile.TemporaryDirectory(prefix="zadarma-pgbouncer-") as name:
        folder = Path(name)
        (folder / "users").write_text(f'"{server.user}" ""\n')
        (folder / "ini").write_text(
            "[databases]\n"
            f"* = host={server.host} port={server.port}\n"
            "[pgbouncer]\n"
            "listen_addr = 127.0.0.1\n"
            f"listen_port = {port}\n"
            "unix_socket_dir =\n"
            "auth_type = trust\n"
            f"auth_file = {folder / 'users'}\n"
            "pool_mode = transaction\n"
            f"default_pool_size = {size}\n"
            f"query_wait_timeout = {QUERY_WAIT}\n"
        )
        postgres.own(folder, prefix)
        with (folder / "log").open("wb") as log:
            program = process.start(
                [
                    *prefix,
                    "env",
                    f"LD_LIBRARY_PATH={':'.join(map(str, _library_folders(tree)))}",
                    tree / "usr" / "sbin" / "pgbouncer",
                    folder / "ini",
                ],
                stdout=log,
                stderr=log,
            )
        try:
            _wait_for(program, port, folder / "log")
            yield port
        finally:
            process.stop(program)


def _library_folders(tree):
    return {path.parent for path in tree.rglob("lib*.so.*")}


def _wait_for(program, port, log):
    deadline = time.monotonic() + PATIENCE
    while True:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=1),
        ):
            return
        if program.poll() is not None or time.monotonic() > deadline:
            text = log.read_text(errors="replace")
            raise Problem(f"PgBouncer did not start:\n{process.tail(text)}")
        time.sleep(0.05)
