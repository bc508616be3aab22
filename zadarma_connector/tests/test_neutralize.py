# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.modules import get_module_path
from odoo.tests import tagged
from odoo.tools.misc import file_open

from .common import ZadarmaCase, as_request, incoming, signature


@tagged("post_install", "-at_install")
class TestNeutralize(ZadarmaCase):
    def test_copy_of_a_database_is_mute_and_deaf(self):
        params = incoming("NOTIFY_START")
        self.env.flush_all()
        with file_open(
            f"{get_module_path('zadarma_connector')}/data/neutralize.sql"
        ) as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.account.api_key)
        self.assertFalse(self.account.api_secret_is_set)
        with self.enter_registry_test_mode(), as_request(self.env) as env:
            accounts = env["zadarma.account"]
            self.assertIsNone(accounts._notified(params, signature(params), None))
