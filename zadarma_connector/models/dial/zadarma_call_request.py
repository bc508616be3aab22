# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.transaction import in_own_transaction
from ...zadarma_api import errors, facts
from ..journal.zadarma_call_callbacks import CALLBACK_WINDOW


class ZadarmaCall(models.Model):
    """Calls that somebody asked for in Odoo.

    What was asked for is committed before Zadarma hears of it, so that the first
    notification finds it, whatever becomes of the current transaction.
    """

    _inherit = "zadarma.call"

    def action_call(self):
        """Call the other party of this call.

        :return: the action by which the web client dials
        :raise UserError: the user has no extension
        """
        self.ensure_one()
        self.env["res.users"]._zadarma_extension()
        return {
            "type": "ir.actions.client",
            "tag": "zadarma_connector.dial",
            "params": {
                "number": self.external_number,
                "resModel": self._name,
                "resId": self.id,
            },
        }

    @api.model
    def _dial(self, extension, number, document, in_browser=False):
        """Ask Zadarma to ring an extension, and then a number.

        :param extension: the ``zadarma.extension``
        :param number: E.164
        :param document: that the call is about, with the asking user's rights; or
            ``None``
        :param in_browser: only keep what is asked for: the browser phone dials
        :return: the id of the call, and whether it is new: it is not if it was asked
            for a moment ago
        :raise UserError: Zadarma cannot or will not; the call has ended as failed
        """
        values = self._document_values(extension.company_id, document)
        call_id, is_new = in_own_transaction(
            self, lambda calls: calls._request(extension.id, number, values)
        )
        if is_new and not in_browser:
            try:
                self._ask(extension, number)
            except UserError as error:
                reason = str(error)
                in_own_transaction(
                    self, lambda calls: calls._fail_request(call_id, reason)
                )
                # the web client shows this call, which tells the reason, and no dialog
                error.context = {"zadarma_call_id": call_id}
                raise
        return call_id, is_new

    @api.model
    def _document_values(self, company, document):
        """Which document a call is about, and which customer that tells."""
        if not document:
            return {}
        values = {"res_model": document._name, "res_id": document.id}
        # sudo: the document's contacts, of which only readable ones are taken
        partners = document.sudo()._mail_get_partners()[document.id]
        partner = (
            partners.with_env(document.env)
            ._filtered_access("read")
            .filtered(lambda one: one.company_id in (one.company_id.browse(), company))
        )[:1]
        found = document._name == self._name and document.partner_match != "manual"
        # a call that was found out by its number tells no more than the number does
        if partner and not found:
            values.update(partner_id=partner.id, partner_match="manual")
        return values

    @api.model
    def _request(self, extension_id, number, values):
        """Keep that a call was asked for, unless it was a moment ago.

        :param dict values: further ones of the call
        :return: the id of the call, and whether it is new
        """
        extension = self.env["zadarma.extension"].browse(extension_id)
        # whoever dials with it at the same time starts anew, and sees this call
        self.env.cr.execute(
            SQL(
                "UPDATE zadarma_extension SET write_date = now() AT TIME ZONE 'UTC'"
                " WHERE id = %s",
                extension_id,
            ),
            log_exceptions=False,
        )
        account = extension.account_id
        account = account.with_context(allowed_company_ids=account.company_id.ids)
        calls = account.env["zadarma.call"]
        known = calls.search(
            [
                ("account_id", "=", account.id),
                ("extension_id", "=", extension_id),
                ("external_number", "=", number),
                ("direction", "=", "outgoing"),
                ("state", "!=", "ended"),
                ("create_date", ">", fields.Datetime.now() - CALLBACK_WINDOW),
            ],
            limit=1,
        )
        if known:
            return known.id, False
        call = calls.create(
            {
                "account_id": account.id,
                "direction": "outgoing",
                "state": "requested",
                **values,
            }
        )
        account.env["zadarma.event"]._add_own_fact(
            call, facts.REQUESTED, **{"from": extension.number, "to": number}
        )
        return call.id, True

    @api.model
    def _ask(self, extension, number):
        """Ask Zadarma for the call."""
        try:
            with extension.account_id._zadarma() as client:
                extension._check_reachable(client)
                client.request_callback(extension.number, number)
        except UserError as error:
            if isinstance(error.__cause__, errors.TimedOut):
                raise UserError(
                    self.env._(
                        "Zadarma did not answer in time. Wait a moment; if your "
                        "telephone does not ring, try again."
                    )
                ) from error
            raise

    @api.model
    def _fail_request(self, call_id, reason):
        """End a call that Zadarma was asked for in vain."""
        self.env["zadarma.event"]._add_own_fact(
            self.browse(call_id), facts.REFUSED, reason=reason
        )
