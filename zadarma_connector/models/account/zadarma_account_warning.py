# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import models

#: The kind of the activity that warns of problems.
_WARNING = "mail.mail_activity_data_warning"
#: What a transaction notes: the ids of accounts of which something may be mended.
_TOUCHED = "zadarma.account.touched"


class ZadarmaAccount(models.Model):
    """The activity that warns the administrator of problems until they are mended."""

    _inherit = "zadarma.account"

    def _tell_administrator(self):
        """Have one activity as long as there are problems, and none otherwise."""
        told = self._administrator()
        account = self.with_context(lang=told.lang)
        problems = account.problems
        note = Markup("<br/>").join((problems or "").split("\n"))
        activities = self.activity_search([_WARNING])
        if not problems:
            activities.unlink()
        elif not activities:
            account.activity_schedule(
                _WARNING,
                summary=account.env._("Zadarma needs your attention"),
                note=note,
                user_id=told.id,
            )
        else:
            activities.write({"note": note})

    def _look_again(self):
        """Look, when all of a transaction is done, whether what the administrator was
        warned of is mended. What is new is left to the job, which looks every hour.
        """
        precommit = self.env.cr.precommit
        if _TOUCHED not in precommit.data:
            precommit.data[_TOUCHED] = set()
            # sudo: whoever mended something need not be the one who was warned
            precommit.add(self.sudo().browse()._take_warnings_back)
        precommit.data[_TOUCHED].update(self.ids)

    def _take_warnings_back(self):
        touched = self.browse(self.env.cr.precommit.data.pop(_TOUCHED)).exists()
        for account in touched:
            if account.activity_search([_WARNING]):
                account._tell_administrator()
        # nothing is written by itself after this
        self.env.flush_all()

    def _administrator(self):
        """Who made the account, if they still administrate; else somebody who does."""
        administrators = self.env.ref(
            "zadarma_connector.group_zadarma_admin"
        ).all_user_ids.filtered(
            lambda user: user.active
            and not user.share
            and self.company_id in user.company_ids
        )
        made_it = administrators & self.create_uid
        return (made_it or administrators)[:1] or self.env.user
