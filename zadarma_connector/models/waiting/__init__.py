# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_callback,
    zadarma_call_callback,
    mail_activity,
    zadarma_callback_people,
    zadarma_callback_task,
)
