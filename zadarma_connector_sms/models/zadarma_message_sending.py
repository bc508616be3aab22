# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.zadarma_connector.tools.transaction import in_own_transaction


class ZadarmaMessage(models.Model):
    """What was sent, kept in transactions of its own.

    Zadarma takes no key by which it would know a request again, and tells of no message
    whether it was sent. So either some may be sent twice, or some may stay unsent: an
    SMS is sent at most once. That it is about to be is committed before Zadarma is
    asked. Whoever then finds it so, after a crash, does not ask again, but says that
    nobody knows; a person may have it sent once more.
    """

    _inherit = "zadarma.message"

    @api.model
    def _claim(self, account, text, sender, wanted):
        """Say that some SMS are about to be sent.

        :param account: the ``zadarma.account``
        :param sender: under which
        :param wanted: dict from the uuid of an ``sms.sms`` to its number in E.164
        :return: dict from the other uuids, which are not to be sent, to how they stand:
            ``sent`` or ``uncertain``
        """
        return in_own_transaction(
            self, lambda message: message._claim_here(account, text, sender, wanted)
        )

    @api.model
    def _claim_here(self, account, text, sender, wanted):
        known = self.search([("sms_uuid", "in", list(wanted))])
        stopped = known.filtered(lambda one: one.state == "sending")
        stopped.state = "uncertain"
        done = known.filtered(lambda one: one.state in ("sent", "uncertain"))
        again = known - done
        again.write({"state": "sending", "failure": False})
        new = [uuid for uuid in wanted if uuid not in set(known.mapped("sms_uuid"))]
        self.create(self._values_to_send(account, text, sender, wanted, new))
        return {one.sms_uuid: one.state for one in done}

    @api.model
    def _values_to_send(self, account, text, sender, wanted, uuids):
        queued = self.env["sms.sms"].search([("uuid", "in", uuids)]).grouped("uuid")
        nobody = self.env["sms.sms"]
        strangers = [one for one in uuids if not queued.get(one, nobody).partner_id]
        found = self.env["zadarma.identification"]._identify(
            account, {wanted[uuid] for uuid in strangers}
        )
        values = []
        for uuid in uuids:
            sms = queued.get(uuid, nobody)
            partner = sms.partner_id or found[wanted[uuid]].partner
            values.append(
                {
                    "account_id": account.id,
                    "direction": "outgoing",
                    "state": "sending",
                    "number": wanted[uuid],
                    "own": account._own_number(sender),
                    "body": text,
                    "partner_id": partner.id,
                    "user_id": sms.create_uid.filtered("active").id,
                    "sms_uuid": uuid,
                    "mail_message_id": sms.mail_message_id.id,
                    "missed_call_id": sms.zadarma_call_id.id,
                }
            )
        return values

    @api.model
    def _send_again(self, uuids):
        """Somebody wants these sent again, although they were perhaps sent."""
        doubtful = self._of(uuids).filtered(lambda one: one.state == "uncertain")
        doubtful.state = "failed"

    @api.model
    def _withdraw(self, uuids):
        """Nothing was sent of these: they wait as before."""

        def withdraw(message):
            claimed = message._of(uuids)
            # the SMS itself goes on, and its line in the chatter
            claimed.mail_message_id = False
            claimed.unlink()

        in_own_transaction(self, withdraw)

    @api.model
    def _conclude(self, outcomes):
        """Keep what became of SMS.

        :param outcomes: dict from uuids to values
        """

        def conclude(message):
            concluded = message._of(outcomes)
            for one in concluded:
                one.write(outcomes[one.sms_uuid])
            # what was sent is an attempt to reach whoever waits
            sent = concluded.filtered(lambda one: one.state == "sent")
            sent.missed_call_id._follow_up_again()

        in_own_transaction(self, conclude)

    @api.model
    def _of(self, uuids):
        return self.search([("sms_uuid", "in", list(uuids))])
