# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_datetime

from ...zadarma_api import answer

#: Values that are ids of records: of which model, as which value they are shown, and
#: what of them.
_RECORDS = {
    "blocked": ("zadarma.blocked", "reason", "reason"),
    "customer": ("res.partner", "customer", "complete_name"),
    "employee": ("hr.employee", "person", "name"),
    "manager": ("res.users", "person", "name"),
    "person": ("zadarma.extension", "person", "display_name"),
    "tag": ("res.partner.category", "tag", "name"),
    "talker": ("res.partner", "person", "name"),
    "user": ("res.users", "person", "name"),
}
#: Names of all values in explanations.
_VALUES = (
    "at",
    "count",
    "customer",
    "days",
    "extension",
    "number",
    "person",
    "reason",
    "tag",
    "target",
)


class ZadarmaRouting(models.AbstractModel):
    """A decision in words, in the language of whoever asks."""

    _inherit = "zadarma.routing"

    @api.model
    def _explain(self, told, why):
        """Say in words what was decided and why.

        :param dict told: the answer to the PBX
        :param why: as in :class:`Decision`
        :return: list of sentences
        """
        sentences = [self._reason(code, values) for code, values in why]
        redirect = told.get("redirect")
        if not redirect:
            sentences.append(self.env._("The PBX goes on with its own scenario."))
        elif answer.is_rejection(redirect):
            sentences.append(
                self.env._("The PBX rejects the caller with the busy tone.")
            )
        elif answer.is_scenario(redirect):
            sentences.append(
                self.env._("Scenario %(target)s of the PBX runs.", target=redirect)
            )
        else:
            sentences.append(
                self.env._(
                    "%(extension)s rings for %(seconds)s s, then the PBX goes on with "
                    "its own scenario.",
                    extension=redirect,
                    seconds=told["return_timeout"],
                )
            )
        return sentences

    @api.model
    def _named(self, values):
        """What an explanation found out, as people read it: with today's names."""
        named = dict(values)
        if "moment" in values:
            moment = fields.Datetime.to_datetime(values["moment"])
            named["at"] = format_datetime(self.env, moment, dt_format="short")
        for name, (model, shown, field) in _RECORDS.items():
            # older explanations have names
            if isinstance(values.get(name), int):
                # sudo: their names, for whoever may see the call or rehearse
                record_sudo = self.env[model].sudo().browse(values[name]).exists()
                gone = "" if name == "blocked" else self.env._("(deleted)")
                named[shown] = (record_sudo and record_sudo[field]) or gone
        return named

    @api.model
    def _reason(self, code, values):
        """One sentence of an explanation."""
        values = {**dict.fromkeys(_VALUES, ""), **self._named(values)}
        if code == "blocked" and values["reason"]:
            return self.env._("This caller is blocked: %(reason)s.", **values)
        return self._reason_texts(values).get(code, code)

    @api.model
    def _reason_texts(self, values):
        """From each code to its sentence."""
        return {
            "hidden": self.env._("The caller withholds the number."),
            "blocked": self.env._("This caller is blocked."),
            "unknown": self.env._("No contact has this number."),
            "several": self.env._(
                "Several contacts have this number: %(count)s.", **values
            ),
            "uncertain": self.env._(
                "It is probably %(customer)s, but that is not certain enough.",
                **values,
            ),
            "archived": self.env._("Only an archived contact: %(customer)s.", **values),
            "customer": self.env._("The customer is %(customer)s.", **values),
            "other_number": self.env._("The caller did not dial %(number)s.", **values),
            "called": self.env._(
                "The caller dialled %(number)s: %(target)s.", **values
            ),
            "other_tag": self.env._(
                "The customer does not have the tag %(tag)s.", **values
            ),
            "tagged": self.env._(
                "The customer has the tag %(tag)s: %(target)s.", **values
            ),
            "talked": self.env._(
                "%(person)s talked with the caller on %(at)s.", **values
            ),
            "nobody_talked": self.env._(
                "Nobody has talked with the caller within the set time (days: "
                "%(days)s).",
                **values,
            ),
            "no_number": self.env._(
                "%(person)s has no internal number any more.", **values
            ),
            "manager_off": self.env._("“Ring the customer's salesperson” is off."),
            "no_manager": self.env._("The customer has no salesperson."),
            "no_extension": self.env._(
                "The customer's salesperson, %(person)s, has no internal number.",
                **values,
            ),
            "manager": self.env._(
                "The customer's salesperson is %(person)s, at %(extension)s.", **values
            ),
            "gone": self.env._("%(extension)s is no longer in the PBX.", **values),
            "absent": self.env._("%(person)s is not at work then.", **values),
            "left": self.env._("%(person)s has left: archived in Odoo.", **values),
            "deputy": self.env._("Deputy: %(person)s.", **values),
            "no_deputy": self.env._("There is no deputy."),
            "late": self.env._("Odoo took too long to decide."),
        }
