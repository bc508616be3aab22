# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Odoo does not do by itself when the addon is taken away."""

from .tools.phone_text import forget_keys


def uninstall_hook(env):
    """Remove what Odoo would forget.

    The lines of calls in the histories of contacts and leads go with their calls, as
    when a call is deleted; in one statement, for there may be millions. The external
    ids of choices and mixins of our models belong to the modules that the mixins are
    from, and Odoo removes only what they stand for.
    """
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
