# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From recognised words to phrases."""

import pytest
from zadarma_api import transcript


def word(start, end, text):
    return {"s": start, "e": end, "w": text}


def test_words_of_both_speakers_become_phrases_in_order_of_time():
    words = [
        {
            "channel": 2,
            "result": [word("0.0", "0.4", "good"), word("0.4", "0.9", "day")],
        },
        {"channel": 1, "result": [word("1.1", "1.5", "hello")]},
        {"channel": 2, "result": [word("1.9", "2.2", "an"), word(2.2, 2.6, "invoice")]},
    ]
    assert [
        (one["channel"], one["start"], one["text"]) for one in transcript.phrases(words)
    ] == [(2, 0.0, "good day"), (1, 1.1, "hello"), (2, 1.9, "an invoice")]


def test_a_pause_ends_a_phrase():
    words = [{"channel": 1, "result": [word(0, 1, "one"), word(2.5, 3, "two")]}]
    assert [one["text"] for one in transcript.phrases(words)] == ["one", "two"]


def test_a_phrase_ends_when_its_last_word_is_over():
    """Words of one speaker may overlap, and the last to begin may end first."""
    words = [word(0, 5, "hold"), word(1, 2, "on"), word(6.2, 7, "please")]
    [told] = transcript.phrases([{"channel": 1, "result": words}])
    assert told == {"start": 0, "end": 7, "channel": 1, "text": "hold on please"}
    [told] = transcript.phrases([{"channel": 1, "result": words[:2]}])
    assert told["end"] == 5


def test_a_phrase_does_not_last_for_minutes():
    words = [{"channel": 1, "result": [word(i, i + 1, "so") for i in range(60)]}]
    told = transcript.phrases(words)
    assert len(told) > 2
    assert all(one["end"] - one["start"] <= 20 for one in told)


@pytest.mark.parametrize(
    "last, joined", [((19, 19.9), True), ((19, 20), False), ((19, 20.5), False)]
)
def test_a_phrase_is_shorter_than_twenty_seconds(last, joined):
    """From its own beginning, wherever in the recording it is."""
    for begin in (0, 100):
        times = [*((n, n + 1) for n in range(19)), last]
        words = [word(begin + start, begin + end, "so") for start, end in times]
        told = transcript.phrases([{"channel": 1, "result": words}])
        assert len(told) == (1 if joined else 2)


@pytest.mark.parametrize(
    "direction, channel",
    [("outgoing", 1), ("incoming", 2), ("internal", None), ("", None), (None, None)],
)
def test_channel_of_our_side(direction, channel):
    assert transcript.our_channel(direction) == channel


def test_no_words_are_no_phrases():
    assert transcript.phrases([]) == []


def test_a_word_may_be_a_number():
    words = [{"channel": 1, "result": [word(0, 1, "room"), word(1, 2, 12)]}]
    assert [one["text"] for one in transcript.phrases(words)] == ["room 12"]


def test_many_words_at_once_are_joined_at_once():
    count = 100_000
    words = [{"channel": 1, "result": [word(0, 0, "a" * 9)] * count}]
    [told] = transcript.phrases(words)
    assert len(told["text"]) == 10 * count - 1


@pytest.mark.parametrize(
    "words",
    [
        None,
        [1],
        [{"channel": 1}],
        [{"channel": "left", "result": [word(0, 1, "a")]}],
        [{"channel": 1, "result": [{"s": 0, "e": 1}]}],
        [{"channel": 1, "result": [word("NaN", 1, "a")]}],
        [{"channel": 1, "result": [word(10**400, 1, "a")]}],
        [{"channel": 1, "result": [word(0, 1, ["a"])]}],
        [{"channel": 1, "result": [word(0, 1, None)]}],
        [{"channel": 1, "result": None}],
        [["channel", "result"]],
    ],
)
def test_what_is_no_words_is_an_error(words):
    with pytest.raises(ValueError):
        transcript.phrases(words)
