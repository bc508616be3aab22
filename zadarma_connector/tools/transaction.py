# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is committed on its own, whatever becomes of the current transaction."""

import psycopg2
from psycopg2 import errorcodes

from odoo import SUPERUSER_ID, api

#: Tries of a short transaction that met another one. No pause in between: after a
#: conflict the other one is done.
_TRIES = 20
_CONFLICTS = {
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.UNIQUE_VIOLATION,
}


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
                result = action(records.with_env(env))
                env.flush_all()
                return result
        except psycopg2.Error as error:
            if not remaining or error.pgcode not in _CONFLICTS:
                raise
