# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    mail_message,
    zadarma_account_follow_up,
    zadarma_left_number,
    zadarma_call_follow_up,
    zadarma_call_history,
)
