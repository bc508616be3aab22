# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from odoo.addons.zadarma_connector.zadarma_api.numbers import keys


class ZadarmaRelink(models.Model):
    """SMS go to the new owner of their number, as calls do."""

    _inherit = "zadarma.relink"

    def _relink(self):
        cores = set().union(*map(keys.cores, self.mapped("text")))
        done = super()._relink()
        if done:
            self.env["zadarma.message"]._link_again(cores)
        return done


class ZadarmaMessage(models.Model):
    _inherit = "zadarma.message"

    _core_index = models.Index(f"(({keys.core_sql('number')}))")

    def _link_again(self, cores):
        """Find the customers of SMS anew.

        :param cores: last digits of their numbers, see :mod:`~zadarma_api.numbers.keys`
        """
        self.flush_model(["number"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM zadarma_message WHERE %s = ANY(%s)",
                SQL(keys.core_sql("number")),
                list(cores),
            )
        )
        messages = self.browse(message_id for [message_id] in rows)
        for account, some in messages.grouped("account_id").items():
            by_number = some.grouped("number")
            found = self.env["zadarma.identification"]._identify(account, by_number)
            for number, same in by_number.items():
                stale = same.filtered(
                    lambda one, found=found[number]: one.partner_id != found.partner
                )
                stale.partner_id = found[number].partner
