# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everything that is needed to run Odoo with the connector, put together."""

import contextlib
import dataclasses
import os
from pathlib import Path

from . import checkouts, chromium, odoo_tree, places, postgres, python_env


@dataclasses.dataclass(frozen=True)
class Environment:
    """A set-up that is complete, with PostgreSQL running.

    :param python: the Python that has Odoo's requirements
    :param odoo: an :class:`odoo_tree.Source`
    :param server: a :class:`postgres.Server`
    :param state: this checkout's folder for databases and files
    :param chromium: path of the browser, or None
    """

    python: Path
    odoo: odoo_tree.Source
    server: postgres.Server
    state: Path
    chromium: str | None

    @property
    def data_dir(self):
        """The folder of Odoo's file store and sessions."""
        return self.state / "data"

    @property
    def addons_path(self):
        """Odoo's addons and ours, as --addons-path wants them."""
        return ",".join(str(path) for path in (*self.odoo.addons, places.CHECKOUT))

    def environ(self):
        """Return the variables for a process of Odoo or of its tests."""
        inherited = {**os.environ}
        # the tests outside of Odoo, which start it, write none in the checkout
        inherited.pop("PYTHONDONTWRITEBYTECODE", None)
        return {
            **inherited,
            **self.server.environ(),
            "PYTHONPATH": str(self.odoo.path),
            # Odoo's tree comes without bytecode: half of a start would be compiling.
            "PYTHONPYCACHEPREFIX": str(self.state / "bytecode"),
            "ODOO_RC": str(self._write_configuration()),
        }

    def _write_configuration(self):
        """Write the file by which every sub-command of Odoo finds its settings.

        A file, because the sub-commands do not all know the same options.
        """
        path = self.state / "odoo.conf"
        text = (
            "[options]\n"
            f"addons_path = {self.addons_path}\n"
            f"data_dir = {self.data_dir}\n"
            f"db_host = {self.server.host}\n"
            f"db_port = {self.server.port}\n"
            f"db_user = {self.server.user}\n"
            "http_interface = 127.0.0.1\n"
        )
        # Left alone when right: another command may be reading it.
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
        return path

    def summary(self):
        """Return what `./dev env` prints, but for the running instance."""
        return {
            "python": str(self.python),
            "odoo_bin": str(self.odoo.bin),
            "odoo_path": str(self.odoo.path),
            "addons_path": self.addons_path,
            "data_dir": str(self.data_dir),
            "pg_bin": str(self.server.bin),
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "chromium": self.chromium,
        }


def python():
    """Return the Python of the environment, made if need be."""
    return python_env.ensure(python_env.ODOO, "Odoo and its tests")


@contextlib.contextmanager
def ready(browser=False, keep=False, durable=False):
    """Set up what is missing and yield an :class:`Environment`.

    :param browser: fail when there is no Chromium
    :param keep: leave PostgreSQL running afterwards
    :param durable: have a server of its own that waits for the disk, for measuring
    :raises Problem: saying what to do when something cannot be had
    """
    interpreter = python()
    odoo = odoo_tree.ensure()
    found = chromium.ensure() if browser else chromium.find()
    checkouts.forget_gone(interpreter)
    state = places.durable_state() if durable else places.checkout_state()
    settings = postgres.DURABLE if durable else postgres.FAST_NOT_SAFE
    with postgres.running(interpreter, state, keep, settings) as server:
        environment = Environment(interpreter, odoo, server, state, found)
        environment.data_dir.mkdir(exist_ok=True)
        yield environment
