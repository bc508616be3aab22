# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Keep the numbers of the contacts that vanish: the one that stays may have no
        room for them.

        Without this, the calls from these numbers would be nobody's. Numbers of which
        somebody said whose they are stay theirs.
        """
        found = self._zadarma_vanishing(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        # sudo: zadarma.number - each company keeps its own
        numbers_sudo = self.env["zadarma.number"].sudo()
        for company, numbers in found.items():
            known_sudo = numbers_sudo.search(
                [("number", "in", numbers), ("company_id", "=", company.id)]
            )
            for number in set(numbers) - {*known_sudo.mapped("number")}:
                numbers_sudo._assign(company, number, dst_partner)
        return result

    def _zadarma_vanishing(self, src_partners, dst_partner):
        """The numbers that would be nobody's without the contacts that vanish.

        :return: from each ``res.company`` with an account to a list in E.164
        """
        # sudo: zadarma.account - each company keeps its own
        accounts_sudo = self.env["zadarma.account"].sudo()
        accounts_sudo = accounts_sudo.search([("active", "=", True)])
        found = {}
        for account_sudo in accounts_sudo:
            company = account_sudo.company_id
            if dst_partner.company_id not in (company, company.browse()):
                continue
            stays = {False, *dst_partner._zadarma_numbers(account_sudo)}
            vanishing = src_partners._zadarma_numbers(account_sudo)
            # of which nobody can tell the country, but somebody called
            for contact in src_partners:
                texts = contact._zadarma_texts()
                # sudo: zadarma.call - all of them
                calls_sudo = account_sudo.env["zadarma.call"].search(
                    [
                        ("account_id", "=", account_sudo.id),
                        ("partner_id", "=", contact.id),
                    ]
                )
                vanishing += [
                    number
                    for number in {*calls_sudo.mapped("external_number")} - {False}
                    if contact._zadarma_match(account_sudo, number, texts)
                ]
            numbers = [one for one in dict.fromkeys(vanishing) if one not in stays]
            found[company] = [*found.get(company, ()), *numbers]
        return found
