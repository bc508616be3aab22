# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_account,
    zadarma_account_client,
    zadarma_account_health,
    zadarma_account_warning,
    zadarma_account_notifications,
    zadarma_account_leaving,
    zadarma_account_pbx,
    zadarma_account_own_numbers,
    zadarma_account_switchboard,
    zadarma_did,
    zadarma_extension,
    zadarma_limiter,
    zadarma_unverified_notification,
    res_company,
    res_config_settings,
)
