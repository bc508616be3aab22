# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaAccount(models.Model):
    """What there is of people who are no contacts."""

    _inherit = "zadarma.account"

    def _document_of_stranger(self, number, called, identification):
        """The document of somebody outside who is no contact; for others to extend.

        It is asked once for somebody who wrote, and may be made then, if the account
        wants that.

        :param number: of whoever it is, in E.164, or a name
        :param called: our number, in E.164
        :param identification: an :class:`~.zadarma_identification.Identification`
        :return: a record with a chatter, as superuser; ``None`` if there is none
        """
        return None
