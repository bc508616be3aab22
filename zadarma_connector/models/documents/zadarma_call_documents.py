# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: Records with a chatter that no call is put on: whose customer it is, what serves
#: Odoo itself, ours.
_NO_DOCUMENTS = ("res.partner", "res.users", "res.company", "hr.employee")
_NO_BUSINESS = ("base.", "discuss.", "fetchmail.", "iap.", "ir.", "mail.", "phone.")


class ZadarmaCall(models.Model):
    """A call belongs to documents: orders, invoices, tasks, whatever has a chatter.

    That from which it was made is one of them, others are put on by hand. Each has the
    call's line in its history, and loses it when the call is taken off.
    """

    _inherit = "zadarma.call"

    # which of them a user may know of is for the methods below to say
    document_ids = fields.One2many(
        "zadarma.call.document",
        "call_id",
        readonly=True,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )

    @api.model
    def _put_on_calls(self):
        return [*super()._put_on_calls(), ("res_id", "res_model")]

    def _take_from(self, other):
        # sudo: zadarma.call.document - of calls that are one
        mine = {(one.res_model, one.res_id): one for one in self.sudo().document_ids}
        for theirs in other.sudo().document_ids:
            same = mine.get((theirs.res_model, theirs.res_id))
            if not same:
                theirs.call_id = self
            elif theirs.was_made:
                same.was_made = True
        return super()._take_from(other)

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        for call in calls.filtered("res_id"):
            if self._is_document(call.res_model):
                call._put_on(self.env[call.res_model].browse(call.res_id))
        return calls

    @api.model
    def _is_document(self, model):
        """Whether calls can be on records of a model: it has a chatter."""
        return (
            model in self.env
            and not model.startswith(("zadarma.", *_NO_BUSINESS))
            and model not in _NO_DOCUMENTS
            and isinstance(self.env[model], self.env.registry["mail.thread"])
            and not self.env[model]._abstract
            and not self.env[model]._transient
        )

    def _put_on(self, document, was_made=False):
        """Have this call belong to a document, once however often it is asked for.

        :param document: a record
        :param was_made: the document was made of the call
        """
        # sudo: zadarma.call.document - whoever may do this was asked before
        links_sudo = self.sudo().document_ids
        for link_sudo in links_sudo:
            if (link_sudo.res_model, link_sudo.res_id) == (document._name, document.id):
                return
        self.env["zadarma.call.document"].sudo().create(
            {
                "call_id": self.id,
                "res_model": document._name,
                "res_id": document.id,
                "was_made": was_made,
            }
        )

    def _documents(self):
        """The documents of this call that there are still, in the order in which they
        came: a list of records, under the current user's rights but not filtered."""
        # sudo: zadarma.call.document - which there are
        links = [(one.res_model, one.res_id) for one in self.sudo().document_ids]
        return [
            document
            for model, res_id in links
            if model in self.env
            and (document := self.env[model].browse(res_id).exists())
        ]

    def _histories(self):
        """On whichever document somebody put a call, its line is there, also of a call
        that was history when Odoo learned of it."""
        histories = super()._histories()
        if self.state == "ended" and self.result and self.direction != "internal":
            histories += [one.sudo() for one in self._documents()]
        return histories

    # -- what a browser asks for -----------------------------------------------------

    def documents(self):
        """The documents of this call that the user may see.

        :return: list of dicts: ``model``, ``id``, ``name``; ``kind``, what such a
            record is called; ``canRemove``
        """
        self.ensure_one()
        self.check_access("read")
        return self._told_documents(self._documents())

    def document_offers(self):
        """On what the user may put this call.

        :return: dict: ``offers``: the customer's open documents, told as by
            :meth:`documents`; ``models``: what else can be looked for, a list of dicts
            with ``model``, ``name`` and ``isLikely``, the likely ones first
        """
        self.ensure_one()
        self.check_access("read")
        known = self._documents()
        partner = self.partner_id._filtered_access("read")
        company = partner.with_company(self.company_id)
        offered = company._zadarma_documents() if partner else []
        offers = [
            one for one in offered if one not in known and one.has_access("write")
        ]
        return {
            "offers": self._told_documents(offers),
            "models": sorted(
                self._document_models(), key=lambda one: not one["isLikely"]
            ),
        }

    @api.model
    def _document_models(self):
        # sudo: ir.model - what models are called
        models_sudo = self.env["ir.model"].sudo()
        return [
            {
                "model": one.model,
                "name": one.name,
                "isLikely": self._is_likely_document(one.model),
            }
            for one in models_sudo.search([("is_mail_thread", "=", True)], order="name")
            if self._is_document(one.model) and self.env[one.model].has_access("write")
        ]

    @api.model
    def _is_likely_document(self, model):
        """Whether somebody may call about such a record: customers have it and somebody
        works on it, an order and no bank account."""
        names = self.env[model]._fields.keys()
        return "partner_id" in names and not names.isdisjoint(("user_id", "user_ids"))

    def add_document(self, model, res_id):
        """Put this call on a document.

        :param model: the document's model, which has a chatter
        :param res_id: its id
        :return: as :meth:`documents`
        :raise AccessError: the user may not see the call or not write the document
        :raise UserError: there is no such document, or whose call it was was removed
        """
        document = self._document_to_change(model, res_id)
        # whoever does so at the same time begins anew when this is done
        self._lock_for_relink()
        self._put_on(document)
        self._write_history()
        return self.documents()

    def remove_document(self, model, res_id):
        """Take this call off a document; arguments and errors as of
        :meth:`add_document`."""
        document = self._document_to_change(model, res_id)
        self._lock_for_relink()
        # sudo: zadarma.call.document - the user may write the document
        self.sudo().document_ids.filtered(
            lambda one: (one.res_model, one.res_id) == (document._name, document.id)
        ).unlink()
        self._write_history()
        return self.documents()

    def _document_to_change(self, model, res_id):
        self.ensure_one()
        self.check_access("read")
        self._check_not_emptied()
        if self.direction == "internal" or not self._is_document(model):
            raise UserError(self.env._("A call cannot be put on that."))
        document = self.env[model].browse(res_id).exists()
        if not document:
            raise UserError(
                self.env._("This document does not exist any more. Reload the page.")
            )
        document.check_access("write")
        return document

    def _told_documents(self, documents):
        """What a browser shows of documents; those that the user may not see are left
        out."""
        shown = [one for one in documents if one.has_access("read")]
        # sudo: ir.model - what models are called
        models_sudo = self.env["ir.model"].sudo()
        kinds = dict(
            models_sudo.search([("model", "in", [one._name for one in shown])]).mapped(
                lambda one: (one.model, one.name)
            )
        )
        return [
            {
                "model": one._name,
                "id": one.id,
                "name": one.display_name,
                "kind": kinds[one._name],
                "canRemove": one.has_access("write"),
            }
            for one in shown
        ]
