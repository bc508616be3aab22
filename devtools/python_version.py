# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which Python the commands run on. Readable by any Python 3."""

import sys

OLDEST = (3, 11)
NEWEST = (3, 13)


def complaint_about(version_info):
    """Return why this Python cannot be used, or None when it can."""
    version = tuple(version_info[:2])
    if OLDEST <= version <= NEWEST:
        return None
    return (
        "./dev needs Python 3.11, 3.12 or 3.13, and this is {}.{}. "
        "Start it with another one, for example: python3.11 dev run".format(*version)
    )


def refuse_untested_python(version_info):
    """Leave with a clear message when Odoo 19 is not known to run here."""
    complaint = complaint_about(version_info)
    if complaint:
        sys.exit("error: " + complaint)
