# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fetching a recording: from Zadarma only, sound only, and not without end.

A link is text that came from outside. It must not make this server ask other
machines, fill its disk, or put a web page where a recording is expected.
"""

import ipaddress
import re
import socket
import time
from urllib.parse import unquote, urljoin, urlsplit

import requests
from urllib3.util import parse_url

from . import errors

#: Bytes; an hour of telephone sound has some 30 MB.
MAX_SIZE = 256 * 2**20
#: Seconds for the whole file, and for each part of it to arrive. Scheduled jobs that
#: take two minutes make Odoo restart its worker.
MAX_TIME = 90
TIMEOUT = 15
_MAX_REDIRECTS = 3
#: Bytes; small, since a slow sender is only noticed after each.
_CHUNK = 8 * 2**10
#: Where Zadarma serves files, besides the account's own API host.
_DOMAIN = "zadarma.com"
#: The name of a file: ``1-<call_id>-<extension>-<date-time>.mp3`` (OpenAPI).
_FILE_NAME = re.compile(r"\d+-(\d+\.\d+)-")
#: How many bytes tell what a file is.
_HEAD = 12


def call_id_of(link):
    """The id of the part that a link's recording is of, empty if its name has none."""
    match = _FILE_NAME.match(file_name(link))
    return match[1] if match else ""


def file_name(link):
    """The name of the file that a link leads to."""
    return unquote(urlsplit(link).path.rpartition("/")[2])


def download(link, file, api_url, session=requests, max_size=MAX_SIZE):
    """Write the recording behind a link into a file.

    :param link: URL from :meth:`~client.ZadarmaClient.get_recording_links`
    :param file: open for writing, in binary
    :param api_url: of the account; its host is trusted wherever it is
    :param session: something with the ``get`` method of :mod:`requests`
    :param max_size: bytes
    :return: the type of its content, e.g. ``audio/mpeg``
    :raise errors.ZadarmaError: a subclass that tells what went wrong
    """
    deadline = time.monotonic() + MAX_TIME
    try:
        with _follow(link, api_url, session) as response:
            return _save(response, file, max_size, deadline)
    except requests.Timeout as error:
        raise errors.TimedOut(type(error).__name__) from error
    except (requests.RequestException, ValueError) as error:
        # its own text would tell the link, which nobody else may have
        raise errors.Unreachable(type(error).__name__) from error


def _follow(link, api_url, session):
    """Open a link and what it redirects to, each step checked before it is taken."""
    for _hop in range(_MAX_REDIRECTS + 1):
        check_address(link, api_url)
        response = session.get(
            link,
            # the size that is told is then that of the file
            headers={"Accept-Encoding": "identity"},
            stream=True,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        if not response.is_redirect:
            return response
        response.close()
        link = urljoin(link, response.headers["Location"])
    raise errors.BadAnswer("too many redirects")


def check_address(link, api_url):
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


def _addresses(host):
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        # behind a proxy names may be known to the proxy alone
        return []
    return [address[0] for *_ignored, address in found]


def _is_public(address):
    return ipaddress.ip_address(address.partition("%")[0]).is_global


def _save(response, file, max_size, deadline):
    if response.status_code == 404:
        raise errors.NotFound("HTTP 404")
    if response.status_code != 200:
        raise errors.BadAnswer(f"HTTP {response.status_code}")
    if packed := response.headers.get("Content-Encoding"):
        # a few bytes of it can be gigabytes
        raise errors.BadAnswer(f"packed: {packed}")
    told = response.headers.get("Content-Length", "")
    announced = int(told) if told.isdecimal() else None
    if announced is not None and announced > max_size:
        raise errors.TooLarge(_mib(max_size))
    size, head, content_type = 0, b"", None
    for chunk in response.iter_content(_CHUNK):
        if time.monotonic() > deadline:
            raise errors.TimedOut(f"more than {MAX_TIME} s")
        if not content_type:
            head += chunk
            if len(head) >= _HEAD:
                content_type = sound_type(head)
        size += len(chunk)
        if size > max_size:
            raise errors.TooLarge(_mib(max_size))
        file.write(chunk)
    if announced is not None and size < announced:
        raise errors.BadAnswer(f"it broke off after {size} of {announced} bytes")
    return content_type or sound_type(head)


def sound_type(head):
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


def _is_mpeg_frame(head):
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


def _mib(size):
    return f"{size // 2**20} MiB"
