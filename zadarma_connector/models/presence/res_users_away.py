# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Whoever is away for longer has time off, which others see in the calendar too.
_LONGEST = timedelta(days=7)


class ResUsers(models.Model):
    """Who does not want to be disturbed for a while."""

    _inherit = "res.users"

    zadarma_away_until = fields.Datetime("Do not disturb until", copy=False)

    @api.model
    def zadarma_do_not_disturb(self, until):
        """Have nobody routed to the current user, or be back.

        :param until: UTC as Odoo writes it; ``False`` to be back
        :return: as ``away`` in :meth:`zadarma_bar`
        :raise UserError: the user has no extension, or it is no time to come back at
        """
        self._zadarma_extension()
        now = fields.Datetime.now()
        if until:
            try:
                until = fields.Datetime.to_datetime(until)
            except ValueError as error:
                raise UserError(self.env._("This is no time: %s", until)) from error
            if not now < until <= now + _LONGEST:
                raise UserError(
                    self.env._(
                        "Choose a time to come back within the next days: at most "
                        "this many: %s.",
                        _LONGEST.days,
                    )
                )
        # sudo: res.users - the own switch
        user_sudo = self.env.user.sudo()
        user_sudo.zadarma_away_until = until
        self._zadarma_forward_away()
        # sudo: zadarma.account - whether somebody looks
        accounts_sudo = self._zadarma_extensions().account_id
        told = accounts_sudo.filtered(lambda one: one._presence_is_told())
        told._tell_presence(told.company_id.ids)
        return user_sudo._zadarma_away()

    @api.readonly
    @api.model
    def zadarma_bar(self):
        """As above; and ``away``: until when the user does not want to be disturbed,
        UTC as Odoo writes it, or ``False``."""
        # sudo: res.users - the own switch
        return {**super().zadarma_bar(), "away": self.env.user.sudo()._zadarma_away()}

    def _zadarma_away(self):
        away = self._zadarma_is_away(fields.Datetime.now())
        return away and fields.Datetime.to_string(self.zadarma_away_until)

    def _zadarma_is_away(self, moment):
        """Whether somebody does not want to be disturbed at that time.

        :param moment: UTC
        """
        return bool(self.zadarma_away_until and self.zadarma_away_until > moment)
