# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlsplit

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.telling import told

#: Zadarma's API, and where its pages find the browser phone.
_API_HOST = "api.zadarma.com"
_WIDGET_URL = "https://my.zadarma.com"


class ZadarmaAccount(models.Model):
    """Zadarma's telephone in the browser (WebRTC)."""

    _inherit = "zadarma.account"

    webrtc_enabled = fields.Boolean(
        "Browser phone",
        help="Users with an internal number make and take calls in Odoo's pages.",
    )
    webrtc_shape = fields.Selection(
        [("rounded", "Rounded"), ("square", "Square")],
        "Shape",
        default="rounded",
        required=True,
    )
    webrtc_position = fields.Selection(
        [
            ("bottom_right", "Bottom right"),
            ("bottom_left", "Bottom left"),
            ("top_right", "Top right"),
            ("top_left", "Top left"),
        ],
        "Position",
        default="bottom_right",
        required=True,
    )
    webrtc_domains = fields.Char(
        "Registered domains",
        readonly=True,
        copy=False,
        help="The domains on whose pages Zadarma lets its browser phone work.",
    )

    def write(self, vals):
        if not {"api_key", "api_url", "api_secret"}.isdisjoint(vals):
            # keys that another account at Zadarma made
            self.env.cr.execute(
                SQL(
                    "UPDATE zadarma_extension SET webphone_key = NULL"
                    " WHERE account_id = ANY(%s)",
                    self.ids,
                )
            )
        return super().write(vals)

    def action_register_webphone(self):
        """Tell Zadarma on which domain its browser phone may work: Odoo's."""
        self.ensure_one()
        self.check_access("write")
        domain = self._webphone_domain()
        with self._zadarma() as client:
            known = client.get_webphone()
            if not known["is_exists"]:
                client.create_webphone(domain)
            elif domain not in known["domains"]:
                client.add_webphone_domain(domain)
            domains = client.get_webphone()["domains"]
        self.webrtc_domains = ", ".join(domains)
        if domain in domains:
            return told(self.env._("The browser phone may be used on %s.", domain))
        raise UserError(
            self.env._(
                "Zadarma accepted the request, but does not list %s. Add the domain "
                "in your personal account at Zadarma (Settings, Integrations, "
                "WebRTC).",
                domain,
            )
        )

    def _webphone_domain(self):
        """Where the browser phone shall work: Odoo's domain."""
        return urlsplit(self.get_base_url()).hostname

    def _widget_url(self):
        """Where the scripts of the browser phone come from.

        Whoever stands in for Zadarma's API stands in for its pages too.
        """
        # sudo: zadarma.account - users need the address, and may not read the field
        url = self.sudo().api_url
        return _WIDGET_URL if urlsplit(url).hostname == _API_HOST else url.rstrip("/")
