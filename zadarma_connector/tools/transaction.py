# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is committed on its own, whatever becomes of the current transaction."""

import contextlib
import functools

import psycopg2
from psycopg2 import errorcodes
from psycopg2.pool import PoolError

from odoo import SUPERUSER_ID, api

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
    """Run an action in a short transaction of its own and commit it.

    Odoo would repeat a whole request after a conflict, after sleeping up to two
    seconds, while the PBX waits for our answer; here only the conflict's own few
    statements are repeated, at once.

    :param records: of the model that acts, in whatever transaction
    :param action: called with these records in the new transaction, as superuser
    :return: what the action returned
    :raise psycopg2.Error: what else went wrong in the database
    :raise psycopg2.pool.PoolError: there is no free connection
    """
    for remaining in reversed(range(_TRIES)):
        try:
            with records.env.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                with unlogged(cr):
                    result = action(records.with_env(env))
                    env.flush_all()
                return result
        except psycopg2.Error as error:
            if not remaining or error.pgcode not in _CONFLICTS:
                raise


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

    :param error: what :func:`in_own_transaction` raised
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
