# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whoever answers slowly, endlessly or in packed form, over real sockets.

The servers here drip: they never are silent for as long as a single read may take.
"""

import contextlib
import gzip
import io
import json
import threading
import time
import tracemalloc

import pytest
from zadarma_api import download, errors, request
from zadarma_api.client import ZadarmaClient

GAP = 0.02
#: Of the whole; far more than a gap, far less than what the servers would take.
LIMIT = 0.3
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"\r\n\r\n"
SOUND = b"OggS" + bytes(1000)


def drops(content):
    return [bytes([byte]) for byte in content]


DRIPS = {
    "headers": drops(OK + b"X-Long: " + b"x" * 1000),
    "headers without end": [OK, *([b"X: y\r\n"] * 1000)],
    "a preliminary answer, again and again": [b"HTTP/1.1 100 Continue\r\n\r\n"] * 1000,
    "body": [OK + b"Content-Length: 1000\r\n\r\n", *drops(SOUND)],
    "body without a size": [OK + b"\r\n", *drops(SOUND)],
    "chunks": [CHUNKED, b"4\r\nOggS\r\n", *[b"1\r\nO\r\n"] * 1000],
    "size of a chunk": [CHUNKED, *drops(b"0" * 1000)],
}


@pytest.fixture(autouse=True)
def limit(monkeypatch):
    monkeypatch.setattr(ZadarmaClient, "TIMEOUT", LIMIT)
    monkeypatch.setattr(download, "MAX_TIME", LIMIT)


def client_of(url):
    return ZadarmaClient(url, "key", "secret", lambda _method: None, lambda _wait: None)


def fetch(link, api_url):
    return download.download(link, io.BytesIO(), api_url)


@contextlib.contextmanager
def ended(kind=errors.TimedOut):
    """Expect an error of this class soon, and nothing that goes on afterwards."""
    threads = set(threading.enumerate())
    begun = time.monotonic()
    with pytest.raises(errors.ZadarmaError) as caught:
        yield caught
    assert type(caught.value) is kind
    assert time.monotonic() - begun < LIMIT + 1
    assert set(threading.enumerate()) == threads


@pytest.mark.parametrize("drip", DRIPS)
def test_request_to_a_dripping_server_ends(say, drip):
    url = f"http://{say(DRIPS[drip], gap=GAP)}"
    with ended():
        client_of(url).get_balance()


@pytest.mark.parametrize("drip", DRIPS)
def test_download_from_a_dripping_server_ends(say, drip):
    url = f"http://{say(DRIPS[drip], gap=GAP)}"
    with ended():
        fetch(f"{url}/1.mp3", url)


def test_tls_with_a_dripping_server_ends(say):
    # the beginning of a handshake of 16 KiB
    address = say(drops(b"\x16\x03\x03\x40\x00\x02" + bytes(1000)), gap=GAP)
    with ended():
        client_of(f"https://{address}").get_balance()


def test_request_through_a_dripping_proxy_ends(say, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{say(DRIPS['headers'], gap=GAP)}")
    with ended():
        client_of("https://api.zadarma.com").get_balance()


def test_time_of_redirects_counts(say):
    """Each of them is in time, all together are not."""
    redirect = b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /1.mp3\r\n\r\n"
    url = f"http://{say([*[b''] * 6, redirect], gap=GAP)}"
    with ended():
        fetch(f"{url}/1.mp3", url)


def test_download_has_more_time_than_one_read(say, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 5 * GAP)
    sound = [OK + b"Content-Length: 12\r\n\r\n", *drops(b"OggS" + bytes(8))]
    url = f"http://{say(sound, gap=GAP)}"
    monkeypatch.setattr(download, "MAX_TIME", 5)
    assert fetch(f"{url}/1.mp3", url) == "audio/ogg"


# -- bodies -------------------------------------------------------------------------


def answered(body, *headers):
    lines = [OK, *[f"{header}\r\n".encode() for header in headers], b"\r\n"]
    return [b"".join(lines) + body]


BALANCE = {"status": "success", "balance": 1, "currency": "EUR"}


def padded(size):
    """An answer of so many bytes."""
    empty = json.dumps({**BALANCE, "more": ""})
    return json.dumps({**BALANCE, "more": "x" * (size - len(empty))}).encode()


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(ZadarmaClient, "TIMEOUT", 5)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("packed", [False, True])
def test_answer_of_ten_megabytes_is_read(say, packed):
    body = padded(request.MAX_ANSWER)
    headers = ["Content-Encoding: gzip"] if packed else []
    body = gzip.compress(body, 1) if packed else body
    url = f"http://{say(answered(body, *headers))}"
    assert client_of(url).get_balance()["currency"] == "EUR"


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("size", ["announced", "not announced"])
def test_longer_answer_is_a_bad_one(say, size):
    body = padded(request.MAX_ANSWER + 1)
    headers = [f"Content-Length: {len(body)}"] if size == "announced" else []
    url = f"http://{say(answered(body, *headers))}"
    with pytest.raises(errors.BadAnswer, match="more than 10485760 bytes"):
        client_of(url).get_balance()


@pytest.mark.usefixtures("patient")
def test_little_that_unpacks_to_much_is_not_unpacked(say):
    bomb = gzip.compress(bytes(100 * 2**20), 1)
    url = f"http://{say(answered(bomb, 'Content-Encoding: gzip'))}"
    tracemalloc.start()
    with pytest.raises(errors.BadAnswer, match="unpacked more than 10485760 bytes"):
        client_of(url).get_balance()
    assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    tracemalloc.stop()


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("packed", [False, True])
def test_body_of_a_redirect_is_no_place_to_hide_one(say, packed, monkeypatch):
    monkeypatch.setattr(download, "MAX_TIME", 5)
    zeros = bytes(20 * 2**20)
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /1.mp3\r\n"
    if packed:
        redirect += b"Content-Encoding: gzip\r\n"
        zeros = gzip.compress(zeros, 1)
    url = f"http://{say([redirect + b'Connection: close', END, zeros])}"
    tracemalloc.start()
    with pytest.raises(errors.BadAnswer, match="more than 65536 bytes"):
        fetch(f"{url}/1.mp3", url)
    assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    tracemalloc.stop()


@pytest.mark.parametrize(
    "body, packing",
    [
        (gzip.compress(gzip.compress(json.dumps(BALANCE).encode())), "gzip, gzip"),
        (b"...", "br"),
        (json.dumps(BALANCE).encode(), "gzip"),
        (gzip.compress(json.dumps(BALANCE).encode())[:-9], "gzip"),
    ],
    ids=["twice", "unknown", "not packed at all", "half"],
)
def test_answer_packed_in_an_odd_way(say, body, packing):
    url = f"http://{say(answered(body, f'Content-Encoding: {packing}'))}"
    with pytest.raises(errors.BadAnswer):
        client_of(url).get_balance()


@pytest.mark.parametrize(
    "answer",
    [
        answered(json.dumps(BALANCE).encode(), "Content-Length: 1000"),
        answered(b"28\r\n" + b"{" * 20, "Transfer-Encoding: chunked"),
    ],
    ids=["a size", "chunks"],
)
def test_answer_that_breaks_off_is_trouble_on_the_way(say, answer):
    with pytest.raises(errors.Unreachable):
        client_of(f"http://{say(answer)}").get_balance()
