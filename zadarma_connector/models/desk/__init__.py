# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    ir_http_card,
    ir_websocket,
    mail_activity,
    res_partner_card,
    res_users_bar,
    res_users_card,
    zadarma_account_live,
    zadarma_call_bus,
    zadarma_call_card,
    zadarma_call_leg,
    zadarma_call_planned,
    zadarma_call_tagging,
    zadarma_waiting_caller_live,
)
