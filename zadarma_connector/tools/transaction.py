# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is committed on its own, whatever becomes of the current transaction."""

import contextlib
import functools

import psycopg2
from psycopg2 import errorcodes
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED
from psycopg2.pool import PoolError

from odoo import SUPERUSER_ID, api
from odoo.sql_db import Cursor

#: Tries of a short transaction that met another one. No pause in between: after a
#: conflict the other one is done.
_TRIES = 20
_CONFLICTS = {
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.UNIQUE_VIOLATION,
}
#: Trouble of the moment: somebody has a lock, took too long, or the server stops.
_BUSY = {
    errorcodes.LOCK_NOT_AVAILABLE,
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.QUERY_CANCELED,
    errorcodes.ADMIN_SHUTDOWN,
    errorcodes.CRASH_SHUTDOWN,
    errorcodes.CANNOT_CONNECT_NOW,
    errorcodes.TOO_MANY_CONNECTIONS,
}
#: The first letters of codes about the connection itself.
_CONNECTION = "08"


def in_own_transaction(records, action):
    """As :func:`in_transaction`, over a connection of its own, as superuser.

    :raise psycopg2.pool.PoolError: there is no free connection
    """
    with _own_connection(records) as own:
        return in_transaction(own, action)


def in_transaction(records, action):
    """Run an action as one transaction of these records' own cursor, and commit it.

    Odoo would repeat a whole request after a conflict, after sleeping up to two
    seconds, while the PBX waits for our answer; here only the conflict's own few
    statements are repeated, at once.

    :param records: of the model that acts; nothing is to be kept of what their
        transaction has done so far
    :param action: called with these records
    :return: what the action returned
    :raise psycopg2.Error: what else went wrong in the database
    """
    cr = records.env.cr
    for remaining in reversed(range(_TRIES)):
        try:
            with unlogged(cr):
                result = action(records)
                records.env.flush_all()
                # what this is for  pylint: disable=invalid-commit
                cr.commit()
            return result
        except Exception as error:
            _roll_back(cr)
            conflict = isinstance(error, psycopg2.Error) and error.pgcode in _CONFLICTS
            if not remaining or not conflict:
                raise


@contextlib.contextmanager
def seeing_others(records):
    """These records over a connection of its own, as :func:`see_others` makes it.

    :raise psycopg2.pool.PoolError: there is no free connection
    """
    with _own_connection(records) as own:
        see_others(own.env.cr)
        yield own


def see_others(cr):
    """Have each statement of a cursor see what was committed before that statement.

    So a lock that is taken inside of a transaction shows what its former holder did,
    and nothing fails because somebody else was faster (READ COMMITTED). Odoo's pool
    sets its own level when it lends the connection the next time.

    :param cr: a cursor in whose transaction nothing was done that is to be kept
    """
    # a test's own cursors are all parts of one transaction
    if isinstance(cr, Cursor):
        cr.rollback()
        cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)


@contextlib.contextmanager
def _own_connection(records):
    with records.env.registry.cursor() as cr:
        yield records.with_env(api.Environment(cr, SUPERUSER_ID, {}))


def _roll_back(cr):
    """Undo what is not committed, also where the connection was lost."""
    if cr.closed:
        cr.clear()
    else:
        cr.rollback()


@contextlib.contextmanager
def unlogged(cr):
    """Keep Odoo from logging statements that fail in the block.

    It would log what they were to write, which may be numbers, and as an error what
    only has to be tried again. Whoever uses this tells of the failure.

    :param cr: the cursor, of this thread alone
    """
    execute = cr.execute
    cr.execute = functools.partial(execute, log_exceptions=False)
    try:
        yield
    finally:
        cr.execute = execute


def is_busy(error):
    """Whether the same may succeed a moment later, with nothing being wrong.

    :param error: what :func:`in_transaction` raised
    """
    if isinstance(error, PoolError):
        return True
    if isinstance(error, psycopg2.InterfaceError):
        return True
    if not isinstance(error, psycopg2.Error):
        return False
    # without a code the connection was lost before the server could say anything
    lost = error.pgcode is None and isinstance(error, psycopg2.OperationalError)
    return lost or error.pgcode in _BUSY or (error.pgcode or "").startswith(_CONNECTION)
