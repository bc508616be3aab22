# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Zadarma Connector: Time Off",
    "summary": "Calls of people on leave go elsewhere",
    "version": "19.0.1.0.0",
    "category": "Productivity/Phone",
    "author": "Zadarma Connector contributors",
    "license": "LGPL-3",
    "depends": ["hr_holidays", "zadarma_connector"],
    "auto_install": True,
    "data": [
        "data/ir_cron.xml",
        "views/zadarma_account_views.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
