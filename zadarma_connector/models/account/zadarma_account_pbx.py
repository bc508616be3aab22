# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...tools.differing import differing
from ...tools.telling import told
from ...zadarma_api import errors


class ZadarmaAccount(models.Model):
    """The account's PBX and its internal numbers."""

    _inherit = "zadarma.account"

    pbx_id = fields.Char("PBX ID", readonly=True, copy=False)
    # stored: the company's own field computes a whole address each time
    country_id = fields.Many2one(related="company_id.partner_id.country_id", store=True)
    country_code = fields.Char(related="country_id.code", store=True, help=False)
    extension_ids = fields.One2many(
        "zadarma.extension", "account_id", "Internal Numbers"
    )

    def action_get_pbx(self):
        """Bring the PBX ID, the internal numbers and the own numbers.

        Assignments stay as they are; numbers that are gone are archived and brought
        back when they return.
        """
        self.ensure_one()
        self.check_access("write")
        with self._zadarma() as client:
            pbx = client.get_internal_numbers()
            listed = client.get_direct_numbers()
        numbers = sorted(set(pbx["numbers"]))
        # all that takes time comes before the first change
        named = self.with_context(active_test=False).extension_ids.filtered("name")
        unnamed = [one for one in numbers if one not in named.mapped("number")]
        # what is known already comes last: the limit may end it
        news = self._ask_about(sorted(numbers, key=lambda one: one not in unnamed))
        self.pbx_id = pbx["pbx_id"]
        self._mark_connected()
        self._set_internal_numbers(numbers, news)
        self._bring_own_numbers(listed).action_archive()
        message = self.env._(
            "Internal numbers: %(extensions)s. Own numbers: %(own)s.",
            extensions=len(numbers),
            own=len(self.did_ids.filtered("is_ours")),
        )
        if news.keys() >= {*unnamed}:
            return told(message)
        return told(
            message
            + " "
            + self.env._(
                "Zadarma did not give the names of all numbers. Press Get PBX again "
                "in a minute."
            ),
            "warning",
        )

    def _ask_about(self, numbers):
        """Ask for the names and e-mails of internal numbers.

        One request each: a large PBX meets Zadarma's limit, and names are worth
        another press of the button, but not the loss of the numbers.

        :return: from number to the extension's values, as far as they were told
        """
        news = {}
        client = self._client()
        for number in numbers:
            try:
                info = client.get_internal_info(number)
            except errors.ZadarmaError:
                break
            news[number] = self._extension_values(number, info)
        return news

    @api.model
    def _extension_values(self, number, info):
        """The values of an extension, as Zadarma tells them.

        :param info: of :meth:`~zadarma_api.client.ZadarmaClient.get_internal_info`
        """
        return {
            "name": info["name"] or number,
            "emails": ", ".join(info["emails"]),
        }

    def _set_internal_numbers(self, numbers, news):
        """Make the extensions those that the PBX has.

        :param list numbers: texts
        :param dict news: from number to values, of those of whom there is news
        """
        extensions = self.with_context(active_test=False).extension_ids
        gone = extensions.filtered(
            lambda extension: extension.active and extension.number not in numbers
        )
        back = extensions.filtered(
            lambda extension: not extension.active and extension.number in numbers
        )
        new = set(numbers) - set(extensions.mapped("number"))
        gone.action_archive()
        back.action_unarchive()
        for extension in extensions:
            if extension.number in news:
                extension.write(differing(news[extension.number], extension))
        self.env["zadarma.extension"].create(
            [
                {"account_id": self.id, "number": number, **news.get(number, {})}
                for number in sorted(new)
            ]
        )
