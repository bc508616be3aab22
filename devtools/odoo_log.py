# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finding in Odoo's log what must not be there."""

import re

from .errors import Problem
from .process import tail

#: Warnings that are nobody's mistake: a pattern of the message, and the reason.
ALLOWED = (
    (
        r"\.browser: Error received after termination",
        "a browser test that is over closes its page, whose last requests then fail",
    ),
    (
        r"(?s)bad query: .*\bdiscuss_channel_member\b.*could not serialize access",
        "Discuss marks a message as seen by two requests at once; Odoo repeats one",
    ),
    (
        r"ir_cron: Job 'Base: Auto-vacuum internal data' \(\d+\) processed no record",
        "Odoo's tidying up stops after ten seconds, on a busy machine before its end",
    ),
    (
        r"ir_cron: Skipping database \S+ because of modules to install/upgrade/remove",
        "jobs wait while modules come or go",
    ),
    (
        r"odoo\.http: Job '[^']+' already executing",
        "a job was started by hand while it ran, and its starter is told so",
    ),
)

_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) (?P<rest>.*)$"
)
_BAD_LEVELS = ("WARNING", "ERROR", "CRITICAL")


def is_allowed(message, allowed=None):
    """Tell whether a warning is on the list of harmless ones."""
    patterns = ALLOWED if allowed is None else allowed
    return any(re.search(pattern, message) for pattern, _reason in patterns)


def complaints(text, allowed=None):
    """Return the warnings and errors in a log, each with the lines below it.

    :param text: a log as Odoo writes it
    :param allowed: pairs of pattern and reason, by default :data:`ALLOWED`
    """
    entries = []
    for line in text.splitlines():
        start = _LINE.match(line)
        if start:
            entries.append((start["level"], [line]))
        elif entries:
            entries[-1][1].append(line)
    texts = ("\n".join(lines) for level, lines in entries if level in _BAD_LEVELS)
    return [text for text in texts if not is_allowed(text, allowed)]


def require_clean(path, doing):
    """Check a log file.

    :param doing: what was logged, as in "installing zadarma_connector"
    :raises Problem: showing the warnings and errors in it
    """
    found = complaints(path.read_text(errors="replace"))
    if found:
        shown = "\n".join(tail(entry) for entry in found)
        raise Problem(
            f"Odoo logged {len(found)} warning(s) or error(s) while {doing}. "
            f"The whole log: {path}\n{shown}"
        )
