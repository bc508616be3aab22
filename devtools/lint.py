# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""./dev lint: every linter is run, then what failed is named."""

import os
import subprocess

from . import addons, python_env
from .node import Linters
from .places import CHECKOUT
from .progress import say

PYTHON = ("dev", "devtools", "tests", "pbx_simulator", "benchmarks", "docs")


#: Of pylint-odoo: the manual is in readme/ and has no README.rst made of it; a
#: large model is split by topic into several files.
LEFT_OUT = "missing-readme,consider-merging-classes-inherited"


def _existing(paths):
    return [str(path) for path in paths if (CHECKOUT / path).exists()]


def _web_files(endings):
    """Return the addons' own files with some endings, relative to the checkout."""
    return [
        str(path.relative_to(CHECKOUT))
        for name in addons.names()
        for ending in endings
        for path in sorted((CHECKOUT / name).rglob(f"*{ending}"))
        if "lib" not in path.relative_to(CHECKOUT).parts
    ]


def checks(fix):
    """Return the linters as (name, command, variables).

    :param fix: let those that can mend what they find
    """
    programs = python_env.ensure(python_env.LINT, "the linters").parent
    linters = Linters()
    names = addons.names()
    python = [*_existing(PYTHON), *names]
    found = []

    def add(name, command, environ=None):
        found.append((name, [str(part) for part in command], environ or os.environ))

    ruff = programs / "ruff"
    add("ruff check", [ruff, "check", "--fix" if fix else "--no-fix", *python])
    add("ruff format", [ruff, "format", *([] if fix else ["--check"]), *python])
    # pyproject.toml says what of
    add("mypy", [programs / "mypy"])
    if names:
        add("pylint-odoo", [programs / "pylint", f"--disable={LEFT_OUT}", *names])
        add(
            "oca-checks-odoo-module",
            [programs / "oca-checks-odoo-module", *(["--fix"] if fix else []), *names],
        )
    translations = _web_files([".po", ".pot"])
    if translations:
        add("oca-checks-po", [programs / "oca-checks-po", *translations])
    found += _web_checks(linters, fix)
    return found


def _web_checks(linters, fix):
    """Return the linters of what browsers get, as :func:`checks` does."""
    found = []
    environ = linters.environ()
    pages = _web_files([".xml", ".js", ".scss"])
    if pages:
        options = ["--log-level=warn", "--write" if fix else "--check"]
        prettier = linters.command("prettier/bin/prettier.cjs", *options, *pages)
        found.append(("prettier", prettier, environ))
    scripts = _web_files([".js"])
    if scripts:
        options = ["--max-warnings=0", *(["--fix"] if fix else [])]
        eslint = linters.command("eslint/bin/eslint.js", *options, *scripts)
        found.append(("eslint", eslint, environ))
    return found


def run(fix):
    """Run every linter and return the exit code."""
    failed = []
    for name, command, environ in checks(fix):
        print(f"--- {name}", flush=True)
        done = subprocess.run(command, cwd=CHECKOUT, env=environ, check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        say(f"failed: {', '.join(failed)} (./dev lint --fix mends what it can)")
    return int(bool(failed))
