# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast a month of the campaigns' report is at a million calls.

A company with ten thousand calls a month, after one month and after a hundred. Goal: at
most three times as long, with the same figures.
"""

import statistics

from benchmarks import _command, _sizes

#: Calls; a month has as many as the first says.
SIZES = (10_000, 1_000_000)
TURNS = 3
GOAL = 3.0


def measure(environment):
    """Measure, and return a ``_command.Report``."""
    probe = "_campaigns_probe.py"
    with _sizes.measured(environment, probe, SIZES, TURNS) as (turns, _names):
        return _judge(*(turns[size] for size in SIZES))


def _judge(small, large):
    medians = [
        statistics.median(ms for turn in turns for ms in turn["taken"])
        for turns in (small, large)
    ]
    times = round(medians[1] / medians[0], 1)
    row = {
        "what": "campaigns, 30 days",
        **{
            f"{size:,} calls": round(median, 1)
            for size, median in zip(SIZES, medians, strict=True)
        },
        "times": times,
    }
    wrong = []
    if times > GOAL:
        wrong.append(f"{times} times as long, more than {GOAL}")
    if small[0]["result"] != large[0]["result"]:
        wrong.append(f"not the same figures at {SIZES[-1]:,} calls")
    return _command.Report(tables={"Milliseconds, median": [row]}, wrong=wrong)


if __name__ == "__main__":
    _command.main(measure)
