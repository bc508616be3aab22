# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What of an account can be changed while the simulator runs, and to which values."""

from dataclasses import dataclass

from ..protocol import checks
from ..protocol.errors import SimulatorError
from .callback_choices import OUTCOMES, SHAPES
from .extension import Extension
from .webrtc import FAULTS, Webrtc


@dataclass
class Channel:
    """A registered address and which notifications go there."""

    switches: dict
    url: str = ""


def _extensions(name, values, _present):
    extensions = [_extension(value) for value in checks.typed(name, values, list)]
    numbers = [extension.number for extension in extensions]
    if not numbers:
        raise SimulatorError(f"{name}: give at least one extension.")
    for number in numbers:
        if numbers.count(number) > 1:
            raise SimulatorError(f"{name}: {number} is there twice.")
    return sorted(extensions, key=lambda extension: extension.number)


def _extension(value):
    if isinstance(value, Extension):
        return value
    if isinstance(value, dict):
        checks.known("extension", value, Extension.__annotations__)
        return Extension(**{"number": "", **value})
    return Extension(value)


def _switches(name, values, present):
    checks.known(name, checks.typed(name, values, dict), present)
    for switch, value in values.items():
        checks.typed(f"{name}: {switch}", value, bool)
    return {**present, **values}


def _channel(name, value, present):
    if isinstance(value, Channel):
        return value
    checks.known(name, checks.typed(name, value, dict), ("url", "switches"))
    return Channel(
        url=checks.typed(f"{name}: url", value.get("url", present.url), str),
        switches=_switches(name, value.get("switches", {}), present.switches),
    )


def _webrtc(name, value, present):
    if isinstance(value, Webrtc):
        return value
    checks.known(name, checks.typed(name, value, dict), vars(present))
    return Webrtc(**{**vars(present), **value})


def _choice(*choices):
    return lambda name, value, _present: checks.one_of(name, value, choices)


def _alone(check):
    """Make a check that does not need the present value."""
    return lambda name, value, _present: check(name, value)


SETTINGS = {
    "extensions": _extensions,
    "pbx_id": _alone(checks.integer),
    "did": _alone(checks.phone_digits),
    "balance": _alone(checks.number),
    "currency": _alone(checks.currency),
    "timezone": _alone(checks.timezone),
    "limit_refusal": _choice(429, 200),
    "answer_patience": _alone(checks.positive),
    "recording_delay": _alone(checks.not_negative),
    "recognition_delay": _alone(checks.not_negative),
    "recognition_outcome": _choice("recognized", "error"),
    "statistics_types": _choice("seen", "openapi"),
    "statistics_phantoms": _alone(checks.count),
    "callback_shape": _choice(*SHAPES),
    "callback_outcome": _choice(*OUTCOMES),
    "callback_pace": _alone(checks.not_negative),
    "webrtc": _webrtc,
    "webphone_fault": _choice(*FAULTS),
    "callinfo": _channel,
    "webhooks": _channel,
    "cabinet": _switches,
}
