# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Recordings: asked for, downloaded, deleted."""

import itertools
import re
from datetime import timedelta

import pytest
import requests

from pbx_simulator.media.mp3 import Mp3

PATH = "/v1/pbx/record/request/"
DOWNLOADS = "/v1/pbx/record/download/*"
FRAME = 0.036  # seconds


@pytest.fixture
def recorded(simulator):
    """Dial a call whose recordings are there at once."""

    def dial(scenario="incoming-answered", delay=0, **how):
        simulator.account().recording_delay = delay
        simulator.dial(scenario, to="101", **how)
        return simulator.calls[-1]

    return dial


@pytest.fixture
def link(recorded, client):
    """The link to a recording of half a minute."""
    call = recorded(talk=30)
    return client("GET", PATH, {"call_id": call.legs[0].call_id}).json()["link"]


def get(url, **headers):
    return requests.get(url, headers=headers, timeout=20)


def test_link(recorded, client, simulator, clock):
    call = recorded(talk=30)
    answer = client("GET", PATH, {"call_id": call.legs[0].call_id})
    local = clock().astimezone(simulator.account().zone)
    assert answer.json()["lifetime_till"] == (local + timedelta(minutes=30)).strftime(
        "%Y-%m-%d %H:%M:%S"
    )
    link = answer.json()["link"]
    unix_time, number = call.legs[0].call_id.split(".")
    name = rf"1-{unix_time}\.{number}-101-\d{{4}}-\d\d-\d\d-\d{{6}}\.mp3"
    assert re.fullmatch(f"{simulator.url}/v1/pbx/record/download/[^/]+/{name}", link)
    file = get(link)
    assert (file.status_code, file.headers["Content-Type"]) == (200, "audio/mpeg")
    assert int(file.headers["Content-Length"]) == len(file.content)
    assert len(file.content) == Mp3(30, 31).size


def test_several_legs_have_several_links(recorded, client):
    call = recorded("transfer", talk=20)
    links = client("GET", PATH, {"pbx_call_id": call.pbx_call_id}).json()["links"]
    for leg, link in zip(call.legs, links, strict=True):
        assert leg.call_id in link
    first, second = (get(link).content for link in links)
    assert len(first) == len(second)
    assert first != second


def test_both_ids_are_answered_with_links(recorded, client):
    call = recorded()
    ids = {"call_id": call.legs[0].call_id, "pbx_call_id": call.pbx_call_id}
    answer = client("GET", PATH, ids).json()
    assert len(answer["links"]) == 1
    assert "link" not in answer


def test_file_name_is_an_id_too(recorded, client):
    call = recorded()
    link = client("GET", PATH, {"call_id": call.legs[0].call_id}).json()["link"]
    name = link.rpartition("/")[2].removesuffix(".mp3")
    assert client("GET", PATH, {"call_id": name}).status_code == 200


def test_recording_is_there_after_its_delay(recorded, client, clock):
    call = recorded(delay=40)
    ended = call.end
    for now, status in [(39, 400), (40, 200)]:
        clock.now = ended + timedelta(seconds=now)
        answer = client("GET", PATH, {"pbx_call_id": call.pbx_call_id})
        assert answer.status_code == status
        assert status == 200 or answer.json() == {
            "status": "error",
            "message": "File not found",
        }


def test_call_that_is_played_too_fast(simulator, client, clock):
    """Its end lies in the future, its recording does not wait for that."""
    simulator.account().change(callback_pace=0, recording_delay=5)
    asked = {"from": "101", "to": "+442037691880", "sip": "101"}
    client("GET", "/v1/request/callback/", asked)
    simulator.callbacks[0].wait()
    call = simulator.calls[0]
    clock.sleep(5)
    assert call.end > clock()
    answer = client("GET", PATH, {"pbx_call_id": call.pbx_call_id})
    assert answer.status_code == 200


