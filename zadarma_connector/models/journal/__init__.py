# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_event,
    zadarma_call_attribution,
    zadarma_call_fold,
    zadarma_event_apply,
    zadarma_reconciliation,
)
