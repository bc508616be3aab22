# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP requests that the PBX itself makes."""

from typing import Any

import requests

USER_AGENT = "Zadarma API v1"


def request(
    method: str, url: str, timeout: float, **arguments: Any
) -> requests.Response:
    """Make one request, without proxies and without following redirects.

    :param timeout: seconds to wait for the connection and for each part of the answer
    :return: the response, its body read
    :raises requests.RequestException: there was none
    """
    with requests.Session() as session:
        # The address is often on this very machine, where a proxy has no business.
        session.trust_env = False
        session.headers["User-Agent"] = USER_AGENT
        return session.request(
            method, url, timeout=timeout, allow_redirects=False, **arguments
        )
