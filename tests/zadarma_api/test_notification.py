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
