# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import functools
import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from odoo.addons.zadarma_connector.tools.telling import told
from odoo.addons.zadarma_connector.tools.transaction import seeing_others
from odoo.addons.zadarma_connector.tools.trouble import describe, where

from ..tools.sms_api import SmsApiZadarma

_logger = logging.getLogger(__name__)

_DUE = Domain("state", "=", "outgoing") & Domain("to_delete", "!=", True)
#: So many somebody waits for; more are a mailing, and go through the queue.
_AT_ONCE = 10
#: SMS that the queue locks at a time.
_BATCH = 500
_WAITING = "zadarma_connector_sms.waiting"


class SmsSms(models.Model):
    """Odoo's SMS, of those companies whose go through Zadarma.

    They are sent when the transaction is committed in which they were made, never in
    it: what is rolled back, or repeated after a conflict, must not have been sent.
    """

    _inherit = "sms.sms"

    # Odoo takes the company of whoever runs the queue
    zadarma_company_id = fields.Many2one(
        "res.company",
        # Twilio's addon has a company, too
        "Company that pays",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    zadarma_call_id = fields.Many2one(
        "zadarma.call",
        "After the missed call",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    zadarma_unasked = fields.Boolean("Not to blacklisted numbers", readonly=True)

    _zadarma_queue_index = models.Index(
        "(zadarma_company_id, id) WHERE state = 'outgoing'"
    )

    @api.model_create_multi
    def create(self, vals_list):
        messages = self.env["mail.message"].sudo()
        for vals in vals_list:
            message = messages.browse(vals.get("mail_message_id") or ())
            vals["zadarma_company_id"] = (
                vals.get("zadarma_company_id")
                or message.record_company_id.id
                or self.env.company.id
            )
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("state") == "outgoing":
            # sudo: zadarma.message - only whether it is sent again
            self.env["zadarma.message"].sudo()._send_again(self.mapped("uuid"))
        return super().write(vals)

    def resend_failed(self):
        told_by_odoo = super().resend_failed()
        # Odoo tells of what was sent meanwhile, and ours are when this is committed
        waiting = self.filtered(lambda sms: sms.state == "outgoing")
        ours = waiting.browse().union(*waiting._zadarma_accounts().values())
        if not ours:
            return told_by_odoo
        return told(self.env._("SMS that are being sent now: %s", len(ours)), "info")

    def _get_sms_company(self):
        return self.zadarma_company_id or super()._get_sms_company()

    def _zadarma_accounts(self):
        """From the ``zadarma.account`` that sends them to these SMS; without others."""
        find = self.env["zadarma.account"]._sms_account
        accounts = {
            find(company): some
            for company, some in self.grouped("zadarma_company_id").items()
        }
        return {account: some for account, some in accounts.items() if account}

    def _split_by_api(self):
        others = self
        for account, some in self._zadarma_accounts().items():
            others -= some
            yield SmsApiZadarma(self.env, account), some
        if others:
            yield from super(SmsSms, others)._split_by_api()

    def send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        ours = self.browse().union(*self._zadarma_accounts().values())
        ours._zadarma_send_soon(unlink_failed, unlink_sent)
        others = self - ours
        if others:
            return super(SmsSms, others).send(
                unlink_failed, unlink_sent, raise_exception
            )
        return None

    def _zadarma_send_soon(self, unlink_failed, unlink_sent):
        """Send these when the current transaction is committed."""
        if not self:
            return
        postcommit = self.env.cr.postcommit
        if _WAITING not in postcommit.data:
            postcommit.data[_WAITING] = {}
            registry = self.env.registry
            waiting = postcommit.data[_WAITING]
            postcommit.add(functools.partial(_send_waiting, registry, waiting))
        kept = {"unlink_failed": unlink_failed, "unlink_sent": unlink_sent}
        postcommit.data[_WAITING].update(dict.fromkeys(self.ids, kept))

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Send them each through their company's provider.

        Odoo's queue hands over what is due, of whatever companies, and expects one.
        """
        kept = {"unlink_failed": unlink_failed, "unlink_sent": unlink_sent}
        if "sms_api" in self.env.context:
            return super()._send(**kept, raise_exception=raise_exception)
        for sms_api, some in self._split_by_api():
            super(SmsSms, some.with_context(sms_api=sms_api))._send(
                **kept, raise_exception=raise_exception
            )
        return None

    # -- the queue ---------------------------------------------------------------------

    @api.model
    def _process_queue(self):
        """First what goes through Zadarma, then, whatever waits, the rest."""
        self._zadarma_process_queue()
        others = self.with_context(zadarma_others=True)
        return super(SmsSms, others)._process_queue()

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("zadarma_others"):
            companies = self.env["zadarma.account"]._sms_companies()
            domain = Domain(domain) & Domain(
                "zadarma_company_id", "not in", companies.ids
            )
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _zadarma_process_queue(self):
        progress = self.env["ir.cron"]._commit_progress
        time_left = True
        for company in self.env["zadarma.account"]._sms_companies():
            due = _DUE & Domain("zadarma_company_id", "=", company.id)
            last = 0
            while ids := self.search(
                due & Domain("id", ">", last), order="id", limit=_BATCH
            ).ids:
                last = ids[-1]
                with seeing_others(self) as own:
                    wait = own.browse(ids)._zadarma_send_now(background=True)
                time_left = progress(len(ids))
                if wait or not time_left:
                    self._zadarma_come_again(wait)
                    break
            if not time_left:
                return

    @api.model
    def _zadarma_come_again(self, wait):
        """Have the queue's job run again.

        :param wait: seconds until then, ``None`` for none
        """
        at = fields.Datetime.now() + timedelta(seconds=wait or 0)
        self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger(at=at)

    def _zadarma_send_now(self, background=False, **kept):
        """Send these over this connection, which sees what others committed.

        Each text is a request of its own, and is committed by itself.

        :param background: whether nobody waits for it
        :param kept: ``unlink_failed`` and ``unlink_sent``, as of ``send``
        :return: seconds after which the rest can be sent; ``None`` if all was
        """
        wait = None
        for account, some in self._zadarma_accounts().items():
            for same in some.grouped("body").values():
                taken = same.try_lock_for_update(allow_referencing=True)
                taken.invalidate_recordset(["state", "to_delete"])
                taken = taken.filtered_domain(_DUE)._zadarma_without_blacklisted()
                sms_api = SmsApiZadarma(self.env, account, background)
                if taken:
                    taken.with_context(sms_api=sms_api)._send(**kept)
                # gives back the locks  pylint: disable=invalid-commit
                self.env.cr.commit()
                if sms_api.wait:
                    wait = max(wait or 0, sms_api.wait)
                    break
        return wait

    def _zadarma_without_blacklisted(self):
        """Cancel what nobody asked for and is to go to numbers that are blacklisted by
        now: they may have waited for hours. Return the rest."""
        unasked = self.filtered("zadarma_unasked")
        stopped = self.env["phone.blacklist"].search(
            [("number", "in", unasked.mapped("number"))]
        )
        numbers = set(stopped.mapped("number"))
        left_out = unasked.filtered(lambda sms: sms.number in numbers)
        left_out._update_sms_state_and_trackers("canceled", "sms_blacklist")
        return self - left_out


def _send_waiting(registry, waiting):
    """Send what was made in a transaction that is committed by now.

    :param waiting: dict from ids of ``sms.sms`` to what ``send`` was told of them
    """
    with registry.cursor() as cr:
        queue = api.Environment(cr, SUPERUSER_ID, {})["sms.sms"]
        try:
            wait = None
            if len(waiting) <= _AT_ONCE:
                with seeing_others(queue) as own:
                    for sms_id, kept in waiting.items():
                        sms = own.browse(sms_id).exists()
                        if wait := sms._zadarma_send_now(**kept):
                            # whoever waits is not to wait for each of them
                            break
            if wait or len(waiting) > _AT_ONCE:
                queue._zadarma_come_again(wait)
        except Exception as error:
            # it was committed, and stays in the queue
            _logger.error("SMS wait: %s\n%s", describe(error), where(error))
