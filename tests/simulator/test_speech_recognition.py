# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Transcripts: asked for, made, announced."""

import json
import time

import pytest

from pbx_simulator.media.dialogue import dialogue

PATH = "/v1/speech_recognition/"
SECRET = "demosecret0demosecre"


@pytest.fixture
def recorded(simulator, receiver):
    """Dial a call of a minute whose recording is there at once; return its leg."""
    webhooks = {"url": receiver.url, "switches": {"speech_recognition": True}}
    simulator.account().change(recording_delay=0, webhooks=webhooks)

    def dial(scenario="incoming-answered", **how):
        simulator.dial(scenario, talk=60, **how)
        receiver.received.clear()
        return simulator.calls[-1].legs[0]

    return dial


@pytest.fixture
def ask(client):
    """Ask for the text of a leg; return the values."""

    def ask(leg, **params):
        return client("GET", PATH, {"call_id": leg.call_id, **params}).json()

    return ask


@pytest.fixture
def recognized(simulator, client):
    """Have a leg recognized, and return when that was announced."""

    def recognize(leg, **params):
        answer = client("PUT", PATH, {"call_id": leg.call_id, **params})
        assert answer.json() == {"status": "success"}
        while any(not one.announced for one in simulator.transcripts):
            time.sleep(0.01)

    return recognize


def test_phrases_and_words(recorded, ask, recognized):
    leg = recorded()
    assert ask(leg) == {
        "status": "success",
        "lang": "en-EN",
        "recognitionStatus": "ready for recognize",
        "otherLangs": [],
    }
    recognized(leg)
    said = ask(leg)
    assert said["recognitionStatus"] == "recognized"
    assert said["phrases"][0] == {
        "result": "good morning how can I help you",
        "channel": 2,
    }
    words = ask(leg, **{"return": "words", "alternatives": 1})["words"]
    texts = [" ".join(word["w"] for word in one["result"]) for one in words]
    assert texts == [phrase["result"] for phrase in said["phrases"]]
    times = [
        moment for one in words for word in one["result"] for moment in word.values()
    ]
    moments = [moment for moment in times if not isinstance(moment, str)]
    assert moments == sorted(moments)
    assert 50 < moments[-1] <= 60


@pytest.mark.parametrize(
    "scenario, ours", [("incoming-answered", 2), ("outgoing-answered", 1)]
)
def test_channels(recorded, ask, recognized, scenario, ours):
    leg = recorded(scenario)
    recognized(leg)
    channels = [phrase["channel"] for phrase in ask(leg)["phrases"]]
    assert channels[:2] == [ours, 3 - ours]


def test_it_takes_its_time(recorded, ask, client, simulator, clock):
    leg = recorded()
    simulator.sleep = lambda _seconds: None
    client("PUT", PATH, {"call_id": leg.call_id})
    assert ask(leg)["recognitionStatus"] == "in progress"
    clock.sleep(19)
    assert ask(leg)["recognitionStatus"] == "in progress"
    clock.sleep(1)
    assert ask(leg)["recognitionStatus"] == "recognized"


def test_error_on_demand(recorded, ask, recognized, simulator, receiver):
    simulator.account().recognition_outcome = "error"
    leg = recorded()
    recognized(leg)
    assert ask(leg)["recognitionStatus"] == "error"
    assert [one.announced for one in simulator.transcripts] == ["not made"]
    assert receiver.received == []


@pytest.mark.parametrize("lang", ["pt-BR", "tr-TR", "fil-PH", "ua-UA"])
def test_all_languages(recorded, ask, recognized, lang):
    leg = recorded()
    recognized(leg, lang=lang)
    assert ask(leg, lang=lang)["recognitionStatus"] == "recognized"


def test_languages(recorded, ask, recognized):
    leg = recorded()
    recognized(leg, lang="pl-PL")
    assert (ask(leg)["lang"], ask(leg)["otherLangs"]) == ("pl-PL", [])
    answer = ask(leg, lang="en-EN")
    assert answer["recognitionStatus"] == "ready for recognize"
    assert answer["otherLangs"] == ["pl-PL"]


