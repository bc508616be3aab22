# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Zadarma Connector: Invoicing",
    "summary": "Overdue invoices on the caller's card",
    "version": "19.0.1.0.0",
    "category": "Productivity/Phone",
    "author": "Zadarma Connector contributors",
    "license": "LGPL-3",
    "depends": ["account", "zadarma_connector"],
    "auto_install": True,
}
