# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    zadarma_forwarding,
    zadarma_forwarding_apply,
    zadarma_forwarding_line,
    zadarma_forwarding_telling,
    zadarma_forwarding_wish,
    zadarma_account,
    zadarma_extension,
)
