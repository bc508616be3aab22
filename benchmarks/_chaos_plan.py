# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a chaos run plays: calls of all kinds, and what befalls their notifications."""

import random

INCOMING = (
    "NOTIFY_START",
    "NOTIFY_INTERNAL",
    "NOTIFY_ANSWER",
    "NOTIFY_END",
    "NOTIFY_RECORD",
)
OUTGOING = ("NOTIFY_OUT_START", "NOTIFY_OUT_END", "NOTIFY_RECORD")
SCENARIOS = {
    "incoming-answered": INCOMING,
    "incoming-missed": INCOMING,
    "incoming-busy": INCOMING,
    "ring-group": INCOMING,
    "transfer": INCOMING,
    "ivr": INCOMING,
    "hidden-caller": INCOMING,
    "outgoing-answered": OUTGOING,
    "outgoing-no-answer": OUTGOING,
    "internal": OUTGOING,
}
#: Those that the simulator's account has.
EXTENSIONS = ("100", "101", "102")
FORGERIES = ("wrong-secret", "raw-digest", "missing", "other-values")


def draw_calls(seed, count):
    """Return the calls of a run, keyword arguments of ``Simulator.dial`` each.

    :param seed: the same gives the same calls
    """
    draw = random.Random(f"chaos {seed}")
    return [_draw_call(draw) for _number in range(count)]


def _draw_call(draw):
    scenario = draw.choice(list(SCENARIOS))
    events = SCENARIOS[scenario]
    ours = "to" if events is INCOMING else "from_"
    faults = _draw_way(draw, events) + _draw_losses(draw, events)
    if draw.random() < 0.4:
        times = draw.randint(2, 4)
        event = draw.choice(events)
        faults.append({"kind": "duplicate", "event": event, "times": times})
    faults += _draw_strangers(draw, events)
    return {"scenario": scenario, ours: draw.choice(EXTENSIONS), "faults": faults}


def _draw_way(draw, events):
    """All at once, some out of order or late, or none of these."""
    chance = draw.random()
    if chance < 0.15:
        return [{"kind": "parallel"}]
    if chance < 0.6:
        # the later of two that is not the last goes first
        early, late = sorted(draw.sample(range(len(events)), 2))
        return [{"kind": "reorder", "event": events[early], "after": events[late]}]
    if chance < 0.75:
        seconds = draw.randint(5, 300)
        return [{"kind": "delay", "event": draw.choice(events), "seconds": seconds}]
    return []


def _draw_losses(draw, events):
    chance = draw.random()
    if chance < 0.04:
        return [{"kind": "lost"}]
    if chance < 0.35:
        return [{"kind": "lost", "event": draw.choice(events)}]
    return []


def _draw_strangers(draw, events):
    """Forgeries, and replays of what they once received."""
    faults = []
    start, end = ("START", "END") if events is INCOMING else ("OUT_START", "OUT_END")
    invented = {"event": f"NOTIFY_{start}", "as": f"NOTIFY_{end}"}
    if draw.random() < 0.3:
        forgery = draw.choice(FORGERIES)
        event = draw.choice(events)
        faults.append({"kind": "forged", "event": event, "forgery": forgery})
    if draw.random() < 0.1:
        faults.append({"kind": "replay", "event": draw.choice(events)})
    if draw.random() < 0.05:
        faults.append({"kind": "replay", **invented})
    if events is INCOMING and draw.random() < 0.05:
        faults.append(
            {"kind": "forged", "event": "NOTIFY_START", "forgery": "turned-into-end"}
        )
    return faults
