# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Several processes that share the tests inside of Odoo leave each other alone."""

import os
import subprocess

import pytest

from devtools import database, places

STORING = """
import time
from pathlib import Path
from odoo.tests import TransactionCase

class TestStoring(TransactionCase):
    def test_what_is_stored_stays(self):
        stored = self.env["ir.attachment"].create({"name": "x", "raw": b"of one test"})
        Path("stored").touch()
        while not Path("collected").exists():
            time.sleep(0.05)
        self.env.invalidate_all()
        self.assertEqual(stored.raw, b"of one test")
"""

#: Odoo collects files when a class has ended.
COLLECTING = """
import time
from pathlib import Path
from odoo.tests import TransactionCase

class TestFirst(TransactionCase):
    def test_wait(self):
        while not Path("stored").exists():
            time.sleep(0.05)

class TestSecond(TransactionCase):
    def test_tell(self):
        Path("collected").touch()
"""


@pytest.fixture
def plain_database(ready):
    with database.temporary(ready, "processes", database.with_dependencies) as name:
        yield name


def test_no_process_collects_what_another_stored(ready, plain_database, tmp_path):
    tests = tmp_path / "processes" / "tests"
    tests.mkdir(parents=True)
    (tests.parent / "__manifest__.py").write_text("{'name': 'processes'}")
    (tests.parent / "__init__.py").touch()
    (tests / "__init__.py").touch()
    (tests / "test_storing.py").write_text(STORING)
    (tests / "test_collecting.py").write_text(COLLECTING)
    path = os.pathsep.join([str(ready.odoo.path), str(places.CHECKOUT)])
    done = subprocess.run(
        [
            *(ready.python, "-m", "pytest", "-c", os.devnull, "-q"),
            *("-p", "no:cacheprovider", "-p", "devtools.pytest_odoo_files"),
            *("-n2", "--dist=loadfile", f"--odoo-database={plain_database}"),
            f"--odoo-addons-path={ready.addons_path},{tmp_path}",
            tests,
        ],
        cwd=tmp_path,
        env={**ready.environ(), "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
