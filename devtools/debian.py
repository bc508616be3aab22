# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fetching packages of Debian through an apt of our own.

It has its own sources, lists and status, so the system's apt is not touched and
no rights are needed. It still reads /etc/apt/apt.conf.d: proxies are set there.
"""

import re
import shutil
from pathlib import Path

from .errors import Problem
from .process import call

SUITE = "sid"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

#: What one line of `apt-get indextargets` holds, see apt-get(8).
TARGET_FORMAT = "$(CREATED_BY)|$(REPO_URI)|$(ORIGIN)|$(CODENAME)|$(COMPONENT)"


def choose_mirror(targets):
    """Return the address of the Debian mirror that this machine uses, or None.

    :param targets: lines in TARGET_FORMAT. Without package lists apt does not
        know a repository's origin; then its address has to tell.
    """
    unnamed = None
    for line in targets.splitlines():
        created_by, address, origin, codename, component = line.split("|")
        if created_by != "Packages" or component != "main":
            continue
        if "-security" in codename or "security" in address:
            continue
        if origin == "Debian":
            return address
        if not origin and address.rstrip("/").endswith("/debian"):
            unnamed = unnamed or address
    return unnamed


def machine_mirror():
    """Return the mirror in the machine's own apt configuration.

    :raises Problem: on a machine that is not Debian
    """
    if not shutil.which("apt-get") or not KEYRING.exists():
        raise Problem("this machine has no apt with Debian's archive keyring")
    targets = call(["apt-get", "indextargets", "--format", TARGET_FORMAT])
    mirror = choose_mirror(targets)
    if mirror is None:
        raise Problem("the machine's apt configuration names no Debian mirror")
    return mirror


def shown_version(answer):
    """Return the version in an answer of `apt-cache show`, or None."""
    for line in answer.splitlines():
        if line.startswith("Version:"):
            return line.removeprefix("Version:").strip()
    return None


def needed(answer):
    """Return the packages that an answer of `apt-cache depends` says are needed.

    Of alternatives the first.
    """
    found = re.findall(r"^ +\|?(?:Pre)?Depends: (\S+)$", answer, re.M)
    return [name for name in found if not name.startswith("<")]


class PrivateApt:
    """An apt that knows one release of Debian and nothing else."""

    def __init__(self, folder, mirror, suite=SUITE):
        """
        :param folder: an empty folder for its files
        :param mirror: address of a Debian mirror
        :param suite: codename of the release
        """
        for name in ("sources", "preferences", "state/lists/partial", "cache"):
            (folder / name).mkdir(parents=True)
        (folder / "status").touch()
        self._configuration = folder / "apt.conf"
        self._configuration.write_text(
            'Dir::Etc::SourceList "/dev/null";\n'
            f'Dir::Etc::SourceParts "{folder}/sources";\n'
            'Dir::Etc::Preferences "/dev/null";\n'
            f'Dir::Etc::PreferencesParts "{folder}/preferences";\n'
            f'Dir::State "{folder}/state";\n'
            f'Dir::State::status "{folder}/status";\n'
            f'Dir::Cache "{folder}/cache";\n'
            'Acquire::Languages "none";\n'
            'APT::Sandbox::User "root";\n'
            'APT::Update::Post-Invoke-Success "";\n'
            'Debug::NoLocking "true";\n'
        )
        (folder / "sources" / f"{suite}.sources").write_text(
            f"Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\n"
            f"Signed-By: {KEYRING}\n"
        )

    def _run(self, program, *arguments, cwd=None):
        return call([program, "-qq", "-c", self._configuration, *arguments], cwd=cwd)

    def update(self):
        """Fetch the list of packages, signed by Debian."""
        self._run("apt-get", "update")

    def version(self, package):
        """Return the version on offer, or None."""
        try:
            answer = self._run("apt-cache", "show", "--no-all-versions", package)
        except Problem:
            return None
        return shown_version(answer)

    def depends(self, package):
        """Return the names of the packages that one needs by itself."""
        return needed(self._run("apt-cache", "depends", package))

    def download(self, packages, folder):
        """Fetch packages, verified against the signed list, into a folder."""
        self._run("apt-get", "download", *packages, cwd=folder)
