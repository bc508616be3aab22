# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser of the tests and screenshots."""

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


def ensure():
    """Return the path of a Chromium, installing it where that is possible.

    :raises Problem: with the remedy, when there is none and we may not install
    """
    path = find()
    if path:
        return path
    system_packages.ensure(["chromium"], "the browser tests")
    return find()
