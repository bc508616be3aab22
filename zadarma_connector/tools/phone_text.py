# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How telephone numbers, as people type them, are found in an index."""

import logging
import time

from odoo import models
from odoo.tools import sql

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
            f"USING gin (({keys.keys_sql(column)})) WITH (fastupdate = off)"
            f" WHERE {column} IS NOT NULL"
        )

    def apply_to_database(self, model):
        """Make the index if need be, and say so: a million rows take a while."""
        if not has_column(model, self._column):
            return
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


def has_column(model, name):
    """Whether a model has a field, and the database its values.

    :param name: of a field that another addon may add
    """
    field = model._fields.get(name)
    return bool(field and field.store and field.column_type)
