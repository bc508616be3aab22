# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fetching a recording: from Zadarma only, sound only, and not without end.

A link is text that came from outside. It must not make this server ask other
machines, fill its disk, or put a web page where a recording is expected.
"""

import ipaddress
import re
import socket
from contextlib import nullcontext
from typing import BinaryIO
from urllib.parse import unquote, urljoin, urlsplit

import requests
from urllib3.util import parse_url

from . import errors, texts, transport

#: Bytes; an hour of telephone sound has some 30 MB.
MAX_SIZE = 256 * 2**20
#: Seconds for the whole file, redirects included, and for each part of it to arrive.
#: Scheduled jobs that take two minutes make Odoo restart its worker.
MAX_TIME: float = 90
TIMEOUT: float = 15
_MAX_REDIRECTS = 3
#: Where Zadarma serves files, besides the account's own API host.
_DOMAIN = "zadarma.com"
#: The name of a file: ``1-<call_id>-<extension>-<date-time>.mp3`` (OpenAPI).
_FILE_NAME = re.compile(r"[0-9]+-([0-9]{1,20}\.[0-9]{1,20})-")
#: Characters of it that are kept.
_LONGEST_NAME = 100
#: How many bytes tell what a file is.
_HEAD = 12


def call_id_of(link: str) -> str:
    """The id of the part that a link's recording is of, empty if its name has none."""
    match = _FILE_NAME.match(file_name(link))
    return match[1] if match else ""


def file_name(link: str) -> str:
    """The name of the file that a link leads to, empty if it leads nowhere."""
    try:
        path = urlsplit(link).path
    except ValueError:
        return ""
    return texts.excerpt(unquote(path.rpartition("/")[2]), _LONGEST_NAME)


def download(
    link: str,
    file: BinaryIO,
    api_url: str,
    session: requests.Session | None = None,
    max_size: int = MAX_SIZE,
) -> str:
    """Write the recording behind a link into a file.

    :param link: URL from :meth:`~client.ZadarmaClient.get_recording_links`
    :param file: open for writing, in binary
    :param api_url: of the account; its host is trusted wherever it is
    :param session: asks with this one instead of one that ends after
        :data:`MAX_TIME`
    :param max_size: bytes
    :return: the type of its content, e.g. ``audio/mpeg``
    :raise errors.ZadarmaError: a subclass that tells what went wrong
    """
    deadline = transport.Deadline(MAX_TIME)
    try:
        with (
            nullcontext(session) if session else transport.session(deadline) as opened,
            _follow(link, api_url, opened, deadline) as response,
        ):
            return _save(response, file, max_size)
    except transport.TROUBLES as error:
        # neither its own text nor its causes: they tell the link, which nobody else
        # may have
        raise type(transport.trouble(error))(type(error).__name__) from None


def _follow(
    link: str, api_url: str, session: requests.Session, deadline: transport.Deadline
) -> requests.Response:
    """Open a link and what it redirects to, each step checked before it is taken."""
    for _hop in range(_MAX_REDIRECTS + 1):
        check_address(link, api_url)
        response = session.get(
            link,
            # the size that is told is then that of the file
            headers={"Accept-Encoding": "identity"},
            stream=True,
            timeout=deadline.left(TIMEOUT),
            allow_redirects=False,
        )
        if not response.is_redirect:
            return response
        response.close()
        link = urljoin(link, response.headers["Location"])
    raise errors.BadAnswer("too many redirects")


def check_address(link: str, api_url: str) -> None:
    """Refuse whatever is not Zadarma's.

    Read by the parser of :mod:`requests`, which opens the link: others end the host of
    ``https://a\\@b`` elsewhere.

    :raise errors.ForeignAddress: another host, or a name of Zadarma's that leads into
        a private network
    """
    try:
        url, api = parse_url(link), parse_url(api_url)
    except ValueError as error:
        raise errors.ForeignAddress("?") from error
    host = url.host or ""
    if (url.scheme, host, url.port) == (api.scheme, api.host, api.port):
        return
    if url.scheme != "https" or not f".{host}".endswith(f".{_DOMAIN}"):
        raise errors.ForeignAddress(host or url.scheme or "?")
    if not all(map(_is_public, _addresses(host))):
        raise errors.ForeignAddress(host)


def _addresses(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        # behind a proxy names may be known to the proxy alone
        return []
    except ValueError as error:
        # no name at all: an empty part, or one of more than 63 characters
        raise errors.ForeignAddress(host) from error
    return [str(address[0]) for *_ignored, address in found]


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global


def _save(response: requests.Response, file: BinaryIO, max_size: int) -> str:
    if response.status_code == 404:
        raise errors.NotFound("HTTP 404")
    if response.status_code != 200:
        raise errors.BadAnswer(f"HTTP {response.status_code}")
    if packed := response.headers.get("Content-Encoding"):
        # a few bytes of it can be gigabytes
        raise errors.BadAnswer(f"packed: {packed}")
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > max_size:
        raise errors.TooLarge(_mib(max_size))
    size, head, content_type = 0, b"", ""
    for chunk in response.iter_content(transport.CHUNK):
        if not content_type:
            head += chunk
            if len(head) >= _HEAD:
                content_type = sound_type(head)
        size += len(chunk)
        if size > max_size:
            raise errors.TooLarge(_mib(max_size))
        file.write(chunk)
    return content_type or sound_type(head)


def sound_type(head: bytes) -> str:
    """What kind of sound a file is, by how it begins and not by what it says it is.

    :param head: its first bytes
    :return: ``audio/mpeg``, ``audio/wav`` or ``audio/ogg``
    :raise errors.NotAudio: something else
    """
    if head.startswith(b"ID3") or _is_mpeg_frame(head):
        return "audio/mpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    raise errors.NotAudio(repr(head[:_HEAD]))


def _is_mpeg_frame(head: bytes) -> bool:
    """Whether a frame of MPEG layer III begins here.

    Eleven bits are set; the reserved values of version, bit rate and sampling rate
    do not occur.
    """
    return (
        len(head) >= 4
        and head[0] == 0xFF
        and head[1] & 0xE6 == 0xE2
        and head[1] & 0x18 != 0x08
        and head[2] & 0xF0 not in (0x00, 0xF0)
        and head[2] & 0x0C != 0x0C
    )


def _mib(size: int) -> str:
    return f"{size // 2**20} MiB"
