# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's pages in dark, for tests and screenshots.

Odoo Community has the bundle of dark pages, ``web.assets_web_dark``, but no dark
colours: those are Odoo Enterprise's. So we bring some.
"""

import base64
import re

_NAME = "zadarma_connector: dark colours"
_PATH = "/zadarma_connector/dark_mode/primary_variables.dark.scss"
_COLORS = b"""
$o-webclient-color-scheme: dark;
$o-white: #1b1d26;
$o-black: #ffffff;
$o-gray-100: #1b1d26;
$o-gray-200: #262a36;
$o-gray-300: #3c3e4b;
$o-gray-400: #5a5e6b;
$o-gray-500: #6b707f;
$o-gray-600: #9a9ead;
$o-gray-700: #b1b3bc;
$o-gray-800: #d1d1d1;
$o-gray-900: #e4e4e4;
$o-view-background-color: #262a36;
$o-webclient-background-color: #1b1d26;
$o-brand-primary: #a59bd0;
$o-main-text-color: #d1d1d1;
"""


def switch_on(page, url, client):
    """Have a page show Odoo in dark from the next address on.

    :param page: a Playwright page
    :param url: address of Odoo
    :param client: an :class:`rpc.Client` of the administrator; the database keeps the
        colours, which change nothing for others
    """
    if not client.call("ir.asset", "search", [("name", "=", _NAME)]):
        client.call(
            "ir.attachment",
            "create",
            [
                {
                    "name": _NAME,
                    "url": _PATH,
                    "mimetype": "text/scss",
                    "datas": base64.b64encode(_COLORS).decode(),
                }
            ],
        )
        client.call(
            "ir.asset",
            "create",
            [
                {
                    "name": _NAME,
                    "bundle": "web.assets_web_dark",
                    "directive": "before",
                    "target": "web/static/src/scss/primary_variables.scss",
                    "path": _PATH,
                }
            ],
        )
    page.route(
        re.compile(r"/web/assets/\w+/web\.assets_web\.min\.css"),
        lambda route: route.continue_(
            url=f"{url}/web/assets/any/web.assets_web_dark.min.css"
        ),
    )
