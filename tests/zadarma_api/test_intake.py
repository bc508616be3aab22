# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What of a message is taken in, and what of that is looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zadarma_api.intake import bounded
from zadarma_api.signature import SIGNED_PARAMETERS

#: Characters of a text and of a name, of JSON; parameters of a message.
LONGEST, LONGEST_RESULT, MOST = 64, 49152, 40

GENUINE = {
    "event": "NOTIFY_END",
    "call_start": "2026-10-05 14:03:22",
    "pbx_call_id": "in_" + "a" * 40,
    "caller_id": "+442037691880",
    "called_did": "442037691881",
    "disposition": "no money, no limit",
    "call_id_with_rec": "1458313316.343456",
}


def test_genuine_notification_is_taken_in_whole():
    assert bounded(GENUINE) == (GENUINE, ())


@pytest.mark.parametrize("name", ["caller_id", "pbx_call_id", "anything"])
def test_long_text_is_cut_and_named(name):
    kept, cut = bounded({**GENUINE, name: "9" * (LONGEST + 1)})
    assert kept == {**GENUINE, name: "9" * LONGEST}
    assert cut == (name,)


def test_message_has_its_own_length():
    text = "x" * LONGEST_RESULT
    assert bounded({"event": "SMS", "result": text}) == (
        {"event": "SMS", "result": text},
        (),
    )
    assert bounded({"result": text + "x"}) == ({"result": text}, ("result",))


def test_long_name_is_cut_and_replaces_no_other():
    name = "n" * LONGEST
    kept, cut = bounded({name: "first", name + "1": "second"})
    assert (kept, cut) == ({name: "first"}, (name,))


def test_no_more_parameters_than_anybody_sends():
    params = {f"p{number}": "x" for number in range(MOST + 1)}
    kept, cut = bounded(params)
    assert list(kept) == list(params)[:MOST]
    assert cut == ("…",)
    del params[f"p{MOST}"]
    assert bounded(params) == (params, ())


def test_what_others_add_displaces_nothing_that_the_event_comes_with():
    added = {f"p{number}": "x" for number in range(MOST)}
    kept, cut = bounded({**added, **GENUINE})
    assert kept.items() >= GENUINE.items()
    assert (len(kept), cut) == (MOST, ("…",))
    for event, signed in SIGNED_PARAMETERS.items():
        sent = {"event": event, **dict.fromkeys(signed, "x")}
        assert bounded({**added, **sent}).params.items() >= sent.items()


@pytest.mark.parametrize(
    "text, stored",
    [("a\0b", "a\ufffdb"), ("\0", "\ufffd"), ("a\ud800b", "a?b"), (None, "None")],
)
def test_what_no_database_stores_is_left_out(text, stored):
    assert bounded({"caller_id": text}).params == {"caller_id": stored}
    assert list(bounded({f"n{text}": "x"}).params) == [f"n{stored}"]


@given(st.dictionaries(st.text(), st.text(max_size=200), max_size=60))
def test_anything_is_bounded(params):
    kept, cut = bounded(params)
    assert len(kept) <= MOST
    for name, text in kept.items():
        assert len(name) <= LONGEST
        assert len(text) <= (LONGEST_RESULT if name == "result" else LONGEST)
        assert "\0" not in name + text
        (name + text).encode()
    # again nothing is left to do
    assert bounded(kept) == (kept, ())
    assert cut or len(kept) <= len(params)
