# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Debian packages that have to be installed in the system itself."""

import os
import shutil
from pathlib import Path

from .errors import Problem
from .process import call
from .progress import step


def install_command(packages):
    """Return what an administrator types to install some packages."""
    return f"apt-get install --no-install-recommends {' '.join(packages)}"


def missing_message(packages, purpose):
    """Return the text for somebody who may not install packages.

    :param purpose: what they are needed for, as in "the browser tests"
    """
    return (
        f"{' and '.join(packages)} {'is' if len(packages) == 1 else 'are'} missing, "
        f"needed for {purpose}. Ask the administrator of this machine to run:\n"
        f"    {install_command(packages)}"
    )


def can_install():
    """Tell whether this user and machine can install Debian packages."""
    return os.getuid() == 0 and shutil.which("apt-get") is not None


def ensure(packages, purpose):
    """Install packages, or say which are missing.

    :raises Problem: when we may not install, or apt fails
    """
    if not can_install():
        raise Problem(missing_message(packages, purpose))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

    def apt_get(*arguments):
        call(
            ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", *arguments],
            env=environment,
            failure=f"apt could not install {', '.join(packages)}",
        )

    with step(f"Installing {', '.join(packages)} with apt, for {purpose}"):
        # Images often come without package lists, or with lists so old that
        # the files they name are gone: so a failure is met by one refresh.
        if not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
            apt_get("update")
        install = ("install", "-y", "--no-install-recommends", *packages)
        try:
            apt_get(*install)
        except Problem:
            apt_get("update")
            apt_get(*install)
