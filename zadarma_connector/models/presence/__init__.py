# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    hr_employee,
    ir_websocket,
    res_users_away,
    res_users_away_forwarding,
    res_users_im_status,
    res_users_preferences,
    zadarma_account_presence,
    zadarma_call_leg,
    zadarma_call_presence,
    zadarma_extension_away,
    zadarma_extension_presence,
    zadarma_forwarding_wish,
    zadarma_routing,
)
