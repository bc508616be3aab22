# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError

from ...zadarma_api.waiting import WAITING


class DigestDigest(models.Model):
    """Calls among the figures that Odoo sends by e-mail, for those who supervise."""

    _inherit = "digest.digest"

    kpi_zadarma_calls = fields.Boolean("Calls")
    kpi_zadarma_calls_value = fields.Integer(compute="_compute_kpi_zadarma_calls_value")
    kpi_zadarma_missed = fields.Boolean("Missed calls")
    kpi_zadarma_missed_value = fields.Integer(
        compute="_compute_kpi_zadarma_missed_value"
    )
    kpi_zadarma_waiting = fields.Boolean("Not called back")
    kpi_zadarma_waiting_value = fields.Integer(
        compute="_compute_kpi_zadarma_waiting_value"
    )

    def _compute_kpi_zadarma_calls_value(self):
        self._compute_zadarma_kpi(
            "kpi_zadarma_calls_value", "zadarma.call.report", "date"
        )

    def _compute_kpi_zadarma_missed_value(self):
        self._compute_zadarma_kpi(
            "kpi_zadarma_missed_value",
            "zadarma.call.report",
            "date",
            [("result", "=", "missed")],
        )

    def _compute_kpi_zadarma_waiting_value(self):
        self._compute_zadarma_kpi(
            "kpi_zadarma_waiting_value",
            "zadarma.waiting.caller",
            "date_since",
            [("state", "in", WAITING)],
        )

    def _compute_zadarma_kpi(self, field, model, date_field, domain=()):
        """Compute a figure of supervisors; Odoo leaves out what raises this error."""
        if not self.env.user.has_group("zadarma_connector.group_zadarma_supervisor"):
            raise AccessError(
                self.env._("Only supervisors of calls can receive figures of calls.")
            )
        self._calculate_company_based_kpi(
            model, field, date_field=date_field, additional_domain=list(domain)
        )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("zadarma_connector.menu_zadarma").id
        for kpi, action in (
            ("calls", "action_zadarma_call_report"),
            ("missed", "action_zadarma_call_report_missed"),
            ("waiting", "action_zadarma_waiting_caller"),
        ):
            actions[f"kpi_zadarma_{kpi}"] = f"zadarma_connector.{action}?menu_id={menu}"
        return actions
