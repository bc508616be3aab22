# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The transcripts of recordings: begun, made, and announced.

Source: the official specification; the announcement's form from a project that receives
some, its signature from a change that was proposed for the official PHP SDK.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

from ..calls import event_channel
from .dialogue import Phrase, dialogue
from .languages import LANGUAGE

if TYPE_CHECKING:
    from ..account.account import Account
    from ..calls.truth import Call, Leg
    from ..simulator import Simulator


EVENT = "SPEECH_RECOGNITION"
NOT_MADE = "not made"  # so there is nothing to announce


@dataclass(eq=False)
class Transcript:
    """The recognition of one recording in one language.

    :param begun: UTC
    :param announced: HTTP status of the notification, a word as in `reply`, or
        `NOT_MADE`; empty before it is sent
    """

    account: str
    call_id: str
    pbx_call_id: str
    lang: str
    begun: datetime
    phrases: list[Phrase]
    announced: int | str = ""

    @property
    def words(self) -> list[dict[str, Any]]:
        """The phrases as the API and notifications tell them word by word."""
        return [
            {
                "result": [
                    {"s": begin, "e": end, "w": word}
                    for word, begin, end in phrase.words
                ],
                "channel": phrase.channel,
            }
            for phrase in self.phrases
        ]

    @property
    def announcement(self) -> dict[str, str]:
        """The parameters of its notification."""
        return {
            "event": EVENT,
            "result": json.dumps({"words": self.words}),
            "call_id": self.call_id,
            "pbx_call_id": self.pbx_call_id,
            "lang": self.lang,
            "voicemail": "0",
        }

    def describe(self) -> dict[str, Any]:
        """Return all but the words as JSON's types."""
        return {
            "account": self.account,
            "call_id": self.call_id,
            "pbx_call_id": self.pbx_call_id,
            "lang": self.lang,
            "announced": self.announced,
        }


class Transcripts:
    """The transcripts of all accounts."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        # by account's key, call_id and language
        self._made: dict[tuple[str, str, str], Transcript] = {}

    def __iter__(self) -> Iterator[Transcript]:
        return iter(list(self._made.values()))

    def of(self, account: Account, call_id: str) -> dict[str, Transcript]:
        """Return the transcripts of a recording, by language."""
        return {
            one.lang: one
            for one in self
            if (one.account, one.call_id) == (account.key, call_id)
        }

    def is_ready(self, account: Account, transcript: Transcript) -> bool:
        """Tell whether the words are there."""
        delay = timedelta(seconds=account.recognition_delay)
        return self._simulator.clock() >= transcript.begun + delay

    def begin(self, account: Account, leg: Leg, lang: str, wait: float = 0) -> None:
        """Have a recording recognized, and announce it when that is done.

        :param leg: the recorded one
        :param wait: seconds until it begins
        """
        key = account.key, leg.call_id, lang
        if key in self._made:
            return
        # Our side is the first channel of outgoing calls, the second of incoming ones.
        ours = 2 if leg.pbx_call_id.startswith("in_") else 1
        transcript = self._made[key] = Transcript(
            account=account.key,
            call_id=leg.call_id,
            pbx_call_id=leg.pbx_call_id,
            lang=lang,
            begun=self._simulator.clock() + timedelta(seconds=wait),
            phrases=dialogue(leg.call_id, leg.duration, ours),
        )
        arguments = account, transcript, wait + account.recognition_delay
        Thread(target=self._announce, args=arguments, daemon=True).start()

    def begin_automatic(self, account: Account, call: Call) -> None:
        """Have those recordings recognized that need not be asked for."""
        for leg in call.legs:
            extension = account.extension(leg.extension)
            if leg.recorded and extension and extension.recognition == "all":
                self.begin(account, leg, LANGUAGE, account.recording_delay)

    def _announce(
        self, account: Account, transcript: Transcript, seconds: float
    ) -> None:
        self._simulator.sleep(seconds)
        if account.recognition_outcome != "recognized":
            transcript.announced = NOT_MADE
        else:
            transcript.announced = event_channel.send(account, transcript.announcement)
