# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from lxml import etree

from odoo import api, fields, models
from odoo.fields import Domain


class MailThread(models.AbstractModel):
    """Documents show their calls, if they have some."""

    _inherit = "mail.thread"

    zadarma_document_call_count = fields.Integer(
        "Calls on it",
        compute="_compute_zadarma_document_call_count",
        groups="zadarma_connector.group_zadarma_user",
        export_string_translation=False,
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_zadarma_document_call_count(self):
        links_sudo = self._zadarma_links()
        calls = links_sudo.call_id.sudo(False)
        # only those that the user may see
        seen = set(calls.search([("id", "in", calls.ids)]).ids)
        counts = Counter(
            link_sudo.res_id for link_sudo in links_sudo if link_sudo.call_id.id in seen
        )
        for document in self:
            document.zadarma_document_call_count = counts[document.id]

    def _zadarma_document_domain(self):
        """The calls that are on these documents."""
        return Domain("id", "in", self._zadarma_links().call_id.ids)

    def _zadarma_links(self):
        """Which calls are on which of these documents, as superuser."""
        # sudo: zadarma.call.document - those that the user may not see are in no list
        # of theirs, and whoever may delete a document may take calls off
        links_sudo = self.env["zadarma.call.document"].sudo()
        return links_sudo.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )

    def action_zadarma_document_calls(self):
        """The calls that are on this document."""
        self.ensure_one()
        return self.env["zadarma.call"]._open(list(self._zadarma_document_domain()))

    @api.model_create_multi
    def create(self, vals_list):
        """What a user completes in a form that was begun from a call is made of it: the
        context says ``zadarma_made_of_call``, a model's name and the id of the call."""
        documents = super().create(vals_list)
        model, call_id = self.env.context.get("zadarma_made_of_call", (None, None))
        if model != self._name:
            return documents
        call = self.env["zadarma.call"].browse(call_id)._filtered_access("read")
        if call and not call.sealed_at and not call._made_document(model):
            call._put_on(documents[:1], was_made=True)
            call._write_history()
        return documents

    def unlink(self):
        links_sudo = self._zadarma_links()
        result = super().unlink()
        links_sudo.unlink()
        return result

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """A button among those of the form; models that have their own keep it."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if (
            view_type == "form"
            and self.env["zadarma.call"]._is_document(self._name)
            and not arch.xpath("//button[@name='action_zadarma_calls']")
        ):
            _add_button(arch, self.env._("Calls"))
        return arch, view


def _add_button(arch, label):
    [box] = arch.xpath("//div[@name='button_box']")[:1] or [None]
    [sheet] = arch.xpath("//sheet")[:1] or [None]
    if box is None and sheet is None:
        return
    if box is None:
        box = etree.Element("div", {"name": "button_box", "class": "oe_button_box"})
        sheet.insert(0, box)
    button = etree.SubElement(
        box,
        "button",
        {
            "name": "action_zadarma_document_calls",
            "type": "object",
            "class": "oe_stat_button",
            "icon": "fa-phone",
            "groups": "zadarma_connector.group_zadarma_user",
            "invisible": "not zadarma_document_call_count",
        },
    )
    etree.SubElement(
        button,
        "field",
        {
            "name": "zadarma_document_call_count",
            "widget": "statinfo",
            "string": label,
        },
    )
