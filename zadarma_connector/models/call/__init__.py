# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_number_search,
    zadarma_person_groups,
    zadarma_call,
    zadarma_call_absorbing,
    zadarma_call_did,
    zadarma_call_leg,
    zadarma_call_outcome,
    zadarma_call_people,
    zadarma_call_tag,
    zadarma_call_by_hand,
    zadarma_call_newest,
    zadarma_account,
    hr_employee,
    res_partner,
)
