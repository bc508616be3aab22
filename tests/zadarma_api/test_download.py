# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fetching recordings, over real HTTP from the simulator."""

import gzip
import io
import socket
import traceback

import pytest
import requests
from urllib3 import HTTPResponse
from zadarma_api import download, errors
from zadarma_api.client import ZadarmaClient

from pbx_simulator import Account, Simulator

KEY, SECRET = "demokey0demokey0demo", "demosecret0demosecre"
DOWNLOADS = "/v1/pbx/record/download/*"


@pytest.fixture
def simulator():
    account = Account(key=KEY, secret=SECRET, extensions=["101"], recording_delay=0)
    with Simulator([account], seed=1, rate_limit=False) as simulator:
        yield simulator


@pytest.fixture
def link(simulator):
    """The link to a recording of half a minute."""
    simulator.dial("incoming-answered", to="101", pace=0, talk=30)
    client = ZadarmaClient(simulator.url, KEY, SECRET, lambda _: None, lambda _: None)
    [link] = client.get_recording_links(
        180, pbx_call_id=simulator.calls[-1].pbx_call_id
    )
    return link


@pytest.fixture
def fetch(simulator):
    """Fetch a link; returns the file's content and its type."""

    def fetch(link, **how):
        file = io.BytesIO()
        content_type = download.download(link, file, simulator.url, **how)
        return file.getvalue(), content_type

    return fetch


def test_the_whole_file_comes(fetch, link):
    content, content_type = fetch(link)
    assert content_type == "audio/mpeg"
    assert len(content) > 30_000
    assert content.startswith(b"\xff")


def test_what_it_is_called_does_not_matter(simulator, fetch, link):
    simulator.misbehave(kind="wrong-type", path=DOWNLOADS)
    assert fetch(link)[1] == "audio/mpeg"


@pytest.mark.parametrize(
    "order, kind",
    [
        ({"kind": "html-200"}, errors.NotAudio),
        ({"kind": "empty"}, errors.NotAudio),
        ({"kind": "html-502"}, errors.BadAnswer),
        (
            {"kind": "error", "message": "File not found", "status": 404},
            errors.NotFound,
        ),
        ({"kind": "dropped"}, errors.Unreachable),
        ({"kind": "cut-off"}, errors.Unreachable),
    ],
)
def test_what_can_come_instead(simulator, fetch, link, order, kind):
    simulator.misbehave(path=DOWNLOADS, **order)
    with pytest.raises(errors.ZadarmaError) as caught:
        fetch(link)
    assert type(caught.value) is kind
    # whoever reads the error, or a log with its causes, could listen otherwise
    shown = "".join(traceback.TracebackException.from_exception(caught.value).format())
    assert link.split("/")[-2] not in shown + caught.value.detail


def test_link_is_not_told_by_the_causes_of_an_error():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url, token = f"http://127.0.0.1:{probe.getsockname()[1]}", "5ecre7"
        with pytest.raises(errors.Unreachable) as caught:
            download.download(f"{url}/{token}/1.mp3", io.BytesIO(), url)
    shown = traceback.TracebackException.from_exception(caught.value).format()
    assert f"/{token}/" not in "".join(shown)


def test_half_a_file_is_no_file(simulator, fetch, link):
    simulator.misbehave(kind="cut-off", path=DOWNLOADS)
    with pytest.raises(errors.Unreachable):
        fetch(link)


@pytest.mark.parametrize(
    "answer",
    [
        b"Content-Length: 20000\r\n\r\nOggS" + bytes(5000),
        b"Transfer-Encoding: chunked\r\n\r\n1388\r\nOggS" + bytes(100),
    ],
    ids=["a size", "chunks"],
)
def test_file_that_breaks_off_is_noticed_by_the_http_library(say, answer):
    url = f"http://{say([b'HTTP/1.1 200 OK', bytes.fromhex('0d0a'), answer])}"
    with pytest.raises(errors.Unreachable):
        download.download(f"{url}/1.ogg", io.BytesIO(), url)


def test_size_that_chunks_contradict_does_not_count(say):
    """RFC 9112, 6.3: the chunks say where the file ends."""
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\nTransfer-Encoding: chunked\r\n"
        b"\r\nc\r\nOggS" + bytes(8) + b"\r\n0\r\n\r\n"
    )
    url, file = f"http://{say([answer])}", io.BytesIO()
    assert download.download(f"{url}/1.ogg", file, url) == "audio/ogg"
    assert file.tell() == 12


def test_an_endless_file_ends_at_the_limit(simulator, link):
    simulator.misbehave(kind="endless", path=DOWNLOADS)
    file = io.BytesIO()
    with pytest.raises(errors.TooLarge) as caught:
        download.download(link, file, simulator.url, max_size=2**20)
    assert caught.value.detail == "1 MiB"
    assert file.tell() <= 2**20


