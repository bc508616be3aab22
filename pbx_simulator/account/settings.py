# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What of an account can be changed while the simulator runs, and to which values."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ..protocol import checks
from ..protocol.errors import SimulatorError
from .callback_choices import ASIDES, OUTCOMES, SHAPES
from .direct_number import DirectNumber
from .extension import Extension
from .webrtc import FAULTS, Webrtc

# Takes a setting's name, its new value and its present one; returns the value in its
# final form, or raises `SimulatorError`.
Check = Callable[[str, Any, Any], Any]
Numbered = TypeVar("Numbered", DirectNumber, Extension)


@dataclass
class Channel:
    """A registered address and which notifications go there."""

    switches: dict[str, bool]
    url: str = ""


def _extensions(name: str, values: Any, _present: object) -> list[Extension]:
    extensions = _numbered(name, values, Extension, "extension")
    if not extensions:
        raise SimulatorError(f"{name}: give at least one extension.")
    return sorted(extensions, key=lambda extension: extension.number)


def _own_numbers(name: str, values: Any, _present: object) -> list[DirectNumber]:
    return _numbered(name, values, DirectNumber, "number")


def _numbered(
    name: str, values: Any, kind: type[Numbered], word: str
) -> list[Numbered]:
    """Return what has a number each, no number twice.

    :param values: list of these, of their numbers, or of dictionaries
    :param kind: their class
    :param word: what one is called
    """
    found = [_one(value, kind, word) for value in checks.typed(name, values, list)]
    numbers = [one.number for one in found]
    for number in numbers:
        if numbers.count(number) > 1:
            raise SimulatorError(f"{name}: {number} is there twice.")
    return found


def _one(value: Any, kind: type[Numbered], word: str) -> Numbered:
    if isinstance(value, kind):
        return value
    if isinstance(value, dict):
        checks.known(word, value, kind.__annotations__)
        return kind(**{"number": "", **value})
    return kind(value)


def _switches(name: str, values: Any, present: dict[str, bool]) -> dict[str, bool]:
    checks.known(name, checks.typed(name, values, dict), present)
    for switch, value in values.items():
        checks.typed(f"{name}: {switch}", value, bool)
    return {**present, **values}


def _channel(name: str, value: Any, present: Channel) -> Channel:
    if isinstance(value, Channel):
        return value
    checks.known(name, checks.typed(name, value, dict), ("url", "switches"))
    return Channel(
        url=checks.typed(f"{name}: url", value.get("url", present.url), str),
        switches=_switches(name, value.get("switches", {}), present.switches),
    )


def _webrtc(name: str, value: Any, present: Webrtc) -> Webrtc:
    if isinstance(value, Webrtc):
        return value
    checks.known(name, checks.typed(name, value, dict), vars(present))
    return Webrtc(**{**vars(present), **value})


def _choice(*choices: object) -> Check:
    return lambda name, value, _present: checks.one_of(name, value, choices)


def _alone(check: Callable[[str, Any], Any]) -> Check:
    """Make a check that does not need the present value."""
    return lambda name, value, _present: check(name, value)


def _sms_denied(name: str, value: Any, _present: object) -> dict[str, str]:
    """Return for each number why it is denied."""
    return {
        checks.phone_digits(name, number): checks.typed(f"{name}: {number}", why, str)
        for number, why in checks.typed(name, value, dict).items()
    }


def _sms_senders(name: str, value: Any, _present: object) -> dict[str, list[str]]:
    """Return for each beginning of a number who may write to it, at least one."""
    for start, senders in checks.typed(name, value, dict).items():
        if not re.fullmatch("[0-9]*", start):
            raise SimulatorError(f"{name}: {start!r} is no beginning of a number.")
        if not checks.typed(f"{name}: {start}", senders, list):
            raise SimulatorError(f"{name}: {start!r} has no sender.")
    return dict(value)


def _text(name: str, value: Any) -> str:
    return checks.typed(name, value, str)


def _scenario_titles(name: str, value: Any, _present: object) -> dict[str, str]:
    """Return for scenarios of the main menu how they are called."""
    for scenario, title in checks.typed(name, value, dict).items():
        if not re.fullmatch("0-[1-9][0-9]?", scenario):
            raise SimulatorError(f"{name}: {scenario!r} is no scenario: give 0-1.")
        _text(f"{name}: {scenario}", title)
    return dict(value)


SETTINGS: dict[str, Check] = {
    "extensions": _extensions,
    "pbx_id": _alone(checks.integer),
    "did": _alone(checks.phone_digits),
    "numbers": _own_numbers,
    "balance": _alone(checks.number),
    "currency": _alone(checks.currency),
    "tariff": _alone(_text),
    "tariff_cost": _alone(checks.not_negative),
    "menu_title": _alone(_text),
    "scenario_titles": _scenario_titles,
    "timezone": _alone(checks.timezone),
    "limit_refusal": _choice(429, 200),
    "answer_patience": _alone(checks.positive),
    "recording_delay": _alone(checks.not_negative),
    "recognition_delay": _alone(checks.not_negative),
    "recognition_outcome": _choice("recognized", "error"),
    "statistics_types": _choice("seen", "openapi"),
    "statistics_phantoms": _alone(checks.count),
    "callback_types": _choice("texts", "numbers"),
    "callback_shape": _choice(*SHAPES),
    "callback_outcome": _choice(*OUTCOMES),
    "callback_aside": _choice(*ASIDES),
    "callback_pace": _alone(checks.not_negative),
    "sms_price": _alone(checks.not_negative),
    "sms_senders": _sms_senders,
    "sms_senders_shape": _choice("texts", "objects"),
    "sms_denied": _sms_denied,
    "webrtc": _webrtc,
    "webphone_fault": _choice(*FAULTS),
    "callinfo": _channel,
    "webhooks": _channel,
    "cabinet": _switches,
}
