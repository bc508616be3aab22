# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2
from psycopg2 import errorcodes

from odoo import SUPERUSER_ID, api, models

#: Tries of a short transaction that met another one. No pause in between: after a
#: conflict the other one is done.
_TRIES = 20
_CONFLICTS = {
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.UNIQUE_VIOLATION,
}


class ZadarmaTransaction(models.AbstractModel):
    """What is committed on its own, whatever becomes of the current transaction."""

    _name = "zadarma.transaction"
    _description = "Own Transactions"

    @api.model
    def _in_own_transaction(self, action):
        """Run an action in a short transaction of its own and commit it.

        Odoo would repeat a whole request after a conflict, after sleeping up to two
        seconds, while the PBX waits for our answer; here only the conflict's own few
        statements are repeated, at once.

        :param action: called with this model in the new transaction, as superuser
        :return: what the action returned
        """
        for remaining in reversed(range(_TRIES)):
            try:
                with self.env.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    result = action(env[self._name])
                    env.flush_all()
                    return result
            except psycopg2.Error as error:
                if not remaining or error.pgcode not in _CONFLICTS:
                    raise
