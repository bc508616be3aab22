# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import res_users_telling, zadarma_call_telling
