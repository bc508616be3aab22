# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_identifiable,
    hr_employee,
    res_partner,
    zadarma_call_partner,
    zadarma_identification,
    zadarma_number,
    zadarma_relink,
)
