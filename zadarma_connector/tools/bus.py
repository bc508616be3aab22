# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Waking Odoo's bus over a connection that stays.

By itself Odoo opens a connection to the database ``postgres`` for each transaction with
messages, and its pool keeps none: a new process of PostgreSQL's each time, while the
PBX waits for our answer.
"""

import logging
import os
import threading

import psycopg2

from odoo import sql_db
from odoo.tools.misc import OrderedSet

from .trouble import describe

try:
    from odoo.addons.bus.models.bus import ODOO_NOTIFY_FUNCTION, get_notify_payloads
except ImportError:  # another Odoo: its own way
    get_notify_payloads = None

_logger = logging.getLogger(__name__)

#: Where Odoo keeps, in a transaction, whose messages are in it.
CHANNELS = "bus.bus.channels"
#: Seconds for a new connection; the messages are in the database either way.
_PATIENCE = 3


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

    def notify(self, payloads):
        """Send notifications, over a new connection if the last one is lost.

        :param payloads: list of texts
        :raise psycopg2.Error: none could be had, or PostgreSQL refused
        """
        with self._lock:
            # a worker does not share that of the process that it was forked from
            if self._process_id == os.getpid():
                try:
                    return self._send(payloads)
                except (psycopg2.OperationalError, psycopg2.InterfaceError):
                    # PostgreSQL was started anew, or somebody ended an idle one
                    self._connection.close()
            self._process_id = None
            _database, info = sql_db.connection_info_for("postgres")
            self._connection = psycopg2.connect(**info, connect_timeout=_PATIENCE)
            # nothing stays open in between
            self._connection.autocommit = True
            self._process_id = os.getpid()
            return self._send(payloads)

    def _send(self, payloads):
        with self._connection.cursor() as cr:
            for payload in payloads:
                cr.execute(f"SELECT {ODOO_NOTIFY_FUNCTION}('imbus', %s)", [payload])


_connection = _Connection()
