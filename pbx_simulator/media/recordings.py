# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The recordings that the PBX keeps, and the links that lead to them."""

from __future__ import annotations

import secrets
import zlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .mp3 import LINES, Mp3

if TYPE_CHECKING:
    from ..account.account import Account
    from ..calls.truth import Call, Leg

DOWNLOADS = "/v1/pbx/record/download/"


@dataclass(frozen=True, slots=True)
class Recording:
    """The sound of one leg.

    :param name: of its file, without `.mp3`
    :param over: UTC, when the PBX began to make the file
    """

    leg: Leg
    name: str
    over: datetime

    @property
    def file_name(self) -> str:
        return f"{self.name}.mp3"

    def open(self) -> Mp3:
        """Return the file; other legs sound otherwise."""
        place = zlib.crc32(self.leg.call_id.encode()) % len(LINES)
        return Mp3(self.leg.duration, LINES[place])


@dataclass(frozen=True, slots=True)
class Link:
    """A way to a recording.

    :param until: UTC; after it, the link leads nowhere
    """

    account: str
    recording: Recording
    until: datetime


class Recordings:
    """The recordings of all accounts."""

    def __init__(self) -> None:
        # by account and each id that leads to it
        self._by_id: dict[tuple[str, str], list[Recording]] = defaultdict(list)
        self._links: dict[str, Link] = {}  # by token

    def add(self, account: Account, call: Call, now: datetime) -> None:
        """Keep the recordings of a call that is over.

        :param now: the present: of a call that is played too fast, the end is not
            there yet
        """
        for leg in call.legs:
            if leg.recorded and leg.pbx_call_id:
                began = leg.start.astimezone(account.zone).strftime("%Y-%m-%d-%H%M%S")
                name = f"1-{leg.call_id}-{leg.extension}-{began}"
                recording = Recording(leg, name, min(call.end or now, now))
                for one in (leg.call_id, name, leg.pbx_call_id):
                    self._by_id[account.key, one].append(recording)

    def find(self, account: Account, one: str, now: datetime) -> list[Recording]:
        """Return the recordings that an id leads to, in order of their legs.

        :param one: a `call_id`, a file's name without `.mp3`, or a `pbx_call_id`
        :param now: the present; what is not ready yet is left out
        """
        delay = timedelta(seconds=account.recording_delay)
        kept = self._by_id.get((account.key, one), [])
        return [recording for recording in kept if recording.over + delay <= now]

    def delete(self, account: Account, recording: Recording) -> None:
        """Forget a recording; its links lead nowhere then."""
        for one in (
            recording.leg.call_id,
            recording.name,
            recording.leg.pbx_call_id,
        ):
            self._by_id[account.key, one].remove(recording)

    def link(self, account: Account, recording: Recording, until: datetime) -> str:
        """Return the path of a new link.

        :param until: UTC, how long it leads there
        """
        token = secrets.token_urlsafe(24)
        self._links[token] = Link(account.key, recording, until)
        return f"{DOWNLOADS}{token}/{recording.file_name}"

    def follow(self, path: str, now: datetime) -> Recording | None:
        """Return the recording that a link's path leads to, or None."""
        token, _, file_name = path.removeprefix(DOWNLOADS).partition("/")
        link = self._links.get(token)
        if (
            link
            and now < link.until
            and file_name == link.recording.file_name
            and link.recording
            in self._by_id[link.account, link.recording.leg.pbx_call_id]
        ):
            return link.recording
        return None
