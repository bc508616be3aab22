# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Twenty people who go on leave, and a clock that is moved.

What counts is what the PBX has: who is away is forwarded to where they chose, who is
back is not, and what somebody else set there is as they set it.
"""

from datetime import datetime, timedelta

PATH = "/v1/pbx/redirection/"
PASSWORD = "{0}-{0}-{0}"
PEOPLE = [str(number) for number in range(200, 220)]
#: Stand in for each other.
PAIR = PEOPLE[-2:]
NOWHERE = ("", "", "")
BY_HAND = ("phone", "+380447654321", "always")
MAILBOX = ("voicemail", "kept@example.com", "always")
#: What some have before their first leave. A mailbox's greeting would be lost.
BEFORE = {
    "203": ("menu", "0-1", "noanswer"),
    "204": ("sip", "102", "noanswer"),
    "205": MAILBOX,
}
#: Who chose something else than a deputy.
CHOSEN = {"206": "mobile", "207": "mobile", "208": "mailbox", "209": "mailbox"}
#: Odoo's own code may, people may not.
OVERLAPPING = {"leave_skip_date_check": True}
#: What is written when calls shall go elsewhere.
OF_NUMBERS = (
    "zadarma_extension WHERE number = ANY(%s)",
    "zadarma_forwarding WHERE extension_id IN"
    " (SELECT id FROM zadarma_extension WHERE number = ANY(%s))",
)
#: Who takes a leave back themselves.
WITH_LOGIN = PEOPLE[::4]
#: An addon that moves the product's clock, not the machine's.
CLOCK = {
    "__manifest__.py": '{"name": "Clock", "author": "Nobody", "license": "LGPL-3"}',
    "__init__.py": """
from datetime import datetime
from pathlib import Path

from odoo import fields

