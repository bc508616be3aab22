# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_account,
    res_config_settings,
    zadarma_account_health,
    zadarma_account_notifications,
    zadarma_account_pbx,
    zadarma_extension,
    zadarma_limiter,
    zadarma_refusal,
    zadarma_switchboard,
)
