# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest
from zadarma_api import notification


@pytest.mark.parametrize("token", ["a", "9f-A_z.0", "a" * 128])
def test_token_is_echoed(token):
    assert notification.echo_token(token) == token


@pytest.mark.parametrize(
    "text", ["", None, "<script>", "a b", "a\n", "a" * 129, "ä", "a\r\nSet-Cookie: x"]
)
def test_anything_else_is_not_echoed(text):
    assert notification.echo_token(text) is None


@pytest.mark.parametrize(
    "text, valid",
    [
        ("in_ae6b03b3b0765d127ec0b739209346bbc4f0d52d", True),
        ("out_ae6b03b3b0765d127ec0b739209346bbc4f0d52d", True),
        ("ae6b03b3b0765d127ec0b739209346bbc4f0d52d", False),
        ("in_", False),
        ("in_a b", False),
        ("", False),
        (None, False),
    ],
)
def test_pbx_call_id(text, valid):
    assert notification.is_pbx_call_id(text) is valid


@pytest.mark.parametrize("text", ["", None, "1010", "+10", "10a", "anonymous"])
def test_what_is_no_extension(text):
    assert notification.extension_number(text) == ""
    assert notification.extension_number("001") == "001"


@pytest.mark.parametrize(
    "clid, number",
    [
        ("Name (48539923725)", "48539923725"),
        ("Name (the second) (48539923725)", "48539923725"),
        ("Name 101 (101)", "101"),
        ('"Caller" <+48515637746>', "+48515637746"),
        ('"Caller" < 48515637746 > ', "48515637746"),
        ("48515637746", "48515637746"),
        (" +48515637746 ", "+48515637746"),
    ],
)
def test_number_of_a_caller(clid, number):
    assert notification.caller_number(clid) == number


@pytest.mark.parametrize(
    "clid",
    [
        "",
        None,
        "0",
        "anonymous",
        "Unknown",
        "Anonymous (0)",
        '"" <>',
        "Agent 007",
        "(x)",
        "Sons (12) Ltd",
    ],
)
def test_caller_without_a_number(clid):
    assert notification.caller_number(clid) == ""


@pytest.mark.parametrize(
    "text",
    [
        "101",
        " 101 ",
        "123456-101",
        "sip:123456-101@sip.zadarma.com",
        "SIPS:123456-101@PBX.Zadarma.COM",
        "101@zadarma.com",
    ],
)
def test_extension_in_all_forms(text):
    assert notification.extension_number(text) == "101"


@pytest.mark.parametrize("text", ["101@zadarma.com.example.com", "sip:101@example.com"])
def test_extension_of_somebody_elses_host_is_none(text):
    assert notification.extension_number(text) == ""


@pytest.mark.parametrize(
    "caller_id, destination, extensions, proved",
    [
        ("442037691880", "101", [], True),
        ("442037691880", "101", ["101"], True),
        ("442037691880", "101", ["102"], False),
        ("442037691880", "123456-101", ["101"], True),
        # an outside telephone: only a plus shows where its number begins
        ("442037691880", "442037691881", ["101"], False),
        ("442037691880", "+442037691881", ["101"], True),
        ("442037691880", "", [], False),
        # no number has more than fifteen digits
        ("123456789012345", "101", ["101"], True),
        ("+123456789012345", "101", ["101"], True),
        ("1234567890123456", "101", ["101"], False),
        ("1234567890123456", "+442037691881", [], False),
    ],
)
def test_whether_an_answer_proves_the_caller(
    caller_id, destination, extensions, proved
):
    known = notification.proves_caller(caller_id, destination, extensions)
    assert known is proved


#: What Zadarma sends: the PHP SDK (``lib/Webhook``), and what live accounts got.
CALL = "call_start pbx_call_id caller_id called_did"
RING = f"{CALL} internal calltype transfer_from transfer_type"
OUT = "call_start pbx_call_id internal destination caller_id calltype dst_e164"
COURSE = "duration disposition status_code is_recorded call_id_with_rec call_id"


@pytest.mark.parametrize(
    "event, names",
    [
        ("NOTIFY_START", f"{CALL} calltype"),
        ("NOTIFY_INTERNAL", RING),
        ("NOTIFY_INTERNAL_END", RING),
        ("NOTIFY_ANSWER", OUT),
        ("NOTIFY_END", f"{CALL} internal last_internal calltype {COURSE}"),
        ("NOTIFY_OUT_START", OUT),
        ("NOTIFY_OUT_END", f"{OUT} {COURSE}"),
        ("NOTIFY_RECORD", "pbx_call_id call_id_with_rec"),
        (
            "NOTIFY_IVR",
            f"{CALL} calltype ivr_saydigits ivr_saynumber wait_dtmf[name]"
            " wait_dtmf[digits] wait_dtmf[default_behaviour]",
        ),
        ("SPEECH_RECOGNITION", "result pbx_call_id call_id lang voicemail"),
    ],
)
def test_parameters_that_an_event_comes_with(event, names):
    assert notification.PARAMETERS[event] == set(names.split())
