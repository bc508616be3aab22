# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_access,
    test_account,
    test_call,
    test_dial,
    test_extension,
    test_health,
    test_hoot,
    test_identification,
    test_locks,
    test_neutralize,
    test_notifications,
    test_notify,
    test_people,
    test_reconciliation,
    test_relink,
    test_routing,
)
