# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shapes of HTTP answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from .limits import Allowance

RATE_LIMIT_MESSAGE = "You exceeded the rate limit by User Limits"


def as_json(
    values: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return values as a JSON answer."""
    text = json.dumps(values)
    return Response(text, status, headers, content_type="application/json")


def success(**values: object) -> Response:
    """Return what the API answers when it did as it was told."""
    return as_json({"status": "success", **values})


def error(
    status: int, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a refusal of the API, whose HTTP status may well be 200."""
    return as_json({"status": "error", "message": message}, status, headers)


def html(status: int) -> Response:
    """Return a page as a proxy in front of the API would."""
    page = "<!DOCTYPE html><title>Gateway</title><h1>The service is busy</h1>"
    return Response(page, status, content_type="text/html; charset=utf-8")


def not_authorized() -> Response:
    return error(401, "Not authorized")


def rate_limited(allowance: Allowance, status: int) -> Response:
    """Return one of the two ways in which an exceeded limit is told (429 or 200)."""
    return error(status, RATE_LIMIT_MESSAGE, allowance.headers)


def wrong_parameters() -> Response:
    return error(400, "Wrong parameters")
