# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# others inherit from it
from . import zadarma_identifiable, zadarma_transaction

# isort: split
from . import zadarma_call

# isort: split
from . import zadarma_call_follow_up

# isort: split
from . import (
    digest_digest,
    hr_employee,
    ir_http,
    ir_http_card,
    ir_websocket,
    mail_activity,
    res_config_settings,
    res_partner,
    res_partner_card,
    res_users,
    res_users_card,
    zadarma_account,
    zadarma_account_follow_up,
    zadarma_account_health,
    zadarma_account_live,
    zadarma_account_notifications,
    zadarma_account_pbx,
    zadarma_account_recordings,
    zadarma_account_routing,
    zadarma_account_webphone,
    zadarma_blocked,
    zadarma_call_attribution,
    zadarma_call_bus,
    zadarma_call_callback,
    zadarma_call_card,
    zadarma_call_fold,
    zadarma_call_leg,
    zadarma_call_outcome,
    zadarma_call_partner,
    zadarma_call_recordings,
    zadarma_call_report,
    zadarma_call_request,
    zadarma_call_routing,
    zadarma_callback,
    zadarma_callback_people,
    zadarma_callback_task,
    zadarma_event,
    zadarma_event_apply,
    zadarma_extension,
    zadarma_extension_telephone,
    zadarma_extension_webphone,
    zadarma_identification,
    zadarma_limiter,
    zadarma_listening,
    zadarma_number,
    zadarma_reconciliation,
    zadarma_recording,
    zadarma_recording_deletion,
    zadarma_recording_fetch,
    zadarma_recording_transcript,
    zadarma_recording_vault,
    zadarma_refusal,
    zadarma_relink,
    zadarma_routing,
    zadarma_routing_rule,
    zadarma_switchboard,
)
