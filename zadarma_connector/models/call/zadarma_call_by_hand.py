# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models


class ZadarmaCall(models.Model):
    """Calls that the PBX knows nothing of: somebody used a private telephone."""

    _inherit = "zadarma.call"

    by_hand = fields.Boolean(
        "By hand", readonly=True, copy=False, help="The PBX knows nothing of it."
    )

    @api.model
    def _log_by_hand(self, account, partner, values):
        """Keep a call of the current user's private telephone.

        It has no facts, so nothing that Zadarma tells can change it.

        :param account: the ``zadarma.account`` among whose calls it is
        :param partner: the ``res.partner``, the user may read; features may know
            calls with nobody who is one
        :param dict values: ``direction``, ``reached`` (somebody answered),
            ``date_start`` (UTC), ``duration`` (s), ``outcome_id`` and ``note``
        :return: the call, as superuser
        """
        duration = values["duration"] if values["reached"] else 0
        unreached = "no_answer" if values["direction"] == "outgoing" else "missed"
        begin = values["date_start"]
        # sudo: zadarma.call - users log calls of their own, and write no others
        return self.sudo().create(
            {
                "account_id": account.id,
                "by_hand": True,
                "direction": values["direction"],
                "state": "ended",
                "result": "answered" if values["reached"] else unreached,
                "external_number": bool(partner)
                and self._number_by_hand(account.sudo(), partner),
                "partner_id": partner.id,
                "partner_match": "manual" if partner else "none",
                "employee_id": self.env.user.employee_id.id,
                "user_id": self.env.uid,
                "date_start": begin,
                "date_answer": begin if values["reached"] else False,
                "date_end": begin + timedelta(seconds=duration),
                "duration": duration,
                "outcome_id": values["outcome_id"],
                "note": values["note"],
            }
        )

    @api.model
    def _number_by_hand(self, account, partner):
        """With which of a contact's numbers it was; features know better.

        :param account: the ``zadarma.account``, as superuser
        :param partner: the ``res.partner``
        :return: E.164, ``False`` if the contact has none
        """
        return False
