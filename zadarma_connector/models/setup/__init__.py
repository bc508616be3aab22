# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    res_config_settings,
    res_users,
    setup_step,
    zadarma_account_actions,
    zadarma_account_setup,
    zadarma_account_steps_calls,
    zadarma_account_steps_more,
    zadarma_account_steps_people,
    zadarma_extension,
    zadarma_setup_hint,
)
