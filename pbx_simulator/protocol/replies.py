# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shapes of HTTP answers."""

import json

from werkzeug.wrappers import Response

RATE_LIMIT_MESSAGE = "You exceeded the rate limit by User Limits"


def as_json(values, status=200, headers=None):
    """Return values as a JSON answer."""
    text = json.dumps(values)
    return Response(text, status, headers, content_type="application/json")


def success(**values):
    """Return what the API answers when it did as it was told."""
    return as_json({"status": "success", **values})


def error(status, message, headers=None):
    """Return a refusal of the API, whose HTTP status may well be 200."""
    return as_json({"status": "error", "message": message}, status, headers)


def html(status):
    """Return a page as a proxy in front of the API would."""
    page = "<!DOCTYPE html><title>Gateway</title><h1>The service is busy</h1>"
    return Response(page, status, content_type="text/html; charset=utf-8")


def not_authorized():
    return error(401, "Not authorized")


def rate_limited(allowance, status):
    """Return one of the two ways in which an exceeded limit is told (429 or 200)."""
    return error(status, RATE_LIMIT_MESSAGE, allowance.headers)


def wrong_parameters():
    return error(400, "Wrong parameters")
