# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods of Zadarma's API; the larger ones have modules of their own.

Their answers are those of the official specification (`zadarma/openapi`): most
switches are the texts "true" and "false" there, extensions are numbers.
"""

import secrets

import requests
from werkzeug.routing import Map, Rule

from . import outgoing, replies
from .callback import callback
from .record_request import delete_recording, request_recording
from .statistics import statistics

ECHO_TIMEOUT = 10  # seconds
_TEXTS = {True: "true", False: "false"}
_VALUES = {"true": True, "false": False}


def balance(question):
    account = question.account
    return replies.success(balance=account.balance, currency=account.currency)


def timezone(question):
    now = question.simulator.clock()
    local = now.astimezone(question.account.zone)
    return replies.success(
        unixtime=int(now.timestamp()),
        datetime=local.strftime("%Y-%m-%d %H:%M:%S"),
        timezone=_offset(local),
    )


def extensions(question):
    account = question.account
    return replies.success(
        pbx_id=account.pbx_id,
        numbers=[int(extension.number) for extension in account.extensions],
    )


def extension_info(question, number):
    account = question.account
    extension = account.extension(number)
    if not extension:
        return replies.wrong_parameters()
    return replies.success(
        pbx_id=account.pbx_id,
        number=int(number),
        name=extension.name,
        caller_id=account.did,
        caller_id_app_change="true",
        caller_id_by_direction="false",
        lines="3",
        ip_restriction="false",
        record_store="Without recognition" if extension.recorded else "false",
        record_email="false",
        supervisor_status=0,
    )


def extension_status(question, number):
    account = question.account
    extension = account.extension(number)
    if not extension:
        return replies.wrong_parameters()
    return replies.success(
        pbx_id=account.pbx_id,
        number=int(number),
        is_online=_TEXTS[extension.online],
    )


def redirection(question):
    account = question.account
    extension = account.extension(question.params.get("pbx_number", ""))
    if not extension:
        return replies.wrong_parameters()
    return replies.success(
        current_status="on" if extension.forward_to else "off",
        pbx_id=str(account.pbx_id),
        pbx_name=extension.number,
        type="phone",
        destination=extension.forward_to.lstrip("+"),
        condition="always",
    )


def callinfo(question):
    channel = question.account.callinfo
    return replies.success(url=channel.url, notifications=_as_texts(channel.switches))


def callinfo_set_url(question):
    return _set_url(question, question.account.callinfo)


def callinfo_delete_url(question):
    return _delete_url(question.account.callinfo)


def callinfo_notifications(question):
    channel = question.account.callinfo
    if not _switch(question, channel):
        return replies.wrong_parameters()
    return replies.success(notifications=_as_texts(channel.switches))


def webhooks(question):
    channel = question.account.webhooks
    return replies.success(url=channel.url, hooks=_as_texts(channel.switches))


def webhooks_set_url(question):
    return _set_url(question, question.account.webhooks)


def webhooks_delete_url(question):
    return _delete_url(question.account.webhooks)


def webhooks_hooks(question):
    channel = question.account.webhooks
    if not _switch(question, channel):
        return replies.wrong_parameters()
    return replies.success(hooks=_as_texts(channel.switches))


def _set_url(question, channel):
    url = question.params.get("url")
    if not url:
        return replies.wrong_parameters()
    if not _echoes(url):
        return replies.error(400, "Url did not return the zd_echo parameter")
    channel.url = url
    return replies.success(url=url)


def _delete_url(channel):
    channel.url = ""
    return replies.success(url="")


def _echoes(url):
    """Tell whether the address passes Zadarma's check before it is registered."""
    token = secrets.token_hex(8)
    try:
        response = outgoing.request("GET", url, ECHO_TIMEOUT, params={"zd_echo": token})
    except requests.RequestException:
        return False
    return response.status_code == 200 and response.text == token


def _switch(question, channel):
    """Set the switches that were sent; tell whether all of them are possible."""
    sent = {
        name: value
        for name, value in question.params.items()
        if name in channel.switches
    }
    if not sent or not set(sent.values()) <= set(_VALUES):
        return False
    channel.switches.update({name: _VALUES[value] for name, value in sent.items()})
    return True


def _as_texts(switches):
    return {name: _TEXTS[value] for name, value in switches.items()}


def _offset(local):
    """Return the zone's present distance from UTC, e.g. `UTC+2` or `UTC+5:30`."""
    minutes = int(local.utcoffset().total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _rule(path, method, endpoint):
    return Rule(path, methods=[method], endpoint=endpoint)


# With and without the slash at the end: a request for either is answered, not sent on.
ROUTES = Map(
    [
        _rule("/v1/info/balance/", "GET", balance),
        _rule("/v1/info/timezone/", "GET", timezone),
        _rule("/v1/pbx/internal/", "GET", extensions),
        _rule("/v1/pbx/internal/<number>/info/", "GET", extension_info),
        _rule("/v1/pbx/internal/<number>/status/", "GET", extension_status),
        _rule("/v1/pbx/redirection/", "GET", redirection),
        _rule("/v1/pbx/callinfo/", "GET", callinfo),
        _rule("/v1/pbx/callinfo/url/", "POST", callinfo_set_url),
        _rule("/v1/pbx/callinfo/url/", "DELETE", callinfo_delete_url),
        _rule("/v1/pbx/callinfo/notifications/", "POST", callinfo_notifications),
        _rule("/v1/pbx/webhooks/", "GET", webhooks),
        _rule("/v1/pbx/webhooks/url/", "POST", webhooks_set_url),
        _rule("/v1/pbx/webhooks/url/", "DELETE", webhooks_delete_url),
        _rule("/v1/pbx/webhooks/hooks/", "POST", webhooks_hooks),
        _rule("/v1/pbx/record/request/", "GET", request_recording),
        _rule("/v1/pbx/record/request/", "DELETE", delete_recording),
        _rule("/v1/request/callback/", "GET", callback),
        _rule("/v1/statistics/pbx/", "GET", statistics),
    ],
    strict_slashes=False,
    merge_slashes=False,
)