@pytest.mark.parametrize("scenario", ["incoming-missed", "incoming-answered"])
def test_calls_without_a_recording(recorded, client, simulator, scenario):
    simulator.account().extension("101").recorded = False
    call = recorded(scenario)
    answer = client("GET", PATH, {"pbx_call_id": call.pbx_call_id})
    assert (answer.status_code, answer.json()["message"]) == (400, "File not found")


def test_another_account_has_none(recorded, client, simulator, control):
    call = recorded()
    control("PUT", "accounts/other", {"secret": "secret", "recording_delay": 0})
    ids = {"pbx_call_id": call.pbx_call_id}
    assert client("GET", PATH, ids, key="other", secret="secret").status_code == 400


@pytest.mark.parametrize(
    "wrong", [{"lifetime": 179}, {"lifetime": 5184001}, {"lifetime": "long"}, None]
)
def test_wrong_parameters(recorded, client, wrong):
    call = recorded()
    asked = {} if wrong is None else {"pbx_call_id": call.pbx_call_id, **wrong}
    answer = client("GET", PATH, asked)
    assert (answer.status_code, answer.json()["message"]) == (400, "Wrong parameters")


def test_link_expires(recorded, client, clock):
    call = recorded()
    asked = {"pbx_call_id": call.pbx_call_id, "lifetime": 180}
    link = client("GET", PATH, asked).json()["links"][0]
    clock.sleep(179)
    assert get(link).status_code == 200
    clock.sleep(1)
    assert get(link).status_code == 404


@pytest.mark.parametrize("change", [lambda it: it[:-5] + "x.mp3", lambda it: it + "/"])
def test_link_that_was_changed(link, change):
    assert get(change(link)).status_code == 404


def test_unknown_link(simulator):
    url = f"{simulator.url}/v1/pbx/record/download/token/name.mp3"
    assert get(url).status_code == 404


# Deletion


def test_delete_by_call_id(recorded, client):
    call = recorded("transfer")
    first, second = (leg.call_id for leg in call.legs)
    link = client("GET", PATH, {"call_id": first}).json()["link"]
    answer = client("DELETE", PATH, {"call_id": first})
    assert answer.json() == {"status": "success", "file_name": link.rpartition("/")[2]}
    assert client("GET", PATH, {"call_id": first}).status_code == 400
    assert get(link).status_code == 404
    links = client("GET", PATH, {"pbx_call_id": call.pbx_call_id}).json()["links"]
    assert len(links) == 1
    assert second in links[0]


def test_delete_by_pbx_call_id(recorded, client):
    call = recorded("transfer")
    ids = {"pbx_call_id": call.pbx_call_id}
    links = client("GET", PATH, ids).json()["links"]
    assert client("DELETE", PATH, ids).json() == {
        "status": "success",
        "deleted_files": [link.rpartition("/")[2] for link in links],
        "failed_files": [],
    }
    assert client("GET", PATH, ids).status_code == 400
    assert client("DELETE", PATH, ids).json()["message"] == "File not found"


# The file


def test_parts(link):
    whole = get(link).content
    for asked, part in [
        ("bytes=0-9", whole[:10]),
        ("bytes=2010-2020", whole[2010:2021]),
        ("bytes=59000-", whole[59000:]),
        ("bytes=-7", whole[-7:]),
    ]:
        answer = get(link, Range=asked)
        assert answer.status_code == 206
        assert answer.content == part
        assert int(answer.headers["Content-Length"]) == len(part)
        assert answer.headers["Content-Range"].endswith(f"/{len(whole)}")


def test_part_that_does_not_exist(link):
    answer = get(link, Range="bytes=999999-")
    assert answer.status_code == 416


def test_only_the_head(link):
    answer = requests.head(link, timeout=20)
    assert answer.content == b""
    assert int(answer.headers["Content-Length"]) == len(get(link).content)


@pytest.mark.parametrize("seconds", [1, 30, 100])
def test_frames(seconds):
    file = Mp3(seconds, 31).read()
    frames = re.findall(rb"\xff\xf3\x28\xc0.{68}", file, re.DOTALL)
    assert b"".join(frames) == file
    assert seconds <= len(frames) * FRAME < seconds + FRAME


