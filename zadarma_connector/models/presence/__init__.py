# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    hr_employee,
    ir_websocket,
    zadarma_account_presence,
    zadarma_call_leg,
    zadarma_call_presence,
    zadarma_extension_presence,
)
