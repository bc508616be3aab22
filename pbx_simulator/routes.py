# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods of Zadarma's API; the larger ones have modules of their own.

Their answers are those of the official specification (`zadarma/openapi`): most
switches are the texts "true" and "false" there, extensions are numbers.
"""

from werkzeug.routing import Map, Rule

from .account import channels_api
from .calls.callback_api import callback
from .calls.statistics_api import statistics
from .media.recognition_api import begin_recognition, recognition
from .media.recordings_api import delete_recording, request_recording
from .protocol import replies
from .webphone import integration_api

_RECORD_STORES = {
    "off": "Without recognition",
    "optional": "For manual recognition",
    "all": "For automatic speech recognition",
}


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
        record_store=_RECORD_STORES[extension.recognition]
        if extension.recorded
        else "false",
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
        is_online="true" if account.is_online(extension) else "false",
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


def _offset(local):
    """Return the zone's present distance from UTC, e.g. `UTC+2` or `UTC+5:30`."""
    minutes = int(local.utcoffset().total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _rule(path, method, endpoint, **arguments):
    return Rule(path, methods=[method], endpoint=endpoint, defaults=arguments)


def _channel(name):
    """Return the rules of one of the two channels of notifications."""
    path = f"/v1/pbx/{name}/"
    return [
        _rule(path, "GET", channels_api.tell, channel=name),
        _rule(f"{path}url/", "POST", channels_api.set_url, channel=name),
        _rule(f"{path}url/", "DELETE", channels_api.delete_url, channel=name),
        _rule(
            f"{path}{channels_api.SWITCHES[name]}/",
            "POST",
            channels_api.switch,
            channel=name,
        ),
    ]


# With and without the slash at the end: a request for either is answered, not sent on.
ROUTES = Map(
    [
        _rule("/v1/info/balance/", "GET", balance),
        _rule("/v1/info/timezone/", "GET", timezone),
        _rule("/v1/pbx/internal/", "GET", extensions),
        _rule("/v1/pbx/internal/<number>/info/", "GET", extension_info),
        _rule("/v1/pbx/internal/<number>/status/", "GET", extension_status),
        _rule("/v1/pbx/redirection/", "GET", redirection),
        *_channel("callinfo"),
        *_channel("webhooks"),
        _rule("/v1/pbx/record/request/", "GET", request_recording),
        _rule("/v1/pbx/record/request/", "DELETE", delete_recording),
        _rule("/v1/request/callback/", "GET", callback),
        _rule("/v1/speech_recognition/", "GET", recognition),
        _rule("/v1/speech_recognition/", "PUT", begin_recognition),
        _rule("/v1/statistics/pbx/", "GET", statistics),
        _rule("/v1/webrtc/", "GET", integration_api.get_integration),
        _rule("/v1/webrtc/", "PUT", integration_api.change_integration),
        _rule("/v1/webrtc/", "DELETE", integration_api.delete_integration),
        _rule("/v1/webrtc/create/", "POST", integration_api.create_integration),
        _rule("/v1/webrtc/domain/", "POST", integration_api.add_domain),
        _rule("/v1/webrtc/domain/", "DELETE", integration_api.remove_domain),
        _rule("/v1/webrtc/get_key/", "GET", integration_api.get_key),
    ],
    strict_slashes=False,
    merge_slashes=False,
    redirect_defaults=False,
)
