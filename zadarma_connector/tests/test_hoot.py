# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Our tests of the web client, in a real browser."""

from odoo.tests import HttpCase, tagged

# the module, not its classes: pytest would collect those as tests of ours
from odoo.addons.web.tests import test_js


@tagged("post_install", "-at_install")
class TestHoot(HttpCase):
    def test_hoot(self):
        self._run("@zadarma_connector")

    def test_phone_field_of_odoo(self):
        self._run("@web/views/fields/phone_field")

    def test_systray_of_odoo(self):
        self._run("@web/webclient/navbar")

    def _run(self, suite):
        suite = test_js.HOOTCommon._generate_hash(None, suite)
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
