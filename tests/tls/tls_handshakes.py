#!/usr/bin/env python3
"""Handshakes that stall, fail or never were any: what they cost, and whom they disturb."""

import os
import re
import select
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from certificates import self_signed
from server import PATIENCE, Sandboxed, answer, eventually, gnutls_cli, s_client

HELLO_BEGINS = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"  # the first bytes of a ClientHello of 512 bytes


class Handshakes(Sandboxed):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix="uit-")
        cls.addClassCleanup(cls.holder.cleanup)
        cls.certificate, cls.key = self_signed(cls.holder.name, "echo.example")

    def start(self, *flags, **options):
        return self.serve(self.certificate, self.key, *flags, **options)

    def begun(self, server):
        """How many connections have come to a handler."""
        return len(re.findall(r"connection \S+ begins", server.log()))

    def stall(self, server, count):
        clients = [server.connect() for _ in range(count)]
        for number, client in enumerate(clients):
            if number % 2:
                client.sendall(HELLO_BEGINS)
        self.addCleanup(lambda: [client.close() for client in clients])
        eventually("all are counted", lambda: server.connections() == count)
        return clients

    def serves(self, server):
        text = s_client(server.port)[1]
        self.assertTrue(answer(text), text)

    def threads(self, pid):
        return len(os.listdir(f"/proc/{pid}/task"))

    def test_many_that_stall_hold_nobody_up_and_cost_no_thread(self):
        server = self.start("--handshake-timeout", "10m")
        self.serves(server)
        before = self.threads(server.pid())
        self.stall(server, 300)
        self.assertEqual(self.threads(server.pid()), before)
        for _ in range(3):
            self.serves(server)
        self.assertEqual(self.begun(server), 4)

    def test_nor_do_they_hold_a_pool_up(self):
        server = self.start("--handshake-timeout", "10m", program="thread-pool-server")
        self.stall(server, 50)
        self.serves(server)

    def test_they_end_by_their_own_timeout(self):
        server = self.start("--handshake-timeout", "300ms")
        clients = self.stall(server, 20)
        for client in clients:
            client.settimeout(PATIENCE)
            try:
                self.assertEqual(client.recv(100), b"")
            except ConnectionResetError:
                pass
        eventually("nobody is counted any more", lambda: server.connections() == 0)
        self.assertEqual(server.counter("handshakes_timed_out"), 20)
        self.assertIn("TLS handshake failed: not done within 300 ms", server.log())
        self.assertEqual(self.begun(server), 0)
        self.serves(server)

    def test_a_byte_at_a_time_does_not_prolong_it(self):
        server = self.start("--handshake-timeout", "500ms")
        with server.connect() as client:
            started = time.monotonic()
            with self.assertRaises(OSError):
                for byte in HELLO_BEGINS + b"x" * 10_000:
                    client.sendall(bytes([byte]))
                    time.sleep(0.02)
                    self.assertLess(time.monotonic() - started, PATIENCE)
        eventually("it is counted", lambda: server.counter("handshakes_timed_out") == 1)

    def test_what_is_no_tls_fails_at_once_without_a_handler(self):
        server = self.start()
        for text in (b"GET / HTTP/1.0\r\n\r\n", b"hello\n", os.urandom(5000), b"\x80\x2e\x01\x00\x02" + b"\0" * 41):
            with self.subTest(text=text[:10]), server.connect() as client:
                client.sendall(text)
                client.shutdown(socket.SHUT_WR)
                try:
                    while client.recv(65536):  # an alert, then the end
                        pass
                except ConnectionResetError:
                    pass
        eventually("all are gone", lambda: server.connections() == 0)
        self.assertEqual(server.counter("handshakes_failed"), 4)
        self.assertEqual(self.begun(server), 0)
        self.assertEqual(len(re.findall("DEBUG .*TLS handshake failed", server.log())), 1, "once a second at most")

    def test_a_million_random_bytes_in_many_connections_do_no_harm(self):
        server = self.start()
        for _ in range(100):
            with server.connect() as client:
                try:
                    client.sendall(os.urandom(10_000))
                except OSError:
                    pass
        eventually("all are gone", lambda: server.connections() == 0)
        self.serves(server)
        self.assertEqual(self.begun(server), 1)

    def test_the_alert_reaches_a_client_that_goes_on_sending(self):
        server = self.start()
        for _ in range(20):
            with server.connect() as client:
                client.sendall(client_hello(b"echo.example", version=b"\x03\x01"))
                select.select([client], [], [], PATIENCE)
                for _ in range(10):  # a socket that was closed meanwhile would answer with a reset
                    client.sendall(b"x" * 1000)
                received = b""
                while piece := client.recv(100):  # until an orderly end, not a reset
                    received += piece
                self.assertEqual(received[:1], b"\x15", "a TLS alert")

    def test_a_client_that_leaves_in_the_middle_is_no_error(self):
        server = self.start()
        with server.connect() as client:
            client.sendall(HELLO_BEGINS)
        eventually("it is counted", lambda: server.counter("handshakes_failed") == 1)
        self.assertIn("the client left in the middle of it", server.log())
        self.assertNotRegex(server.log(), "ERROR|WARN")

    def test_tls_to_a_plain_port_fails_cleanly(self):
        plain = self.directory / "plain"
        plain.mkdir()
        from server import Server
        server = Server(plain)
        self.addCleanup(server.stop)
        status, text = s_client(server.port, patience=5)
        self.assertNotEqual(status, 0)
        self.assertEqual(answer(text), "")
        eventually("it is gone", lambda: server.connections() == 0)

    def test_a_huge_client_hello_is_bounded(self):
        server = self.start()
        with server.connect() as client:
            try:
                client.sendall(b"\x16\x03\x01\x40\x00\x01\xff\xff\xff\x03\x03")
                for _ in range(1000):
                    client.sendall(b"\x16\x03\x01\x40\x00" + b"\0" * 0x4000)
            except OSError:
                pass
        eventually("it is refused", lambda: server.counter("handshakes_failed") == 1)

    def test_hostile_server_names_are_escaped(self):
        server = self.start()
        for name in (b"evil\ninjected line", b"nul\0name", b"\x1b[31mred"):
            with self.subTest(name=name), server.connect() as client:
                client.sendall(client_hello(name))
                client.settimeout(PATIENCE)
                client.recv(10)
        eventually("all are gone", lambda: server.connections() == 0)
        for line in server.log().splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT.*tls\[1:\d+\] ")
            self.assertNotIn("\x1b", line)
        self.serves(server)

    def test_failures_inside_openssl_cost_one_connection(self):
        server = self.start(environment={"UNINTERRUPTIBLE_FAULT": "tls.session:fail"})
        with server.connect() as client:
            client.settimeout(PATIENCE)
            try:
                self.assertEqual(client.recv(10), b"")
            except ConnectionResetError:
                pass
        eventually("it is said", lambda: "a new connection was closed at once: TLS connection" in server.log())
        self.assertEqual(server.connections(), 0)
        self.assertIsNone(server.process.poll())

    def test_a_connection_in_its_handshake_can_be_closed_by_an_operator(self):
        server = self.start("--handshake-timeout", "10m")
        self.stall(server, 1)
        from server import BIN
        subprocess.run([str(BIN / "uninterruptiblectl"), "-s", "tls", "close", "1-1"], env=server.environment, check=True,
                       stdout=subprocess.DEVNULL, timeout=PATIENCE)
        eventually("it is gone", lambda: server.connections() == 0)

    def test_a_handshake_under_way_is_served_after_term(self):
        server = self.start("--handshake-timeout", "10m")
        late = server.connect()
        eventually("it is counted", lambda: server.connections() == 1)
        os.kill(server.pid(), signal.SIGTERM)
        eventually("it shuts down", lambda: "shutting down" in server.log())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(late) as client:
            client.sendall(b"hello\n")
            self.assertEqual(client.recv(100), b"hello\n")
        self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_a_second_term_does_not_wait_for_it(self):
        server = self.start("--handshake-timeout", "10m")
        self.stall(server, 5)
        os.kill(server.pid(), signal.SIGTERM)
        eventually("it shuts down", lambda: "shutting down" in server.log())
        os.kill(server.process.pid, signal.SIGTERM)
        self.assertEqual(server.process.wait(PATIENCE), 1)

    def test_gnutls_speaks_with_it(self):
        server = self.start()
        status, text = gnutls_cli(server.port, "--insecure")
        self.assertEqual(status, 0, text)
        self.assertTrue(answer(text).startswith("TLSv1.3"), text)


def client_hello(name, version=b"\x03\x03"):
    """A ClientHello, of TLS 1.2 where nothing else is said, that asks for a server name of any bytes."""
    def block(length_bytes, content):
        return len(content).to_bytes(length_bytes, "big") + content
    server_name = block(2, b"\0" + block(2, name))
    extensions = b"\0\0" + block(2, server_name) + b"\0\x0d" + block(2, block(2, b"\x04\x03\x08\x07")) + \
        b"\0\x0a" + block(2, block(2, b"\0\x17\0\x1d"))
    body = version + bytes(32) + b"\0" + block(2, b"\xc0\x2b\xc0\x2f") + block(1, b"\0") + block(2, extensions)
    return b"\x16\x03\x01" + block(2, b"\x01" + block(3, body))


if __name__ == "__main__":
    unittest.main()
