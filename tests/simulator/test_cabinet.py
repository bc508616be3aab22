# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is else set in the cabinet: menus, recording, the price plan."""

import pytest

from pbx_simulator.protocol.errors import SimulatorError

RECORDING = "/v1/pbx/internal/recording/"


def stores(client):
    info = client("GET", "/v1/pbx/internal/101/info/").json()
    return info["record_store"], info["record_email"]


def test_scenarios_are_those_that_answers_can_name(client, simulator):
    account = simulator.account()
    account.change(menu_title="Daytime", scenario_titles={"0-2": "Sales"})
    [menu] = client("GET", "/v1/pbx/ivr/").json()["ivrs"]
    assert (menu["menu_id"], menu["title"]) == ("0", "Daytime")
    told = client("GET", "/v1/pbx/ivr/scenario/", {"menu_id": 0}).json()["scenarios"]
    assert [one["title"] for one in told] == ["Scenario 1", "Sales", "Scenario 3"]
    for one in told:
        rings = [extension.number for extension in account.scenario(f"0-{one['id']}")]
        assert rings == one["first_sips"]
    account.change(extensions=["100"])
    told = client("GET", "/v1/pbx/ivr/scenario/", {"menu_id": 0}).json()["scenarios"]
    assert [one["id"] for one in told] == ["1"]


@pytest.mark.parametrize("titles", [{"1": "Sales"}, {"0-1": 5}, ["Sales"]])
def test_titles_that_are_none(simulator, titles):
    with pytest.raises(SimulatorError):
        simulator.account().change(scenario_titles=titles)


def test_recording_is_switched(client, simulator):
    simulator.account().change(extensions=[{"number": "101", "recorded": False}])
    assert stores(client) == ("false", "false")
    put = {"id": "101", "status": "on_store", "speech_recognition": "all"}
    told = client("PUT", RECORDING, put).json()
    assert told == {
        "status": "success",
        "internal_number": 101,
        "recording": "on",
        "speech_recognition": "all",
    }
    assert stores(client) == ("For automatic speech recognition", "false")
    email = {"id": "101", "status": "on_email", "email": "talks@example.com"}
    assert client("PUT", RECORDING, email).json()["email"] == "talks@example.com"
    told = client("PUT", RECORDING, {"id": "101", "status": "off_store"}).json()
    assert told["recording"] == "on", "by e-mail still"
    assert stores(client) == ("false", "talks@example.com")
    told = client("PUT", RECORDING, {"id": "101", "status": "off"}).json()
    assert told["recording"] == "off"
    assert stores(client) == ("false", "false")


def test_what_is_not_recorded_has_no_recording(client, simulator):
    client("PUT", RECORDING, {"id": "101", "status": "off"})
    simulator.dial("incoming-answered", to="101")
    assert not any(leg.recorded for leg in simulator.calls[-1].legs)


@pytest.mark.parametrize(
    "sent",
    [
        {"id": "101"},
        {"id": "101", "status": "yes"},
        {"id": "101", "status": "on_email"},
        {"id": "101", "status": "on", "speech_recognition": "some"},
        {"status": "on"},
    ],
)
def test_recording_that_cannot_be_switched(client, simulator, sent):
    before = stores(client)
    assert client("PUT", RECORDING, sent).status_code == 400
    assert stores(client) == before


def test_price_plan(client, simulator):
    simulator.account().change(tariff="Corporation", tariff_cost=29.5, currency="EUR")
    told = client("GET", "/v1/tariff/").json()["info"]
    assert (told["tariff_name"], told["cost"], told["currency"]) == (
        "Corporation",
        29.5,
        "EUR",
    )
