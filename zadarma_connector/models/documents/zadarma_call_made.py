# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...tools.telling import told


class ZadarmaCall(models.Model):
    """Documents that are made of a call: one of each kind, however often it is asked
    for and by however many."""

    _inherit = "zadarma.call"

    def _make_document(self, model, make):
        """Open the document of a kind that was made of this call; make it if there is
        none.

        :param model: name of the model
        :param make: called without anything if there is none; returns the new record,
            or an action where the user has to say more first
        :return: an action
        :raise AccessError: the user may not see the call, or make no such documents
        :raise UserError: whose call it was was removed
        """
        self.ensure_one()
        self.check_access("read")
        self._check_not_emptied()
        self.env[model].check_access("create")
        # whoever asks at the same time begins anew when this is done
        self._lock_for_relink()
        document = self._made_document(model)
        if not document:
            document = make()
            if isinstance(document, dict):
                return document
            self._put_on(document, was_made=True)
            self._write_history()
        if document.has_access("read"):
            return document.get_formview_action()
        return told(
            self.env._("A colleague made it already, and you may not see it."), "info"
        )

    def _made_document(self, model):
        """The record of a model that was made of this call; empty if there is none."""
        # sudo: zadarma.call.document - whether there is one
        made_sudo = self.sudo().document_ids.filtered(
            lambda one: one.was_made and one.res_model == model
        )
        return self.env[model].browse(made_sudo[:1].res_id or ()).exists()

    def _document_name(self):
        """What a document is called that is made of this call."""
        # sudo: res.partner - the name, as the call itself shows it
        party = self.partner_id.sudo().name or self._number_to_show()
        if self.direction == "incoming":
            return self.env._("Call from %s", party)
        return self.env._("Call to %s", party)
