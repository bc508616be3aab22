# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""API answers that go wrong on purpose."""

import pytest
import requests

from pbx_simulator import SimulatorError

PATH = "/v1/info/balance/"


@pytest.mark.parametrize(
    "kind, status, text",
    [
        ("rate-limit-429", 429, "You exceeded the rate limit by User Limits"),
        ("rate-limit-200", 200, "You exceeded the rate limit by User Limits"),
        ("unauthorized", 401, "Not authorized"),
        ("error", 400, "Wrong parameters"),
        ("html-200", 200, "<!DOCTYPE html>"),
        ("html-502", 502, "<!DOCTYPE html>"),
        ("server-error", 500, "Internal Server Error"),
    ],
)
def test_next_answers_go_wrong(client, simulator, kind, status, text):
    simulator.misbehave(kind=kind, times=2)
    for _ in range(2):
        answer = client("GET", PATH)
        assert answer.status_code == status
        assert text in answer.text
    assert client("GET", PATH).json()["status"] == "success"


@pytest.mark.parametrize("kind", ["rate-limit-429", "rate-limit-200"])
def test_refused_rate_has_its_headers(client, simulator, clock, kind):
    simulator.misbehave(kind=kind)
    headers = client("GET", PATH).headers
    assert headers["X-RateLimit-Limit"] == "100"
    assert headers["X-RateLimit-Remaining"] == "0"
    assert int(headers["X-RateLimit-Reset"]) == int(clock().timestamp()) + 60


def test_html_is_said_to_be_html(client, simulator):
    simulator.misbehave(kind="html-200")
    assert client("GET", PATH).headers["Content-Type"].startswith("text/html")


def test_empty_body(client, simulator):
    simulator.misbehave(kind="empty")
    answer = client("GET", PATH)
    assert (answer.status_code, answer.text) == (200, "")


def test_dropped_connection(client, simulator):
    simulator.misbehave(kind="dropped")
    with pytest.raises(requests.ConnectionError):
        client("GET", PATH)
    assert client("GET", PATH).json()["status"] == "success"


def test_timeout_holds_the_proper_answer_back(client, simulator, clock):
    simulator.misbehave(kind="timeout", seconds=42)
    assert client("GET", PATH).json()["status"] == "success"
    assert clock.slept == [42]


def test_error_with_its_own_words(client, simulator):
    simulator.misbehave(kind="error", status=200, message="No money")
    answer = client("GET", PATH)
    assert answer.status_code == 200
    assert answer.json() == {"status": "error", "message": "No money"}


@pytest.mark.parametrize("path", ["/v1/pbx/internal", "/v1/pbx/internal/"])
def test_only_the_path_that_is_meant(client, simulator, path):
    simulator.misbehave(kind="server-error", path=path)
    assert client("GET", PATH).status_code == 200
    assert client("GET", "/v1/pbx/internal/101/info/").status_code == 200
    assert client("GET", "/v1/pbx/internal/").status_code == 500
    assert client("GET", "/v1/pbx/internal/").status_code == 200


def test_paths_that_begin_so(client, simulator):
    simulator.misbehave(kind="server-error", path="/v1/pbx/internal/*", times=2)
    assert client("GET", PATH).status_code == 200
    assert client("GET", "/v1/pbx/internal/101/info/").status_code == 500
    assert client("GET", "/v1/pbx/internal/102/status/").status_code == 500


@pytest.mark.parametrize(
    "order", [{"kind": "redirect"}, {"kind": "empty", "url": "http://127.0.0.1"}]
)
def test_address_goes_with_a_redirect(simulator, order):
    with pytest.raises(SimulatorError, match="redirect needs one"):
        simulator.misbehave(**order)


def test_orders_are_carried_out_one_after_the_other(client, simulator):
    simulator.misbehave(kind="server-error")
    simulator.misbehave(kind="html-502")
    statuses = [client("GET", PATH).status_code for _ in range(3)]
    assert statuses == [500, 502, 200]
