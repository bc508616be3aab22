# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The answer to NOTIFY_START: what the PBX shall do with an incoming call.

Source: Zadarma's page on notifications. An empty answer leaves the call to the PBX's
own scenario.
"""

import re
from typing import NotRequired, TypedDict

#: Seconds that an extension must ring at least before the call may come back.
SHORTEST_RETURN = 3
#: Busy for the caller.
_REJECTION = "blacklist"
#: A scenario of the main menu, of another one, or a whole menu.
_SCENARIO = re.compile(r"[0-9]{1,2}|[0-9]{1,3}-([0-9]{1,3}|main)")
#: Displays of desk phones show less; a longer name is no use.
_LONGEST_NAME = 60


class Answer(TypedDict):
    """What the PBX shall do.

    :ivar redirect: an extension, a scenario or the word for busy
    :ivar return_timeout: seconds
    """

    redirect: str
    return_timeout: int
    caller_name: NotRequired[str]


def reject() -> Answer:
    """Turn the caller away as busy."""
    return {"redirect": _REJECTION, "return_timeout": 0}


def is_rejection(redirect: str | None) -> bool:
    """Whether a ``redirect`` turns the caller away."""
    return redirect == _REJECTION


def is_scenario(text: str | None) -> bool:
    """Whether a text names a scenario or a menu: ``"1"``, ``"0-1"``, ``"0-main"``."""
    return bool(_SCENARIO.fullmatch(text or ""))


def whole_code(scenario: str) -> str:
    """A scenario with its menu: ``"1"`` is the main menu's, ``"0-1"``."""
    return scenario if "-" in scenario else f"0-{scenario}"


def ring(target: str, return_timeout: int, caller_name: str = "") -> Answer:
    """Ring an extension, or run a scenario.

    :param target: internal number, or a scenario as :func:`is_scenario` knows it
    :param return_timeout: seconds until an unanswered call comes back to the PBX's own
        scenario, at least :data:`SHORTEST_RETURN`
    :param caller_name: shown on telephones, left out if empty
    """
    answer: Answer = {"redirect": target, "return_timeout": return_timeout}
    shown = " ".join("".join(filter(str.isprintable, caller_name)).split())
    if shown:
        answer["caller_name"] = shown[:_LONGEST_NAME].rstrip()
    return answer
