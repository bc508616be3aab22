# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Planned calls that are offered as done.
_PLANNED = 3


class ZadarmaCall(models.Model):
    """A planned call is done by calling: offered after a talk, never done by itself."""

    _inherit = "zadarma.call"

    # planned on its card or done by it: they may have its note
    plan_ids = fields.Many2many(
        "mail.activity",
        "zadarma_call_plan",
        "call_id",
        "activity_id",
        readonly=True,
        copy=False,
        context={"active_test": False},
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )

    @api.model
    def _put_on_calls(self):
        return [*super()._put_on_calls(), ("plan_ids",)]

    def _planned(self):
        """The planned calls that this call may have been: with the customer, or about
        one of its documents.

        :return: ``mail.activity``, the user's own first, then the earliest
        """
        Activity = self.env["mail.activity"]
        about = [self.partner_id] if self.partner_id else []
        about += self._documents()
        if not about:
            return Activity
        found = Activity.search(
            Domain("activity_type_id.category", "=", "phonecall")
            & Domain("create_date", "<", self.create_date)
            & Domain.OR(
                Domain([("res_model", "=", one._name), ("res_id", "=", one.id)])
                for one in about
            ),
            order="date_deadline, id",
        )
        # sorting keeps the order among those that are equal
        found = found.sorted(lambda one: one.user_id != self.env.user)
        return found._filtered_access("write")

    def _card_planned(self):
        """What is offered as done on the card, as soon as a talk has ended.

        It is told before: nothing more is asked for when a call ends.
        """
        return [
            {
                "id": activity.id,
                "name": activity.summary or activity.activity_type_id.name,
                "about": activity.res_name,
                # sudo: res.users - the name, as the activity shows it
                "whose": activity.user_id != self.env.user
                and activity.user_id.sudo().name,
                "date": activity.date_deadline.isoformat(),
            }
            for activity in self._planned()[:_PLANNED]
        ]

    def card_done(self, activity_id):
        """Mark a planned call as done by this one, whose note becomes its feedback.

        :param activity_id: id of a ``mail.activity`` that the card offered
        :return: whether it was done just now; it may be done already
        :raise AccessError: the user may not see the call
        :raise UserError: there was no talk, or it goes on
        """
        self.check_access("read")
        # whoever presses twice waits here, and finds it done
        self._lock_for_relink()
        if self.state != "ended" or self.result != "answered":
            raise UserError(self.env._("Nobody has spoken with them yet."))
        activity = self._planned().filtered(lambda one: one.id == activity_id)
        if activity:
            # sudo: zadarma.call - of whoever may see the call
            self.sudo().plan_ids += activity.sudo()
            activity.action_feedback(feedback=self.note or False)
        return bool(activity)
