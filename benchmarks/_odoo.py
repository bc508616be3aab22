# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An Odoo that is connected with a simulated PBX."""

import contextlib
import time
from datetime import UTC

from devtools import connection, database, odoo_process, process, rpc

#: The fields of a call that are compared with what happened.
CALL_FIELDS = (
    "pbx_call_id",
    "direction",
    "state",
    "result",
    "caller_number",
    "called_number",
    "external_number",
    "extension_number",
    "date_start",
    "duration",
    "recorded",
    "confirmed",
    "in_doubt",
    "message_ids",
)
CUSTOMER_FIELDS = ("name", "phone", "message_ids")
#: How many records are read at a time.
PAGE = 5000
JOURNAL_FIELDS = ("pbx_call_id", "event", "payload", "delivery_count", "state")
RECONCILIATION_FIELDS = ("state", "rows", "added", "corrected", "doubted", "error")


class Odoo(odoo_process.OdooServer):
    """A server on a database of its own, no scheduled job running by itself.

    :ivar account: id of the connected ``zadarma.account``
    """

    def __init__(self, environment, name, workers):
        """
        :param environment: an ``environment.Environment``
        :param name: the database
        :param workers: 0 = one process with threads
        """
        log = database.log_file(environment, "bench")
        log.unlink(missing_ok=True)
        super().__init__(
            environment,
            name,
            log=log,
            options=[
                f"--workers={workers}",
                # its default would meet that of another Odoo on this machine
                f"--gevent-port={process.free_port()}",
                "--max-cron-threads=0",
            ],
        )
        self.account = None
        self._client = None

    def call(self, model, method, *args, **kwargs):
        """Call a method as the administrator; the session outlives a restart."""
        self._client = self._client or rpc.Client(self.url, self.database)
        return self._client.call(model, method, *args, **kwargs)

    def connect(self, simulator):
        """Connect an account with the only one of a simulator, as a user would."""
        there = simulator.account()
        self.account = connection.connect(
            self, simulator.url, there.key, there.secret, tz=there.timezone
        )

    def seat_people(self):
        """Put an employee, who is a user of the addon, behind each extension."""
        group = self.call(
            "ir.model.data",
            "search_read",
            [("module", "=", "zadarma_connector"), ("name", "=", "group_zadarma_user")],
            ["res_id"],
        )[0]["res_id"]
        for extension in self.call(
            "zadarma.extension", "search_read", [("active", "=", True)], ["number"]
        ):
            name = f"agent {extension['number']}"
            user = {"name": name, "login": name, "group_ids": [(4, group)]}
            [user_id] = self.call("res.users", "create", [user])
            employee = {"name": name, "user_id": user_id}
            [employee_id] = self.call("hr.employee", "create", [employee])
            self.call(
                "zadarma.extension",
                "write",
                [extension["id"]],
                {"employee_id": employee_id},
            )

    def apply_all(self):
        """Run the job that applies what was received, until nothing waits for it.

        It leaves alone for a while what a request may be applying just now.
        """
        waiting = [("state", "=", "received")]
        while self.call("zadarma.event", "search_count", waiting):
            self.run_job("cron_apply")
            time.sleep(1)

    def follow_up_all(self):
        """Run the job that follows up calls until none waits for it: one run of it
        ends when its time is over.
        """
        waiting = [("to_follow_up", "=", True), ("state", "=", "ended")]
        while self.call("zadarma.call", "search_count", waiting):
            self.run_job("cron_follow_up")

    def reconcile(self, start, end):
        """Compare the log with the statistics of a period, without waiting for the
        limit of requests.

        :param start: aware datetime; so is `end`
        :return: iterator of the ``zadarma.reconciliation``, a dict, after each run of
            its job, until it is over
        """
        period = {
            name: moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            for name, moment in (("date_from", start), ("date_to", end))
        }
        [run] = self.call(
            "zadarma.reconciliation", "create", [{"account_id": self.account, **period}]
        )
        state = "waiting"
        while state in ("waiting", "running"):
            self.environment.server.query(
                "update zadarma_limiter set log = null", self.database
            )
            self.run_job("cron_reconcile")
            [told] = self.call(
                "zadarma.reconciliation", "read", [run], RECONCILIATION_FIELDS
            )
            state = told["state"]
            yield {name: told[name] for name in RECONCILIATION_FIELDS}

    def run_job(self, name):
        """Run a scheduled job once.

        :param name: see :meth:`job`
        """
        self.call("ir.cron", "method_direct_trigger", [self.job(name)])

    def job(self, name):
        """Return the id of a scheduled job.

        :param name: its external id, without the module
        """
        [job] = self.call(
            "ir.model.data",
            "search_read",
            [("module", "=", "zadarma_connector"), ("name", "=", name)],
            ["res_id"],
        )
        return job["res_id"]

    def calls(self):
        """Return the call log: a list of dicts, times as texts in UTC."""
        return self._read_all("zadarma.call", CALL_FIELDS)

    def journal(self):
        """Return what notifications the journal holds: a list of dicts."""
        received = [("source", "=", "notification")]
        return self._read_all("zadarma.event", JOURNAL_FIELDS, received)

    def speakers(self):
        """Return who is known to have spoken and so may hear: the id of each call to
        a set of internal numbers.
        """
        found = {}
        for leg in self._read_all(
            "zadarma.call.leg",
            ("call_id", "extension_number"),
            [("spoke_for_sure", "=", True)],
        ):
            found.setdefault(leg["call_id"][0], set()).add(leg["extension_number"])
        return found

    def add_customers(self, numbers):
        """Make a contact for each number, named by it."""
        self.call(
            "res.partner",
            "create",
            [{"name": number, "phone": number} for number in numbers],
        )

    def customers(self):
        """Return all contacts with a telephone: a list of dicts."""
        having = [("phone", "!=", False)]
        return self._read_all("res.partner", CUSTOMER_FIELDS, having)

    def waiting(self):
        """Return the ids of the calls for which somebody waits for a call back."""
        found = self._read_all("zadarma.waiting.caller", ("call_id",))
        return {one["call_id"][0] for one in found if one["call_id"]}

    def _read_all(self, model, fields, domain=()):
        found, last = [], 0
        while page := self.call(
            model,
            "search_read",
            [*domain, ("id", ">", last)],
            fields,
            limit=PAGE,
            order="id",
        ):
            found += page
            last = page[-1]["id"]
        return found


@contextlib.contextmanager
def connected(environment, simulator, workers):
    """Yield a running :class:`Odoo` on a fresh database.

    :param environment: an ``environment.Environment``
    :param simulator: a running ``pbx_simulator.Simulator`` with one account
    :param workers: 0 = one process with threads
    """
    with database.temporary(environment, "bench") as name:
        odoo = Odoo(environment, name, workers)
        database.set_base_url(environment, name, odoo.url)
        odoo.start()
        try:
            odoo.connect(simulator)
            yield odoo
        finally:
            odoo.stop()
