# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Recordings, from the PBX to the ear: real transactions, files and sound."""

import pytest

from devtools import browser
from tests.live.test_card import Phone

CALLER = "+442037691880"
JOB = "cron_recordings"
TRANSCRIPTS = "cron_transcripts"


@pytest.fixture
def pbx_options():
    return ["--no-rate-limit"]


@pytest.fixture
def odoo(start_odoo, jobs_when_asked):
    return start_odoo(cron=True)


@pytest.fixture
def account(odoo, pbx, connect):
    """A connected account; the administrator has extension 101."""
    pbx.change(recording_delay=0)
    account = connect(odoo)
    account.give_extension()
    return account


def dial(pbx, scenario, talk):
    """Play a call of a customer to extension 101 at once."""
    pbx.dial(scenario, **{"from": CALLER, "to": "101"}, talk=talk, pace=0)


def calls(page, odoo):
    """Open the list of calls."""
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_call")
    page.wait_for_selector(".o_data_row")


def sound(page, what):
    """Read a property of the audio element."""
    return page.evaluate(f"document.querySelector('.o_zadarma_player audio').{what}")


def plays_until(page, condition):
    """Wait until the audio element is where it should be."""
    page.wait_for_selector(".o_zadarma_player audio", state="attached")
    page.wait_for_function(
        f"(({{currentTime, duration, paused}}) => {condition})"
        "(document.querySelector('.o_zadarma_player audio'))"
    )


def settle(page):
    """Wait until a list is not drawn anew any more: what hangs on a row goes then."""
    page.evaluate(
        """() => new Promise((resolve) => {
            let timer = setTimeout(resolve, 1500);
            const watcher = new MutationObserver(() => {
                clearTimeout(timer);
                timer = setTimeout(resolve, 1500);
            });
            const list = document.querySelector(".o_list_renderer");
            watcher.observe(list, {childList: true, subtree: true});
        })"""
    )


def test_a_list_that_is_drawn_anew_under_the_hand_keeps_the_player(
    odoo, pbx, account, page
):
    dial(pbx, "incoming-answered", talk=30)
    account.wait_for_call(state="ended")
    browser.log_in(page, odoo.url)
    calls(page, odoo)
    # the list asks for its rows, and somebody clicks before the answer
    held = []
    page.route("**/zadarma.call/web_search_read", lambda route: held.append(route))
    pbx.dial("incoming-missed", pace=0, **{"from": "+4930901820"})
    while not held:
        page.wait_for_timeout(50)
    page.click(".o_zadarma_listen")
    plays_until(page, "!paused")
    for route in held:
        route.continue_()
    page.unroute("**/zadarma.call/web_search_read")
    page.wait_for_selector(".o_data_row >> nth=1")
    plays_until(page, "!paused")
    # what was closed stays so when the list is drawn anew again
    page.click(".o_zadarma_popover .btn-close")
    pbx.dial("incoming-missed", pace=0, **{"from": "+4930901821"})
    page.wait_for_selector(".o_data_row >> nth=2")
    assert page.locator(".o_zadarma_popover").count() == 0


def test_request_from_the_list_and_hear_it(odoo, pbx, account, page):
    dial(pbx, "incoming-answered", talk=65)
    account.wait_for_call(state="ended")
    browser.log_in(page, odoo.url)
    calls(page, odoo)
    page.click(".o_data_row .o_list_record_selector input")
    page.click("button:has-text('Get Recordings')")
    page.wait_for_selector(".o_zadarma_progress[data-state=kept]:has-text('1')")
    page.click(".modal-footer button:has-text('Close')")
    # the list is loaded anew, and nothing selected
    page.wait_for_selector(".o_data_row_selected", state="detached")
    settle(page)
    page.click(".o_zadarma_listen[data-state=kept]")
    plays_until(page, "currentTime > 0.2 && !paused")
    assert 64 < sound(page, "duration") < 67
    # keyboard: on, back, pause
    page.focus(".o_zadarma_player [tabindex]")
    page.keyboard.press("ArrowRight")
    plays_until(page, "currentTime > 10")
    page.keyboard.press("Space")
    plays_until(page, "paused")
    page.keyboard.press("ArrowUp")
    assert sound(page, "playbackRate") == 1.25
    # the slider: parts of the file
    page.locator(".o_zadarma_seek").fill("60")
    plays_until(page, "currentTime > 59")
    page.click(".o_zadarma_play")
    plays_until(page, "currentTime > 60.2 && !paused")
    [listening] = account.read("zadarma.listening", ["user_id", "remote"])
    assert (listening["user_id"][0], listening["remote"]) == (2, False)


def test_earlier_calls_are_heard_from_the_card(odoo, pbx, account, page):
    dial(pbx, "incoming-answered", talk=30)
    account.wait_for_call(state="ended")
    account.run_job(JOB)
    browser.log_in(page, odoo.url)
    # the card of a second call, on a page without any player
    page.goto(f"{odoo.url}/odoo/res.partner/{account.partner}")
    page.wait_for_selector(".o_form_view [name=name]")
    Phone(account).ring(CALLER, "101")
    page.click(".o_zadarma_card .o_zadarma_earlier .o_zadarma_listen")
    plays_until(page, "currentTime > 0.2 && !paused")
    page.keyboard.press("Escape")
    page.wait_for_selector(".o_zadarma_player", state="detached")


