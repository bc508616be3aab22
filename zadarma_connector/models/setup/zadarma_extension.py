# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import models


class ZadarmaExtension(models.Model):
    """Who probably has an internal number."""

    _inherit = "zadarma.extension"

    def _suggest_people(self):
        """Find who has the name or the e-mail that a number has in Zadarma.

        Nobody is suggested where two could be meant.

        :return: dict from extension to its ``hr.employee``, or to a ``res.users`` who
            is no employee
        """
        suggested = {}
        for company, extensions in self.grouped("company_id").items():
            people = self._people_by_words(company) if extensions else {}
            for extension in extensions:
                emails = (extension.emails or "").split(",")
                # a name is given on purpose; recordings may go to somebody else
                found = [
                    people[word]
                    for word in map(_word, (extension.name, *emails))
                    if word in people
                ]
                if found and len(found[0]) == 1:
                    [suggested[extension]] = found[0]
        return suggested

    def _people_by_words(self, company):
        """A company's people by their names and e-mails, as :func:`_word` reads them.

        :return: dict to sets of records
        """
        employees = self.env["hr.employee"].search_fetch(
            [("company_id", "=", company.id)], ["name", "work_email", "user_id"]
        )
        users = self.env["res.users"].search_fetch(
            [
                ("company_ids", "in", company.ids),
                ("share", "=", False),
                ("id", "not in", employees.user_id.ids),
            ],
            ["name", "login", "email"],
        )
        people = defaultdict(set)
        for person in [*employees, *users]:
            names = ["name", "work_email"]
            if person._name == "res.users":
                names = ["name", "login", "email"]
            else:
                people[_word(person.user_id.login)].add(person)
            for name in names:
                people[_word(person[name])].add(person)
        people.pop("", None)
        return people


def _word(text):
    """A name or an e-mail, whatever its blanks and capitals; empty for nothing."""
    return " ".join((text or "").casefold().split())
