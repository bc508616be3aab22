# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What really happened, what of it was told, and what the manual makes of that.

Calls that a PBX had, with the rows that its statistics list when a call is over, and
calls that somebody invented. It shares nothing with the addon: wall clocks are those of
Python's :mod:`zoneinfo`, and what a reconciliation must find is reckoned from what
happened, not from what was read. Moments are UTC, without tzinfo.
"""

import dataclasses
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Kyiv")
SECOND, MINUTE, HOUR = (timedelta(seconds=n) for n in (1, 60, 3600))
#: A day as any other, and both nights on which Kyiv's clock is changed.
BEGINS = (
    datetime(2026, 10, 5, 6),
    datetime(2026, 10, 24, 21, 30),
    datetime(2026, 3, 28, 22),
)
#: Statistics may be late by so much, by the manual.
LATE = 15 * MINUTE
#: Nobody talks longer; a start of before that is an invention.
LONGEST = 12 * HOUR
RESULTS = {
    ("in", "answered"): "answered",
    ("in", "no answer"): "missed",
    ("in", "cancel"): "missed",
    ("out", "answered"): "answered",
    ("out", "no answer"): "no_answer",
    ("out", "busy"): "busy",
    ("out", "cancel"): "cancelled",
    ("out", "failed"): "failed",
}


def wall_clock(moment):
    """As the PBX writes a moment."""
    return f"{moment.replace(tzinfo=UTC).astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def readings(moment):
    """All moments whose wall clock is this one's: two in the hour that comes twice."""
    local = moment.replace(tzinfo=UTC).astimezone(ZONE).replace(tzinfo=None)
    return {
        local.replace(tzinfo=ZONE, fold=fold).astimezone(UTC).replace(tzinfo=None)
        for fold in (0, 1)
    }


@dataclasses.dataclass
class Leg:
    begun: datetime
    extension: str
    disposition: str
    seconds: int
    recorded: bool
    part: str


@dataclasses.dataclass
class Call:
    """A call that was, or that somebody invented.

    :param id: the PBX's; ``in_`` or ``out_`` and a number
    :param listed: when its rows come into the statistics, ``None`` for an invention
    :param heard: what is notified, and when: pairs of a moment and parameters
    """

    id: str
    number: str
    begun: datetime
    legs: list
    ended: datetime
    listed: datetime | None
    heard: list

    @property
    def way(self):
        return self.id.partition("_")[0]

    def rows(self):
        """What statistics tell of it: pairs of a leg's beginning and its row."""
        outgoing = self.way == "out"
        return [
            (
                leg.begun,
                {
                    "call_id": leg.part,
                    "sip": leg.extension,
                    "callstart": wall_clock(leg.begun),
                    "clid": "442037691881" if outgoing else f"Who ({self.number[1:]})",
                    "destination": self.number[1:] if outgoing else leg.extension,
                    "disposition": leg.disposition,
                    "seconds": leg.seconds,
                    "is_recorded": "true" if leg.recorded else "false",
                    "pbx_call_id": self.id,
                },
            )
            for leg in self.legs
        ]

    def truth(self):
        """What the log must say when statistics told of it."""
        answered = [leg for leg in self.legs if leg.disposition == "answered"]
        rung = {leg.extension for leg in self.legs}
        who = answered[-1].extension if answered else rung.pop()
        decisive = (answered or self.legs)[-1]
        return {
            "direction": "outgoing" if self.way == "out" else "incoming",
            "state": "ended",
            "result": RESULTS[self.way, decisive.disposition],
            "duration": sum(leg.seconds for leg in answered) or False,
            "recorded": any(leg.recorded for leg in self.legs),
            "external_number": self.number,
            # of several who were rung in vain nobody
            "extension_number": False if rung and not answered else who,
            "confirmed": True,
            "in_doubt": False,
        }

    def heard_until(self, now):
        return [(moment, told) for moment, told in self.heard if moment <= now]

    def starts(self, now, listed):
        """When the log may say that it began: in the hour that comes twice its end
        alone does not tell.

        :param listed: whether statistics tell when its first leg began
        """
        heard = self.heard_until(now)
        if not heard:
            return {self.legs[0].begun}
        if any(told["event"].endswith("START") for _moment, told in heard):
            return {self.begun}
        known = readings(self.begun)
        sure = {self.begun, self.legs[0].begun} if len(known) > 1 else {self.begun}
        return sure if listed else known


