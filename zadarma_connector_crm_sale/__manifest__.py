# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Zadarma Connector: Campaigns",
    "summary": "Which advertised number earned the money",
    "version": "19.0.1.0.0",
    "category": "Productivity/Phone",
    "author": "Zadarma Connector contributors",
    "license": "LGPL-3",
    "depends": ["sale_crm", "zadarma_connector_crm"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "security/zadarma_rules.xml",
        "views/zadarma_campaign_report_views.xml",
    ],
    "assets": {
        "web.assets_backend_lazy": ["zadarma_connector_crm_sale/static/src/**/*"],
    },
}
