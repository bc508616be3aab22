# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods of Zadarma's API, by path and verb."""

from collections.abc import Callable

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from .account import account_api, cabinet_api, channels_api, forwarding_api
from .calls.callback_api import callback
from .calls.statistics_api import statistics
from .media.recognition_api import begin_recognition, recognition
from .media.recordings_api import delete_recording, request_recording
from .messages import sms_api
from .webphone import integration_api


def _rule(
    path: str, method: str, endpoint: Callable[..., Response], **arguments: str
) -> Rule:
    return Rule(path, methods=[method], endpoint=endpoint, defaults=arguments)


def _channel(name: str) -> list[Rule]:
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
        _rule("/v1/info/balance/", "GET", account_api.balance),
        _rule("/v1/info/timezone/", "GET", account_api.timezone),
        _rule("/v1/tariff/", "GET", cabinet_api.tariff),
        _rule("/v1/pbx/internal/", "GET", account_api.extensions),
        _rule("/v1/pbx/internal/recording/", "PUT", cabinet_api.change_recording),
        _rule("/v1/pbx/internal/<number>/info/", "GET", account_api.extension_info),
        _rule("/v1/pbx/internal/<number>/status/", "GET", account_api.extension_status),
        _rule("/v1/pbx/ivr/", "GET", cabinet_api.menus),
        _rule("/v1/pbx/ivr/scenario/", "GET", cabinet_api.scenarios),
        _rule("/v1/pbx/redirection/", "GET", forwarding_api.redirection),
        _rule("/v1/pbx/redirection/", "POST", forwarding_api.change_redirection),
        _rule("/v1/direct_numbers/", "GET", account_api.direct_numbers),
        _rule("/v1/direct_numbers/receive_sms/", "PUT", sms_api.receive),
        _rule("/v1/sms/send/", "POST", sms_api.send),
        _rule("/v1/sms/senderid/", "GET", sms_api.senders),
        _rule("/v1/sms/templates/", "GET", sms_api.templates),
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
