# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What notifications are held against, and what becomes of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why a notification is doubted, or says less than it could."""

    #: No id of a call.
    MALFORMED_ID = "malformed_id"
    #: The event does not fit the kind of the id.
    KIND_MISMATCH = "kind_mismatch"
    #: The time is not what the signed text ends with, or no time.
    MALFORMED_START = "malformed_start"
    #: The id of a recorded part is none.
    MALFORMED_PART = "malformed_part"
    #: The signed text is cut elsewhere than it must be.
    MOVED_BORDER = "moved_border"
    #: The dialled number is none of ours.
    UNKNOWN_DID = "unknown_did"
    #: The extension is none of ours.
    UNKNOWN_EXTENSION = "unknown_extension"
    #: The id said something else before, or statistics do.
    CONTRADICTS = "contradicts"
    #: Another id said the same signed text before.
    SAME_TEXT_OTHER_ID = "same_text_other_id"
    #: The call began too long ago, or begins later, by the account's time zone.
    TOO_OLD = "too_old"
    #: The call was heard of before: whoever asks now is not the PBX.
    HEARD_BEFORE = "heard_before"


class Verdict(NamedTuple):
    """What becomes of a notification.

    :param believed: whether it goes into its call's fold; if not, it is doubted: kept,
        and judged again when statistics know its id
    :param reason: why not, or why it tells or does nothing; a :class:`Reason` or empty
    :param tells: whether the answer may be made from who the customer is
    :param acts: whether something may follow from it (tasks, history, leads) before
        statistics know its id
    """

    believed: bool
    reason: str = ""
    tells: bool = False
    acts: bool = True


@dataclass(frozen=True)
class Context:
    """What notifications of an account are held against.

    :param zone: IANA name of the account's time zone
    :param e164: from a number as the PBX wrote it to E.164; what is no number stays as
        it is
    :param own_numbers: the account's dialled numbers, in E.164: those that Zadarma
        lists, those added by hand, those that confirmed calls were made to
    :param extensions: the account's internal numbers, former ones included. While it
        is empty, any three digits are one
    :param repeated: tells whether another id said a signed text first
    """

    zone: str
    e164: Callable[[str], str]
    own_numbers: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    repeated: Callable[[str], bool] = lambda text: False

    def knows(self, extension: str) -> bool:
        """Whether a text that :func:`~notification.extension_number` gave is one of
        ours."""
        return bool(extension) and (not self.extensions or extension in self.extensions)