@pytest.mark.parametrize(
    "size, kind",
    [(256 * 1024 * 1024, errors.Unreachable), (256 * 1024 * 1024 + 1, errors.TooLarge)],
)
def test_a_quarter_of_a_gigabyte_is_taken(say, size, kind):
    """What has the right size is begun; here nothing of it comes."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n"
    url = f"http://{say([head.encode()])}"
    with pytest.raises(kind) as caught:
        download.download(f"{url}/1.ogg", io.BytesIO(), url)
    if kind is errors.TooLarge:
        assert caught.value.detail == "256 MiB"


def test_a_file_of_the_very_limit_is_taken(say):
    body = b"OggS" + bytes(96)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + body
    url, file = f"http://{say([answer])}", io.BytesIO()
    assert download.download(f"{url}/1.ogg", file, url, max_size=100) == "audio/ogg"
    assert file.getvalue() == body
    with pytest.raises(errors.TooLarge):
        download.download(f"{url}/1.ogg", io.BytesIO(), url, max_size=99)


def test_what_announces_too_much_is_not_begun(simulator, link):
    file = io.BytesIO()
    with pytest.raises(errors.TooLarge):
        download.download(link, file, simulator.url, max_size=1000)
    assert not file.tell()


def test_what_is_packed_is_not_unpacked():
    """A few packed bytes can be gigabytes."""

    class Session:
        def get(self, _link, **_options):
            response = requests.Response()
            response.status_code = 200
            response.headers["Content-Encoding"] = "gzip, gzip"
            packed = gzip.compress(gzip.compress(b"OggS" + bytes(2**20)))
            response.raw = HTTPResponse(
                io.BytesIO(packed), response.headers, preload_content=False
            )
            return response

    with pytest.raises(errors.BadAnswer, match="packed: gzip, gzip"):
        download.download(
            "https://api.zadarma.com/1.ogg",
            io.BytesIO(),
            "https://api.zadarma.com",
            session=Session(),
        )


def test_a_slow_file_ends_at_the_limit(simulator, fetch, link, monkeypatch):
    monkeypatch.setattr(download, "MAX_TIME", 0)
    with pytest.raises(errors.TimedOut):
        fetch(link)


def test_silence_ends_at_the_limit(simulator, fetch, link, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 0.2)
    simulator.misbehave(kind="timeout", seconds=60, path=DOWNLOADS)
    with pytest.raises(errors.TimedOut):
        fetch(link)


def test_redirect_at_zadarma_is_followed(simulator, fetch, link):
    simulator.misbehave(kind="redirect", url=link, path=DOWNLOADS)
    assert fetch(link)[1] == "audio/mpeg"


def test_three_redirects_are_followed(simulator, fetch, link):
    simulator.misbehave(kind="redirect", url=link, path=DOWNLOADS, times=3)
    assert fetch(link)[1] == "audio/mpeg"
    simulator.misbehave(kind="redirect", url=link, path=DOWNLOADS, times=4)
    with pytest.raises(errors.BadAnswer, match="too many redirects"):
        fetch(link)


def test_redirects_end(simulator, fetch, link):
    simulator.misbehave(kind="redirect", url=link, path=DOWNLOADS, times=9)
    with pytest.raises(errors.BadAnswer, match="too many redirects"):
        fetch(link)


class NoSession:
    """Fails a test that opens an address."""

    def get(self, link, **_options):
        raise AssertionError(f"opened {link}")


FOREIGN = [
    "http://192.0.2.1/1.mp3",
    "https://example.com/1.mp3",
    "https://zadarma.com.example.com/1.mp3",
    "https://notzadarma.com/1.mp3",
    "https://zadarma.com@example.com/1.mp3",
    "http://api.zadarma.com/1.mp3",
    "file:///etc/passwd",
    "/etc/passwd",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost:8069/web/database/manager",
]


#: Where their hosts end is read in two ways.
DOUBTFUL = [
    "https://a..zadarma.com/1.mp3",
    f"https://{'a' * 64}.zadarma.com/1.mp3",
    r"https://example.com\@api.zadarma.com/1.mp3",
    r"https://example.com\.zadarma.com/1.mp3",
    "https://api.zadarma.com:x/1.mp3",
]


@pytest.mark.parametrize("address", FOREIGN + DOUBTFUL)
def test_foreign_addresses_are_not_opened(address):
    with pytest.raises(errors.ForeignAddress):
        download.download(
            address, io.BytesIO(), "https://api.zadarma.com", session=NoSession()
        )


@pytest.mark.parametrize("address", sorted(set(FOREIGN) - {"/etc/passwd"}))
def test_redirects_elsewhere_are_not_followed(simulator, fetch, link, address):
    simulator.misbehave(kind="redirect", url=address, path=DOWNLOADS)
    with pytest.raises(errors.ForeignAddress):
        fetch(link)


def test_another_port_of_the_same_host_is_foreign(simulator, fetch):
    host, port = simulator.url.rsplit(":", 1)
    with pytest.raises(errors.ForeignAddress):
        fetch(f"{host}:{int(port) + 1}/1.mp3")


@pytest.mark.parametrize(
    "address, foreign",
    [
        ("185.45.152.1", False),
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("169.254.169.254", True),
        ("fe80::1%eth0", True),
        ("::ffff:192.168.0.1", True),
    ],
)
def test_a_name_of_zadarma_that_leads_inside_is_foreign(monkeypatch, address, foreign):
    class Opened(Exception):
        pass

    class Session:
        def get(self, link, **_options):
            raise Opened

    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 443))]
    )
    with pytest.raises(errors.ForeignAddress if foreign else Opened):
        download.download(
            "https://files.zadarma.com/1.mp3",
            io.BytesIO(),
            "https://api.zadarma.com",
            session=Session(),
        )


def test_a_name_that_only_the_proxy_knows_is_left_to_it(monkeypatch):
    def unknown(*_arguments, **_named):
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(AssertionError, match="opened"):
        download.download(
            "https://files.zadarma.com/1.mp3",
            io.BytesIO(),
            "https://api.zadarma.com",
            session=NoSession(),
        )


@pytest.mark.parametrize(
    "head, content_type",
    [
        (b"ID3\x03" + bytes(8), "audio/mpeg"),
        (b"\xff\xfb\x90\x00" + bytes(8), "audio/mpeg"),
        (b"\xff\xe3\x40\xc4" + bytes(8), "audio/mpeg"),
        (b"RIFF\x24\x00\x00\x00WAVE", "audio/wav"),
        (b"OggS" + bytes(8), "audio/ogg"),
    ],
)
def test_sounds(head, content_type):
    assert download.sound_type(head) == content_type


def test_frames_of_mpeg():
    """ISO/IEC 11172-3: after eleven set bits version, layer, protection; bit rate and
    sampling rate, padding and a private bit. Each has a value that is reserved."""
    for second in range(256):
        for third in range(256):
            bits, rates = f"{second:08b}", f"{third:08b}"
            is_frame = (
                bits.startswith("111")
                and bits[3:5] != "01"
                and bits[5:7] == "01"
                and rates[:4] not in ("0000", "1111")
                and rates[4:6] != "11"
            )
            assert is_sound(bytes([255, second, third, 0])) is is_frame, (bits, rates)
    assert not is_sound(bytes([254, 251, 144, 0]))
    assert not is_sound(bytes([255, 251, 144]))


def is_sound(head):
    try:
        download.sound_type(head)
    except errors.NotAudio:
        return False
    return True


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<!doctype html>",
        b'{"status":"error"}',
        b"RIFF\x24\x00\x00\x00AVI ",
        b"\xff\xd8\xff\xe0" + bytes(8),
        b"\xff\xff\xff\xff" + bytes(8),
        b"\x89PNG\r\n\x1a\n0000",
    ],
)
def test_no_sounds(head):
    with pytest.raises(errors.NotAudio):
        download.sound_type(head)


@pytest.mark.parametrize(
    "link, call_id",
    [
        (
            "https://api.zadarma.com/v1/pbx/record/download/x/"
            "1-1458313316.343456-100-2016-01-11-100155.mp3",
            "1458313316.343456",
        ),
        ("https://api.zadarma.com/x/12345.mp3", ""),
        (f"https://api.zadarma.com/1-{'1' * 5000}.1-100.mp3", ""),
        ("https://[api.zadarma.com/1-1.2-100.mp3", ""),
        ("", ""),
    ],
)
def test_part_that_a_link_is_of(link, call_id):
    assert download.call_id_of(link) == call_id


@pytest.mark.parametrize(
    "link, name",
    [
        ("https://api.zadarma.com/x/1%201.mp3?a=b", "1 1.mp3"),
        # what PostgreSQL would not take
        ("https://api.zadarma.com/x/1%00.mp3", "1\N{REPLACEMENT CHARACTER}.mp3"),
        (f"https://api.zadarma.com/x/{'1' * 5000}.mp3", "1" * 100),
        ("https://[api.zadarma.com/1.mp3", ""),
    ],
)
def test_name_of_a_file(link, name):
    assert download.file_name(link) == name
