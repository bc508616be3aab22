# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zadarma's own SDKs send, written by hand: whole, as it goes over the wire."""

import pytest
import requests

SECRET, KEY = "demosecret0demosecre", "demokey0demokey0demo"
CALLBACK = "/v1/request/callback/"
# Who sends it, the query as it is sent, and as it is signed: in order of the names.
CALLBACKS = {
    "PHP, extension": (
        "from=101&to=442037691880&format=json",
        "format=json&from=101&to=442037691880",
    ),
    "PHP, predicted": (
        "from=101&to=442037691880&sip=101&predicted=predicted&format=json",
        "format=json&from=101&predicted=predicted&sip=101&to=442037691880",
    ),
    "Python, predicted": (
        "from=101&to=%2B442037691880&predicted=True&format=json",
        "format=json&from=101&predicted=True&to=%2B442037691880",
    ),
    "TypeScript, predicted": (
        "from=101&to=442037691880&predicted=true&format=json",
        "format=json&from=101&predicted=true&to=442037691880",
    ),
    "PHP, SIP login": (
        "from=00001&to=442037691880&format=json",
        "format=json&from=00001&to=442037691880",
    ),
    "PHP, scenario": (
        "from=0-1&to=442037691880&predicted=predicted&format=json",
        "format=json&from=0-1&predicted=predicted&to=442037691880",
    ),
    "PHP, from login to login": (
        "from=00001&to=00002&format=json",
        "format=json&from=00001&to=00002",
    ),
    "PHP, national number": (
        "from=442037691881&to=0672220001&format=json",
        "format=json&from=442037691881&to=0672220001",
    ),
}


@pytest.fixture
def get(simulator, zadarma):
    """Send a query as it stands, with the signature of another."""

    def get(path, sent, signed):
        signature = zadarma.sign_request(SECRET, path, signed)
        return requests.get(
            f"{simulator.url}{path}?{sent}" if sent else simulator.url + path,
            headers={"Authorization": f"{KEY}:{signature}"},
            timeout=20,
        )

    return get


@pytest.mark.parametrize("sent", ["", "format=json"])
def test_statistics_without_parameters(simulator, get, sent):
    simulator.dial("incoming-answered")
    answer = get("/v1/statistics/pbx/", sent, sent).json()
    assert answer["status"] == "success"
    assert (answer["start"], answer["end"]) == (
        "2026-10-01 00:00:00",
        "2026-10-05 14:03:22",
    )
    assert [row["pbx_call_id"] for row in answer["stats"]] == [
        simulator.calls[0].pbx_call_id
    ]


@pytest.mark.parametrize("sdk", CALLBACKS)
def test_callback(simulator, receiver, get, sdk):
    answer = get(CALLBACK, *CALLBACKS[sdk])
    assert answer.status_code == 200
    assert answer.json()["status"] == "success"
    simulator.callbacks[0].wait()
    begun = {"SIP": [], "from": [], "scenario": ["START"], "national": ["START"]}
    expected = begun.get(sdk.split()[1], ["OUT_START"])
    assert receiver.events[:1] == expected


def test_national_number_has_a_plus(simulator, receiver, get):
    get(CALLBACK, *CALLBACKS["PHP, national number"])
    simulator.callbacks[0].wait()
    assert receiver.params[0]["caller_id"] == "+0672220001"


@pytest.mark.parametrize("sdk", [name for name in CALLBACKS if "predicted" in name])
def test_predicted_calls_the_customer_first(simulator, get, sdk):
    simulator.account().change(callback_shape="two-ids")
    get(CALLBACK, *CALLBACKS[sdk])
    simulator.callbacks[0].wait()
    [call] = simulator.calls
    assert [leg.destination for leg in call.legs] == ["+442037691880", "101"]
