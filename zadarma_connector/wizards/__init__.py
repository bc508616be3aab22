# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    base_partner_merge,
    zadarma_blocking,
    zadarma_call_by_hand,
    zadarma_call_customer,
    zadarma_person_request,
    zadarma_retention_rehearsal,
    zadarma_routing_rehearsal,
    zadarma_waiting_handover,
    zadarma_waiting_waiver,
)