def calls(dice, begin, minutes):
    """Some calls that begin within so many minutes, now and then several at once."""
    told, begun = [], None
    for number in range(dice.randint(2, 9)):
        if not begun or dice.random() < 0.6:
            begun = begin + dice.randrange(minutes * 60) * SECOND
        told.append(_call(dice, number, begun))
    return told


def _call(dice, number, begun):
    way = dice.choice(("in", "in", "out"))
    legs = _legs(dice, way, number, begun)
    ended = legs[-1].begun + (legs[-1].seconds + 10) * SECOND
    late = dice.choice((0, 1, 14, 14, 180)) * MINUTE
    call = Call(
        f"{way}_{number:040}",
        f"+4420376910{number:02}",
        begun,
        legs,
        ended,
        ended + late,
        [],
    )
    kind = dice.choice(("all", "all", "none", "no end", "end", "lie", "phantom"))
    if kind == "phantom":
        call.listed = None
        call.begun -= dice.choice((0, 0, 3)) * timedelta(days=1)
        kind = dice.choice(("all", "no end"))
    call.heard = _notifications(dice, call, begun, kind)
    return call


def _legs(dice, way, number, begun):
    answered = dice.choice((True, True, False))
    failures = ("no answer", "cancel", "busy", "failed")[: 2 if way == "in" else 4]
    kinds = ["answered" if answered else dice.choice(failures)]
    if way == "in" and dice.random() < 0.3:
        kinds.insert(0, dice.choice(("answered", "no answer")))
    legs = []
    # a menu comes first
    moment = begun + (dice.choice((0, 20)) * SECOND if way == "in" else 0 * SECOND)
    for kind in kinds:
        talk = dice.choice((30, 2400)) if kind == "answered" else 0
        legs.append(
            Leg(
                moment,
                dice.choice(("101", "102")),
                kind,
                talk,
                kind == "answered" and dice.random() < 0.5,
                # as the PBX makes them, of its clock
                f"{int(moment.replace(tzinfo=UTC).timestamp())}.{number}{len(legs)}",
            )
        )
        moment += (talk + dice.choice((15, 1800, 6000))) * SECOND
    return legs


def _notifications(dice, call, begun, kind):
    """What of a call is notified: pairs of when and what.

    :param begun: when it really began, whatever it says
    """
    last = call.legs[-1]
    said, talk = last.disposition, sum(leg.seconds for leg in call.legs)
    if kind == "lie":
        said, talk = dice.choice((("answered", 7), ("cancel", 0)))
    common = {"pbx_call_id": call.id, "call_start": wall_clock(call.begun)}
    over = {"duration": str(talk), "disposition": said, "is_recorded": "0"}
    if call.way == "out":
        common |= {"internal": last.extension, "destination": call.number}
        told = [
            (begun, {"event": "NOTIFY_OUT_START", **common}),
            (call.ended, {"event": "NOTIFY_OUT_END", **common, **over}),
        ]
    else:
        common["caller_id"] = call.number
        did = {"called_did": "442037691881"}
        told = [(begun, {"event": "NOTIFY_START", **common, **did})]
        for leg in call.legs:
            rings = {"event": "NOTIFY_INTERNAL", **did, "internal": leg.extension}
            told.append((leg.begun, {**common, **rings}))
            if leg.disposition == "answered":
                who = {"internal": leg.extension, "destination": leg.extension}
                answer = {"event": "NOTIFY_ANSWER", **common, **who}
                told.append((leg.begun + 5 * SECOND, answer))
        names = "internal", "last_internal"
        spoke = last.disposition == said == "answered"
        ends = dict.fromkeys(names if spoke else (), last.extension)
        end = {"event": "NOTIFY_END", **common, **did, **ends, **over}
        told.append((call.ended, end))
    heard = {"none": [], "no end": told[:-1], "end": told[-1:]}.get(kind, told)
    # some come late, even the start after the end
    late = [
        (moment + dice.choice((0, 0, 30)) * SECOND, params) for moment, params in heard
    ]
    return sorted(late, key=lambda pair: pair[0])


