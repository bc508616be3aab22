# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import format_list

from .setup_step import Step


class ZadarmaAccount(models.Model):
    """The steps about people: who has which number, and who may see calls."""

    _inherit = "zadarma.account"

    def _step_people(self):
        title = self.env._("People")
        choose = ("action_setup_people", self.env._("Choose People"))
        if not self.extension_ids:
            return Step(title, [], ("pbx",))
        nobodys = self._nobodys_extensions()
        if not nobodys:
            told = self.env._("Each internal number is assigned to somebody.")
            return Step(title, [told], (), (choose,))
        missing = tuple(nobodys.mapped("number"))
        told = [
            self.env._(
                "Nobody is assigned to these internal numbers: %s. Their calls "
                "belong to nobody.",
                format_list(self.env, nobodys.mapped("display_name")),
            )
        ]
        buttons = (choose,)
        suggestions = nobodys._suggest_people()
        if suggestions:
            told.append(
                self.env._(
                    "These people have the name or the e-mail that a number has in "
                    "Zadarma:"
                )
            )
            told += [
                f"{extension.number}: {person.name}"
                for extension, person in suggestions.items()
            ]
            accept = ("action_setup_accept_people", self.env._("Accept Suggestions"))
            buttons = (accept, choose)
        return Step(title, told, missing, buttons)

    def _nobodys_extensions(self):
        return self.extension_ids.filtered(
            lambda one: not one.employee_id and not one.user_id
        )

    def _step_rights(self):
        title = self.env._("Rights")
        if self._nobodys_extensions() == self.extension_ids:
            told = self.env._("Nobody has an internal number yet.")
            return Step(title, [told], ("people",))
        told = []
        without_user = self.extension_ids.filtered("employee_id").filtered(
            lambda one: not one.user_id
        )
        if without_user:
            told.append(
                self.env._(
                    "Without a user in Odoo, these employees see no calls: %s.",
                    format_list(self.env, without_user.employee_id.mapped("name")),
                )
            )
        users = self._users_without_right()
        if not users:
            if self.extension_ids.user_id:
                told.insert(
                    0, self.env._("All users with an internal number see their calls.")
                )
            return Step(title, told)
        told.insert(
            0,
            self.env._(
                "These users have an internal number, but not the right “%(right)s”, "
                "so they see no calls and no card: %(people)s.",
                right=self._right().full_name,
                people=format_list(self.env, users.mapped("name")),
            ),
        )
        button = ("action_setup_give_right", self.env._("Give the Right"))
        return Step(title, told, tuple(users.mapped("login")), (button,))

    def _users_without_right(self):
        """Those who have an internal number, and nothing of it."""
        right = self._right()
        return self.extension_ids.user_id.filtered(
            lambda user: user.active
            and not user.share
            and right not in user.all_group_ids
        )

    def _right(self):
        """The group of those who see their calls."""
        return self.env.ref("zadarma_connector.group_zadarma_user")
