# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How telephone numbers, as people type them, are found in an index."""

import logging
import time

from odoo import models
from odoo.tools import SQL, sql

from ..zadarma_api.numbers import keys

_logger = logging.getLogger(__name__)


class PhoneIndex(models.Index):
    """The index on the keys of a field that holds telephone numbers.

    :param column: name of the field; without such a column there is no index
    """

    def __init__(self, column):
        self._column = column
        # fastupdate would make look-ups search a list of what is not indexed yet
        super().__init__(
            f"USING gin ({keys.keys_sql(column)}) WITH (fastupdate = off)"
            f" WHERE {column} IS NOT NULL"
        )

    def apply_to_database(self, model):
        """Make the index if need be, and say so: a million rows take a while."""
        if not has_column(model, self._column):
            return
        _define_keys(model.env.cr)
        name = self.full_name(model)
        if sql.index_exists(model.env.cr, name):
            super().apply_to_database(model)
            return
        began = time.monotonic()
        _logger.info("indexing the telephone numbers of %s...", model._name)
        super().apply_to_database(model)
        _logger.info(
            "indexed the telephone numbers of %s in %.1f s",
            model._name,
            time.monotonic() - began,
        )


def _define_keys(cr):
    """Have the function that makes the keys; what another one made goes with that."""
    body = keys.function_sql()
    cr.execute(
        "SELECT prosrc FROM pg_proc WHERE oid = to_regprocedure(%s)",
        [f"{keys.FUNCTION}(text)"],
    )
    if cr.fetchall() != [(body,)]:
        forget_keys(cr)
        # Its cost keeps the planner from trying it on each row. It is not PARALLEL
        # SAFE: that cost would also have two workers started for a look-up, in 8 ms.
        cr.execute(
            SQL(
                "CREATE FUNCTION %s(text) RETURNS text[] LANGUAGE plpgsql"
                " IMMUTABLE STRICT COST 10000 AS %s",
                SQL.identifier(keys.FUNCTION),
                body,
            )
        )


def forget_keys(cr):
    """Remove the function that makes the keys, and all indexes that use it."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(keys.FUNCTION)))


def has_column(model, name):
    """Whether a model has a field, and the database its values.

    :param name: of a field that another addon may add
    """
    field = model._fields.get(name)
    return bool(field and field.store and field.column_type)
