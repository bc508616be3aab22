# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    hr_employee,
    res_config_settings,
    res_partner,
    zadarma_account,
    zadarma_account_notifications,
    zadarma_account_pbx,
    zadarma_call,
    zadarma_call_leg,
    zadarma_event,
    zadarma_extension,
)
