# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Taking OR apart, so that PostgreSQL has an index for each way to be found.

The newest records of one condition are the end of an index. Those of one of several
conditions are not: PostgreSQL reads the whole history. Found way by way, the newest of
all are among the newest of each.
"""

from itertools import product
from typing import NamedTuple

from odoo.fields import Domain


class Way(NamedTuple):
    """One of the ways to be found.

    :param asked: the ``Domain`` that was asked for, and the rest of it
    :param granted: what the user may see of it, a ``Domain`` of the rules
    """

    asked: Domain
    granted: Domain


def ways(asked, granted, column):
    """The ways on which records are found.

    What implies a rule makes the rule's alternatives needless: whoever asks for missed
    calls, and may see all missed calls, is asked for no other reason.

    :param asked: an optimized ``Domain``
    :param granted: an optimized ``Domain``: what the user may see
    :param column: the first of the columns by which records are ordered in indexes;
        each of its values is a way of its own
    :return: list of :class:`Way`: who fulfils `asked` and `granted` is on one of them,
        and who is on one of them fulfils both
    """
    conditions, rules = _parts(asked, "&"), _parts(granted, "&")
    reasons = []
    if choice := next((one for one in rules if len(_parts(one, "|")) > 1), None):
        rules.remove(choice)
        reasons = _parts(choice, "|")
    ranges = [_values(rule, column) for rule in rules]
    chosen = next((one for one in conditions if _implies(one, reasons)), None)
    if chosen is not None:
        conditions.remove(chosen)
        found = [
            (Domain.AND([*conditions, one]), some)
            for one, some in product(_sorted(_parts(chosen, "|")), product(*ranges))
        ]
    else:
        found = [
            (asked, (*some, one))
            for one, some in product(
                _sorted(reasons) or [Domain.TRUE], product(*ranges)
            )
        ]
    return [Way(wanted, Domain.AND(some)) for wanted, some in found]


def _parts(domain, operator):
    """What an AND or OR consists of; of anything else itself."""
    if getattr(domain, "OPERATOR", None) == operator:
        return list(domain.children)
    return [domain]


def _implies(condition, reasons):
    """Whether a condition is one of the reasons, or leaves a choice of some.

    Without reasons any choice counts whose parts are links or fixed values.
    """
    choice = _parts(condition, "|")
    if reasons:
        return all(one in reasons for one in choice)
    return len(choice) > 1 and all(map(_is_plain, choice))


def _is_plain(domain):
    return getattr(domain, "operator", None) in ("in", "any")


def _values(domain, column):
    """A condition on a column, for each of several values."""
    several = getattr(domain, "operator", None) == "in" and len(domain.value) > 1
    if not several or domain.field_expr != column:
        return [domain]
    return [Domain(column, "in", [value]) for value in domain.value]


def _sorted(domains):
    """Columns of the record itself first: the quickest to find by."""
    return sorted(
        domains,
        key=lambda one: (
            getattr(one, "operator", "any") != "in",
            getattr(one, "field_expr", ""),
        ),
    )
