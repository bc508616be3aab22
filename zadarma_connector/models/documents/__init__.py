# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    mail_thread,
    res_partner_documents,
    zadarma_call_document,
    zadarma_call_documents,
    zadarma_call_made,
)
