# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser of the tests and screenshots."""

import ctypes
import shutil

from . import system_packages

#: The names that Odoo's own test runner looks for, in its order.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def find():
    """Return the path of a Chromium, or None."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return None


def _loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages():
    """Return the Debian packages that driving a browser still needs."""
    missing = [] if find() else ["chromium"]
    # Playwright's own Node.js is linked with it; a bare Debian is without.
    if not _loads("libatomic.so.1"):
        missing.append("libatomic1")
    return missing


def ensure():
    """Return the path of a Chromium that can be driven, installing what is missing.

    :raises Problem: with the remedy, when something is and we may not install
    """
    missing = missing_packages()
    if missing:
        system_packages.ensure(missing, "the browser tests")
    return find()
