# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of an extension's forwarding, whatever happens on the way."""

import random

import pytest
from zadarma_api.forwarding import (
    NOWHERE,
    Forwarding,
    Kept,
    about_to,
    after,
    next_step,
    typed_target,
)

OLENA = Forwarding("sip", "102")
MOBILE = Forwarding("phone", "+442037691880")
MAILBOX = Forwarding("voicemail", "olena@example.com")
MENU = Forwarding("menu", "0-1", "noanswer")
SET_BY_US = Kept(NOWHERE, [OLENA], True)
ASKED_FOR = Kept(NOWHERE, [OLENA], False)


@pytest.mark.parametrize(
    "kept, wanted, found, step",
    [
        # nothing is ours
        (Kept(), None, MENU, ("restored", None)),
        (Kept(), OLENA, NOWHERE, ("set", OLENA)),
        (Kept(), OLENA, MENU, ("set", OLENA)),
        (Kept(), OLENA, OLENA, ("hold", None)),
        (Kept(), OLENA, MAILBOX, ("leave", None)),
        (Kept(), MAILBOX, MAILBOX, ("hold", None)),
        # ours is there
        (SET_BY_US, OLENA, OLENA, ("hold", None)),
        (SET_BY_US, MOBILE, OLENA, ("set", MOBILE)),
        (SET_BY_US, None, OLENA, ("restore", NOWHERE)),
        # somebody else's is
        (SET_BY_US, OLENA, MOBILE, ("yield", None)),
        (SET_BY_US, OLENA, NOWHERE, ("yield", None)),
        (SET_BY_US, None, NOWHERE, ("yield", None)),
        (SET_BY_US, None, MAILBOX, ("yield", None)),
        # nobody knows whether Zadarma heard of it
        (ASKED_FOR, OLENA, NOWHERE, ("set", OLENA)),
        (ASKED_FOR, OLENA, OLENA, ("hold", None)),
        (ASKED_FOR, None, NOWHERE, ("restored", None)),
        (ASKED_FOR, None, OLENA, ("restore", NOWHERE)),
        (ASKED_FOR, OLENA, MENU, ("yield", None)),
        # a mailbox that is ours is no obstacle
        (Kept(MENU, [MAILBOX], True), OLENA, MAILBOX, ("set", OLENA)),
    ],
)
def test_next_step(kept, wanted, found, step):
    assert next_step(kept, wanted, found) == step


def test_what_was_wanted_already_is_not_taken_away():
    step = next_step(Kept(), OLENA, OLENA)
    kept = after(Kept(), step, OLENA, certain=True)
    assert next_step(kept, None, OLENA) == ("restored", None)


@pytest.mark.parametrize(
    "text, target",
    [
        ("102", OLENA),
        (" 102 ", OLENA),
        ("Olena@example.com", MAILBOX),
        ("1020", None),
        ("012", None),
        ("+442037691880", None),
        ("olena@example", None),
        ("a@example.com, b@example.com", None),
        ("", None),
    ],
)
def test_typed_target(text, target):
    assert typed_target(text) == target


class Pbx:
    """An extension at Zadarma, and us who forward it.

    :param draw: of random
    """

    def __init__(self, draw, before):
        self.draw = draw
        self.now = self.before = before
        self.kept = Kept()
        # requests that nobody answered, and may still arrive
        self.late = []
        self.is_certain = True

    def look(self, wanted):
        """One attempt, which may be cut off anywhere.

        :return: what was done, ``None`` if it was cut off
        """
        if self.draw.random() < 0.1:
            return None
        found = self.now
        step = next_step(self.kept, wanted, found)
        was_certain = self.is_certain
        if step.target:
            self.kept = about_to(self.kept, step, found)
            self.is_certain = False
            if (fate := self.draw.random()) < 0.4:
                # killed before, answer lost, or on its way for a while
                if fate < 0.25:
                    self.now = step.target
                elif fate < 0.35:
                    self.late.append(step.target)
                return None
            self.now = step.target
        self.is_certain = was_certain
        self.kept = after(self.kept, step, found, self.is_certain)
        return step.action

    def let_time_pass(self):
        """All that is on its way arrives, in any order, and nothing does later."""
        self.draw.shuffle(self.late)
        for one in self.late:
            self.now = one
        self.late.clear()
        self.is_certain = True

    def settle(self, wanted):
        """Try again until all is as it shall be."""
        done = None
        while done is None or not self.is_certain:
            self.let_time_pass()
            done = self.look(wanted)
        # what was restored and what was set is looked at once more
        return self.look_surely(wanted)

    def look_surely(self, wanted):
        done = None
        while done is None:
            self.let_time_pass()
            done = self.look(wanted)
        return done


@pytest.mark.parametrize("seed", range(300))
def test_what_was_there_comes_back(seed):
    draw = random.Random(seed)
    pbx = Pbx(draw, draw.choice([NOWHERE, MENU, MOBILE]))
    for _wish in range(draw.randint(1, 4)):
        wanted = draw.choice([OLENA, MOBILE, MAILBOX, None])
        for _attempt in range(draw.randint(0, 5)):
            pbx.look(wanted)
            if draw.random() < 0.3:
                pbx.let_time_pass()
        if draw.random() < 0.5:
            pbx.settle(wanted)
            assert pbx.now == (wanted or pbx.before)
    pbx.settle(None)
    assert pbx.now == pbx.before
    assert pbx.kept == Kept()


@pytest.mark.parametrize("seed", range(100))
def test_what_is_changed_by_hand_stays(seed):
    draw = random.Random(seed)
    pbx = Pbx(draw, draw.choice([NOWHERE, MENU]))
    pbx.settle(OLENA)
    pbx.now = by_hand = draw.choice([MOBILE, MAILBOX, pbx.before])
    wanted = draw.choice([OLENA, None])
    assert pbx.look_surely(wanted) == "yield"
    assert pbx.now == by_hand
    assert pbx.kept == Kept()
