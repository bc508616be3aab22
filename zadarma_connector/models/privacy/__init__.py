# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    res_company,
    res_config_settings,
    zadarma_account,
    zadarma_call_emptying,
    zadarma_call_keep,
    zadarma_call_retention,
    zadarma_event,
    zadarma_person,
    zadarma_person_forgetting,
    zadarma_person_telling,
    zadarma_privacy_report,
)
