# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""./dev run: Odoo with demo data and the simulator connected to it."""

import contextlib
import re
import socket
import time

from . import addons, database, demo, environment, instance, places, rpc, simulator
from .errors import Problem
from .odoo_process import OdooServer
from .process import tail
from .progress import say, step


def require_free(port):
    """Check that we can listen on a port.

    :raises Problem: when somebody else does
    """
    with socket.socket() as probe:
        # As the server will: connections that are just closing do not matter.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Problem(
                f"port {port} cannot be used ({error.strerror}): choose another with "
                "./dev run --port NUMBER"
            ) from error


def require_name(name):
    """Check the name of a database that may be made or thrown away.

    :raises Problem: when it is not one of ours to touch
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name) or name.startswith(
        ("template", "postgres")
    ):
        raise Problem(
            f"{name!r} is no name for the demo's database: take letters, digits and _"
        )


def run(port, name, fresh, with_simulator):
    """Serve until interrupted.

    :param port: TCP port of the web client
    :param name: the database, made when it does not exist
    :param fresh: throw the database away first
    :param with_simulator: start the simulator and connect it
    :raises Problem: when something does not start, or ends by itself
    """
    require_name(name)
    with instance.only_one(places.checkout_state()) as publish:
        require_free(port)
        with environment.ready() as ready:
            _serve(ready, publish, port, name, fresh, with_simulator)


def _serve(ready, publish, port, name, fresh, with_simulator):
    prepare_database(ready, name, fresh)
    url = f"http://127.0.0.1:{port}"
    database.set_base_url(ready, name, url)
    log = _new_log(ready, "run")
    with contextlib.ExitStack() as started:
        simulator_url = None
        if with_simulator:
            simulator_url = started.enter_context(
                simulator.running(
                    ready.python,
                    _new_log(ready, "simulator"),
                    f"--key={demo.KEY}",
                    f"--secret={demo.SECRET}",
                    f"--timezone={demo.TIME_ZONE}",
                )
            )
        server = OdooServer(
            ready, name, port, log, ["--workers=0", "--max-cron-threads=1"]
        )
        started.callback(server.stop)
        with step("Starting Odoo"):
            server.start()
        if simulator_url:
            _connect(url, name, simulator_url)
        publish(url=url, database=name, simulator_url=simulator_url)
        print(f"ready {url}", flush=True)
        say(f"Log in as admin, password admin. Odoo's log: {log}. Ctrl-C stops all.")
        while server.process.poll() is None:
            time.sleep(0.5)
        text = log.read_text(errors="replace")
        raise Problem(f"Odoo ended by itself. Its log: {log}\n{tail(text)}")


def _new_log(ready, name):
    log = database.log_file(ready, name)
    log.unlink(missing_ok=True)
    return log


def _connect(url, name, simulator_url):
    with step("Connecting the simulator"):
        client = rpc.Client(url, name)
        try:
            demo.connect(client, simulator_url)
            demo.play_calls(client, simulator_url)
        except rpc.RpcError as error:
            raise Problem(
                f"the demo cannot be connected with the simulator: {error} "
                "(./dev run --fresh begins with a new database)"
            ) from error


def prepare_database(ready, name, fresh):
    """Make the database, or bring it up to date with the addons' files."""
    # Beside the database, because it says what was installed into it.
    installed = ready.state / f"installed-{name}"
    if fresh:
        database.drop(ready, name)
    if name not in database.names(ready):
        database.create(ready, name, demo=True)
    elif not installed.exists() or installed.read_text() != addons.fingerprint():
        ours = ",".join(addons.names())
        with step(f"Updating {ours} in the database {name}"):
            database.odoo(
                ready,
                name,
                f"--init={ours}",
                f"--update={ours}",
                doing=f"updating {ours}",
            )
    installed.write_text(addons.fingerprint())
