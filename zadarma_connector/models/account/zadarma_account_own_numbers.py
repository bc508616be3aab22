# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...tools.differing import differing


class ZadarmaAccount(models.Model):
    """The account's own numbers: what customers dial."""

    _inherit = "zadarma.account"

    did_ids = fields.One2many("zadarma.did", "account_id", "Own Numbers")

    def _bring_own_numbers(self, listed):
        """Take what Zadarma tells of the own numbers.

        :param listed: of :meth:`~zadarma_api.client.ZadarmaClient.get_direct_numbers`
        :return: the ``zadarma.did`` that it listed before, and not now
        """
        known = self.with_context(active_test=False).did_ids.grouped("number")
        for one in listed:
            values = {**one, "at_zadarma": True, "is_ours": True}
            number = values.pop("number")
            if did := known.pop(number, None):
                values["name"] = one["name"] or did.name
                # a number that becomes ours has all calls looked through
                if changed := differing(values, did):
                    did.write(changed)
            else:
                self.env["zadarma.did"].create(
                    {"account_id": self.id, "number": number, **values}
                )
        gone = self.env["zadarma.did"].concat(*known.values())
        return gone.filtered("at_zadarma")