def test_long_file_is_made_in_parts():
    file = Mp3(3600, 31)
    assert file.size == 7_200_000
    assert file.seek(-100, 2) == file.tell() == 7_199_900
    last = file.read(1000)
    assert len(last) == 100
    file.seek(0)
    parts = iter(lambda: file.read(100_001), b"")
    *_, tail = itertools.accumulate(parts, lambda kept, part: (kept + part)[-100:])
    assert tail == last


HEAR = """async link => {
    const audio = new Audio(link);
    await new Promise((loaded, failed) => {
        audio.onloadedmetadata = loaded;
        audio.onerror = () => failed(audio.error.message);
    });
    const sought = new Promise((done) => { audio.onseeked = done; });
    audio.currentTime = audio.duration - 10;
    await sought;
    audio.muted = true;
    const moving = new Promise((done) => { audio.ontimeupdate = () => {
        if (audio.currentTime > audio.duration - 9.9) done();
    }});
    await audio.play();
    await moving;
    const context = new OfflineAudioContext(1, 16000, 16000);
    const head = await fetch(link, {headers: {Range: "bytes=0-3599"}});
    const decoded = await context.decodeAudioData(await head.arrayBuffer());
    const loudest = Math.max(...decoded.getChannelData(0).slice(2000, 6000));
    return [audio.duration, loudest];
}"""


@pytest.mark.parametrize("seconds", [30, 3600])
def test_it_plays_and_seeks_in_chromium(recorded, client, simulator, page, seconds):
    call = recorded(talk=seconds)
    link = client("GET", PATH, {"call_id": call.legs[0].call_id}).json()["link"]
    page.goto(f"{simulator.url}/_pbx/calls")
    duration, loudest = page.evaluate(HEAR, link)
    assert seconds <= duration < seconds + FRAME
    assert 0.05 < loudest < 1
    parts = [one["status"] for one in simulator.requests if one["path"] in link]
    assert 206 in parts


# Faults


def test_missing(recorded, client, simulator):
    call = recorded()
    simulator.misbehave(kind="error", message="File not found", path=PATH)
    ids = {"pbx_call_id": call.pbx_call_id}
    statuses = [client("GET", PATH, ids).status_code for _ in range(2)]
    assert statuses == [400, 200]


def test_html_instead_of_sound(link, simulator):
    simulator.misbehave(kind="html-200", path=DOWNLOADS)
    assert get(link).headers["Content-Type"].startswith("text/html")
    assert get(link).headers["Content-Type"] == "audio/mpeg"


def test_wrong_type(link, simulator):
    right = get(link).content
    simulator.misbehave(kind="wrong-type", path=DOWNLOADS)
    answer = get(link)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.content == right


def test_redirect(link, simulator):
    simulator.misbehave(kind="redirect", url="http://127.0.0.1:9/x", path=DOWNLOADS)
    answer = requests.get(link, timeout=20, allow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "http://127.0.0.1:9/x"


def test_endless(link, simulator):
    simulator.misbehave(kind="endless", path=DOWNLOADS)
    with requests.get(link, timeout=20, stream=True) as answer:
        assert "Content-Length" not in answer.headers
        assert len(answer.raw.read(10_000_000)) == 10_000_000


def test_broken_off(link, simulator):
    simulator.misbehave(kind="cut-off", path=DOWNLOADS)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(link)


def test_slow(link, simulator, clock):
    right = get(link).content
    clock.slept.clear()
    simulator.misbehave(kind="slow-body", seconds=2, path=DOWNLOADS)
    assert get(link).content == right
    assert clock.slept == [2] * -(-len(right) // 1024)


def test_part_of_a_slow_one(link, simulator, clock):
    right = get(link).content
    clock.slept.clear()
    simulator.misbehave(kind="slow-body", seconds=2, path=DOWNLOADS)
    assert get(link, Range="bytes=10-2057").content == right[10:2058]
    assert clock.slept == [2, 2]
