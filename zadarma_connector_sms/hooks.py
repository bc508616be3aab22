# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Odoo does not do by itself when the addon is taken away."""


def uninstall_hook(env):
    """End the notifications of SMS: nobody would take them any more.

    What is in the chatter of contacts stays: it was said.
    """
    accounts = env["zadarma.account"].with_context(active_test=False)
    accounts.search([("receive_sms", "=", True)])._stop_receiving_sms()
    # Odoo forgets a foreign key with its model only, and that of sms.sms stays
    env["ir.model.constraint"].search(
        [("module.name", "=", "zadarma_connector_sms"), ("type", "=", "f")]
    ).unlink()
