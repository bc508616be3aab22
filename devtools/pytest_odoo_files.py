# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pytest plugin: each of several processes has Odoo's stored files for itself.

pytest-odoo gives each process a database of its own, but all of them one folder of
files. After each class of tests Odoo collects what its own database does not know,
which another process may just have stored: its browser then waits for scripts that
are gone.
"""

import os
import shutil
from pathlib import Path
from unittest import mock

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_files(load_registry):
    """Use a copy of the shared folder, inside of it so that it goes with it."""
    process = os.getenv("PYTEST_XDIST_WORKER")
    if not process:
        yield
        return
    from odoo.tests.common import get_db_name
    from odoo.tools import config

    shared = Path(config.filestore(get_db_name()))
    own = shared / process
    shutil.copytree(
        shared, own, copy_function=os.link, ignore=shutil.ignore_patterns("gw*")
    )
    with mock.patch.object(config, "filestore", return_value=str(own)):
        yield
