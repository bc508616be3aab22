# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A real Odoo, the simulator as another process, and Chromium."""

import itertools
import os

import pytest

from devtools import (
    browser,
    database,
    environment,
    odoo_log,
    odoo_process,
    rpc,
    simulator,
)

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def ready():
    """The set-up, with PostgreSQL running: an ``environment.Environment``."""
    with environment.ready(browser=True) as ready:
        yield ready


@pytest.fixture
def database_name(ready):
    """A fresh database with the addons installed, without demo data."""
    name = f"live_{os.getpid()}_{next(_NUMBERS)}"
    database.create(ready, name, demo=False)
    yield name
    database.drop(ready, name)


class LiveOdoo(odoo_process.OdooServer):
    """The server of one test."""

    def client(self, login="admin", password="admin"):
        """Log in over RPC.

        :return: an ``rpc.Client``
        """
        return rpc.Client(self.url, self.database, login, password)

    def restart(self):
        """Start it again, after `stop` or `kill`."""
        self.stop()
        self.start()


@pytest.fixture
def start_odoo(ready, database_name, tmp_path):
    """A function that starts an Odoo: ``start_odoo(workers=0, cron=False)``.

    Several can serve the one database. A warning or an error in a log fails the
    test, unless its text matches one of the patterns in ``server.expected``.
    """
    servers = []

    def start(workers=0, cron=False):
        server = LiveOdoo(
            ready,
            database_name,
            log=tmp_path / f"odoo-{len(servers)}.log",
            options=[f"--workers={workers}", f"--max-cron-threads={int(cron)}"],
        )
        server.expected = []
        servers.append(server)
        database.set_base_url(ready, database_name, server.url)
        server.start()
        return server

    yield start
    for server in servers:
        server.stop()
    unexpected = [
        complaint
        for server in servers
        for complaint in odoo_log.complaints(
            server.log.read_text(errors="replace"),
            (*odoo_log.ALLOWED, *((pattern, "") for pattern in server.expected)),
        )
    ]
    if unexpected:
        pytest.fail("Odoo logged:\n" + "\n".join(unexpected), pytrace=False)


@pytest.fixture
def odoo(start_odoo):
    """A running Odoo: a :class:`LiveOdoo`."""
    return start_odoo()


class LiveSimulator:
    """A simulator with one account."""

    key = "0123456789abcdef0123"
    secret = "3210fedcba9876543210"

    def __init__(self, url):
        self.url = url

    def dial(self, scenario, **settings):
        """Play a call, see ``devtools.simulator.dial``."""
        return simulator.dial(self.url, scenario, **settings)


@pytest.fixture
def pbx(ready, tmp_path):
    """A simulated PBX with the extensions 100, 101 and 102."""
    with simulator.running(
        ready.python,
        tmp_path / "simulator.log",
        f"--key={LiveSimulator.key}",
        f"--secret={LiveSimulator.secret}",
        "--seed=1",
    ) as url:
        yield LiveSimulator(url)


@pytest.fixture
def page(ready):
    """A page of Chromium."""
    with browser.opened(ready.chromium) as page:
        yield page
