# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Zadarma Connector: SMS",
    "summary": "Odoo's SMS through Zadarma, and answers to them",
    "version": "19.0.1.0.0",
    "category": "Productivity/Phone",
    "author": "Zadarma Connector contributors",
    "license": "LGPL-3",
    "depends": ["sms", "zadarma_connector"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "security/zadarma_rules.xml",
        "data/ir_cron.xml",
        "data/mail_message_subtype.xml",
        "views/zadarma_message_views.xml",
        "wizards/zadarma_message_answer_views.xml",
        "views/zadarma_account_views.xml",
        "views/zadarma_privacy_report_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "uninstall_hook": "uninstall_hook",
    "assets": {
        "web.assets_backend": ["zadarma_connector_sms/static/src/**/*"],
    },
}
