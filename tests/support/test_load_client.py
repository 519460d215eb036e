#!/usr/bin/env python3
"""Proves that the accounting client sees what it must see: each test serves it in a particular, mostly wrong, way."""

import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

CLIENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load_client.py")


class Misbehaving:
    """Listens on loopback and serves every connection by `behave(connection, lines)`."""

    def __init__(self, behave):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.target = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.behave = behave
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.speak, args=(connection,), daemon=True).start()

    def speak(self, connection):
        try:
            with self.prepared(connection) as ready, ready.makefile("rb") as lines:
                self.behave(ready, lines)
        except OSError:
            pass

    def prepared(self, connection):
        return connection

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class MisbehavingOverTls(Misbehaving):
    """The same over TLS. `connection.close()` alone says no goodbye; `connection.unwrap()` does."""

    context = None

    def __init__(self, behave):
        super().__init__(behave)
        self.target = self.target.replace("tcp:", "tls:")

    def prepared(self, connection):
        return self.context.wrap_socket(connection, server_side=True, suppress_ragged_eofs=False)


def setUpModule():  # pylint: disable=invalid-name
    with tempfile.TemporaryDirectory() as directory:
        key, certificate = os.path.join(directory, "key"), os.path.join(directory, "certificate")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        MisbehavingOverTls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        MisbehavingOverTls.context.load_cert_chain(certificate, key)


def echo_once(connection, lines):
    connection.sendall(lines.readline())


def echo(connection, lines):
    for line in lines:
        connection.sendall(b"4711\n" if line == b"PID?\n" else line)


def goodbye_after(behave):
    """`behave`, and then a proper end in TLS."""
    def both(connection, lines):
        behave(connection, lines)
        connection.unwrap()
    return both


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def run(target, *arguments):
    done = subprocess.run([sys.executable, CLIENT, "--target", target, "--seconds", "0.5", "--timeout", "0.3",
                           "--rate", "50", *arguments], capture_output=True, text=True, check=False, timeout=50,
                          stdin=subprocess.DEVNULL)
    return done.returncode, json.loads(done.stdout), done.stderr


