# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_lead,
    test_lead_by_hand,
    test_lead_figures,
    test_lead_rule,
    test_origin,
    test_removal,
    test_stranger,
)
