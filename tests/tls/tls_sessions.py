#!/usr/bin/env python3
"""What comes after the handshake: resumed sessions, also across a restart; ends, cuts, and what TLS must not do."""

import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import unittest

from certificates import Authority, openssl, self_signed
from server import PATIENCE, Sandboxed, answer, eventually, gnutls_cli, s_client


class Sessions(Sandboxed):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix="uit-")
        cls.addClassCleanup(cls.holder.cleanup)
        made = pathlib.Path(cls.holder.name)
        cls.certificate, cls.key = self_signed(made, "echo.example")
        cls.authority = Authority(made)
        cls.alice = cls.authority.issue("alice", usage="clientAuth")
        cls.other = Authority(made, "other")

    def start(self, *flags, **options):
        return self.serve(self.certificate, self.key, *flags, **options)

    def connect(self, server, version=ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        client = context.wrap_socket(server.connect(), suppress_ragged_eofs=False)
        self.addCleanup(client.close)
        return client

    # -- resumption --

    def session(self, server, version, *shown):
        """Makes a session and keeps it: the path of its file."""
        path = self.directory / f"session{version}"
        text = s_client(server.port, version, "-sess_out", path, *shown)[1]
        self.assertTrue(answer(text), text)
        return path

    def resume(self, server, version, path, *shown):
        """Whether the session was resumed; it must work in either case."""
        client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", version, "-sess_in",
                                   str(path), *map(str, shown)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        text = client.communicate(b"", timeout=PATIENCE)[0].decode(errors="replace")
        self.assertEqual(client.returncode, 0, text)
        return re.search("^Reused, ", text, re.MULTILINE) is not None

    def test_sessions_are_resumed_also_with_client_certificates(self):
        shown = ("-cert", self.alice[0], "-key", self.alice[1])
        server = self.start("--client-ca", self.authority.certificate)
        for version in ("-tls1_2", "-tls1_3"):
            with self.subTest(version=version):
                self.assertTrue(self.resume(server, version, self.session(server, version, *shown), *shown))

    def test_a_resumed_session_still_knows_the_clients_certificate(self):
        shown = ("-cert", self.alice[0], "-key", self.alice[1])
        server = self.start("--client-ca", self.authority.certificate)
        for version in ("-tls1_2", "-tls1_3"):
            with self.subTest(version=version):
                path = self.session(server, version, *shown)
                self.assertTrue(answer(s_client(server.port, version, "-sess_in", path)[1]).endswith("CN=alice"))

    def test_a_session_from_before_a_restart_never_fails(self):
        shown = ("-cert", self.alice[0], "-key", self.alice[1])
        server = self.start("--client-ca", self.authority.certificate)
        paths = {version: self.session(server, version, *shown) for version in ("-tls1_2", "-tls1_3")}
        server.restart()
        for version, path in paths.items():
            with self.subTest(version=version):
                self.resume(server, version, path, *shown)

    def test_a_session_from_before_a_change_of_the_ca_does_not_count(self):
        ca = self.directory / "ca.pem"
        ca.write_bytes(self.authority.certificate.read_bytes())
        shown = ("-cert", self.alice[0], "-key", self.alice[1])
        server = self.start("--client-ca", ca)
        path = self.session(server, "-tls1_2", *shown)
        ca.write_bytes(self.other.certificate.read_bytes())
        server.restart()
        self.assertEqual(answer(s_client(server.port, "-tls1_2", "-sess_in", path, *shown)[1]), "")

    def test_gnutls_resumes_too(self):
        server = self.start()
        text = gnutls_cli(server.port, "--insecure", "--resume", "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2")[1]
        self.assertIn("This is a resumed session", text)

    # -- what is not done --

    def test_renegotiation_is_refused_whatever_the_system_says(self):
        conf = self.directory / "openssl.cnf"
        conf.write_text("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
                        "Options = ClientRenegotiation\n", encoding="ascii")
        server = self.start(environment={"OPENSSL_CONF": str(conf)})
        client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-tls1_2"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        text = client.communicate(b"R\n", timeout=PATIENCE)[0].decode(errors="replace")
        self.assertIn("no renegotiation", text)
        self.assertIn("RENEGOTIATING", text)

    def test_there_is_no_early_data_and_no_compression(self):
        server = self.start()
        path = self.session(server, "-tls1_3", "-comp")
        text = openssl("sess_id", "-in", path, "-text", "-noout").decode()
        self.assertNotIn("Compression", text)
        self.assertIn("Max Early Data: 0", text)

    # -- ends --

    def test_a_large_answer_arrives_whole_in_both_versions(self):
        server = self.start()
        line = b"x" * 60_000 + b"\n"
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            client = self.connect(server, version)
            for _ in range(20):
                client.sendall(line)
            received = b""
            while len(received) < 20 * len(line):
                received += client.recv(65536)
            self.assertEqual(received, line * 20)
            client.close()

    def test_the_server_says_goodbye(self):
        server = self.start()
        client = self.connect(server)
        client.sendall(b"hello\n")
        self.assertEqual(client.recv(100), b"hello\n")
        socket_below = client.unwrap()  # says goodbye and waits for the server's; raises when only the TCP end comes
        self.assertEqual(socket_below.recv(10), b"")
        socket_below.close()

    def test_an_end_without_goodbye_is_told_apart_from_a_good_one(self):
        server = self.start()
        client = self.connect(server)
        client.sendall(b"begun but not")
        # The TCP connection ends in order, and TLS was not told: what came may be cut short.
        raw = socket.socket(fileno=client.detach())
        raw.settimeout(PATIENCE)
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(100):
            pass
        raw.close()
        eventually("the handler is told", lambda: "ended without its TLS goodbye" in server.log())
        good = self.connect(server)
        good.unwrap().close()
        eventually("the other ends well", lambda: re.search(r"connection 1-2 ends$", server.log(), re.MULTILINE))

    def test_garbage_in_the_middle_ends_this_connection_only(self):
        server = self.start()
        client, other = self.connect(server), self.connect(server)
        raw = socket.socket(fileno=client.detach())
        raw.settimeout(PATIENCE)
        raw.sendall(b"this is no TLS record at all")
        while raw.recv(100):
            pass
        raw.close()
        eventually("it is said", lambda: re.search("connection 1-1 ended by exception: .*TLS", server.log()))
        other.sendall(b"hello\n")
        self.assertEqual(other.recv(100), b"hello\n")

    @unittest.skipIf(os.environ.get("UNINTERRUPTIBLE_SANITIZE"), "sanitizers keep what is freed")
    def test_memory_does_not_grow_with_connections(self):
        server = self.start()

        def connect_many():
            for _ in range(400):
                client = self.connect(server)
                client.sendall(b"x\n")
                client.recv(10)
                client.close()
            eventually("all are gone", lambda: server.connections() == 0)
            with open(f"/proc/{server.pid()}/statm", encoding="ascii") as statm:
                return int(statm.read().split()[1]) * 4  # KiB
        warm = connect_many()
        grown = max(connect_many(), connect_many()) - warm
        self.assertLess(grown, 4096, "KiB more after two times 400 connections")


if __name__ == "__main__":
    unittest.main()
