# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls of the simulator: whatever becomes of their facts, the same call follows.

The simulator plays every scenario on a clock of its own. What it notifies arrives over
HTTP, what its statistics tell is asked for with the addon's client, and what follows
from both is compared with what the simulator knows to have happened.
"""

import dataclasses
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zadarma_api.belief import Context, sift
from zadarma_api.client import ZadarmaClient
from zadarma_api.clock import to_utc
from zadarma_api.facts import REQUESTED, STATISTICS, Fact
from zadarma_api.fold import Leg, fold
from zadarma_api.notification import END, OUT_END, START, caller_number

from pbx_simulator import Account, Extension, Simulator
from pbx_simulator.account.callback_choices import OUTCOMES, SHAPES
from pbx_simulator.calls.scenarios import SCENARIOS

ZONE = "Europe/Kyiv"
#: Callbacks that we ask for, in all their shapes and with all their outcomes.
CALLBACKS = {
    f"callback-{shape}-{outcome}": (shape, outcome)
    for shape, outcome in product(SHAPES, OUTCOMES)
}
CUSTOMER = "+442079460077"
#: An ordinary afternoon, and both halves of the hour that Kyiv's clock repeats.
MOMENTS = [
    datetime(2026, 10, 5, 11, 3, 22, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 10, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 10, tzinfo=UTC),
]
#: How statistics write values, and whether the first extension is recorded.
ACCOUNTS = list(product(["seen", "openapi"], [True, False]))
#: When the statistics were asked for: long after the calls.
ASKED = datetime(2026, 11, 20)
#: Few examples of each scenario make many.
few = settings(max_examples=30)
#: What arrival times decide; everything else is told by the facts' contents.
BY_ARRIVAL = {"date_answer", "date_end", "wait_duration"}


@dataclasses.dataclass
class Story:
    """A call as it really was, and all that was said of it."""

    truth: object = dataclasses.field(repr=False)
    facts: list
    did: str = dataclasses.field(repr=False)

    @property
    def request(self):
        """What we asked for, which we cannot fail to know."""
        return [fact for fact in self.facts if fact.event == REQUESTED]

    @property
    def rows(self):
        return [fact for fact in self.facts if fact.event == STATISTICS]

    @property
    def notifications(self):
        return [
            fact for fact in self.facts if fact.event not in (STATISTICS, REQUESTED)
        ]

    @property
    def decisive(self):
        """The end and the statistics, and what we asked for."""
        return [
            fact
            for fact in self.facts
            if fact.event in (END, OUT_END, STATISTICS, REQUESTED)
        ]


class Clock:
    """Stands still until somebody sleeps."""

    now = MOMENTS[0]

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += timedelta(seconds=seconds)


class Receiver(ThreadingHTTPServer):
    """The address for notifications; keeps each as a fact that arrived now."""

    def __init__(self, clock):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.clock = clock
        self.facts = []
        self.url = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        params = dict(parse_qsl(body, keep_blank_values=True))
        received_at = self.server.clock.now.replace(tzinfo=None)
        self.server.facts.append(Fact(params["event"], params, received_at))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_arguments):
        pass


def account_of(types, recorded, url):
    account = Account(
        key=f"{types}-{recorded}",
        extensions=[Extension("100", recorded=recorded), "101", "102"],
        timezone=ZONE,
        statistics_types=types,
        statistics_phantoms=1,
        answer_patience=60,
    )
    account.callinfo.url = url
    account.callinfo.switches = dict.fromkeys(account.callinfo.switches, True)
    return account


class Pbx:
    """A simulator whose calls take no time, and who heard of them."""

    def __init__(self, simulator, clock, receiver):
        self.simulator = simulator
        self.clock = clock
        self.receiver = receiver
        self.told = []  # scenario, truth and our request of each call

    def dial(self, scenario, account):
        self.simulator.dial(scenario, pace=1, account=account.key)
        self.told.append((scenario, self.simulator.calls[-1], []))

    def call_back(self, name, account):
        account.callback_shape, account.callback_outcome = CALLBACKS[name]
        params = {"from": "100", "to": CUSTOMER, "sip": "100"}
        asked = Fact(REQUESTED, params, self.clock.now.replace(tzinfo=None))
        # the addon asks for no callbacks yet
        self._client(account)._request("GET", "request/callback", params)
        request = self.simulator.callbacks[-1]
        request.wait()
        self.told.append((name, request.call, [asked]))

    def rows(self, account):
        rows = self._client(account).get_statistics(
            "2026-10-01 00:00:00", "2026-10-31 00:00:00", 0
        )
        return [Fact(STATISTICS, row, ASKED) for row in rows]

    def _client(self, account):
        return ZadarmaClient(
            self.simulator.url,
            account.key,
            account.secret,
            acquire=lambda _method: None,
            refused=lambda _seconds: None,
        )


@pytest.fixture(scope="module")
def stories():
    """From scenarios to their stories: of each account, at each moment."""
    clock = Clock()
    with Receiver(clock) as receiver:
        accounts = [account_of(*one, receiver.url) for one in ACCOUNTS]
        with Simulator(
            accounts, seed=1, rate_limit=False, clock=clock, sleep=clock.sleep
        ) as simulator:
            pbx = Pbx(simulator, clock, receiver)
            for key, moment in product(simulator.accounts, MOMENTS):
                account = simulator.account(key)
                for scenario in SCENARIOS:
                    clock.now = moment
                    pbx.dial(scenario, account)
                for name in CALLBACKS:
                    clock.now = moment
                    pbx.call_back(name, account)
            told = [*receiver.facts]
            for account in simulator.accounts.values():
                told += pbx.rows(account)
        receiver.shutdown()
    by_id = {}
    for fact in told:
        by_id.setdefault(fact.get("pbx_call_id"), []).append(fact)
    stories = {scenario: [] for scenario in [*SCENARIOS, *CALLBACKS]}
    for scenario, truth, requests in pbx.told:
        ids = {truth.pbx_call_id, *(leg.pbx_call_id for leg in truth.legs)} - {""}
        facts = requests + [fact for one in sorted(ids) for fact in by_id[one]]
        stories[scenario].append(Story(truth, facts, accounts[0].did))
    # as a function, which is shown in fewer words when a test fails
    return stories.get


@pytest.mark.parametrize("scenario", [*SCENARIOS, *CALLBACKS])
def test_all_facts_tell_the_truth(stories, scenario):
    for story in stories(scenario):
        truth = story.truth
        call = fold(story.facts, ZONE)
        hidden = truth.caller in ("", "0")
        assert call == dataclasses.replace(
            call,
            direction=truth.direction,
            state="ended",
            disposition=truth.disposition,
            date_start=naive(truth.start),
            date_answer=naive(truth.answer),
            date_end=naive(truth.end),
            duration=truth.duration,
            wait_duration=truth.wait_duration,
            recorded=any(leg.recorded for leg in truth.legs),
            ghost_answer=False,
            answer_source="statistics" if truth.answer else "",
            confirmed=True,
            claims=(),
        )
        if truth.answer:
            assert (call.result, call.extension) == (
                "answered",
                truth.answered_by[-1],
            )
        else:
            missed = {"no answer": "no_answer", "busy": "busy"}
            if truth.direction == "incoming":
                missed = dict.fromkeys(["cancel", "busy"], "missed")
            assert call.result == missed[truth.disposition]
            assert call.extension == truth.legs[0].extension
        outside = {"incoming": truth.caller, "outgoing": truth.called}
        customer = "" if hidden else outside.get(truth.direction, "")
        assert call.external_number == customer
        # of outgoing calls, what the customer saw if statistics tell it
        shown = {"incoming": {customer}, "outgoing": {story.did, truth.caller}}
        assert call.caller_number.lstrip("+") in {
            number.lstrip("+") for number in shown.get(truth.direction, {truth.caller})
        }
        assert call.called_number.lstrip("+") == truth.called.lstrip("+")
        legs = [
            Leg(leg.extension, leg.call_id, leg_result(leg), leg.recorded)
            for leg in truth.legs
            # of some callbacks the PBX tells the customer's leg only
            if leg.pbx_call_id
        ]
        if truth.direction == "internal":
            legs.append(Leg(truth.called, result="answered"))
        assert set(call.legs) == set(legs)


def leg_result(leg):
    return "answered" if leg.answer else "no_answer"


def naive(moment):
    return moment and moment.astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize("scenario", [*SCENARIOS, *CALLBACKS])
@few
@given(st.data())
def test_order_and_duplication_change_nothing(stories, scenario, data):
    story = data.draw(st.sampled_from(stories(scenario)))
    some = data.draw(some_of(story.facts, min_size=1))
    again = data.draw(st.lists(st.sampled_from(some)))
    later = [
        dataclasses.replace(fact, received_at=fact.received_at + timedelta(minutes=1))
        for fact in again
    ]
    facts = data.draw(st.permutations(some + later))
    assert fold(facts, ZONE) == fold(some, ZONE)


@pytest.mark.parametrize("scenario", [*SCENARIOS, *CALLBACKS])
@few
@given(st.data())
def test_delays_change_arrival_times_only(stories, scenario, data):
    story = data.draw(st.sampled_from(stories(scenario)))
    delayed = [
        dataclasses.replace(
            fact,
            received_at=fact.received_at
            + timedelta(seconds=data.draw(st.integers(0, 1200))),
        )
        for fact in story.facts
    ]
    call, told = fold(delayed, ZONE), fold(story.facts, ZONE)
    differing = {
        field.name
        for field in dataclasses.fields(call)
        if getattr(call, field.name) != getattr(told, field.name)
    }
    assert differing <= BY_ARRIVAL
    for moment in ("date_answer", "date_end"):
        if getattr(told, moment):
            assert getattr(call, moment) >= getattr(told, moment)


@pytest.mark.parametrize("scenario", [*SCENARIOS, *CALLBACKS])
@few
@given(st.data())
def test_end_and_statistics_tell_what_matters(stories, scenario, data):
    story = data.draw(st.sampled_from(stories(scenario)))
    kept = data.draw(some_of(story.facts)) + story.decisive
    call, told = fold(kept, ZONE), fold(story.facts, ZONE)
    for field in dataclasses.fields(call):
        value, known = getattr(call, field.name), getattr(told, field.name)
        if field.name in BY_ARRIVAL:
            assert value in (known, None)
        else:
            assert value == known


@pytest.mark.parametrize("scenario", [*SCENARIOS, *CALLBACKS])
@few
@given(st.data())
def test_few_facts_tell_nothing_that_is_not_in_them(stories, scenario, data):
    story = data.draw(st.sampled_from(stories(scenario)))
    # statistics come with all legs of a call
    rows = data.draw(st.sampled_from([story.rows, []]))
    some = some_of(story.notifications, min_size=not rows and not story.request)
    kept = data.draw(some) + rows + story.request
    call, told = fold(kept, ZONE), fold(story.facts, ZONE)
    said = {text for fact in kept for text in fact.params.values()}
    said |= {"", *(caller_number(row.get("clid")) for row in rows)}
    assert {
        call.disposition,
        call.failure,
        call.caller_number,
        call.called_number,
        call.external_number,
        call.extension,
        *(leg.extension for leg in call.legs),
        *(leg.leg_id for leg in call.legs),
    } <= said
    start = told.date_start
    starts = {to_utc(text, ZONE, near=start) for text in said}
    assert call.date_start in starts | {one.received_at for one in story.request}
    assert call.result in (None, told.result)
    assert call.duration in (None, told.duration)
    assert call.date_end in (None, told.date_end)
    if rows:
        # that there was a second talk, nothing else is sure to tell
        assert call.date_answer in (None, told.date_answer)


@pytest.mark.parametrize("scenario", [*SCENARIOS, *CALLBACKS])
@few
@given(st.data())
def test_nothing_that_the_pbx_sends_is_doubted(stories, scenario, data):
    story = data.draw(st.sampled_from(stories(scenario)))
    # whatever else is lost, in whatever order the rest arrives
    kept = data.draw(some_of(story.notifications, min_size=1))
    rows = data.draw(st.sampled_from([story.rows, []]))
    context = Context(
        ZONE,
        e164=lambda number: f"+{number.removeprefix('+')}",
        own_numbers=frozenset({f"+{story.did}"}),
        extensions=frozenset({"100", "101", "102"}),
    )
    for pbx_call_id in {fact.get("pbx_call_id") for fact in kept}:
        one = [f for f in kept + rows if f.get("pbx_call_id") == pbx_call_id]
        late = timedelta(seconds=data.draw(st.integers(0, 600)))
        one = [dataclasses.replace(f, received_at=f.received_at + late) for f in one]
        for fact, verdict in zip(one, sift(one, context), strict=True):
            assert (verdict.believed, verdict.acts) == (True, True), (fact, verdict)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_start_is_told_who_calls(stories, scenario):
    for story in stories(scenario):
        starts = [one for one in story.notifications if one.event == START]
        context = Context(
            ZONE,
            e164=lambda number: f"+{number.removeprefix('+')}",
            own_numbers=frozenset({f"+{story.did}"}),
        )
        verdicts = [sift([start], context)[0] for start in starts]
        assert all(verdict.tells for verdict in verdicts)


def some_of(facts, min_size=0):
    return st.lists(st.sampled_from(facts), unique_by=id, min_size=min_size)
