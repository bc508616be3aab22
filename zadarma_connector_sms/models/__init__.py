# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    mail_message,
    phone_blacklist,
    res_company,
    sms_sms,
    zadarma_account_events,
    zadarma_account_setup,
    zadarma_account_sms,
    zadarma_call_missed,
    zadarma_event,
    zadarma_message,
    zadarma_message_answering,
    zadarma_message_incoming,
    zadarma_message_sending,
    zadarma_privacy,
    zadarma_relink,
    zadarma_sms_sender,
)
