# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, plaintext2html

from odoo.addons.phone_validation.tools import phone_validation

#: Earlier calls on a card.
_EARLIER = 3
#: Outcomes to choose from: a longer list is no choice any more.
_OUTCOMES = 50
#: Tags to choose from.
_TAGS = 50
#: Contacts offered when several have the number.
_CANDIDATES = 5


class ZadarmaCall(models.Model):
    """The caller's card: what it shows and what is done on it.

    Everything here is called by the card under its user's own rights. Writing a call is
    nobody's right, since the PBX tells what happened; of what people add to it, each
    has a method of its own.
    """

    _inherit = "zadarma.call"

    def card_data(self):
        """What cards show of these calls.

        :return: a list of dicts: what ``_news`` tells, and what is known of the other
            party as far as the user may see it; calls that are gone, or not the user's
            business, are left out
        :raise AccessError: the user may not see calls at all
        """
        calls = self.exists()._filtered_access("read")
        rows = self._news_rows(SQL("call.id = ANY(%s)", calls.ids), self.env.uid)
        return [
            self.browse(row["id"])._card(self._news(row))
            for row in rows
            if row["user_id"] == self.env.uid
        ]

    def _card(self, news):
        partner = self.partner_id._filtered_access("read")
        return {
            **news,
            "title": self._card_title(news["number"]),
            "failure": self.failure_text,
            "line": self.direction == "incoming" and self.called_number,
            **self._card_number(),
            "contact": self._card_contact(partner),
            "isProbable": self.partner_match == "probable",
            "candidates": self._card_candidates(),
            "canCreate": self.env["res.partner"].has_access("create"),
            "newContact": self._new_contact_context() if self.can_identify else {},
            "actions": self._card_actions(),
            "documents": self.documents(),
            "canPutOn": self.direction != "internal" and not self.sealed_at,
            "earlier": self._card_earlier(),
            "figures": self._card_figures(partner),
            "note": self.note or "",
            "outcome": self.outcome_id.id,
            "outcomes": self.env["zadarma.call.outcome"].search_read(
                self._outcome_domain(), ["display_name"], limit=_OUTCOMES
            ),
            "callBackOutcome": self._card_call_back().id,
            "activityTypes": self._card_activity_types(partner),
            "planned": self._card_planned(),
            "tags": self.tag_ids.ids,
            "allTags": self.env["zadarma.call.tag"].search_read(
                [], ["display_name", "color"], limit=_TAGS
            ),
        }

    def _card_actions(self):
        """What else can be made of this call, under the user's rights.

        Hook for other addons: extend it and add to what ``super()`` returns.

        :return: a list of dicts: ``label``, translated; ``method``, the name of a
            method of the call, which returns an action
        """
        return []

    def _card_title(self, number):
        """The name of the other party, or what else is known of it."""
        if self.direction != "internal":
            return self.display_name
        # sudo: zadarma.extension - a colleague's number and name
        return (
            self.env["zadarma.extension"]
            .sudo()
            .search(
                [("account_id", "=", self.account_id.id), ("number", "=", number)],
                limit=1,
            )
            .display_name
            or number
        )

    def _card_number(self):
        number = self.external_number
        if not number:
            return {"numberText": "", "country": False}
        text = phone_validation.phone_format(number, None, None, raise_exception=False)
        country = self._number_country()
        return {
            "numberText": text,
            "country": bool(country)
            and {"name": country.name, "flag": country.image_url},
        }

    def _card_contact(self, partner):
        if not partner:
            return False
        activity = partner.activity_ids.sorted("date_deadline")[:1]
        return {
            "id": partner.id,
            "name": partner.name or partner.display_name,
            "company": partner.commercial_company_name
            if partner.commercial_partner_id != partner
            else False,
            "function": partner.function,
            "manager": partner.user_id.name,
            "image": f"/web/image/res.partner/{partner.id}/avatar_128"
            f"?unique={partner.write_date.timestamp():.0f}",
            "activity": bool(activity)
            and {
                "name": activity.summary or activity.activity_type_id.name,
                "date": activity.date_deadline.isoformat(),
                "icon": activity.icon,
                "overdue": activity.state == "overdue",
            },
        }

    def _card_candidates(self):
        """Contacts to choose from, as long as nobody chose."""
        if self.partner_match == "manual":
            return []
        others = (self.candidate_ids - self.partner_id)._filtered_access("read")
        return others[:_CANDIDATES].read(["display_name"])

    def _card_figures(self, partner):
        """What is open with the customer, what matters most first."""
        if not partner:
            return []
        figures = partner.with_company(self.company_id)._zadarma_figures()
        return sorted(figures, key=lambda figure: figure.get("sequence", 100))

    def _card_earlier(self):
        """The last calls with the same contact, or the same number."""
        if self.partner_id:
            with_party = [("partner_id", "=", self.partner_id.id)]
        elif self.external_number:
            with_party = [("external_number", "=", self.external_number)]
        else:
            return []
        earlier = self.search_fetch(
            [*with_party, ("id", "!=", self.id)],
            [
                *("date_start", "direction", "state", "result", "duration"),
                *("person_id", "note"),
            ],
            limit=_EARLIER,
        )
        results = dict(self._fields["result"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        return [
            {
                "id": call.id,
                "date": fields.Datetime.to_string(call.date_start),
                "incoming": call.direction == "incoming",
                "result": call.result,
                "resultText": results.get(call.result, "")
                if call.state == "ended"
                else states[call.state],
                "duration": call.duration,
                # sudo: res.partner - the name, as lists of calls show it
                "person": call.person_id.sudo().name,
                "note": call.note,
                "recording": call.can_listen and call.recording_state,
            }
            for call in earlier
        ]

    @api.model
    def _card_call_back(self):
        """The outcome that proposes to plan a call; empty if it was deleted."""
        outcome = self.env.ref(
            "zadarma_connector.outcome_call_back", raise_if_not_found=False
        )
        return outcome or self.env["zadarma.call.outcome"]

    def _card_activity_types(self, partner):
        """What can be planned by a click; Odoo wants the right to change a contact."""
        if not partner or not partner.has_access("write"):
            return []
        types = self.env["mail.activity.type"].search(
            [
                ("res_model", "in", (False, "res.partner")),
                # a file to bring needs more than a date
                ("category", "!=", "upload_file"),
            ]
        )
        return [
            {
                "id": one.id,
                "name": one.name,
                "icon": one.icon,
                "isCall": one.category == "phonecall",
                "date": one._get_date_deadline().isoformat(),
            }
            for one in types
        ]

    def card_note(self, note):
        """Keep what the user noted about this call.

        :param str note: replaces the former one
        :raise UserError: whose call it was was removed
        """
        self.check_access("read")
        self._check_not_emptied()
        self._lock_for_relink()
        # sudo: zadarma.call - the note of whoever may see the call
        self.sudo().note = note.strip() or False

    def card_outcome(self, outcome_id):
        """Keep how this call went, in the user's view.

        :param outcome_id: id of a ``zadarma.call.outcome``, or False for none
        :raise UserError: it is another company's
        """
        self.check_access("read")
        outcome = self.env["zadarma.call.outcome"].browse(outcome_id or ())
        if outcome:
            outcome.check_access("read")
            if outcome not in outcome.filtered_domain(self._outcome_domain()):
                raise UserError(
                    self.env._(
                        "%(outcome)s is an outcome of another company's calls.",
                        outcome=outcome.name,
                    )
                )
        self._lock_for_relink()
        # sudo: zadarma.call - the outcome of whoever may see the call
        self.sudo().outcome_id = outcome_id

    def _outcome_domain(self):
        """Which outcomes this call can have: its company's, and those of all."""
        return [("company_id", "in", (False, self.company_id.id))]

    def card_contact(self, partner_id):
        """Make a contact this call's customer, and the number's, chosen by hand.

        Or propose that, where others are concerned.

        :param partner_id: id of a ``res.partner``
        :raise AccessError: the user may not see it
        :raise UserError: this call can have no customer, or it is another company's
        """
        self._choose(self.env["res.partner"].browse(partner_id))

    def card_plan(self, activity_type_id, day=None):
        """Plan the next activity with the customer of this call, for oneself.

        :param activity_type_id: id of a ``mail.activity.type``
        :param day: its deadline (ISO 8601); by default what follows from the type
        :return: ``id``, ``name`` and ``date`` (ISO 8601) of the activity
        :raise UserError: the caller is not known
        """
        self.check_access("read")
        if not self.partner_id:
            raise UserError(
                self.env._(
                    "Nobody knows who called. Choose or create the contact first."
                )
            )
        # whoever presses twice waits here, and gets the first one
        self._lock_for_relink()
        activity_type = self.env["mail.activity.type"].browse(activity_type_id)
        day = fields.Date.to_date(day) or activity_type._get_date_deadline()
        activity = self.partner_id.activity_ids.filtered(
            lambda one: (
                one.activity_type_id == activity_type
                and one.date_deadline == day
                and one.user_id == self.env.user
                and one.create_date >= self.create_date
            )
        )[:1]
        if not activity:
            activity = self.partner_id.activity_schedule(
                activity_type_id=activity_type.id,
                date_deadline=day,
                note=plaintext2html(self.note) if self.note else False,
                user_id=self.env.uid,
                automated=False,
            )
            # sudo: zadarma.call - of whoever may see the call
            self.sudo().plan_ids += activity.sudo()
        return {
            "id": activity.id,
            "name": activity_type.name,
            "date": activity.date_deadline.isoformat(),
        }

    def action_show_card(self):
        """Show the card, to add a note."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "zadarma_connector.show_card",
            "params": {"call": self.id},
        }
