# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_reconciliation,
    zadarma_reconciliation_begin,
    zadarma_event,
    zadarma_account_health,
)
