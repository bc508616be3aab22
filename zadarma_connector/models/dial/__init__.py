# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    ir_http,
    res_partner,
    res_users_dial,
    res_users_extensions,
    res_users_webphone,
    zadarma_account_webphone,
    zadarma_call_request,
    zadarma_extension_telephone,
    zadarma_extension_webphone,
)