SHOWN = Path(__file__).with_name("shown")
fields.Datetime.now = lambda *args: datetime.fromisoformat(SHOWN.read_text())
fields.Date.today = lambda *args: fields.Datetime.now().date()
""",
}


class Clock:
    """The time in Odoo: stands still until it is moved."""

    def __init__(self, folder, now):
        """
        :param folder: for the addon
        :param now: UTC
        """
        self.folder = folder
        self._addon = folder / "zadarma_clock"
        self._addon.mkdir(parents=True)
        for name, content in CLOCK.items():
            (self._addon / name).write_text(content)
        self.move_to(now)

    def move_to(self, moment):
        self.now = moment
        # nobody reads half of it
        written = self._addon / "written"
        written.write_text(moment.isoformat())
        written.replace(self._addon / "shown")


class Office:
    """Twenty people with telephones, at Odoo and at the PBX."""

    def __init__(self, odoo, pbx, connect, outside, clock):
        self._odoo, self._pbx, self._outside, self._clock = odoo, pbx, outside, clock
        pbx.change(extensions=["100", "101", "102", *map(self._at_the_pbx, PEOPLE)])
        self._account = connect(odoo)
        self._client = odoo.client()
        self._client.call(
            "zadarma.account", "write", [self._account.id], {"forward_absent": True}
        )
        self.employees = self._hire()
        [self._kind] = self._client.call(
            "hr.leave.type",
            "create",
            [
                {
                    "name": "Holiday",
                    "requires_allocation": False,
                    "leave_validation_type": "hr",
                    "time_type": "leave",
                }
            ],
        )
        #: what is there when nothing of ours is
        self.before = {number: BEFORE.get(number, NOWHERE) for number in PEOPLE}
        #: whose forwarding somebody changed while they were away
        self.by_hand = set()

    @staticmethod
    def _at_the_pbx(number):
        kind, target, condition = BEFORE.get(number, ("phone", "", "always"))
        return {
            "number": number,
            "forward_type": kind,
            "forward_to": target,
            "forward_condition": condition,
        }

    def _hire(self):
        """Return the employees of the numbers, and have them choose."""
        ids = self._client.call(
            "hr.employee",
            "create",
            [
                {
                    "name": f"Person {number}",
                    "user_id": number in WITH_LOGIN and self._user(number),
                    "mobile_phone": f"+380501234{number}",
                    "work_email": f"person.{number}@example.com",
                }
                for number in PEOPLE
            ],
        )
        extensions = {
            one["number"]: one["id"]
            for one in self._account.read("zadarma.extension", ["number"])
        }
        for number, employee in zip(PEOPLE, ids, strict=True):
            self._client.call(
                "zadarma.extension",
                "write",
                [extensions[number]],
                {
                    "employee_id": employee,
                    "absence_target": CHOSEN.get(number, "deputy"),
                    "deputy_id": extensions[_deputy(number)],
                },
            )
        return dict(zip(PEOPLE, ids, strict=True))

    def _user(self, number):
        return self._account.make_agent(number, PASSWORD.format(number))

    def leaves(self):
        """All that are approved, as Odoo has them."""
        fields = ["employee_id", "date_from", "date_to"]
        return self._account.read("hr.leave", fields, state="validate")

    def ask_for_leave(self, number, first, days):
        """A leave that is approved."""
        leave = self._client.call(
            "hr.leave",
            "create",
            [
                {
                    "employee_id": self.employees[number],
                    "holiday_status_id": self._kind,
                    "request_date_from": f"{first:%Y-%m-%d}",
                    "request_date_to": f"{first + timedelta(days=days - 1):%Y-%m-%d}",
                }
            ],
            context=OVERLAPPING,
        )
        self._client.call("hr.leave", "action_approve", leave)

    def refuse(self, leave):
        self._client.call("hr.leave", "action_refuse", [leave["id"]])

    def cancel(self, number, leave):
        """Take it back, as its person may."""
        person = self._odoo.client(number, PASSWORD.format(number))
        wizard = person.call(
            "hr.holidays.cancel.leave",
            "create",
            [{"leave_id": leave["id"], "reason": "I stay"}],
        )
        person.call("hr.holidays.cancel.leave", "action_cancel_leave", wizard)

    def move(self, leave, days):
        """Let it end at another day."""
        ends = datetime.fromisoformat(leave["date_to"]) + timedelta(days=days)
        self._client.call("hr.leave", "action_back_to_approval", [leave["id"]])
        self._client.call(
            "hr.leave",
            "write",
            [leave["id"]],
            {"request_date_to": f"{ends:%Y-%m-%d}"},
        )
        self._client.call("hr.leave", "action_approve", [leave["id"]])

    def change_by_hand(self, number):
        """Forward somebody's telephone in the pages of the PBX."""
        extensions = self._pbx.settings()["extensions"]
        [there] = [one for one in extensions if one["number"] == number]
        there["forward_type"], there["forward_to"], there["forward_condition"] = BY_HAND
        self._pbx.change(extensions=extensions)
        self.before[number] = BY_HAND
        if number in self.away():
            self.by_hand.add(number)

    def away(self):
        """The numbers of those who are on leave now."""
        now = f"{self._clock.now:%Y-%m-%d %H:%M:%S}"
        employees = {
            leave["employee_id"][0]
            for leave in self.leaves()
            if leave["date_from"] <= now < leave["date_to"]
        }
        return {number for number, one in self.employees.items() if one in employees}

    def run_jobs(self):
        """What the scheduler would run by now."""
        self.look_at_absences()
        self._account.run_job("cron_forwarding")

    def look_at_absences(self):
        self._outside.execute(
            "UPDATE zadarma_limiter SET blocked_until = 0, log = NULL"
        )
        self._account.run_job("cron_absences", "zadarma_connector_hr_holidays")

    def settle(self):
        """Let time pass until nothing is left to be done."""
        for attempt in range(8):
            self._clock.move_to(self._clock.now + timedelta(minutes=20))
            self.run_jobs()
            # where two stand in for each other, one waits until the other is back
            if attempt and not self._is_due():
                return
        raise AssertionError("it is never done")

    def is_killed_at(self, kind, which):
        """Run the jobs, and end the server amid one of the requests to the PBX.

        :param kind: ``timeout``: the request arrives when nobody is there any more;
            ``slow-body``: it has arrived, and its answer finds nobody
        :param which: of the requests
        :return: whether there were so many
        """
        if which > 1:
            # these are answered properly, whatever they are called
            self._pbx.misbehave(kind="wrong-type", path=PATH, times=which - 1)
        self._pbx.misbehave(kind=kind, path=PATH, seconds=1)
        enough = self._pbx.asked(PATH) + which
        return self._is_killed(self.run_jobs, lambda: self._pbx.asked(PATH) >= enough)

    def is_killed_amid_wishes(self):
        """End the server when it knows of some who are away, and not yet of all."""
        others = PEOPLE[len(PEOPLE) // 2 :]
        with self._outside.holding(
            *((f"SELECT FROM {table} FOR UPDATE", others) for table in OF_NUMBERS)
        ):
            return self._is_killed(
                self.look_at_absences,
                lambda: self._outside.rows("SELECT FROM pg_locks WHERE NOT granted"),
            )

    def is_killed_between_jobs(self):
        self.look_at_absences()
        self._odoo.kill()
        self._odoo.start()
        return self._is_due()

    def _is_due(self):
        return bool(self._outside.rows("SELECT FROM zadarma_forwarding WHERE is_due"))

    def _is_killed(self, action, is_amid):
        with self._odoo.killed_amid(action) as running:
            self._account.wait_until(lambda: is_amid() or not running.is_alive())
            return running.is_alive()

    def judge(self):
        """Compare what the PBX has with who is away."""
        there = {
            one["number"]: (
                one["forward_to"]
                and (one["forward_type"], one["forward_to"], one["forward_condition"])
            )
            or NOWHERE
            for one in self._pbx.settings()["extensions"]
        }
        away = self.away()
        self.by_hand &= away
        expected = {
            number: _chosen(number)
            if number in away - self.by_hand and self.before[number] != MAILBOX
            else self.before[number]
            for number in PEOPLE
        }
        if away.issuperset(PAIR):
            # calls would go in a circle: one of them is forwarded
            forwarded = [one for one in PAIR if there[one] == _chosen(one)]
            assert len(forwarded) == 1
            [other] = set(PAIR).difference(forwarded)
            expected[other] = self.before[other]
        wrong = {
            number: (there[number], expected[number])
            for number in PEOPLE
            if there[number] != expected[number]
        }
        assert not wrong, self._clock.now
        return len(away)


def _deputy(number):
    return PAIR[number == PAIR[0]] if number in PAIR else "100"


def _chosen(number):
    """Where calls of a number go while its person is away."""
    return {
        "mobile": ("phone", f"+380501234{number}", "always"),
        "mailbox": ("voicemail", f"person.{number}@example.com", "always"),
    }.get(CHOSEN.get(number), ("sip", _deputy(number), "always"))
