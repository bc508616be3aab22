# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What really happened in a call, whatever the notifications said or lost."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .parcel import Parcel

NO_EXTENSION = "0"  # takes part where no extension does: a mailbox, a telephone outside


@dataclass(slots=True)
class Leg:
    """One extension's part in a call.

    :param extension: its number, or `NO_EXTENSION`
    :param destination: what was rung: the extension, or where it forwards to
    :param start: UTC, when it began to ring or to dial
    :param call_id: Zadarma's id of the channel, `<unix time>.<number>`; notifications
        tell it only when somebody spoke
    :param pbx_call_id: under which the PBX tells of it: the call's, unless a callback
        has two; empty when neither notifications nor statistics tell of it
    :param answer: UTC, or None
    :param end: UTC
    :param duration: seconds of talk
    """

    extension: str
    destination: str
    start: datetime
    call_id: str
    pbx_call_id: str
    answer: datetime | None = None
    end: datetime | None = None
    duration: int = 0
    disposition: str = "no answer"
    recorded: bool = False

    def talk_until(self, moment: datetime) -> int:
        """Return the seconds from its answer to a moment, 0 if nobody answered."""
        return int((moment - self.answer).total_seconds()) if self.answer else 0


@dataclass(slots=True)
class Call:
    """One call, however many legs.

    :param direction: `incoming`, `outgoing` or `internal`
    :param caller: E.164 with plus sign, an extension, empty (hidden), or what else the
        request to dial says
    :param called: dialled number with plus sign, or an extension
    :param start: UTC; so are `answer` (None if nobody did) and `end`
    :param disposition: Zadarma's word for the result
    :param duration: seconds of talk
    :param wait_duration: seconds until somebody answered, or until the end
    :param rung: extensions that rang, in order
    :param answered_by: extensions that spoke, in order
    :param rejected: whether an answer to a notification had it rejected
    :param returned: whether a redirect was in vain, so that the scenario went on
    :param caller_name: what the phones showed
    :param caller_id: how notifications tell the caller, if otherwise
    :param answers: what came back for NOTIFY_START and NOTIFY_IVR, and what it did
    :param notifications: one for each delivery, in order of sending
    """

    account: str
    scenario: str
    direction: str
    pbx_call_id: str
    caller: str
    called: str
    start: datetime
    answer: datetime | None = None
    end: datetime | None = None
    disposition: str = ""
    status_code: int = 0
    duration: int = 0
    wait_duration: int = 0
    rung: list[str] = field(default_factory=list)
    answered_by: list[str] = field(default_factory=list)
    rejected: bool = False
    returned: bool = False
    caller_name: str = ""
    caller_id: str = ""
    legs: list[Leg] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    notifications: list[Parcel] = field(default_factory=list)

    @property
    def told_caller(self) -> str:
        """The caller as notifications and statistics tell it."""
        return self.caller_id or self.caller

    def describe(self) -> dict[str, Any]:
        """Return everything, as `plain` has it."""
        described: dict[str, Any] = plain(self)
        return described


def plain(value: Any) -> Any:
    """Return a value as JSON's types; times as ISO 8601 in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if is_dataclass(value):
        return {it.name: plain(getattr(value, it.name)) for it in fields(value)}
    return value
