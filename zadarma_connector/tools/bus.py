# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Waking Odoo's bus over a connection that stays.

By itself Odoo opens a connection to the database ``postgres`` for each transaction with
messages, and its pool keeps none: a new process of PostgreSQL's each time, while the
PBX waits for our answer.

A network may forget a connection and tell nobody, as firewalls do with one that was
silent for long. So it is not silent, not used after a long rest, and given up when what
was sent is not acknowledged: TCP by itself tries for a quarter of an hour.
"""

import contextlib
import logging
import os
import threading
from time import monotonic

import psycopg2

from odoo import sql_db
from odoo.tools.misc import OrderedSet

from .trouble import describe

try:
    from odoo.sql_db import MAX_IDLE_TIMEOUT

    from odoo.addons.bus.models.bus import ODOO_NOTIFY_FUNCTION, get_notify_payloads
except ImportError:  # another Odoo: its own way
    get_notify_payloads = None

_logger = logging.getLogger(__name__)

#: Where Odoo keeps, in a transaction, whose messages are in it.
CHANNELS = "bus.bus.channels"
#: Seconds for a new connection, and for what was sent over it to be acknowledged; the
#: messages are in the database either way.
_PATIENCE = 3
#: Seconds without traffic after which TCP asks whether the other side is still there.
_SILENCE = 60


def wake_at_commit(cr):
    """Have the messages of a transaction told over the connection that stays.

    To be called before they are sent. Where Odoo is to tell of other messages anyway,
    or keeps them under other names than it did, it does so in its own way.

    :param cr: the transaction's cursor
    """
    data = cr.postcommit.data
    if get_notify_payloads is None or CHANNELS in data:
        return
    data[CHANNELS] = OrderedSet()
    cr.postcommit.add(lambda: _wake(data.pop(CHANNELS, ())))


def _wake(channels):
    """Tell Odoo's bus of new messages; what goes wrong touches nothing else."""
    try:
        if channels:
            _connection.notify(get_notify_payloads(list(channels)))
    except Exception as error:
        _logger.error("the bus could not be told of news: %s", describe(error))


class _Connection:
    """A process's own connection, opened when it is needed first."""

    def __init__(self):
        self._lock = threading.Lock()
        self._process_id = None
        self._connection = None
        self._used_at = None

    def notify(self, payloads):
        """Send notifications, over a new connection if the last one is lost.

        :param payloads: list of texts
        :raise psycopg2.Error: none could be had, or PostgreSQL refused
        """
        with self._lock:
            # a worker does not share that of the process that it was forked from
            if self._process_id == os.getpid():
                # as Odoo's pool does with its own
                if monotonic() - self._used_at < MAX_IDLE_TIMEOUT:
                    # PostgreSQL may have been started anew, or the network lost it
                    with contextlib.suppress(
                        psycopg2.OperationalError, psycopg2.InterfaceError
                    ):
                        return self._send(payloads)
                self._connection.close()
            self._open()
            return self._send(payloads)

    def _open(self):
        self._process_id = None
        _database, info = sql_db.connection_info_for("postgres")
        patience = {
            "connect_timeout": _PATIENCE,
            "keepalives_idle": _SILENCE,
            "tcp_user_timeout": _PATIENCE * 1000,  # milliseconds
        }
        # what Odoo was told of connections comes first
        self._connection = psycopg2.connect(**{**patience, **info})
        # nothing stays open in between
        self._connection.autocommit = True
        self._process_id, self._used_at = os.getpid(), monotonic()

    def _send(self, payloads):
        with self._connection.cursor() as cr:
            for payload in payloads:
                cr.execute(f"SELECT {ODOO_NOTIFY_FUNCTION}('imbus', %s)", [payload])
        self._used_at = monotonic()


_connection = _Connection()
