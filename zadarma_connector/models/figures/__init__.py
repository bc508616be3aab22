# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    digest_digest,
    zadarma_account,
    zadarma_call_report,
    zadarma_call_dashboard,
)