class Accounting(unittest.TestCase):
    serves = Misbehaving

    def against(self, behave, *arguments):
        server = self.serves(behave)
        try:
            return run(server.target, *arguments)
        finally:
            server.close()

    def expect_loss(self, kind, behave, *arguments):
        status, account, _ = self.against(behave, *arguments)
        self.assertEqual(status, 1, account)
        self.assertGreater(account[kind], 0, account)
        self.assertEqual(account["failures"][0]["kind"], kind)

    def test_a_right_server_loses_nothing(self):
        with tempfile.TemporaryDirectory() as directory:
            ids, window = os.path.join(directory, "ids"), os.path.join(directory, "window")
            status, account, errors = self.against(echo_once, "--short", "--ids", ids, "--window-file", window)
            self.assertEqual(status, 0, account)
            self.assertIn("steady", errors)
            self.assertEqual(account["failures"], [])
            with open(ids, encoding="utf-8") as file:
                answered = file.read().split()
            self.assertEqual(len(answered), account["answered"])
            self.assertEqual(len(set(answered)), len(answered))
            with open(window, encoding="utf-8") as file:
                rows = [line.split() for line in file]
            self.assertEqual(sorted(row[1] for row in rows), sorted(answered))
            self.assertAlmostEqual(max(int(row[2]) for row in rows) / 1000, account["latency"]["short"]["max_ms"], 2)

    def test_conversations(self):
        status, account, errors = self.against(echo, "--long", "5", "--pace", "0.01", "--turns", "3", "--ask-pid")
        self.assertEqual(status, 0, account)
        self.assertIn("steady", errors)
        self.assertGreaterEqual(account["answered"], 15)
        self.assertEqual(list(account["pids"]), ["4711"])

    def test_half_close_for_servers_that_read_to_the_end(self):
        status, account, _ = self.against(echo, "--short", "--half-close")
        self.assertEqual(status, 0, account)

    def test_refused(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            status, account, _ = run("tcp://127.0.0.1:%d" % unused.getsockname()[1], "--short", "--long", "2")
        self.assertEqual(status, 1)
        self.assertGreater(account["refused"], 0)
        self.assertEqual({failure["mode"] for failure in account["failures"]}, {"short", "long"})

    def test_reset(self):
        self.expect_loss("reset", lambda connection, lines: (lines.readline(), reset(connection)), "--short")
        self.expect_loss("reset", lambda connection, lines: (lines.readline(), reset(connection)), "--long", "1")

    def test_timed_out(self):
        self.expect_loss("timed_out", lambda connection, lines: lines.read(), "--short")
        self.expect_loss("timed_out", lambda connection, lines: lines.read(), "--long", "1")

    def test_short(self):
        half = lambda connection, lines: connection.sendall(lines.readline()[:2])
        self.expect_loss("short", half, "--short")
        self.expect_loss("short", half, "--long", "1")

    def test_wrong(self):
        other = lambda connection, lines: (lines.readline(), connection.sendall(b"other\n"))
        self.expect_loss("wrong", other, "--short")
        self.expect_loss("wrong", other, "--long", "1")

    def test_doubled(self):
        twice = lambda connection, lines: connection.sendall(lines.readline() * 2)
        self.expect_loss("doubled", twice, "--short")
        self.expect_loss("doubled", twice, "--long", "1")

    def test_ended_between_requests(self):
        self.expect_loss("closed", echo_once, "--long", "1")
        status, account, _ = self.against(echo_once, "--long", "1", "--allow-close")
        self.assertEqual(status, 0, account)

    def test_the_end_of_standard_input_stops_it(self):
        server = Misbehaving(echo)
        client = subprocess.Popen([sys.executable, CLIENT, "--target", server.target, "--long", "2", "--stdin"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(client.stderr.readline(), "steady\n")
        out, _ = client.communicate(timeout=30)
        server.close()
        self.assertEqual(client.returncode, 0, out)


class AccountingOverTls(unittest.TestCase):
    """The same over TLS, short requests and conversations at once, and what only TLS knows."""

    def against(self, behave, *arguments, serves=MisbehavingOverTls, timeout="10"):
        server = serves(behave)
        try:
            return run(server.target.replace("tcp:", "tls:"), "--timeout", timeout, *arguments)
        finally:
            server.close()

    def expect_losses(self, kinds, behave, **how):
        _, account, _ = self.against(behave, "--short", "--long", "1", **how)
        self.assertEqual({failure["mode"] for failure in account["failures"]}, {"short", "long"}, account)
        self.assertLessEqual({failure["kind"] for failure in account["failures"]}, set(kinds), account)

    def test_a_right_server_loses_nothing(self):
        status, account, errors = self.against(goodbye_after(echo), "--short", "--half-close", "--long", "5", "--pace",
                                               "0.01", "--turns", "3", "--ask-pid")
        self.assertEqual(status, 0, account)
        self.assertIn("steady", errors)
        self.assertGreaterEqual(account["latency"]["long"]["count"], 15)
        self.assertGreaterEqual(account["latency"]["short"]["count"], 2)
        self.assertEqual(list(account["pids"]), ["4711"])

    def test_a_server_that_ends_after_a_reply(self):
        status, account, _ = self.against(goodbye_after(echo_once), "--short")
        self.assertEqual(status, 0, account)

    def test_a_reply_in_many_records(self):
        def in_pieces(connection, lines):
            for line in lines:
                for byte in line:
                    connection.sendall(bytes([byte]))
        status, account, _ = self.against(goodbye_after(in_pieces), "--short", "--half-close", "--long", "3")
        self.assertEqual(status, 0, account)

    def test_an_end_without_goodbye_is_short(self):
        self.expect_losses(["short"], echo_once)
        for mode in (["--short", "--half-close"], ["--long", "1", "--turns", "2"]):
            status, account, _ = self.against(echo, *mode)
            self.assertEqual(status, 1, account)
            self.assertEqual(account["failures"][0]["kind"], "short", account)

    def test_half_a_reply(self):
        self.expect_losses(["short"], goodbye_after(lambda connection, lines: connection.sendall(lines.readline()[:2])))

    def test_wrong(self):
        other = lambda connection, lines: (lines.readline(), connection.sendall(b"other\n"))
        self.expect_losses(["wrong"], goodbye_after(other))

    def test_doubled(self):
        self.expect_losses(["doubled"], goodbye_after(lambda connection, lines: connection.sendall(lines.readline() * 2)))

    def test_reset(self):  # Python before 3.11.9 tells of a reset as of an end
        self.expect_losses(["reset", "short"], lambda connection, lines: (lines.readline(), reset(connection)))

    def test_end_in_the_handshake(self):
        self.expect_losses(["reset", "short"], lambda connection, lines: connection.recv(10), serves=Misbehaving)

    def test_no_handshake(self):
        self.expect_losses(["timed_out"], lambda connection, lines: lines.read(), serves=Misbehaving, timeout="0.3")

    def test_no_tls(self):
        self.expect_losses(["wrong"], lambda connection, lines: (connection.sendall(b"what?" * 100), lines.read()),
                           serves=Misbehaving)

    def test_the_handshake_counts(self):
        def late(connection, _):
            threading.Event().wait(0.1)
            with MisbehavingOverTls.context.wrap_socket(connection, server_side=True) as ready:
                ready.sendall(ready.recv(4096))
                ready.unwrap()
        _, account, _ = self.against(late, "--short", serves=Misbehaving)
        self.assertGreaterEqual(account["latency"]["short"]["p50_ms"], 100, account)


if __name__ == "__main__":
    unittest.main()
