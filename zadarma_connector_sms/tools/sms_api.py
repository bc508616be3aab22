# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zadarma in the place where Odoo has its providers of SMS."""

from odoo.tools import split_every

from odoo.addons.sms.tools.sms_api import SmsApiBase
from odoo.addons.zadarma_connector.tools.trouble import NotConnected
from odoo.addons.zadarma_connector.zadarma_api import errors, limits, sms

#: Seconds until it is tried again where Zadarma could not be reached.
_UNREACHABLE = 300


class Later(Exception):
    """Nothing was sent, and the same may succeed later.

    :param seconds: to wait
    """

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


class Failed(Exception):
    """Zadarma takes none of these SMS, now or later.

    :param state: a key of ``PROVIDER_TO_SMS_FAILURE_TYPE``
    :param reason: a sentence for the user
    """

    def __init__(self, state, reason):
        super().__init__(state)
        self.state = state
        self.reason = reason


class SmsApiZadarma(SmsApiBase):
    """Sends the SMS of one account.

    :param account: the ``zadarma.account``; that of the current company if not given
    :param background: whether nobody waits for it
    :ivar wait: seconds after which what was not sent can be tried again; ``None`` if
        all was sent, or refused
    """

    PROVIDER_TO_SMS_FAILURE_TYPE = SmsApiBase.PROVIDER_TO_SMS_FAILURE_TYPE | {
        "money": "sms_credit",
        "country": "sms_country_not_supported",
        "registration": "sms_registration_needed",
        "number": "sms_number_format",
        "not_connected": "sms_acc",
        "uncertain": "sms_server",
    }

    def __init__(self, env, account=None, background=False):
        super().__init__(env)
        account = account or env["zadarma.account"]._sms_account(env.company)
        self.account = account.with_env(env(su=True))
        self.background = background
        self.wait = None

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """Send SMS, as Odoo's own provider does.

        Those that have to wait are not among the results: they stay in the queue.
        """
        results = []
        for message in messages:
            wanted = {}
            for one in message["numbers"]:
                if not one["number"]:
                    results.append(_result(one["uuid"], "sms_number_missing"))
                elif not sms.is_number(one["number"]):
                    results.append(_result(one["uuid"], "wrong_number_format"))
                else:
                    wanted[one["uuid"]] = one["number"]
            try:
                client = self._client()
                for sender, some in self._batches(client, wanted):
                    results += self._send_batch(
                        client, message["content"] or "", sender, some
                    )
            except Later as later:
                self.wait = later.seconds
                break
            except Failed as failed:
                results += [
                    _result(uuid, failed.state, failed.reason)
                    for uuid in wanted.keys() - {one["uuid"] for one in results}
                ]
        return results

    def _batches(self, client, wanted):
        """Yield what goes out in one request: the sender, and from uuids to numbers.

        :param wanted: from uuids to numbers
        """
        by_sender = {}
        for uuid, number in wanted.items():
            sender = self._sender(client, number)
            turns = by_sender.setdefault(sender, [])
            # the answer tells of numbers: each is in a request once
            turn = next((one for one in turns if number not in one.values()), None)
            if turn is None:
                turns.append(turn := {})
            turn[uuid] = number
        for sender, turns in by_sender.items():
            for turn in turns:
                for some in split_every(sms.MOST_NUMBERS, turn.items(), dict):
                    yield sender, some

    def _client(self):
        try:
            return self.account._client(self.background)
        except NotConnected as error:
            raise Failed("not_connected", str(error)) from error

    def _sender(self, client, number):
        try:
            return self.account._sms_sender(client, number)
        except (errors.Refused, errors.BadAnswer):
            # what it does not allow, it says again when the SMS comes
            return ""
        except errors.ZadarmaError as error:
            # nothing was to be done but to ask
            raise self._outcome(error, begun=False) from error

    def _send_batch(self, client, text, sender, wanted):
        """Send one request, and keep what became of it.

        :param wanted: from uuids to numbers, each number once
        :return: list of results
        :raise Later: nothing was sent
        """
        messages = self.env["zadarma.message"].sudo()
        known = messages._claim(self.account, text, sender, wanted)
        results = [self._known_result(uuid, state) for uuid, state in known.items()]
        to_send = {uuid: wanted[uuid] for uuid in wanted if uuid not in known}
        if not to_send:
            return results
        try:
            answer = client.send_sms([*to_send.values()], text, sender)
        except errors.Refused as error:
            if len(to_send) == 1 or sms.reason(error.detail) == "money":
                return results + self._give_up(to_send, self._outcome(error))
            # one of them may be the reason
            messages._withdraw(to_send)
            for uuid, number in to_send.items():
                results += self._send_batch(client, text, sender, {uuid: number})
            return results
        except errors.ZadarmaError as error:
            outcome = self._outcome(error, getattr(error, "begun", False))
            return results + self._give_up(to_send, outcome)
        return results + self._keep(to_send, answer)

    def _give_up(self, to_send, outcome):
        """Keep why nothing was sent, or perhaps; see :meth:`_send_batch`.

        :param outcome: as of :meth:`_outcome`
        """
        messages = self.env["zadarma.message"].sudo()
        if isinstance(outcome, Later):
            messages._withdraw(to_send)
            raise outcome
        state = "uncertain" if outcome.state == "uncertain" else "failed"
        values = {"state": state, "failure": outcome.reason}
        messages._conclude(dict.fromkeys(to_send, values))
        return [_result(uuid, outcome.state, outcome.reason) for uuid in to_send]

    def _keep(self, to_send, answer):
        """Keep what Zadarma said of each; see :meth:`_send_batch`."""
        results, outcomes = [], {}
        for uuid, number in to_send.items():
            if number in answer["denied"]:
                reason = answer["denied"][number]
                outcomes[uuid] = {"state": "failed", "failure": reason}
                results.append(_result(uuid, _state(reason), reason))
            else:
                outcomes[uuid] = {
                    "state": "sent",
                    "cost": answer["costs"][number],
                    "currency": answer["currency"],
                }
                if used := answer["senders"].get(number):
                    outcomes[uuid]["own"] = self.account._own_number(used)
                results.append(_result(uuid, "success"))
        self.env["zadarma.message"].sudo()._conclude(outcomes)
        return results

    def _known_result(self, uuid, state):
        """What is said of an SMS that was sent, or perhaps, before."""
        if state == "sent":
            return _result(uuid, "success")
        return _result(uuid, "uncertain", self._uncertain())

    def _outcome(self, error, begun=False):
        """What an error of Zadarma's API means for SMS.

        :param begun: whether they may have been sent nevertheless
        :return: :class:`Later` or :class:`Failed`
        """
        if isinstance(error, errors.RateLimited):
            return Later(error.retry_after or limits.PERIOD)
        if isinstance(error, errors.Passing):
            if begun:
                return Failed("uncertain", self._uncertain())
            return Later(_UNREACHABLE)
        if isinstance(error, errors.NotAuthorized):
            return Failed("not_connected", self.account._explain(error))
        return Failed(_state(error.detail), error.detail)

    def _uncertain(self):
        return self.env._(
            "Zadarma was asked to send it, and its answer was lost: perhaps it was "
            "sent, perhaps not. Send it again if the other party did not get it."
        )

    def _get_sms_api_error_messages(self):
        return {
            **super()._get_sms_api_error_messages(),
            "money": self.env._("The balance at Zadarma is too low."),
            "country": self.env._("Zadarma sends no SMS to this country."),
            "registration": self.env._("This country wants senders to be registered."),
            "number": self.env._("This is no number that SMS can go to."),
            "wrong_number_format": self.env._("This is not a telephone number."),
            "sms_number_missing": self.env._("The telephone number is missing."),
            "not_connected": self.env._("Zadarma does not accept key and secret."),
            "uncertain": self._uncertain(),
        }


def _state(reason):
    """The state of a result, by Zadarma's words."""
    kind = sms.reason(reason)
    # Odoo has a type of failure of this name
    return "rejected" if kind == "other" else kind


def _result(uuid, state, reason=False):
    return {"uuid": uuid, "state": state, "failure_reason": reason or False}
