# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    account,
    call,
    customer,
    journal,
    reconciliation,
    dial,
    follow_up,
    waiting,
    recording,
    desk,
    routing,
    figures,
    privacy,
    setup,
)
