# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The loop of scheduled jobs: each record by itself, and none the end of the job.

Whatever a record holds, what Zadarma answers about it, who else works on it: what went
wrong is kept on the record, and the next one has its turn.
"""

import logging
from collections import defaultdict, deque
from datetime import timedelta
from typing import NamedTuple

from odoo import fields
from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.fields import Domain

from ..zadarma_api import errors, limits
from .transaction import is_busy, unlogged
from .trouble import NotConnected, describe, where

_logger = logging.getLogger(__name__)

#: Between two attempts is a minute, then twice as long each time, up to this.
_LONGEST_GAP = timedelta(hours=4)
#: Odoo's own: somebody else has the record, and nothing is wrong with it.
_BUSY = (ConcurrencyError, LockError)
#: What the user can read, and no bug.
EXPECTED = (errors.ZadarmaError, UserError)
#: The account's trouble and no record's: whatever is asked for it, it is the same.
#: The account's health tells of it.
OF_ACCOUNT = (errors.NotAuthorized, NotConnected)


class Attempts(NamedTuple):
    """The fields in which a model keeps what was tried.

    :param count: how many attempts were begun
    :param next_at: when the next one is due; ``None`` if each run of the job is one,
        which begins with what was tried least
    """

    count: str
    next_at: str | None = None


def gap(attempts):
    """How long to wait after so many attempts.

    :return: a ``timedelta``
    """
    # an exponent that is not absurd, whatever the database holds
    return min(timedelta(minutes=2 ** min(max(attempts - 1, 0), 20)), _LONGEST_GAP)


def run(model, cron, due, attempts, do, failed, by="id"):
    """Do the work of a scheduled job, each unit a transaction of its own.

    Accounts take turns. That of an account ends where Zadarma's limit of requests is
    reached, and the job comes again when the limit allows; it ends as well where
    Zadarma does not let the account in, which is no attempt. An attempt is counted
    before it begins, so that even what ends this process is not the first again. The
    first that is cut off is due at once, after what was due before; later ones are due
    ever later.

    :param model: of the records, which have an ``account_id`` or are accounts
    :param cron: the job's external id, without the module
    :param due: domain of the records to work on; looked at again at each one's turn
    :param attempts: their :class:`Attempts`
    :param do: see :func:`guarded`
    :param failed: see :func:`guarded`
    :param by: the field by which records are one unit
    """
    progress = model.env["ir.cron"]._commit_progress
    if attempts.next_at:
        now = fields.Datetime.now()
        due = Domain(due) & Domain.OR(
            [[(attempts.next_at, "=", False)], [(attempts.next_at, "<=", now)]]
        )
    order = f"{attempts.next_at or attempts.count} NULLS FIRST, id"
    queues = defaultdict(deque)
    for unit in model.search(due, order=order).grouped(by).values():
        queues[_account(unit)].append(unit)
    progress(remaining=sum(map(len, queues.values())))
    while queues:
        for account, queue in [*queues.items()]:
            waiting = len(queue)
            try:
                error = guarded(
                    queue.popleft(),
                    lambda unit: _attempt(unit, due, attempts, do),
                    lambda unit, *told: _failed(unit, attempts, failed, *told),
                )
                if isinstance(error, OF_ACCOUNT):
                    queue.clear()
            except errors.RateLimited as error:
                queue.clear()
                _come_again(model.env, cron, error)
            if not queue:
                del queues[account]
            if not progress(waiting - len(queue)):
                return


def guarded(unit, do, failed, told=None):
    """Do some work and commit it; what goes wrong is kept on the record, no more.

    :param unit: a recordset of one account
    :param do: called with the unit; may commit on its way, and raise anything
    :param failed: called with what is left of the unit, the exception, and a sentence
        for the user; keeps on the records what is of use
    :param told: a set of what was logged before, for many units with which the same
        may be wrong: what is in it is not logged again
    :return: the exception that was kept, ``None`` if there was none
    :raise errors.RateLimited: Zadarma has to be left alone for a while
    """
    commit = unit.env["ir.cron"]._commit_progress
    try:
        with unlogged(unit.env.cr):
            do(unit)
            commit()
    except errors.RateLimited:
        unit.env.cr.rollback()
        raise
    except Exception as error:
        unit.env.cr.rollback()
        if isinstance(error, _BUSY) or is_busy(error):
            _logger.info("%s is busy: %s", unit, type(error).__name__)
            return None
        _log(unit, error, told)
        try:
            present = unit.exists()
            failed(present, error, _sentence(present, error))
            commit()
        except Exception as another:
            unit.env.cr.rollback()
            _log(unit, another, told)
        return error
    return None


def _account(unit):
    return unit.account_id if "account_id" in unit._fields else unit


def _attempt(unit, due, attempts, do):
    """Work on those of a unit that are still due, and that nobody else has."""
    # it may have been a while since they were found
    present = unit.try_lock_for_update(allow_referencing=True).filtered_domain(due)
    if not present:
        return
    for record in present:
        _count(record, attempts, 1)
    unit.env["ir.cron"]._commit_progress()
    try:
        do(present)
    except (errors.RateLimited, *OF_ACCOUNT):
        unit.env.cr.rollback()
        # there was no attempt
        for record in present.exists():
            _count(record, attempts, -1)
        unit.env["ir.cron"]._commit_progress()
        raise
    for record in present.exists():
        if record[attempts.count] == 1:
            _end_first(record, attempts)


def _failed(unit, attempts, failed, error, reason):
    """Keep what went wrong with an attempt that was not cut off."""
    if not isinstance(error, OF_ACCOUNT):
        for record in unit:
            if record[attempts.count] <= 1:
                _end_first(record, attempts)
    failed(unit, error, reason)


def _end_first(record, attempts):
    """A first attempt came to its end: the next one is not due at once any more."""
    now = fields.Datetime.now()
    # whoever chose another time meanwhile knows better
    if (
        attempts.next_at
        and record[attempts.next_at]
        and record[attempts.next_at] <= now
    ):
        record[attempts.next_at] = now + gap(1)


def _count(record, attempts, step):
    """Count an attempt that begins, or take back one that was none.

    Until a first attempt ends, it is due at once: a server that was stopped meanwhile
    goes on when it is back.
    """
    count = max(record[attempts.count] + step, 0)
    values = {attempts.count: count}
    if attempts.next_at:
        wait = gap(count) if step > 0 and count > 1 else timedelta(0)
        values[attempts.next_at] = fields.Datetime.now() + wait
    record.write(values)


def _come_again(env, cron, error):
    """Run a job again when Zadarma's limit of requests allows."""
    wait = timedelta(seconds=error.retry_after or limits.PERIOD)
    env.ref(f"zadarma_connector.{cron}")._trigger(at=fields.Datetime.now() + wait)


def _sentence(unit, error):
    """What the user is told of an exception; of a bug only its kind."""
    if isinstance(error, errors.ZadarmaError):
        return _account(unit)._explain(error)
    return str(error) if isinstance(error, UserError) else type(error).__name__


def _log(unit, error, told=None):
    lines = where(error)
    if told is not None:
        if lines in told:
            return
        told.add(lines)
    if isinstance(error, EXPECTED):
        _logger.info("%s: %s", unit, type(error).__name__)
        return
    _logger.error("%s: %s\n%s", unit, describe(error), lines)