@pytest.mark.parametrize("scenario", ["incoming-answered", "incoming-missed"])
def test_not_available(recorded, ask, client, simulator, scenario):
    simulator.account().change(extensions=[{"number": "101", "recognition": "off"}])
    leg = recorded(scenario)
    assert ask(leg)["recognitionStatus"] == "not available for recognize"
    answer = client("PUT", PATH, {"call_id": leg.call_id})
    assert answer.status_code == 400
    enabled = scenario == "incoming-missed"
    message = "File not found" if enabled else "Speech recognition is not enabled"
    assert answer.json()["message"] == message


def test_id_of_the_call_does_not_do(recorded, client):
    leg = recorded()
    ids = {"call_id": leg.pbx_call_id}
    assert client("PUT", PATH, ids).json()["message"] == "File not found"
    status = client("GET", PATH, ids).json()["recognitionStatus"]
    assert status == "not available for recognize"


@pytest.mark.parametrize(
    "wrong",
    [
        {"call_id": ""},
        {"return": "letters"},
        {"alternatives": 2},
        {"lang": "x"},
        {"lang": "English"},
    ],
)
def test_wrong_parameters(recorded, ask, wrong):
    assert ask(recorded(), **wrong)["message"] == "Wrong parameters"


# The announcement


def test_announcement(recorded, recognized, receiver, ask, control, zadarma):
    for _ in range(8):
        leg = recorded()
        recognized(leg)
        (request,) = receiver.received
        assert request.mimetype == "multipart/form-data"
        assert request.headers["User-Agent"] == "Zadarma API"
        signed = zadarma.sign(SECRET, request.form["result"])
        assert request.headers["Signature"] == signed
        assert request.form["event"] == "SPEECH_RECOGNITION"
        result = json.loads(request.form["result"])
        assert result == {"words": ask(leg, **{"return": "words"})["words"]}
        assert {name: request.form[name] for name in request.form} == {
            "event": "SPEECH_RECOGNITION",
            "result": request.form["result"],
            "call_id": leg.call_id,
            "pbx_call_id": leg.pbx_call_id,
            "lang": "en-EN",
            "voicemail": "0",
        }
    _status, transcripts = control("GET", "transcripts")
    assert [one["announced"] for one in transcripts] == [200] * 8


def test_asked_twice_is_announced_once(recorded, recognized, receiver):
    leg = recorded()
    recognized(leg)
    recognized(leg)
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    "webhooks, status",
    [
        ({"switches": {"speech_recognition": False}}, "switched off"),
        ({"url": ""}, "no address"),
        ({"url": "http://127.0.0.1:9/"}, "unreachable"),
    ],
)
def test_not_announced(recorded, recognized, simulator, receiver, webhooks, status):
    leg = recorded()
    simulator.account().change(webhooks=webhooks)
    recognized(leg)
    assert [one.announced for one in simulator.transcripts] == [status]
    assert receiver.received == []


def test_automatic(recorded, ask, simulator):
    extension = {"number": "101", "recognition": "all"}
    simulator.account().change(extensions=[extension])
    leg = recorded()
    while any(not one.announced for one in simulator.transcripts):
        time.sleep(0.01)
    assert ask(leg)["recognitionStatus"] == "recognized"
    assert [one.announced for one in simulator.transcripts] == [200]


@pytest.mark.parametrize(
    "recognition, store",
    [
        ("off", "Without recognition"),
        ("optional", "For manual recognition"),
        ("all", "For automatic speech recognition"),
    ],
)
def test_extension_tells_its_kind(client, simulator, recognition, store):
    extension = {"number": "101", "recognition": recognition}
    simulator.account().change(extensions=[extension])
    info = client("GET", "/v1/pbx/internal/101/info/").json()
    assert info["record_store"] == store


# What is said


def test_dialogue_repeats_and_fits():
    assert dialogue("1.1", 1, 2) == []
    long = dialogue("1.1", 3600, 2)
    assert long == dialogue("1.1", 3600, 2) != dialogue("1.2", 3600, 2)
    assert len(long) > 500
    assert long[-1].words[-1][2] <= 3600
