# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A real Odoo, the simulator as another process, and Chromium."""

import contextlib
import itertools
import threading
import time
from pathlib import Path

import psycopg2
import pytest
import requests

from devtools import (
    addons,
    connection,
    database,
    environment,
    odoo_log,
    odoo_process,
    rpc,
    simulator,
)
from devtools.pytest_browser import (  # noqa: F401
    launched,
    page,
    pytest_runtest_makereport,
)
from pbx_simulator.protocol import signing

#: Seconds that an awaited thing may take to happen.
PATIENCE = 30

_NUMBERS = itertools.count(1)


def pytest_collection_modifyitems(items):
    """What takes longest begins first: at the end, it would be waited for alone."""
    items.sort(key=lambda item: item.get_closest_marker("longest") is None)


@pytest.fixture(scope="session")
def ready():
    """The set-up, with PostgreSQL running: an ``environment.Environment``."""
    with environment.ready(browser=True) as ready:
        yield ready


@pytest.fixture
def database_name(ready, request):
    """A fresh database with the addons installed, without demo data."""
    in_browser = "page" in request.fixturenames
    template = database.with_bundles if in_browser else database.with_addons
    with database.temporary(ready, f"live_{next(_NUMBERS)}", template) as name:
        yield name


class LiveOdoo(odoo_process.OdooServer):
    """The server of one test."""

    program = Path(__file__).with_name("quick_odoo.py")

    def client(self, login="admin", password="admin"):
        """Log in over RPC.

        :return: an ``rpc.Client``
        """
        return rpc.Client(self.url, self.database, login, password)

    def restart(self):
        """Start it again, after `stop` or `kill`."""
        self.stop()
        self.start()

    def press(self, button, *modules):
        """Press the button of modules that installs them or takes them away.

        Odoo refuses it while one of its jobs runs; this waits for their end.

        :param button: its method
        :param modules: their names
        """
        client = self.client()
        found = client.call("ir.module.module", "search", [("name", "in", modules)])

        def is_done():
            try:
                client.call("ir.module.module", button, found)
            except rpc.RpcError as error:
                refused = "Odoo is currently processing a scheduled action"
                if refused not in str(error):
                    raise
                self.expected += [refused, "SELECT FROM ir_cron FOR UPDATE NOWAIT"]
                return False
            return True

        _wait_until(is_done)

    @contextlib.contextmanager
    def killed_amid(self, action):
        """Begin something that asks this server, kill it when the block is left, and
        start it again.

        :param action: a function; that nobody answers it is no error
        :return: the thread in which it runs
        """

        def is_cut_off():
            with contextlib.suppress(OSError):
                action()

        running = threading.Thread(target=is_cut_off)
        running.start()
        try:
            yield running
        finally:
            self.kill()
            running.join()
            self.start()


@pytest.fixture
def start_odoo(ready, database_name, tmp_path):
    """A function that starts an Odoo: ``start_odoo(workers=0, cron=False)``, with more
    options of the odoo command if need be.

    ``more`` is a further folder with addons, ``only`` one instead of the checkout.

    Several can serve the one database. A warning or an error in a log fails the
    test, unless its text matches one of the patterns in ``server.expected``. So
    does the account's secret.
    """
    servers = []

    def start(workers=0, cron=False, options=(), more=None, only=None):
        theirs = ",".join(str(path) for path in ready.odoo.addons)
        ours = f"{theirs},{only}" if only else ready.addons_path
        server = LiveOdoo(
            ready,
            database_name,
            log=tmp_path / f"odoo-{len(servers)}.log",
            options=[
                f"--workers={workers}",
                f"--max-cron-threads={int(cron)}",
                f"--addons-path={ours},{more}" if more else f"--addons-path={ours}",
                *options,
            ],
        )
        server.expected = []
        servers.append(server)
        database.set_base_url(ready, database_name, server.url)
        server.start()
        return server

    yield start
    _wait_until_idle(ready, database_name)
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
    for server in servers:
        assert LiveSimulator.secret not in server.log.read_text(errors="replace")


@pytest.fixture
def jobs_when_asked(ready, database_name):
    """Jobs run when something asks for it, not because they are due.

    By themselves all are due at once, at any moment of a test: they would do what it is
    about to ask for, and write what it writes. To be had before a server.
    """
    ready.server.query(
        "UPDATE ir_cron SET nextcall = now() + interval '1 day'", database_name
    )