def test_parts_play_one_after_the_other(odoo, pbx, account, page):
    dial(pbx, "transfer", talk=3)
    call = account.wait_for_call(state="ended")
    account.run_job(JOB)
    assert len(account.read("zadarma.recording", [], state="kept")) == 2
    browser.log_in(page, odoo.url)
    page.goto(f"{odoo.url}/odoo/zadarma.call/{call}")
    page.wait_for_selector(".o_zadarma_parts button >> nth=1")
    page.click(".o_zadarma_play")
    page.wait_for_selector(".o_zadarma_parts button.active:has-text('Part 2')")
    plays_until(page, "currentTime > 0.2")
    assert len(account.read("zadarma.listening", [])) == 2


def test_played_remotely(odoo, pbx, account, page):
    odoo.client().call(
        "zadarma.account", "write", [account.id], {"play_record_remotely": True}
    )
    dial(pbx, "incoming-answered", talk=30)
    call = account.wait_for_call(state="ended")
    account.run_job(JOB)
    browser.log_in(page, odoo.url)
    page.goto(f"{odoo.url}/odoo/zadarma.call/{call}")
    page.click(".o_zadarma_play")
    plays_until(page, "currentTime > 0.2")
    assert sound(page, "src").startswith(pbx.url)
    page.locator(".o_zadarma_seek").fill("25")
    plays_until(page, "currentTime > 25.2")
    [recording] = account.read("zadarma.recording", ["attachment_id"])
    assert not recording["attachment_id"]


def test_restart_in_the_middle_of_a_download(odoo, pbx, account, outside):
    # a KiB a second: minutes
    pbx.misbehave(
        kind="slow-body", seconds=1, path="/v1/pbx/record/download/*", times=1
    )
    dial(pbx, "incoming-answered", talk=60)
    call = account.wait_for_call(state="ended")
    odoo.client().call("zadarma.call", "request_recordings", [call])
    # it is told of when it begins
    pbx.wait_for_request("/v1/pbx/record/download/")
    odoo.kill()
    odoo.start()
    account.run_job(JOB)
    assert len(account.read("zadarma.recording", [], state="kept")) == 1
    files = "SELECT file_size FROM ir_attachment WHERE res_model = %s"
    [(size,)] = outside.rows(files, "zadarma.recording.vault")
    assert size > 60_000


def test_what_was_said_is_found_and_heard(odoo, pbx, account, page, outside):
    pbx.change(recognition_delay=0)
    odoo.client().call("zadarma.account", "write", [account.id], {"transcribe": True})
    dial(pbx, "incoming-answered", talk=60)
    account.wait_for_call(state="ended")
    account.run_job(JOB)
    account.run_job(TRANSCRIPTS)
    # it comes back in a minute
    outside.rows(
        "UPDATE zadarma_recording SET transcript_next_try_at = now() - interval '1 day'"
        " RETURNING id"
    )
    account.run_job(TRANSCRIPTS)
    [recording] = account.read("zadarma.recording", ["transcript_phrases"])
    phrase = recording["transcript_phrases"][-1]
    word = max(phrase["text"].split(), key=len)
    browser.log_in(page, odoo.url)
    calls(page, odoo)
    page.fill(".o_searchview_input", "nobodysaysthis")
    page.click(".o_searchview_autocomplete :text('Transcript')")
    page.wait_for_selector(".o_data_row", state="detached")
    page.click(".o_searchview .o_facet_remove")
    page.fill(".o_searchview_input", word)
    page.click(".o_searchview_autocomplete :text('Transcript')")
    page.wait_for_selector(".o_searchview .o_facet_value")
    page.click(".o_data_row td[name=date_start]")
    page.click(f".o_zadarma_phrase >> nth={len(recording['transcript_phrases']) - 1}")
    plays_until(page, f"currentTime > {phrase['start'] + 0.1} && !paused")
    page.wait_for_selector(".o_zadarma_phrase.bg-info-subtle")


def test_one_click_fetches_and_plays_and_another_saves(odoo, pbx, account, page):
    dial(pbx, "incoming-answered", talk=30)
    call = account.wait_for_call(state="ended")
    assert not account.read("zadarma.recording", [])
    browser.log_in(page, odoo.url)
    calls(page, odoo)
    page.click(".o_zadarma_listen")
    plays_until(page, "currentTime > 0.2 && !paused")
    with page.expect_download() as saved:
        page.click(".o_zadarma_save")
    content = saved.value.path().read_bytes()
    [recording] = account.read("zadarma.recording", ["size"], call_id=call)
    assert len(content) == recording["size"]
    assert saved.value.suggested_filename.endswith(".mp3")
    # who may not hear it gets no file, even at an address that was copied
    odoo.expected.append("not allowed to access 'Phone Call Recording'")
    [listening] = account.read("zadarma.listening", [])[-1:]
    client = odoo.client()
    values = {"name": "Nosy", "login": "nosy", "password": "nosy"}
    client.call("res.users", "create", [values])
    stranger = page.context.browser.new_context().new_page()
    browser.log_in(stranger, odoo.url, "nosy", "nosy")
    address = f"{odoo.url}/zadarma/recording/{listening['id']}?save=1"
    assert stranger.request.get(address).status in (403, 404)
    stranger.context.close()
