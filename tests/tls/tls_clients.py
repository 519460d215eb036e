#!/usr/bin/env python3
"""Versions that are agreed on, and certificates that clients must show, with two clients that are not ours."""

import re
import tempfile
import unittest
import pathlib

from certificates import Authority, self_signed
from server import Sandboxed, answer, eventually, gnutls_cli, run_server, s_client

SPOKEN = {"TLSv1_1": ("-tls1_1", "VERS-TLS1.1"), "TLSv1_2": ("-tls1_2", "VERS-TLS1.2"),
          "TLSv1_3": ("-tls1_3", "VERS-TLS1.3")}


class Versions(Sandboxed):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix="uit-")
        cls.addClassCleanup(cls.holder.cleanup)
        cls.certificate, cls.key = self_signed(cls.holder.name, "echo.example")

    def check(self, port, spoken, accepted):
        flag, priority = SPOKEN[spoken]
        openssl_says = answer(s_client(port, flag, "-cipher", "ALL:@SECLEVEL=0")[1])
        gnutls_says = answer(gnutls_cli(port, "--insecure", "--priority",
                                        f"NORMAL:-VERS-ALL:+{priority}:%VERIFY_ALLOW_SIGN_WITH_SHA1")[1])
        wanted = spoken.replace("_", ".") if accepted else ""
        self.assertTrue(openssl_says.startswith(wanted) and bool(openssl_says) == accepted, openssl_says)
        if spoken != "TLSv1_1":  # which GnuTLS no longer speaks without more
            self.assertTrue(gnutls_says.startswith(wanted) and bool(gnutls_says) == accepted, gnutls_says)

    def versions(self, oldest, accepted, *flags):
        server = self.serve(self.certificate, self.key, *(["--tls-version", oldest] if oldest else []), *flags)
        for spoken in SPOKEN:
            with self.subTest(spoken=spoken):
                self.check(server.port, spoken, spoken in accepted)

    def test_the_default_is_1_2_or_newer(self):
        self.versions(None, ("TLSv1_2", "TLSv1_3"))

    def test_tls_1_2_is_a_minimum(self):
        self.versions("TLSv1_2", ("TLSv1_2", "TLSv1_3"))

    def test_tls_1_3_alone(self):
        self.versions("TLSv1_3", ("TLSv1_3",))

    def test_tls_1_1_where_the_level_is_lowered_knowingly(self):
        self.versions("TLSv1_1", ("TLSv1_1", "TLSv1_2", "TLSv1_3"), "--tls-security-level", "0")

    def test_the_lower_level_without_the_version_does_not_lower_the_version(self):
        self.versions("TLSv1_2", ("TLSv1_2", "TLSv1_3"), "--tls-security-level", "0")


class ClientCertificates(Sandboxed):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix="uit-")
        cls.addClassCleanup(cls.holder.cleanup)
        made = pathlib.Path(cls.holder.name)
        cls.certificate, cls.key = self_signed(made, "echo.example")
        cls.authority = Authority(made)
        cls.alice = cls.authority.issue("alice", subject="/O=Example, Inc./CN=alice", usage="clientAuth")
        cls.server_only = cls.authority.issue("server-only", usage="serverAuth")
        cls.expired = cls.authority.issue("expired", usage="clientAuth", begins="200101000000Z", ends="200201000000Z")
        cls.stranger = Authority(made, "stranger").issue("mallory", usage="clientAuth")
        cls.self_made = self_signed(made, "self-made")

    def start(self, *flags):
        return self.serve(self.certificate, self.key, "--client-ca", self.authority.certificate, *flags)

    def both(self, server, pair, version):
        """What the two clients, showing this certificate, are answered."""
        shown = ("-cert", pair[0], "-key", pair[1]) if pair else ()
        first = s_client(server.port, SPOKEN[version][0], *shown)
        shown = ("--x509certfile", pair[0], "--x509keyfile", pair[1]) if pair else ()
        second = gnutls_cli(server.port, "--insecure", "--priority", f"NORMAL:-VERS-ALL:+{SPOKEN[version][1]}", *shown)
        return first, second

    def test_a_signed_certificate_is_let_in_and_its_subject_is_known(self):
        server = self.start()
        for version in ("TLSv1_2", "TLSv1_3"):
            for status, text in self.both(server, self.alice, version):
                with self.subTest(version=version, text=text):
                    self.assertEqual(status, 0)
                    self.assertTrue(answer(text).endswith(r"CN=alice,O=Example\, Inc."), answer(text))

    def test_everybody_else_is_kept_out_before_a_handler_runs(self):
        server = self.start()
        rows = {"none": None, "stranger's": self.stranger, "expired": self.expired, "for servers": self.server_only,
                "self-made": self.self_made}
        for name, pair in rows.items():
            for version in ("TLSv1_2", "TLSv1_3"):
                for status, text in self.both(server, pair, version):
                    with self.subTest(certificate=name, version=version, text=text):
                        self.assertEqual(answer(text), "")
        eventually("all are gone", lambda: server.connections() == 0)
        self.assertNotRegex(server.log(), r"connection \S+ begins")
        refused = eventually("all are counted", lambda: server.counter("client_certificates_refused"))
        self.assertGreaterEqual(refused, 10)

    def test_the_reason_is_logged_and_reaches_the_client(self):
        server = self.start()
        for pair, logged, told in ((None, "peer did not return a certificate", "alert certificate required"),
                                   (self.expired, "certificate has expired", "alert certificate expired"),
                                   (self.server_only, "purpose", "unsupported certificate"),
                                   (self.stranger, "unable to get local issuer certificate", "alert unknown ca")):
            shown = ("-cert", pair[0], "-key", pair[1]) if pair else ()

            def is_said():
                self.assertIn(told, s_client(server.port, *shown)[1])
                return re.search(f"INFO .*TLS handshake failed: .*{logged}", server.log())
            with self.subTest(logged=logged):
                eventually("the line (one a second at most)", is_said)

    def test_the_path_of_the_ca_implies_verification_in_the_environment_too(self):
        server = self.serve(self.certificate, self.key,
                            environment={"CLIENT_TLS_CERTIFICATE_CA": str(self.authority.certificate)})
        self.assertEqual(answer(s_client(server.port)[1]), "")
        self.assertTrue(answer(s_client(server.port, "-cert", self.alice[0], "-key", self.alice[1])[1]))

    def test_without_verification_a_certificate_is_not_asked_for(self):
        server = self.serve(self.certificate, self.key)
        text = s_client(server.port, "-cert", self.stranger[0], "-key", self.stranger[1])[1]
        self.assertRegex(answer(text), r"^TLSv1\.3 \S+ +$")

    def test_a_ca_that_cannot_be_used_is_refused(self):
        for path, reason in (("/nonexistent", "No such file"), (str(self.key), "no certificate in PEM form")):
            status, text = run_server(self.directory, "--bind", "tcp://127.0.0.1:0", "--tls-key", self.key,
                                      "--tls-certificate", self.certificate, "--client-ca", path)
            self.assertEqual(status, 2)
            self.assertIn(f"client_tls_certificate_ca '{path}'", text)
            self.assertIn(reason, text)

    def test_gnutls_verifies_the_server(self):
        certificate, key = self.authority.issue("localhost")
        server = self.serve(certificate, key)
        status, text = gnutls_cli(server.port, "--x509cafile", self.authority.certificate)
        self.assertEqual(status, 0, text)
        self.assertTrue(re.search("certificate is trusted", text), text)


if __name__ == "__main__":
    unittest.main()
