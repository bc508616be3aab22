# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ipaddress
import re
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.base.models.res_partner import _tz_get

from ...zadarma_api import clock

DEFAULT_URL = "https://api.zadarma.com"
#: Printable ASCII without spaces: the key goes into a header.
_CREDENTIAL = re.compile(r"[!-~]+")


class ZadarmaAccount(models.Model):
    """One Zadarma account of one company.

    Here: how to reach it. Asking it, its PBX and its notifications are in files of
    their own.
    """

    _name = "zadarma.account"
    _description = "Zadarma Account"
    _order = "name, id"

    name = fields.Char(required=True, default="Zadarma")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    api_url = fields.Char(
        "Url",
        required=True,
        default=DEFAULT_URL,
        groups="base.group_system",
    )
    api_key = fields.Char("Key", copy=False, groups="base.group_system")
    api_secret = fields.Char(
        "Secret",
        compute="_compute_api_secret",
        inverse="_inverse_api_secret",
        groups="base.group_system",
        help="It can be replaced, but is never shown again.",
    )
    # no group has it: neither a user nor RPC can read, export or search it
    api_secret_stored = fields.Char(copy=False, groups=fields.NO_ACCESS)
    api_secret_is_set = fields.Boolean(
        "Secret is set", compute="_compute_api_secret_is_set", compute_sudo=True
    )
    tz = fields.Selection(
        _tz_get,
        "Time zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="The time zone that is set at Zadarma, in which it tells the times of "
        "calls.",
    )
    ghost_seconds = fields.Integer(
        "Ghost answers up to (s)",
        default=10,
        help="An answered call of at most this many seconds that was not recorded is "
        "marked as a ghost answer. With 0, the length does not matter.",
    )
    connected_at = fields.Datetime(
        readonly=True, copy=False, help="When Zadarma last accepted key and secret."
    )
    balance = fields.Float(readonly=True, copy=False)
    balance_currency = fields.Char(readonly=True, copy=False)
    pbx_clock = fields.Char(
        "Clock at Zadarma", readonly=True, copy=False, help="Offset when last asked."
    )
    clock_differs = fields.Boolean(compute="_compute_clock_differs")

    _ghost_seconds_range = models.Constraint(
        "CHECK(ghost_seconds BETWEEN 0 AND 3600)",
        "Enter from 0 to 3600 seconds for ghost answers; with 0, the length does "
        "not matter.",
    )
    # two accounts with one key would take each other's calls
    _api_key_unique = models.UniqueIndex(
        "(api_key) WHERE active AND api_key IS NOT NULL",
        "Another active account already uses this key. Archive that account, or enter "
        "the key of a different Zadarma account.",
    )

    @api.constrains("api_url")
    def _check_api_url(self):
        # sudo: zadarma.account - checked for whoever wrote it
        for account in self.sudo():
            try:
                url = urlsplit(account.api_url)
                # what is signed for the API must not be seen on the way
                safe = url.scheme == "https" or (
                    url.scheme == "http" and _is_this_machine(url.hostname or "")
                )
                valid = safe and url.hostname
            except ValueError:
                valid = False
            if not valid or url.path.strip("/") or url.query or url.username:
                raise ValidationError(
                    self.env._(
                        "Url must be the plain address of Zadarma's API, for example "
                        "https://api.zadarma.com. Only on this machine may it begin "
                        "with http://."
                    )
                )

    @api.constrains("api_key")
    def _check_api_key(self):
        # sudo: zadarma.account - checked for whoever wrote it
        for account in self.sudo():
            if account.api_key and not _CREDENTIAL.fullmatch(account.api_key):
                raise ValidationError(
                    self.env._(
                        "The key contains spaces or other characters that no Zadarma "
                        "key has. Copy it again from Zadarma."
                    )
                )

    def _compute_api_secret(self):
        self.api_secret = False

    def _inverse_api_secret(self):
        # saving the form without typing a secret keeps the old one
        for account in self.filtered("api_secret"):
            secret = account.api_secret.strip()
            if not _CREDENTIAL.fullmatch(secret):
                raise ValidationError(
                    self.env._(
                        "The secret contains spaces or other characters that no "
                        "Zadarma secret has. Copy it again from Zadarma."
                    )
                )
            account._store_secret(secret)

    def _store_secret(self, secret):
        """Write the secret in a statement of its own.

        Odoo logs a statement that fails, values included. Written with the other
        fields, the secret would come into the log as soon as one of them is refused.
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE zadarma_account SET api_secret_stored = %s WHERE id = %s",
                secret,
                self.id,
            ),
            log_exceptions=False,
        )
        # sudo: zadarma.account - nobody has access to the stored secret
        account_sudo = self.sudo()
        account_sudo.invalidate_recordset(["api_secret_stored"])
        account_sudo.modified(["api_secret_stored"])
        account_sudo.connected_at = False

    @api.depends("api_secret_stored")
    def _compute_api_secret_is_set(self):
        for account in self:
            account.api_secret_is_set = bool(account.api_secret_stored)

    @api.depends("pbx_clock", "tz")
    def _compute_clock_differs(self):
        now = fields.Datetime.now()
        for account in self:
            told = clock.parse_offset(account.pbx_clock)
            account.clock_differs = told is not None and told != clock.offset(
                account.tz, now
            )

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create([self._clean(vals) for vals in vals_list])
        # sudo: zadarma.limiter - nobody touches it by hand
        self.env["zadarma.limiter"].sudo().create(
            [{"account_id": account.id} for account in accounts]
        )
        accounts.invalidate_recordset(["api_secret"])
        return accounts

    def write(self, vals):
        vals = self._clean(vals)
        if "api_key" in vals or "api_url" in vals:
            # whatever was known of the connection was of another one
            vals["connected_at"] = False
            # sudo: zadarma.limiter - nobody touches it by hand
            limiters_sudo = self.env["zadarma.limiter"].sudo()
            limiters_sudo.search([("account_id", "in", self.ids)]).blocked_until = 0
        if "company_id" in vals:
            self._check_company_may_change(vals["company_id"])
        if vals.get("active") is False:
            # before: it is known by its address, which others may have then
            self.filtered("active")._leave()
        result = super().write(vals)
        # the answer to a saved form must not carry it back
        self.invalidate_recordset(["api_secret"])
        self._look_again()
        return result

    def _check_company_may_change(self, company_id):
        moving = self.filtered(lambda account: account.company_id.id != company_id)
        if any(account._is_in_use() for account in moving):
            raise UserError(
                self.env._(
                    "This account has calls or internal numbers of its company. "
                    "Archive it and make a new one for the other company."
                )
            )

    def _is_in_use(self):
        """Whether anything belongs to this account's company by now; features add to
        it."""
        # sudo: zadarma.extension - whether there are any at all
        extensions_sudo = self.env["zadarma.extension"].sudo()
        return bool(
            extensions_sudo.search_count([("account_id", "=", self.id)], limit=1)
        )

    @api.model
    def default_get(self, fields):
        """Defaults; who may not set the address cannot have another one as default."""
        values = super().default_get(fields)
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            for name in ("api_url", "api_key", "api_secret"):
                if name in values:
                    values[name] = DEFAULT_URL if name == "api_url" else False
        return values

    @staticmethod
    def _clean(vals):
        """Values without the blanks that copying from a web page brings along."""
        return {
            name: (value or "").strip() or False
            if name in ("api_key", "api_url")
            else value
            for name, value in vals.items()
        }


def _is_this_machine(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
