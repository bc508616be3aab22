# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaCallDocument(models.Model):
    """That a call belongs to a document: any record with a chatter.

    Nobody has a right on it: it tells which documents there are. What of it a user may
    see, and change, is for the call's own methods to say.
    """

    _name = "zadarma.call.document"
    _description = "Document of a Call"
    _order = "id"

    # found by the unique index, which begins with it
    call_id = fields.Many2one(
        "zadarma.call", "Phone Call", required=True, ondelete="cascade"
    )
    res_model = fields.Char(required=True, export_string_translation=False)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, export_string_translation=False
    )
    # of the call; else it was there before
    was_made = fields.Boolean(export_string_translation=False)

    _once = models.UniqueIndex(
        "(call_id, res_model, res_id)", "The call is on this document already."
    )
    _document_index = models.Index("(res_model, res_id)")
