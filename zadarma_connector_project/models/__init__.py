# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import project_task, res_partner, zadarma_call
