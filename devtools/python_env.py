# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Virtual environments with pinned packages, shared by all checkouts."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from . import system_packages
from .places import beside, cache_root, digest, lock
from .process import call
from .progress import step

REQUIREMENTS = Path(__file__).parent / "requirements"

#: What Odoo and the tests run in.
ODOO = ("odoo.txt", "test.txt")
#: The linters, apart because they pin other versions of the same packages.
LINT = ("lint.txt",)
#: What ./dev mutate breaks the code with, beside the tests.
MUTATION = (*ODOO, "mutation.txt")


def requirements_key(names):
    """Return the key of an environment: its pins and the Python it is made of."""
    texts = [(REQUIREMENTS / name).read_text() for name in names]
    return digest(sys.version_info[:2], sys.base_prefix, *texts)


def _module_exists(name):
    return importlib.util.find_spec(name) is not None


def _base_python():
    return getattr(sys, "_base_executable", None) or sys.executable


def _create(folder):
    """Make an empty environment and return the command that installs into it.

    Debian leaves ensurepip out of its Python: then the pip of the system, if
    there, installs into the environment, or python3-venv has to be installed.
    """
    python = folder / "bin" / "python"
    if not _module_exists("ensurepip") and not _module_exists("pip"):
        system_packages.ensure(["python3-venv"], "Python's virtual environments")
        importlib.invalidate_caches()
    with_pip = _module_exists("ensurepip")
    call(
        [_base_python(), "-m", "venv", folder]
        + ([] if with_pip else ["--without-pip"]),
        failure="Python could not make a virtual environment",
    )
    if with_pip:
        return [python, "-m", "pip"]
    return [_base_python(), "-m", "pip", "--python", python]


def ensure(names, what):
    """Return the Python of an environment with some requirement files installed.

    :param names: files in devtools/requirements
    :param what: what the environment is for, for the message
    :return: path of the environment's Python
    :raises Problem: when packages are missing or pip fails
    """
    folder = cache_root() / "venv" / requirements_key(names)
    python = folder / "bin" / "python"
    stamp = folder / ".complete"
    if stamp.exists():
        return python
    with lock(beside(folder, ".lock"), "installing Python packages"):
        if stamp.exists():
            return python
        with step(f"Installing Python packages for {what}"):
            # Not made elsewhere and moved: scripts in it hold its path.
            shutil.rmtree(folder, ignore_errors=True)
            pip = _create(folder)
            files = [part for name in names for part in ("-r", REQUIREMENTS / name)]
            environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
            # Odoo's own metadata on the path would make pip complain about
            # requirements that are left out on purpose.
            environment.pop("PYTHONPATH", None)
            call(
                [*pip, "install", "--quiet", *files],
                env=environment,
                failure="pip could not install the Python packages "
                "(is there a way to a package index?)",
            )
            stamp.touch()
    return python


def site_packages(python):
    """Return the folder of an environment's installed packages."""
    folders = list(python.parent.parent.glob("lib/python3.*/site-packages"))
    return folders[0]