def _wait_until_idle(ready, database_name):
    """Wait for what the servers of a database are in the middle of, but not for ever.

    Of a request or a job that is cut short when its server stops, Odoo logs an error.
    """
    busy = (
        "SELECT pid FROM pg_stat_activity"
        f" WHERE datname = '{database_name}' AND application_name LIKE 'odoo-%'"
        " AND state <> 'idle'"
    )
    deadline = time.monotonic() + PATIENCE
    while ready.server.query(busy) and time.monotonic() < deadline:
        time.sleep(0.1)


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

    def calls(self):
        """The truth of all calls, by their ids."""
        return {call["pbx_call_id"]: call for call in self._ask("calls")}

    def fill_history(self, count, begin, end):
        """Make finished calls of a past period, without telling anybody.

        :param begin: ISO 8601 with zone
        :param end: the same
        """
        asked = {"count": count, "from": begin, "to": end}
        response = _direct().post(
            f"{self.url}/_pbx/history", json=asked, timeout=PATIENCE
        )
        assert response.ok, response.text

    def settings(self):
        """The account's settings at Zadarma, without its secret."""
        return self._ask(f"accounts/{self.key}")

    def change(self, **settings):
        """Change the account's settings, see the simulator's README."""
        response = _direct().put(
            f"{self.url}/_pbx/accounts/{self.key}", json=settings, timeout=PATIENCE
        )
        assert response.ok, response.text

    def misbehave(self, **order):
        """Make the next requests go wrong, see the simulator's README."""
        response = _direct().post(
            f"{self.url}/_pbx/behaviour", json=order, timeout=PATIENCE
        )
        assert response.ok, response.text

    def asked(self, path):
        """How often something was asked for under a path."""
        return sum(one["path"].startswith(path) for one in self._ask("requests"))

    def wait_for_request(self, path):
        """Wait until something was asked for under a path."""
        _wait_until(lambda: self.asked(path))

    def callbacks(self):
        """What was asked to be called, oldest first."""
        return [one["params"] for one in self._ask("callbacks")]

    def messages(self):
        """The truth of all SMS, oldest first."""
        return self._ask("messages")

    def write(self, text, sender, **more):
        """Let somebody send an SMS, see the simulator's README; return its truth."""
        response = _direct().post(
            f"{self.url}/_pbx/messages",
            json={"from": sender, "text": text, **more},
            timeout=PATIENCE,
        )
        assert response.ok, response.text
        return response.json()

    def webphones(self):
        """The browser phones that were started, and what with."""
        return self._ask("webphones")

    def _ask(self, path):
        return _direct().get(f"{self.url}/_pbx/{path}", timeout=PATIENCE).json()


@pytest.fixture
def pbx_options():
    """Further options of the simulator; a test file may have its own."""
    return []


@pytest.fixture
def pbx(ready, tmp_path, pbx_options):
    """A simulated PBX with the extensions 100, 101 and 102."""
    with simulator.running(
        ready.python,
        tmp_path / "simulator.log",
        f"--key={LiveSimulator.key}",
        f"--secret={LiveSimulator.secret}",
        "--seed=1",
        *pbx_options,
    ) as url:
        yield LiveSimulator(url)


