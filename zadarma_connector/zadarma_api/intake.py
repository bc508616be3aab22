# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much of a message is taken in. Who sends it chooses its length."""

from collections.abc import Mapping
from typing import NamedTuple

from .facts import told

#: Characters of a text, and of a parameter's name. Zadarma's ids have 44 characters
#: at most, its numbers 15 digits; the name beside a number is cut.
LONGEST = 64
#: JSON: an SMS, a lookup, the words of a transcript.
LONGEST_RESULT = 48 * 1024
#: Parameters of one message; Zadarma sends fewer than twenty.
MOST = 40


class Intake(NamedTuple):
    """What is kept of a message.

    :param params: texts that a database can store
    :param cut: names of parameters that were longer, or came after so many others; the
        latter as ``"…"``. Empty if the message is whole
    """

    params: dict[str, str]
    cut: tuple[str, ...] = ()


def bounded(params: Mapping[str, object]) -> Intake:
    """Take a message in: bounded, and free of what PostgreSQL stores in no text.

    Verify its signature before: that was made of what was sent. What its event is known
    to come with goes before all else, so that what somebody adds, which nobody signs,
    displaces nothing that is signed.

    :param params: names to values, as received
    """
    known = told(str(params.get("event")), dict.fromkeys(params, ""))
    names = sorted(params, key=lambda name: name != "event" and name not in known)
    kept: dict[str, str] = {}
    cut: list[str] = []
    for sent in names[:MOST]:
        name, text = _storable(sent), _storable(params[sent])
        longest = LONGEST_RESULT if name == "result" else LONGEST
        if len(name) > LONGEST or len(text) > longest:
            cut.append(name[:LONGEST])
        # a name that was cut stands for no other
        kept.setdefault(name[:LONGEST], text[:longest])
    if len(params) > MOST:
        cut.append("…")
    return Intake(kept, tuple(dict.fromkeys(cut)))


def _storable(value: object) -> str:
    """A value as text; NUL and halves of characters become marks."""
    text = str(value).replace("\0", "\ufffd")
    return text.encode("utf-8", "replace").decode()
