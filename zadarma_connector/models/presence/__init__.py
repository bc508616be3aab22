# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    hr_employee,
    ir_websocket,
    res_users_away,
    zadarma_account_presence,
    zadarma_call_leg,
    zadarma_call_presence,
    zadarma_extension_away,
    zadarma_extension_presence,
    zadarma_routing,
)
