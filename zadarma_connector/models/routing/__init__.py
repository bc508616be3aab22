# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    resource_resource,
    zadarma_scenario,
    zadarma_account_routing,
    zadarma_account_scenarios,
    zadarma_blocked,
    zadarma_call_routing,
    zadarma_event,
    zadarma_extension_absence,
    zadarma_routing,
    zadarma_routing_answer,
    zadarma_routing_explanation,
    zadarma_routing_rule,
)
