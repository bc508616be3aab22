# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A small history and a large one, measured in turn: a noisy machine slows both."""

import contextlib
from collections import defaultdict

from benchmarks import _shell
from devtools import database
from devtools.progress import step


@contextlib.contextmanager
def measured(environment, probe, sizes, turns):
    """Fill a database for each size, and yield what was told of each.

    :param environment: an ``environment.Environment``
    :param probe: file in ``benchmarks/``, as of ``_shell.run``; its settings are
        ``fill``, and with it ``calls`` and those of a ``month``, the first size
    :param sizes: numbers of calls
    :param turns: how often each is measured
    :return: from a size to a list of what each turn told, and from a size to the name
        of its database
    """
    with contextlib.ExitStack() as stack:
        names = {
            size: stack.enter_context(database.temporary(environment, f"bench_{size}"))
            for size in sizes
        }
        for size, name in names.items():
            with step(f"{size:,} calls"):
                filling = {"fill": True, "calls": size, "month": sizes[0]}
                _shell.run(environment, name, probe, **filling)
        told = defaultdict(list)
        for turn in range(turns):
            for size, name in names.items():
                with step(f"Turn {turn + 1} with {size:,} calls"):
                    told[size].append(_shell.run(environment, name, probe, fill=False))
        yield told, names
