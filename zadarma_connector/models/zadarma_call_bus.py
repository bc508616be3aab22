# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: What the people concerned see: a change of it is told. Legs have their own hook.
_SHOWN = {"state", "result", "extension_id", "user_id", "partner_id"}


class ZadarmaCall(models.Model):
    """Who is told while a call goes on, over Odoo's bus.

    Each person concerned gets a small message for each change, on their own channel and
    after the transaction that made it: the change itself, and nothing about people
    outside. What a card shows besides is fetched under the user's own rights, see
    ``card_data``. A call that is new to us and over already is told to nobody, so
    importing the past is silent.
    """

    _inherit = "zadarma.call"

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        calls._tell()
        return calls

    def write(self, vals):
        going_on = self.browse()
        if not _SHOWN.isdisjoint(vals):
            going_on = self.filtered(lambda call: call.state != "ended")
        result = super().write(vals)
        going_on._tell(ended=True)
        return result

    def _tell(self, ended=False):
        """Tell the people concerned, once, when this transaction is about to end.

        :param ended: also of calls that are over, since they just ended
        """
        news = self if ended else self.filtered(lambda call: call.state != "ended")
        if not news:
            return
        precommit = self.env.cr.precommit
        if "zadarma.call.news" not in precommit.data:
            precommit.data["zadarma.call.news"] = set()
            precommit.add(self.sudo().browse()._send_news)
        precommit.data["zadarma.call.news"].update(news.ids)

    def _send_news(self):
        news = self.env.cr.precommit.data.pop("zadarma.call.news")
        for call in self.browse(news).exists():
            users = call._users_concerned()
            # only what is needed, since the PBX waits
            users.fetch(["partner_id"])
            for user in users:
                user._bus_send("zadarma.call", call._news(user))

    def _users_concerned(self):
        """Whose extension dialled, rang or spoke."""
        return self.user_id | self.leg_ids.user_id

    def _news(self, user):
        """What a user is told about the state of this call.

        Times are told as seconds until now: the clock of a browser may be wrong.

        :param user: one of :meth:`_users_concerned`, or who sees the card anyway
        :return: dict: ``id``; ``state`` and ``result`` of the call; ``dialled``: the
            user began it; ``spoke``: the user is or was talking; ``speaker``: name of
            the colleague who talks instead, or to whom it was passed; ``number`` of
            the other party (E.164 or an extension); ``elapsed``: seconds in this
            state; ``duration``: seconds of talk; ``partner``: id of the contact
        """
        own_legs = self.leg_ids.filtered(lambda leg: leg.user_id == user)
        own_numbers = set(own_legs.mapped("extension_number"))
        if self.user_id == user:
            own_numbers.add(self.extension_number)
        dialled = self.direction == "outgoing" or (
            self.direction == "internal" and self.caller_number in own_numbers
        )
        since = self.date_answer if self.state == "in_progress" else self.date_start
        since = since or self.create_date
        other = self.called_number if dialled else self.caller_number
        return {
            "id": self.id,
            "state": self.state,
            "result": self.result,
            "dialled": dialled,
            "spoke": (self._is_answered() and self.user_id == user)
            or "answered" in own_legs.mapped("result"),
            "speaker": not dialled and self._other_speaker(user),
            "number": self.external_number or other,
            "elapsed": max(0, int((fields.Datetime.now() - since).total_seconds())),
            "duration": self.duration,
            "partner": self.partner_id.id,
        }

    def _is_answered(self):
        return self.state == "in_progress" or bool(self.date_answer)

    def _other_speaker(self, user):
        """The name of the colleague who has the call, if not this user."""
        if not self._is_answered() or not self.extension_number or self.user_id == user:
            return False
        employee = self.employee_id
        employee.fetch(["name"])
        return employee.name or self.user_id.name or self.extension_number
