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


@pytest.mark.parametrize("text", ["", None, "0", "anonymous", "Unknown"])
def test_hidden_number(text):
    assert notification.is_hidden(text)
    assert not notification.is_hidden("+442037691880")
