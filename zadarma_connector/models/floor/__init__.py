# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_account_long_waits,
    zadarma_account_telephones,
    zadarma_extension_floor,
    zadarma_floor,
    zadarma_waiting_caller,
)