class Account:
    """An account in Odoo that is connected with the simulated PBX.

    Extension 101 is Olena's, and the number :attr:`caller` is a customer's.

    :ivar id: of the zadarma.account
    :ivar employee: id of Olena
    :ivar partner: id of the customer
    """

    caller = "+442037691880"

    def __init__(self, odoo, pbx):
        self._odoo = odoo
        self._pbx = pbx
        # its session outlives a restart
        self._client = client = odoo.client()
        [self.partner] = client.call(
            "res.partner", "create", [{"name": "Orchard", "phone": self.caller}]
        )
        [self.employee] = client.call("hr.employee", "create", [{"name": "Olena"}])
        self.id = connection.connect(
            client, pbx.url, pbx.key, pbx.secret, tz="Europe/Kyiv"
        )
        extension = client.call("zadarma.extension", "search", [("number", "=", "101")])
        client.call(
            "zadarma.extension", "write", extension, {"employee_id": self.employee}
        )

    def make_agent(self, login, password=None, **values):
        """Make a user with the right of an agent, and return their id."""
        [right] = self.read(
            "ir.model.data", ["res_id"], module=addons.MAIN, name="group_zadarma_user"
        )
        values = {"name": login.title(), "login": login, **values}
        values["group_ids"] = [(4, right["res_id"])]
        if password:
            values["password"] = password
        [user] = self._client.call("res.users", "create", [values])
        return user

    def give_extension(self, user=2):
        """Let a user (the administrator) call with extension 101."""
        [extension] = self.read("zadarma.extension", [], number="101")
        self._client.call(
            "zadarma.extension",
            "write",
            [extension["id"]],
            {"employee_id": False, "user_id": user},
        )

    def notify(self, params):
        """Deliver a genuine notification as the PBX would, and return the response.

        :raises requests.ConnectionError: nobody answered
        """
        signature = signing.notification_signature(self._pbx.secret, params)
        return _direct().post(
            f"{self._odoo.url}/exec/Zadarma.notify",
            data=params,
            headers={"Signature": signature},
            timeout=PATIENCE,
        )

    def read(self, model, fields, **values):
        """Return the records of a model that have some values, oldest first."""
        domain = [(name, "=", value) for name, value in values.items()]
        return self._client.call(model, "search_read", domain, fields, order="id")

    def wait_for_call(self, **values):
        """Wait for the only call to have some values, and return its id."""
        found = []

        def has_come():
            found[:] = self.read("zadarma.call", [], **values)
            return found

        _wait_until(has_come)
        [call] = found
        return call["id"]

    def run_scheduled_job(self):
        """Run the job that applies what was received, until nothing waits for it."""

        def nothing_waits():
            self.run_job("cron_apply")
            return not self.read("zadarma.event", [], state="received")

        _wait_until(nothing_waits)

    wait_until = staticmethod(lambda happened: _wait_until(happened))

    def wait_for_message(self, **values):
        """Wait for the only SMS to have some values, and return all of it."""
        found = []

        def has_come():
            found[:] = self.read("zadarma.message", [], **values)
            return found

        _wait_until(has_come)
        [message] = found
        return message

    def wait_until_followed_up(self):
        """Wait until Odoo did by itself what follows from the calls that ended."""
        _wait_until(lambda: not self.read("zadarma.call", [], to_follow_up=True))

    def run_job(self, name, module=addons.MAIN):
        """Run a scheduled job once, after the run that Odoo began by itself.

        :param name: its external id, without the module
        :param module: whose job it is
        """
        job = self.job(name, module)

        def has_run():
            try:
                return self._client.call("ir.cron", "method_direct_trigger", [job])
            except rpc.RpcError as error:
                if "already executing" not in str(error):
                    raise
                return False

        _wait_until(has_run)

    def job(self, name, module=addons.MAIN):
        """Return the id of a scheduled job."""
        [found] = self.read("ir.model.data", ["res_id"], module=module, name=name)
        return found["res_id"]

    def reconcile(self, begin, end):
        """Compare a period with the PBX's statistics, and wait for the first part.

        :param begin: datetime in UTC
        :param end: datetime in UTC
        """
        period = {
            "date_from": f"{begin:%Y-%m-%d %H:%M:%S}",
            "date_to": f"{end:%Y-%m-%d %H:%M:%S}",
        }
        self._client.call(
            "zadarma.reconciliation", "create", [{"account_id": self.id, **period}]
        )
        self.run_job("cron_reconcile")


@pytest.fixture
def connect(pbx):
    """A function that connects an Odoo with the simulated PBX: ``connect(odoo)``.

    It returns an :class:`Account`.
    """
    return lambda odoo: Account(odoo, pbx)


class Outside:
    """The database as somebody else sees it: only what was committed."""

    def __init__(self, connection):
        self._connection = connection
        connection.autocommit = True

    def rows(self, statement, *values):
        """Return the rows of a statement."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def execute(self, statement, *values):
        """Execute a statement, whatever it returns."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)

    def wait_for(self, statement):
        """Wait until a statement returns rows."""
        _wait_until(lambda: self.rows(statement))

    @contextlib.contextmanager
    def holding(self, *locks):
        """Hold locks inside the block, or until :meth:`let_go`.

        :param locks: for each a statement that takes it, and its values
        """
        self._connection.autocommit = False
        try:
            for statement, *values in locks:
                self.execute(statement, *values)
            yield
        finally:
            self.let_go()

    def let_go(self):
        """Give up the locks that are held."""
        self._connection.rollback()
        self._connection.autocommit = True

    @contextlib.contextmanager
    def lacking_table(self, name):
        """Take a table away inside the block."""
        self.execute(f"ALTER TABLE {name} RENAME TO {name}_away")
        try:
            yield
        finally:
            self.execute(f"ALTER TABLE {name}_away RENAME TO {name}")


@pytest.fixture
def outside(ready, database_name):
    """The database, without Odoo: an :class:`Outside`."""
    server = ready.server
    connection = psycopg2.connect(
        host=server.host, port=server.port, user=server.user, dbname=database_name
    )
    yield Outside(connection)
    connection.close()


def _wait_until(happened):
    """Wait until a function returns something true."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.05)


def _direct():
    """A session that reaches this machine without a proxy."""
    session = requests.Session()
    session.trust_env = False
    return session
