# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From recognised words to what was said, phrase by phrase."""

from math import isfinite
from typing import Any, TypedDict

#: ``recognitionStatus`` of ``GET /v1/speech_recognition`` (OpenAPI); any other means
#: that it goes on.
RECOGNIZED = "recognized"
READY = "ready for recognize"
NOT_AVAILABLE = "not available for recognize"
FAILED = "error"

#: A silence of so many seconds ends a phrase.
_PAUSE = 1.5
#: A phrase is not longer than so many seconds: its time can be clicked.
_LONGEST = 20


class Phrase(TypedDict):
    """What one speaker said without a pause.

    :ivar start: seconds from the beginning of the recording
    :ivar end: seconds
    :ivar channel: which speaker; the numbers are Zadarma's
    """

    start: float
    end: float
    channel: int
    text: str


def phrases(words: Any) -> list[Phrase]:
    """Join recognised words.

    :param words: of Zadarma: ``[{"channel": int, "result": [{"s", "e", "w"}]}]``
    :return: in order of time
    :raise ValueError: these are no words
    """
    joined: list[Phrase] = []
    said: list[list[str]] = []
    for start, end, channel, word in _heard(words):
        last = joined[-1] if joined else None
        if (
            last
            and last["channel"] == channel
            and start - last["end"] < _PAUSE
            and end - last["start"] < _LONGEST
        ):
            last["end"] = max(last["end"], end)
            said[-1].append(word)
        else:
            joined.append({"start": start, "end": end, "channel": channel, "text": ""})
            said.append([word])
    for phrase, its_words in zip(joined, said, strict=True):
        phrase["text"] = " ".join(its_words)
    return joined


def _heard(words: Any) -> list[tuple[float, float, int, str]]:
    try:
        heard = sorted(
            (float(word["s"]), float(word["e"]), int(part["channel"]), _text(word["w"]))
            for part in words
            for word in part["result"]
        )
    except (TypeError, KeyError, OverflowError) as error:
        raise ValueError(str(error)) from error
    if not all(isfinite(start) and isfinite(end) for start, end, *_said in heard):
        raise ValueError("a time is no number")
    return heard


def _text(word: Any) -> str:
    if not isinstance(word, str | int):
        raise TypeError("a word is no text")
    return str(word)


def our_channel(direction: str | None) -> int | None:
    """Which channel our side speaks on: seen by projects, not documented.

    :param direction: of the call
    :return: 1 or 2, ``None`` between extensions
    """
    return {"outgoing": 1, "incoming": 2}.get(direction or "")
