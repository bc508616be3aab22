# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was said in a recorded call, made up: the same for the same recording."""

import random
from dataclasses import dataclass

WORD, PAUSE = 0.4, 0.8  # seconds of a word, and between two phrases
# Who says it (we, or the customer), and what; it begins anew when a call is longer.
_SAID = (
    (True, "good morning how can I help you"),
    (False, "hello I am calling about my order"),
    (True, "could you tell me its number please"),
    (False, "it is the one from last week the invoice is missing"),
    (True, "I see it now I will send the invoice today"),
    (False, "thank you and when will the delivery arrive"),
    (True, "the delivery arrives on thursday before noon"),
    (False, "that is fine thank you very much goodbye"),
)


@dataclass(frozen=True)
class Phrase:
    """A few words of one side.

    :param words: text, begin and end of each, seconds since the recording's beginning
    :param channel: of the recording
    """

    words: list[tuple[str, float, float]]
    channel: int

    @property
    def text(self) -> str:
        return " ".join(word for word, _begin, _end in self.words)


def dialogue(call_id: str, seconds: float, ours: int) -> list[Phrase]:
    """Return the phrases of a recording.

    :param call_id: of its leg
    :param seconds: how long it is
    :param ours: the channel on which we speak, 1 or 2
    :return: in order
    """
    draw = random.Random(call_id)
    phrases: list[Phrase] = []
    now = PAUSE
    while True:
        for we, text in _SAID:
            words = []
            for word in text.split():
                if now + WORD > seconds:
                    return phrases
                words.append((word, round(now, 2), round(now + WORD, 2)))
                now += WORD
            phrases.append(Phrase(words, ours if we else 3 - ours))
            now += PAUSE + draw.random()