class Pbx:
    """The statistics, as they are at some moment."""

    def __init__(self, calls):
        self.calls = calls

    def listed(self, now):
        """Pairs of a leg's beginning and its row, the earliest first."""
        rows = [
            pair
            for call in self.calls
            if call.listed and call.listed <= now
            for pair in call.rows()
        ]
        return sorted(rows, key=lambda pair: (pair[0], pair[1]["call_id"]))

    def page(self, now, start, end, skip, limit):
        """An hour that the clock shows twice is listed whole."""
        first, last = min(self._utc(start)), max(self._utc(end))
        rows = [row for begun, row in self.listed(now) if first <= begun <= last]
        return rows[skip : skip + limit]

    @staticmethod
    def _utc(text):
        local = datetime.fromisoformat(text)
        return [
            local.replace(tzinfo=ZONE, fold=fold).astimezone(UTC).replace(tzinfo=None)
            for fold in (0, 1)
        ]


@dataclasses.dataclass
class Comparison:
    """A reconciliation, as somebody sees it from outside.

    :param asked: when the page was asked for that it began with
    :param told: until when Odoo had been notified of what was notified at all
    :param finished: when it was done
    """

    since: datetime
    until: datetime
    asked: datetime
    told: datetime
    finished: datetime

    def must_know(self, call):
        """Whether statistics told of the call in time, and it is of the period."""
        begun = call.legs[0].begun
        return (
            call.listed is not None
            and call.listed <= self.asked
            and self.since <= begun < self.until
        )

    def doubts(self, call, closed):
        """Whether a call that statistics do not know is put in doubt, ``None`` if what
        is known of it does not tell.

        :param closed: whether it was ended for want of news
        """
        heard = call.heard_until(self.told)
        if not heard:
            return False
        ends = [at for at, told in heard if told["event"].endswith("END")]
        if not (ends or closed):
            return False
        over = ends[0] if ends else heard[-1][0] + timedelta(days=1)
        came = heard[0][0]
        verdicts = {
            self.since <= start < self.until
            or (self.since <= came < self.until and came - start > LONGEST)
            for start in call.starts(self.told, listed=False)
        }
        if len(verdicts) > 1:
            return None
        return verdicts.pop() and over <= self.asked - LATE

    def rows(self, pbx):
        """How many rows it read at least, and at most."""
        least = sum(
            self.since <= begun < self.until for begun, _row in pbx.listed(self.asked)
        )
        near = self.since - 2 * HOUR, self.until + 2 * HOUR
        most = sum(
            near[0] <= begun <= near[1] for begun, _row in pbx.listed(self.finished)
        )
        return least, most


@dataclasses.dataclass
class Plan:
    """When somebody compares which period; the trouble is for the dice."""

    now: datetime
    since: datetime
    until: datetime


def history(seed):
    """Calls, and comparisons of them; the last one is of everything, when all is known.

    :return: dice for the trouble on the way, :class:`Pbx`, list of :class:`Plan`
    """
    dice = random.Random(seed)
    begin, minutes = dice.choice(BEGINS), dice.choice((60, 300, 1500))
    pbx = Pbx(calls(dice, begin, minutes))
    plans, now = [], begin
    for _plan in range(dice.choice((0, 1, 1, 2))):
        now += dice.randrange(MINUTE.seconds, minutes * 60) * SECOND
        since, until = begin - 2 * HOUR, now
        if dice.random() < 0.5:
            whole = int((now - since) / SECOND)
            since, until = (
                since + second * SECOND
                for second in sorted(dice.sample(range(whole + 1), 2))
            )
        plans.append(Plan(now, since, until))
    now = max(now, begin + minutes * MINUTE) + timedelta(days=2)
    plans.append(Plan(now, begin - 2 * HOUR, now))
    return dice, pbx, plans
