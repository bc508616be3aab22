# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import hr_leave, zadarma_account, zadarma_extension, zadarma_forwarding_wish
