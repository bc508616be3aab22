# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Odoo does not do by itself when the addon comes and when it is taken away."""

from odoo.exceptions import UserError
from odoo.orm.models import MetaModel
from odoo.tools import SQL

from .tools.phone_text import forget_keys

#: This addon's name.
_ADDON = __name__.split(".")[2]


def pre_init_hook(env):
    """Refuse a database that has tables of the same names: they are another addon's.

    Odoo would add our columns to them, and their rows would be records of ours.

    :raise UserError: there are some; nothing was changed
    """
    taken = env.execute_query(
        SQL(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s)"
            " AND relnamespace = current_schema::regnamespace ORDER BY relname",
            sorted(_own_tables()),
        )
    )
    if taken:
        raise UserError(
            env._(
                "Zadarma Connector cannot be installed beside another addon that has "
                "tables of the same names (%s): uninstall that one first.",
                ", ".join(name for [name] in taken),
            )
        )


def _own_tables():
    """The names of the tables that our models have."""
    names = {
        model._name
        for model in MetaModel._module_to_models__[_ADDON]
        if model._name.startswith("zadarma.") and not model._abstract
    }
    return {name.replace(".", "_") for name in names}


def uninstall_hook(env):
    """End the notifications, and remove what Odoo would forget.

    The lines of calls in the histories of contacts and leads go with their calls, as
    when a call is deleted; in one statement, for there may be millions. The external
    ids of choices and mixins of our models belong to the modules that the mixins are
    from, and Odoo removes only what they stand for.
    """
    env["zadarma.account"].with_context(active_test=False).search([])._leave()
    forget_keys(env.cr)
    env.cr.execute(
        "DELETE FROM mail_message"
        " WHERE id IN (SELECT message_id FROM zadarma_call_message)"
    )
    env.cr.execute(
        "DELETE FROM ir_model_data"
        " WHERE model IN ('ir.model.fields.selection', 'ir.model.inherit')"
        r" AND name LIKE '%\_\_zadarma\_%' AND module NOT LIKE 'zadarma\_connector%'"
    )
    env.invalidate_all()
