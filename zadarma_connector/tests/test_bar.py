# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the telephone at the top of the page counts."""

from .common import CALLER, missed_call
from .test_waiting_caller import WaitingCase, at

OTHER = "+380443645713"


class TestBar(WaitingCase):
    def _bar(self, user=None):
        bar = self.env["res.users"].with_user(user or self.agent).zadarma_bar()
        return [who for _when, who in bar["missed"]], bar["waiting"]

    def _miss(self, minute, number):
        """A missed call at 101, of its own."""
        call = {"pbx_call_id": f"in_{minute}", "caller_id": number}
        self._play(at(minute, *missed_call("101", **call)))

    def test_missed_calls_and_who_waits(self):
        self.assertEqual(self._bar(), ([], []))
        self._miss(1, CALLER)
        self._miss(2, CALLER)
        self._miss(3, OTHER)
        who, other = (f"{self.company.id} {number}" for number in (CALLER, OTHER))
        missed, waiting = self._bar()
        self.assertCountEqual(missed, [who, who, other])
        self.assertCountEqual(waiting, [who, other])
        self.assertEqual(self._bar(self.colleague), ([], []))

    def test_when_a_call_was_missed(self):
        self._miss(1, CALLER)
        [[when, _who]] = (
            self.env["res.users"].with_user(self.agent).zadarma_bar()["missed"]
        )
        self.assertEqual(when, "2026-10-05 11:01:00")

    def test_who_withholds_the_number_is_somebody_else_each_time(self):
        self._miss(1, "anonymous")
        self._miss(2, "anonymous")
        missed, waiting = self._bar()
        self.assertEqual(len(set(missed)), 2)
        self.assertEqual(waiting, [])

    def test_who_needs_no_call_back_is_not_told(self):
        self._miss(1, CALLER)
        self._caller.with_user(self.agent)._waive("wrote an e-mail")
        self.assertEqual(self._bar(), ([], []))
