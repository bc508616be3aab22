# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_identifiable,
    zadarma_identification,
    zadarma_told_number,
    zadarma_number,
    zadarma_relink,
    zadarma_account,
    zadarma_call_customer,
    zadarma_call_proposal,
    res_partner,
    hr_employee,
)
