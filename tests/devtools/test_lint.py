# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What `./dev lint` checks."""

import re
import shutil
import subprocess

import pytest

from devtools import lint, python_env
from devtools.places import CHECKOUT

PACKAGES = ("zadarma_connector/zadarma_api", "pbx_simulator")


@pytest.fixture
def type_checker(monkeypatch):
    """The command that checks types; the linters on Node.js are not set up for it."""
    monkeypatch.setattr(lint, "Linters", lambda: None)
    monkeypatch.setattr(lint, "_web_checks", lambda *_: [])
    return {name: command for name, command, _ in lint.checks(fix=False)}["mypy"]


def test_types_of_both_packages_are_checked(type_checker, tmp_path):
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, tmp_path / package)
    faults = {
        "zadarma_connector/zadarma_api/clock.py": "OFFSET: int = parse_offset('UTC+2')",
        "zadarma_connector/zadarma_api/fold/legs.py": "def untyped(leg): ...",
        "pbx_simulator/simulator.py": "Simulator(port='8069')",
        "pbx_simulator/calls/line.py": "def untyped(line): ...",
    }
    for path, fault in faults.items():
        with (tmp_path / path).open("a") as file:
            file.write(f"\n\n{fault}\n")
    done = subprocess.run(
        type_checker, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    found = re.findall(r"^(\S+?):\d+: error", done.stdout, re.MULTILINE)
    assert sorted(found) == sorted(faults), done.stdout


def pins(name):
    lines = (python_env.REQUIREMENTS / name).read_text().splitlines()
    return dict(line.split("==") for line in lines if re.match(r"[\w-]+==\S+$", line))


@pytest.mark.parametrize("package", ["phonenumbers", "urllib3", "Werkzeug"])
def test_types_are_those_of_what_runs(package):
    assert pins("lint.txt")[package] == pins("odoo.txt")[package]


@pytest.mark.parametrize("package", ["pytz", "requests"])
def test_stubs_are_of_the_release_that_runs(package):
    stubs, runs = pins("lint.txt")[f"types-{package}"], pins("odoo.txt")[package]
    assert stubs.split(".")[:2] == runs.split(".")[:2]
