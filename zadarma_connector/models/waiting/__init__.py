# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_account,
    zadarma_call_waiting,
    zadarma_did,
    zadarma_waiting_caller,
    zadarma_waiting_caller_people,
    zadarma_waiting_caller_task,
    zadarma_waiting_caller_holder,
    zadarma_waiting_caller_now,
    mail_activity,
    res_users,
)
