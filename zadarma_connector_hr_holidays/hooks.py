# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Odoo does not do by itself when the addon is taken away."""


def uninstall_hook(env):
    """Bring back the forwardings of people who are on leave: nobody else would."""
    wishes = env["zadarma.forwarding.wish"]
    leaves = wishes.search([("res_model", "=", "hr.leave")]).mapped("res_id")
    wishes._end(env["hr.leave"].browse(leaves))
