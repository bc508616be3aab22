# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an answer to NOTIFY_START or NOTIFY_IVR tells the PBX to do.

Source: Zadarma's page on notifications and its `multi-ivr` library. An answer that is
not understood is no instruction: the PBX goes on with its own scenario.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .reply import LATE, Reply

if TYPE_CHECKING:
    from ..account.account import Account
    from ..account.extension import Extension

_SAY = ("ivr_play", "ivr_saypopular", "ivr_saydigits", "ivr_saynumber")
SHORTEST_RETURN = 3  # seconds


@dataclass
class Instruction:
    """An answer as the PBX understands it.

    :param reject: busy for the caller, as one on the blacklist
    :param redirect: name of the extension or scenario that `extensions` stand for
    :param extensions: those to ring
    :param return_timeout: seconds to ring before the PBX's own scenario; 0 = never
    :param forward_to: number that replaces the extension's forwarding, E.164
    :param ivr: the keys that play something to the caller
    :param ignored: why parts of the answer are not obeyed
    """

    caller_name: str = ""
    hangup: bool = False
    reject: bool = False
    redirect: str = ""
    extensions: list[Extension] = field(default_factory=list)
    return_timeout: int = 0
    forward_to: str = ""
    ivr: dict[str, Any] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """What the PBX does, in words."""
        if self.hangup:
            return "hang up"
        if self.reject:
            return "reject as busy"
        if self.extensions:
            back = (
                f", back after {self.return_timeout} s" if self.return_timeout else ""
            )
            return f"redirect to {self.redirect}{back}"
        if self.ivr:
            return "play to the caller"
        return "own scenario"


def read(reply: Reply, account: Account) -> Instruction:
    """Understand an answer.

    :param account: whose extensions and scenarios can be named
    :return: never an error
    """
    instruction = Instruction()
    if reply.status == LATE:
        instruction.ignored.append("the answer came too late")
        return instruction
    if reply.status != 200:
        instruction.ignored.append(f"status {reply.status}")
        return instruction
    try:
        values = json.loads(reply.body)
    except (ValueError, RecursionError):
        values = None
    if values == []:
        # The official PHP builder's way to say nothing.
        return instruction
    if not isinstance(values, dict):
        instruction.ignored.append("the answer is no JSON object")
        return instruction
    if isinstance(values.get("caller_name"), str):
        instruction.caller_name = values["caller_name"]
    instruction.hangup = values.get("hangup") in (1, "1")
    instruction.ivr = {
        name: values[name] for name in (*_SAY, "wait_dtmf") if name in values
    }
    if "redirect" in values:
        _read_redirect(instruction, values, account)
    return instruction


def without_a_key(keys: Mapping[str, Any], account: Account) -> Instruction:
    """Return what happens to a caller who presses no key.

    :param keys: the answer's `wait_dtmf`: its `default` is `hangup`, or as `redirect`
    :return: never an error
    """
    instruction = Instruction(hangup=keys.get("default") == "hangup")
    if "default" in keys and not instruction.hangup:
        _read_redirect(instruction, {"redirect": keys["default"]}, account)
    return instruction


def _read_redirect(
    instruction: Instruction, values: Mapping[str, Any], account: Account
) -> None:
    target = str(values["redirect"])
    timeout = str(values.get("return_timeout", 0))
    extension = account.extension(target)
    ringing = [extension] if extension else account.scenario(target)
    if not re.fullmatch("[0-9]{1,5}", timeout) or 0 < int(timeout) < SHORTEST_RETURN:
        instruction.ignored.append(
            f"return_timeout {timeout} is neither 0 nor from {SHORTEST_RETURN} to 99999"
        )
    elif target == "blacklist":
        instruction.reject = True
    elif ringing:
        instruction.redirect = target
        instruction.extensions = ringing
        instruction.return_timeout = int(timeout)
        if "rewrite_forward_number" in values:
            _read_forward(instruction, str(values["rewrite_forward_number"]))
    else:
        instruction.ignored.append(f"redirect to {target}, which does not exist")


def _read_forward(instruction: Instruction, number: str) -> None:
    if not re.fullmatch(r"\+*[0-9]{5,}", number):
        instruction.ignored.append(f"rewrite_forward_number {number} is no number")
    elif not all(extension.sends_to for extension in instruction.extensions):
        instruction.ignored.append(f"{instruction.redirect} does not forward")
    else:
        instruction.forward_to = f"+{number.lstrip('+')}"
