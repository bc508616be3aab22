# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Zadarma Connector: CRM",
    "summary": "Calls with their leads and opportunities",
    "version": "19.0.1.0.0",
    "category": "Productivity/Phone",
    "author": "Zadarma Connector contributors",
    "license": "LGPL-3",
    "depends": ["crm", "zadarma_connector"],
    "auto_install": True,
    "data": [
        "views/zadarma_account_views.xml",
        "views/zadarma_call_views.xml",
        "views/crm_lead_views.xml",
        "views/zadarma_did_views.xml",
        "wizards/zadarma_call_by_hand_views.xml",
    ],
}
