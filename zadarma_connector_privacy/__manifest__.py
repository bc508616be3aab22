# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Zadarma Connector: Privacy",
    "summary": "From Odoo's privacy look-up to a person's calls",
    "version": "19.0.1.0.0",
    "category": "Productivity/Phone",
    "author": "Zadarma Connector contributors",
    "license": "LGPL-3",
    "depends": ["privacy_lookup", "zadarma_connector"],
    "auto_install": True,
    "data": ["wizards/privacy_lookup_wizard_views.xml"],
}
