# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The odoo command, whose passwords are hashed in one round instead of 600,000.

As in Odoo's own tests: half a second of CPU each time that somebody logs in.
"""

import odoo.cli

from odoo.addons.base.models import res_users

if __name__ == "__main__":
    res_users.MIN_ROUNDS = 1
    odoo.cli.main()
