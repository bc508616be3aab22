# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What to do about the forwarding of an extension, so that nothing of it gets lost.

An extension has one forwarding (OpenAPI, ``pbx.redirection``), which its owner may have
set for good, and anybody may change in Zadarma's pages at any time. So what was there
before is remembered and brought back, and what is no longer as we left it is somebody
else's, and stays.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

OFF = "off"
PHONE = "phone"
EXTENSION = "sip"
MAILBOX = "voicemail"
ALWAYS = "always"
NO_ANSWER = "noanswer"

#: What may be typed as a target without being a telephone number.
_EXTENSION = re.compile("[1-9][0-9]{2}")
_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")


class Forwarding(NamedTuple):
    """Where the calls of an extension go.

    :param kind: :data:`PHONE`, :data:`EXTENSION`, :data:`MAILBOX`, another one of
        Zadarma's, or :data:`OFF`
    :param destination: E.164 of a telephone, the short internal number, the e-mail
        address of a mailbox, or what Zadarma calls the others
    :param condition: :data:`ALWAYS` or :data:`NO_ANSWER`
    """

    kind: str
    destination: str
    condition: str = ALWAYS


NOWHERE = Forwarding(OFF, "", "")


def in_one_form(kind: str, destination: str, condition: str) -> Forwarding:
    """A forwarding as it is compared: what it says may be written in several ways."""
    destination = destination.strip()
    if kind == PHONE:
        destination = "+" + destination.lstrip("+")
    elif kind == EXTENSION:
        # a login is <pbx id>-<number>
        destination = destination.rpartition("-")[2]
    elif kind == MAILBOX:
        destination = destination.lower()
    return Forwarding(kind, destination, condition)


def typed_target(text: str) -> Forwarding | None:
    """The colleague or the mailbox that somebody typed, ``None`` if it is neither."""
    text = text.strip()
    if _EXTENSION.fullmatch(text):
        return Forwarding(EXTENSION, text)
    if _ADDRESS.fullmatch(text):
        return in_one_form(MAILBOX, text, ALWAYS)
    return None


class Kept(NamedTuple):
    """What is remembered of an extension.

    :param before: what was there before ours; ``None`` while nothing there is ours
    :param ours: all that we set and that may be there, one or more
    :param is_set: Zadarma took the last one, and we asked for nothing since
    """

    before: Forwarding | None = None
    ours: Sequence[Forwarding] = ()
    is_set: bool = False


#: All is as it shall be.
HOLD = "hold"
#: Ours is to be set.
SET = "set"
#: What was there before is to be set.
RESTORE = "restore"
#: Nothing is there that is ours, and nothing is remembered any more.
RESTORED = "restored"
#: A mailbox is there: it would lose its greeting.
LEAVE = "leave"
#: Somebody else changed it meanwhile.
YIELD = "yield"


class Step(NamedTuple):
    """What to do next.

    :param action: one of the words above
    :param target: what Zadarma is to be asked for, ``None`` if for nothing
    """

    action: str
    target: Forwarding | None = None


def next_step(kept: Kept, wanted: Forwarding | None, found: Forwarding) -> Step:
    """Tell what to do about an extension.

    However often the last request was tried, and whether Zadarma did it or not: what is
    found tells.

    :param kept: what is remembered of it
    :param wanted: where its calls shall go just now, ``None`` if it is nobody's matter
    :param found: where they go just now
    """
    if kept.before is None:
        return _begin(wanted, found)
    if found not in kept.ours and (kept.is_set or found != kept.before):
        return Step(YIELD)
    if wanted is None:
        back = found == kept.before
        return Step(RESTORED) if back else Step(RESTORE, kept.before)
    return Step(HOLD) if found == wanted else Step(SET, wanted)


def _begin(wanted: Forwarding | None, found: Forwarding) -> Step:
    if wanted is None:
        return Step(RESTORED)
    if found == wanted:
        return Step(HOLD)
    if found.kind == MAILBOX:
        # which greeting it has, the API neither tells nor takes as it was
        return Step(LEAVE)
    return Step(SET, wanted)


def about_to(kept: Kept, step: Step, found: Forwarding) -> Kept:
    """What to remember before Zadarma is asked, since nothing may be remembered after.

    :param step: one with a target
    :param found: where the calls go just now
    """
    if step.action == RESTORE:
        return kept._replace(is_set=False)
    before = found if kept.before is None else kept.before
    ours = [one for one in kept.ours if one != step.target]
    return Kept(before, [*ours, *filter(None, [step.target])])


def after(kept: Kept, step: Step, found: Forwarding, certain: bool) -> Kept:
    """What to remember when a step was done.

    :param found: where the calls went when it was chosen
    :param certain: no earlier request can still arrive. Until then all that was ever
        asked for counts as ours
    """
    if step.action in (SET, HOLD):
        if step.action == HOLD and kept.before is None:
            return Kept(found, [found], True)
        is_there = step.target or found
        return kept._replace(ours=[is_there] if certain else kept.ours, is_set=True)
    if step.action in (RESTORE, RESTORED) and not certain:
        return kept._replace(is_set=False)
    return kept if step.action == LEAVE else Kept()
