# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_recording,
    zadarma_account_health,
    zadarma_account_recordings,
    zadarma_call_fetch,
    zadarma_call_listening,
    zadarma_call_player,
    zadarma_call_recordings,
    zadarma_event,
    zadarma_listening,
    zadarma_recording_deletion,
    zadarma_recording_fetch,
    zadarma_recording_request,
    zadarma_recording_retention,
    zadarma_recording_transcript,
    zadarma_recording_vault,
)
