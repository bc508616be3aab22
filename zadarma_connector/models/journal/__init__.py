# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_event,
    zadarma_event_summary,
    zadarma_event_others,
    zadarma_event_intake,
    zadarma_event_belief,
    zadarma_event_apply,
    zadarma_event_actions,
    zadarma_event_closing,
    zadarma_event_seal,
    zadarma_call_attribution,
    zadarma_call_callbacks,
    zadarma_call_fold,
    zadarma_call_seal,
    zadarma_did,
    zadarma_account,
    zadarma_account_belief,
)
