# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What comes back for a notification."""

from dataclasses import dataclass

# What stands in place of an HTTP status when there was none.
SWITCHED_OFF = "switched off"
NO_ADDRESS = "no address"
LOST = "lost"
TIMED_OUT = "timeout"
LATE = "late"  # what the PBX obeys at that moment; the parcel gets its status later
UNREACHABLE = "unreachable"  # or broken off: then it may have been received


@dataclass(frozen=True)
class Reply:
    """What came back for a notification.

    :param status: HTTP status, or one of this module's words
    """

    status: int | str
    body: bytes = b""
