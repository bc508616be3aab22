# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls of who does not want to be disturbed go elsewhere, and come back as before.

A real server and a real PBX, which does each wrong thing that it can.
"""

import time
from datetime import UTC, datetime, timedelta

import pytest

PATH = "/v1/pbx/redirection/"
PASSWORD = "jana-jana-jana"
#: What the PBX does instead of the first request, and instead of the second.
FAULTS = (
    "dropped",
    "cut-off",
    "empty",
    "error",
    "html-200",
    "html-502",
    "rate-limit-200",
    "rate-limit-429",
    "server-error",
    "unauthorized",
    "wrong-type",
)
#: Time passes, and no request is one too many.
LATER = (
    "UPDATE zadarma_forwarding SET next_at = NULL, uncertain_until = NULL",
    "UPDATE zadarma_limiter SET blocked_until = 0, log = NULL",
)
BEFORE = {
    "number": "101",
    "forward_type": "menu",
    "forward_to": "0-1",
    "forward_condition": "noanswer",
}


class Telephone:
    """Jana's telephone, at Odoo and at the PBX."""

    def __init__(self, odoo, pbx, account, outside):
        self._odoo = odoo
        self._pbx = pbx
        self._account = account
        self._outside = outside
        client = odoo.client()
        client.call("zadarma.account", "write", [account.id], {"forward_away": True})
        jana = account.make_agent("jana", PASSWORD)
        account.give_extension(jana)
        client.call("res.users", "write", [jana], {"zadarma_away_target": "102"})
        pbx.change(extensions=["100", BEFORE, "102"])

    def go(self):
        until = datetime.now(UTC) + timedelta(hours=1)
        self._switch(f"{until:%Y-%m-%d %H:%M:%S}")

    def come_back(self):
        self._switch(False)

    def _switch(self, until):
        client = self._odoo.client("jana", PASSWORD)
        client.call("res.users", "zadarma_do_not_disturb", until)

    def run_job(self):
        self._account.run_job("cron_forwarding")

    def settle(self):
        """Let time pass until nothing is left to be done."""
        for _attempt in range(5):
            for statement in LATER:
                self._outside.execute(statement)
            self.run_job()
        due = self._outside.rows("SELECT trouble FROM zadarma_forwarding WHERE is_due")
        assert not due

    def goes_to(self):
        [there] = [
            one for one in self._pbx.settings()["extensions"] if one["number"] == "101"
        ]
        return there["forward_type"], there["forward_to"], there["forward_condition"]


@pytest.fixture
def telephone(odoo, pbx, connect, outside):
    return Telephone(odoo, pbx, connect(odoo), outside)


AWAY = ("sip", "102", "always")
BACK = ("menu", "0-1", "noanswer")


def test_each_fault_of_the_pbx(pbx, telephone):
    for fault in FAULTS:
        pbx.misbehave(kind=fault, path=PATH, times=2)
        telephone.go()
        telephone.run_job()
        telephone.settle()
        assert telephone.goes_to() == AWAY, fault
        pbx.misbehave(kind=fault, path=PATH, times=2)
        telephone.come_back()
        telephone.run_job()
        telephone.settle()
        assert telephone.goes_to() == BACK, fault


@pytest.mark.parametrize("is_back", [False, True], ids=["goes", "comes back"])
@pytest.mark.parametrize("which", [1, 2])
def test_a_server_that_is_killed(odoo, pbx, telephone, outside, is_back, which):
    if is_back:
        telephone.go()
        telephone.settle()
        telephone.come_back()
    else:
        telephone.go()
    if which == 2:
        # the first one is answered properly
        pbx.misbehave(kind="wrong-type", path=PATH)
    # the proper answer comes when nobody is there any more
    pbx.misbehave(kind="timeout", path=PATH, seconds=2)
    asked = "attempts = 1" if which == 1 else "uncertain_until IS NOT NULL"
    with odoo.killed_amid(telephone.run_job):
        outside.wait_for(f"SELECT FROM zadarma_forwarding WHERE {asked}")
        time.sleep(0.5)
    # what was on its way has arrived
    time.sleep(3)
    telephone.settle()
    assert telephone.goes_to() == (BACK if is_back else AWAY)
