# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_incoming,
    test_messages,
    test_missed_call,
    test_registration,
    test_sending,
    test_stop,
)
