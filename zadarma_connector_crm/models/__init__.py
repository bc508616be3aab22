# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    crm_lead,
    res_partner,
    zadarma_account,
    zadarma_call,
    zadarma_call_lead,
    zadarma_call_origin,
    zadarma_did,
)
