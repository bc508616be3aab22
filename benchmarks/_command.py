# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is the same in all benchmarks: options, figures, exit code."""

import argparse
import json
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from devtools import environment
from devtools.errors import Problem
from devtools.progress import complain

#: How many wrong results are printed; the JSON has all.
WRONG_SHOWN = 20


@dataclass
class Report:
    """What a benchmark found.

    :param tables: title to rows, each a dict of figures with the same names
    :param wrong: a sentence for each result that is not right
    """

    tables: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)

    def print(self):
        """Print it for people."""
        for title, rows in self.tables.items():
            print(f"\n{title}\n")
            _print_rows(rows)
        print(f"\n{len(self.wrong) or 'no'} wrong results")
        for sentence in self.wrong[:WRONG_SHOWN]:
            print(f"  {sentence}")
        if len(self.wrong) > WRONG_SHOWN:
            print(f"  ... and {len(self.wrong) - WRONG_SHOWN} more")
        sys.stdout.flush()

    def write(self, path):
        """Write it for programs, as JSON."""
        Path(path).write_text(json.dumps(vars(self), indent=2) + "\n")


def _print_rows(rows):
    lines = [list(rows[0]), *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            # words to the left, figures to the right
            text.ljust(width) if isinstance(value, str) else text.rjust(width)
            for text, width, value in zip(line, widths, rows[0].values(), strict=True)
        ]
        print("  " + "  ".join(cells).rstrip())


def _text(value):
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def main(measure):
    """Run a benchmark from the command line and end with its exit code.

    :param measure: function of an ``environment.Environment`` that returns a
        :class:`Report`
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    options = parser.parse_args()
    # As Ctrl-C, so that what was started is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with environment.ready(durable=True) as ready:
            report = measure(ready)
    except Problem as problem:
        complain(problem)
        sys.exit(1)
    except KeyboardInterrupt:
        complain("interrupted")
        sys.exit(130)
    report.print()
    if options.json:
        report.write(options.json)
    sys.exit(1 if report.wrong else 0)
