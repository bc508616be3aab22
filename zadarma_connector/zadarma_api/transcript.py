# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From recognised words to what was said, phrase by phrase."""

from dataclasses import asdict, dataclass
from math import isfinite

#: ``recognitionStatus`` of ``GET /v1/speech_recognition`` (OpenAPI).
RECOGNIZED = "recognized"
IN_PROGRESS = "in progress"
READY = "ready for recognize"
NOT_AVAILABLE = "not available for recognize"
FAILED = "error"

#: A silence of so many seconds ends a phrase.
_PAUSE = 1.5
#: A phrase is not longer than so many seconds: its time can be clicked.
_LONGEST = 20


@dataclass
class Phrase:
    """What one speaker said without a pause.

    :param start: seconds from the beginning of the recording
    :param end: seconds
    :param channel: which speaker; the numbers are Zadarma's
    """

    start: float
    end: float
    channel: int
    text: str


def phrases(words):
    """Join recognised words.

    :param words: of Zadarma: ``[{"channel": int, "result": [{"s", "e", "w"}]}]``
    :return: list of dicts with the fields of :class:`Phrase`, in order of time
    :raise ValueError: these are no words
    """
    try:
        heard = sorted(
            (float(word["s"]), float(word["e"]), int(part["channel"]), str(word["w"]))
            for part in words
            for word in part["result"]
        )
    except (TypeError, KeyError) as error:
        raise ValueError(str(error)) from error
    if not all(isfinite(start) and isfinite(end) for start, end, *_said in heard):
        raise ValueError("a time is no number")
    joined = []
    for start, end, channel, text in heard:
        last = joined[-1] if joined else None
        if (
            last
            and last.channel == channel
            and start - last.end < _PAUSE
            and end - last.start < _LONGEST
        ):
            last.text += f" {text}"
            last.end = max(last.end, end)
        else:
            joined.append(Phrase(start, end, channel, text))
    return [asdict(phrase) for phrase in joined]


def our_channel(direction):
    """Which channel our side speaks on: seen by projects, not documented.

    :param direction: of the call
    :return: 1 or 2, ``None`` between extensions
    """
    return {"outgoing": 1, "incoming": 2}.get(direction)
