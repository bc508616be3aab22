# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Errors in words that may be logged and shown: without anybody's telephone number."""

import re
import traceback

import psycopg2

from odoo.exceptions import UserError

#: Of dates there is something to learn, and they have the digits of a number.
_DATE = (
    r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?: [0-9]{2}:[0-9]{2}:[0-9]{2})?(?![0-9-])"
)
#: What stands between the groups of a number: hyphens and dashes of any length, too.
_BETWEEN = "[ ()./\u2010-\u2015-]{0,4}"
#: Shorter ones are numbers of lines, codes and internal numbers. People and Odoo write
#: them in groups, of which a national number has seven digits together.
_NUMBER = re.compile(
    rf"(?P<date>{_DATE})|\+?[0-9](?:{_BETWEEN}[0-9]){{6,}}|\+?[0-9]{{5,}}"
)
#: Characters: the beginning tells what went wrong.
_LONGEST = 300


class NotConnected(UserError):
    """An account has no key or no secret: nothing of it can be asked for."""

    #: The web client goes by an error's exact class: it says "Oops!" to others than
    #: Odoo's own, unless they name the one whose dialog they want.
    context = {"exception_class": "odoo.exceptions.UserError"}


def describe(error):
    """An error's kind and text, with long numbers left out.

    PostgreSQL's detail has the values of the row that it refused.

    :param error: any exception
    """
    text = str(error)
    if isinstance(error, psycopg2.Error):
        text = error.diag.message_primary or text
    text = _NUMBER.sub(lambda found: found["date"] or "…", " ".join(text.split()))
    return f"{type(error).__name__}: {text[:_LONGEST]}"


def where(error):
    """The lines of code that led to an error, for the log."""
    return "".join(traceback.format_tb(error.__traceback__))
