# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import ctypes
import json
import os
import select
import socket
import struct
import threading
import time
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api, sql_db
from odoo.tests import TransactionCase
from odoo.tools import mute_logger

from ..tools import bus


class Network:
    """A way to PostgreSQL that may stop to carry anything, and tells nobody."""

    def __init__(self, host, port):
        """
        :param host: of PostgreSQL: the folder of its socket, or a name
        :param port: of PostgreSQL
        """
        self._server = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._clients = []
        self._sockets = [self._listening]
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listening.accept()
                server = self._reach()
                self._clients.append(client)
                self._sockets += [client, server]
                for way in ((client, server), (server, client)):
                    threading.Thread(target=self._carry, args=way, daemon=True).start()

    def _reach(self):
        host, port = self._server
        if not host.startswith("/"):
            return socket.create_connection(self._server)
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    @staticmethod
    def _carry(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def forget(self):
        """Let nothing of the connections so far arrive: no answer, no refusal."""
        # a filter of one instruction: keep no byte of any packet (man 7 socket)
        code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))
        drop_all = struct.pack("HL", 1, ctypes.addressof(code))
        so_attach_filter = 26
        for client in self._clients:
            client.setsockopt(socket.SOL_SOCKET, so_attach_filter, drop_all)

    def close(self):
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class TestBus(TransactionCase):
    """Messages of calls wake Odoo's bus over one connection of the process."""

    def setUp(self):
        super().setUp()
        # of this test alone
        self.patch(bus, "_connection", bus._Connection())
        self.addCleanup(self._close)

    def _close(self):
        if bus._connection._connection:
            bus._connection._connection.close()

    @contextlib.contextmanager
    def _heard(self):
        """What the bus is told of this database, as Odoo's own listener hears it."""
        _name, info = sql_db.connection_info_for("postgres")
        with contextlib.closing(psycopg2.connect(**info)) as connection:
            connection.autocommit = True
            with connection.cursor() as cr:
                cr.execute("LISTEN imbus")
            heard = []
            yield heard
            while select.select([connection], [], [], 0.5)[0]:
                connection.poll()
                while connection.notifies:
                    told = json.loads(connection.notifies.pop(0).payload)
                    heard += [one for one in told if one[0] == self.env.cr.dbname]

    def _send(self, channel, before=bus.wake_at_commit):
        """Send a message in a real transaction; return how often Odoo connected."""
        with patch.object(sql_db, "db_connect", wraps=sql_db.db_connect) as connected:
            cr = sql_db.db_connect(self.env.cr.dbname).cursor()
            with cr:
                before(cr)
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["bus.bus"]._sendone(channel, "test", {})
        self.addCleanup(self._forget, channel)
        return [call.args for call in connected.mock_calls if call.args].count(
            ("postgres",)
        )

    def _connect(self, **parameters):
        """Have the connection opened with other parameters than Odoo's."""
        name, info = sql_db.connection_info_for("postgres")
        told = (name, {**info, **parameters})
        with patch.object(sql_db, "connection_info_for", return_value=told):
            bus._connection.notify([])

    def _forget(self, channel):
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute("DELETE FROM bus_bus WHERE channel LIKE %s", [f"%{channel}%"])

    def test_messages_are_told_over_one_connection(self):
        with self._heard() as heard:
            self.assertEqual(self._send("one"), 0)
            first = bus._connection._connection
            self.assertEqual(self._send("two"), 0)
        self.assertIs(bus._connection._connection, first)
        self.assertEqual([channel for _db, channel in heard], ["one", "two"])

    def test_a_lost_connection_is_made_anew(self):
        self._send("one")
        with sql_db.db_connect("postgres").cursor() as cr:
            cr.execute(
                "SELECT pg_terminate_backend(%s)",
                [bus._connection._connection.info.backend_pid],
            )
        with self._heard() as heard:
            self._send("two")
        self.assertEqual([channel for _db, channel in heard], ["two"])

    def test_one_that_never_worked_is_made_anew(self):
        refusal = psycopg2.OperationalError("server closed the connection unexpectedly")
        with (
            patch.object(bus._Connection, "_send", side_effect=refusal),
            mute_logger("odoo.addons.zadarma_connector.tools.bus"),
        ):
            self._send("one")
        bus._connection._connection.close()
        with self._heard() as heard:
            self._send("two")
        self.assertEqual([channel for _db, channel in heard], ["two"])

    def test_one_that_rested_for_long_is_not_used_again(self):
        now = 1000.0
        self.patch(bus, "monotonic", lambda: now)
        self._send("one")
        first = bus._connection._connection
        now += sql_db.MAX_IDLE_TIMEOUT - 1
        self._send("two")
        now += sql_db.MAX_IDLE_TIMEOUT - 1
        self._send("three")
        self.assertIs(bus._connection._connection, first)
        now += sql_db.MAX_IDLE_TIMEOUT
        with self._heard() as heard:
            self._send("four")
        self.assertIsNot(bus._connection._connection, first)
        self.assertTrue(first.closed)
        self.assertEqual([channel for _db, channel in heard], ["four"])

    def test_one_that_the_network_forgot_is_soon_given_up(self):
        server = self.env.cr._cnx.info
        network = Network(server.host, server.port)
        self.addCleanup(network.close)
        self.patch(bus, "_PATIENCE", 1)
        self._connect(host="127.0.0.1", port=network.port)
        network.forget()
        # so that a failure does not take a quarter of an hour
        rescue = threading.Timer(8, network.close)
        self.addCleanup(rescue.cancel)
        rescue.start()
        began = time.monotonic()
        with self._heard() as heard:
            self._send("two")
            self.assertLess(time.monotonic() - began, 5)
        self.assertEqual([channel for _db, channel in heard], ["two"])

    def test_what_odoo_was_told_of_connections_comes_first(self):
        self._connect(keepalives_idle=7, connect_timeout=9)
        used = bus._connection._connection.info.dsn_parameters
        self.assertEqual((used["keepalives_idle"], used["connect_timeout"]), ("7", "9"))

    def test_a_worker_does_not_use_its_parents_connection(self):
        self._send("one")
        parents = bus._connection._connection
        bus._connection._process_id = os.getppid()
        with self._heard() as heard:
            self._send("two")
        self.assertIsNot(bus._connection._connection, parents)
        self.assertFalse(parents.closed)
        self.assertEqual([channel for _db, channel in heard], ["two"])
        parents.close()

    def test_trouble_is_logged_and_the_transaction_stands(self):
        error = psycopg2.OperationalError("no route to +442037691880")
        with (
            patch.object(psycopg2, "connect", side_effect=error),
            self.assertLogs("odoo.addons.zadarma_connector.tools.bus", "ERROR") as log,
        ):
            self._send("one")
        self.assertNotIn("2037691880", log.output[0])
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute("SELECT count(*) FROM bus_bus WHERE channel LIKE '%one%'")
            self.assertEqual(cr.fetchone(), (1,))

    def test_another_odoo_goes_its_own_way(self):
        # its names are others
        self.patch(bus, "get_notify_payloads", None)
        with self._heard() as heard:
            self.assertEqual(self._send("one"), 1)
        self.assertEqual([channel for _db, channel in heard], ["one"])

    def test_odoo_keeps_other_names(self):
        self.patch(bus, "CHANNELS", "whatever")
        with self._heard() as heard, mute_logger(bus.__name__):
            self.assertEqual(self._send("one"), 1)
        self.assertEqual([channel for _db, channel in heard], ["one"])

    def test_messages_of_others_in_the_transaction_are_told_once(self):
        def others_first(cr):
            api.Environment(cr, SUPERUSER_ID, {})["bus.bus"]._sendone("other", "x", {})
            bus.wake_at_commit(cr)

        self.addCleanup(self._forget, "other")
        with self._heard() as heard:
            self.assertEqual(self._send("one", others_first), 1)
        self.assertEqual([channel for _db, channel in heard], ["other", "one"])

    def test_odoo_still_has_the_names_that_we_use(self):
        """If this fails, messages go Odoo's own way: read tools/bus.py again."""
        self.assertTrue(bus.get_notify_payloads)
        self.env["bus.bus"]._sendone("one", "test", {})
        self.assertIn(bus.CHANNELS, self.env.cr.postcommit.data)
