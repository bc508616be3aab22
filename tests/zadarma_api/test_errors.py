# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What passes is told apart from what is final."""

import json

import pytest
from zadarma_api import errors
from zadarma_api.client import ZadarmaClient

HTML = "<html><title>502 Bad Gateway</title></html>"
ERROR = {"status": "error", "message": "Wrong parameters"}
LIMIT = {"status": "error", "message": "You exceeded the rate limit by User Limits"}


def client_of(url):
    return ZadarmaClient(url, "key", "secret", lambda _: None, lambda _: None)


@pytest.mark.parametrize(
    "status, body, kind, passes",
    [
        # on the way
        (500, HTML, errors.BadAnswer, True),
        (502, HTML, errors.BadAnswer, True),
        (503, HTML, errors.BadAnswer, True),
        (504, "", errors.BadAnswer, True),
        (200, HTML, errors.BadAnswer, True),
        (404, HTML, errors.BadAnswer, True),
        (302, "", errors.BadAnswer, True),
        (200, "", errors.BadAnswer, True),
        # in JSON, but not Zadarma's word on the request
        (500, ERROR, errors.BadAnswer, True),
        (503, ERROR, errors.BadAnswer, True),
        (500, {"status": "success"}, errors.BadAnswer, True),
        (404, {"message": "no route matched"}, errors.BadAnswer, True),
        (200, {"login": "required"}, errors.BadAnswer, True),
        (200, {"status": ["error"]}, errors.BadAnswer, True),
        # the limit
        (429, "", errors.RateLimited, True),
        (429, HTML, errors.RateLimited, True),
        (429, LIMIT, errors.RateLimited, True),
        (200, LIMIT, errors.RateLimited, True),
        # Zadarma's word
        (200, ERROR, errors.Refused, False),
        (400, ERROR, errors.Refused, False),
        (404, ERROR, errors.Refused, False),
        (401, ERROR, errors.NotAuthorized, False),
        (401, "", errors.NotAuthorized, False),
        (403, HTML, errors.NotAuthorized, False),
    ],
)
def test_answers(say, status, body, kind, passes):
    body = body if isinstance(body, str) else json.dumps(body)
    head = f"HTTP/1.1 {status} Told\r\nContent-Length: {len(body)}\r\n\r\n"
    with pytest.raises(errors.ZadarmaError) as caught:
        client_of(f"http://{say([(head + body).encode()])}").get_balance()
    assert type(caught.value) is kind
    assert isinstance(caught.value, errors.Passing) is passes


@pytest.mark.parametrize(
    "said, kind",
    [
        ([], errors.Unreachable),
        ([b"HTTP/1.1 200 OK\r\nContent-Le"], errors.BadAnswer),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"], errors.Unreachable),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], errors.Unreachable),
    ],
    ids=["nothing", "half a header", "half a body", "another protocol"],
)
def test_lost_connections_pass(say, said, kind):
    with pytest.raises(errors.Passing) as caught:
        client_of(f"http://{say(said)}").get_balance()
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "kind, passes",
    [
        (errors.Unreachable, True),
        (errors.TimedOut, True),
        (errors.RateLimited, True),
        (errors.BadAnswer, True),
        (errors.NotAudio, True),
        (errors.NotAuthorized, False),
        (errors.Refused, False),
        (errors.NotFound, False),
        (errors.TooLarge, False),
        (errors.ForeignAddress, False),
    ],
)
def test_each_kind_passes_or_is_final(kind, passes):
    assert isinstance(kind(), errors.Passing) is passes


def test_no_kind_is_forgotten():
    [marked] = [
        mark
        for mark in test_each_kind_passes_or_is_final.pytestmark
        if mark.name == "parametrize"
    ]
    listed = {kind for kind, _passes in marked.args[1]}
    known = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.ZadarmaError)
    }
    assert known - listed == {errors.ZadarmaError, errors.Passing}


def test_detail_can_be_kept_and_shown():
    error = errors.Refused("a\0b\ud800\n  c" + "x" * 1000)
    assert error.detail.startswith("a\ufffdb\ufffd cxx")
    assert len(error.detail) == 200
    assert str(error) == error.detail
