#!/usr/bin/env python3
"""Keys, certificates and options of TLS: what works, and what is refused before anything is bound or written."""

import os
import pathlib
import pty
import subprocess
import tempfile
import unittest

from certificates import Authority, make_key, openssl, self_signed
from server import BIN, PATIENCE, Sandboxed, Server, answer, clean_environment, run_server, s_client


def memory_of(pid):
    """What the process may write to, region by region."""
    regions = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            first, last = (int(end, 16) for end in place.split("-"))
            try:
                memory.seek(first)
                regions.append(memory.read(last - first))
            except (OSError, OverflowError, ValueError):  # kernel's own pages, and gone meanwhile
                continue
    return regions


class Options(Sandboxed):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix="uit-")
        cls.addClassCleanup(cls.holder.cleanup)
        cls.made = pathlib.Path(cls.holder.name)
        cls.certificate, cls.key = self_signed(cls.made, "echo.example")

    def file(self, name, content, mode=0o600):
        path = self.directory / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def refused(self, *parts, flags=(), lines=None, **environment):
        """The server refuses to start, names all of `parts`, and has touched nothing."""
        before = sorted(self.directory.iterdir())
        status, text = run_server(self.directory, "--bind", "tcp://127.0.0.1:0", *flags, environment=environment)
        self.assertEqual(status, 2, text)
        for part in parts:
            self.assertIn(part, text)
        if lines is not None:
            self.assertEqual(len(text.splitlines()), lines, text)
        self.assertEqual(sorted(self.directory.iterdir()), before, "something was written")
        return text

    def test_files_that_cannot_be_used_are_named_with_the_reason(self):
        der = self.file("der", openssl("x509", "-in", self.certificate, "-outform", "DER"))
        rows = {
            "/nonexistent/key.pem": "No such file",
            str(self.directory): "regular file",
            str(self.file("empty", "")): "is empty",
            str(self.file("garbage", "hello\n")): "no certificate in PEM form",
            str(self.file("cut", self.certificate.read_text(encoding="ascii")[:200])): "certificate",
            str(self.key): "it holds a private key",
            str(der): "it looks like DER",
            str(self.file("large", b"x" * (1 << 21))): "larger than 1 MiB",
        }
        for path, reason in rows.items():
            with self.subTest(certificate=path):
                self.refused("tls_certificate", path, "TLS_CERTIFICATE", reason, lines=1, TLS_KEY=str(self.key),
                             TLS_CERTIFICATE=path)
        for path, reason in {"/nonexistent/key.pem": "No such file",
                             str(self.certificate): "it holds a certificate",
                             str(self.directory / "garbage"): "no private key in PEM form"}.items():
            with self.subTest(key=path):
                self.refused("tls_key", path, "TLS_KEY", reason, lines=1, TLS_KEY=path,
                             TLS_CERTIFICATE=str(self.certificate))

    def test_a_fifo_is_refused_and_not_waited_for(self):
        os.mkfifo(self.directory / "fifo")
        self.refused("regular file", TLS_KEY=str(self.directory / "fifo"), TLS_CERTIFICATE=str(self.certificate))

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody who may not read the file")
    def test_a_file_that_may_not_be_read_is_named(self):
        self.directory.chmod(0o755)
        key = self.file("key", self.key.read_bytes(), 0o600)
        status, text = run_server(self.directory, "--bind", "tcp://127.0.0.1:0", user=65534, group=65534,
                                  environment={"TLS_KEY": str(key), "TLS_CERTIFICATE": str(key),
                                               "UNINTERRUPTIBLE_CONTROL": "false"})
        self.assertEqual(status, 2, text)
        self.assertIn("Permission denied", text)

    def test_a_key_of_another_certificate_is_refused(self):
        other = self_signed(self.directory, "other.example")[1]
        self.refused("tls_key", "does not belong to the certificate", "CN=echo.example", TLS_KEY=str(other),
                     TLS_CERTIFICATE=str(self.certificate))

    def test_an_encrypted_key_is_refused_and_nobody_is_asked(self):
        locked = self.directory / "locked.key"
        openssl("pkey", "-in", self.key, "-aes256", "-passout", "pass:secret", "-out", locked)
        self.refused("tls_key", "is encrypted", "openssl pkey", TLS_KEY=str(locked), TLS_CERTIFICATE=str(self.certificate))
        # Nor is it where there is a terminal to ask at.
        master, slave = pty.openpty()
        done = subprocess.run([str(BIN / "echo-server"), "--bind", "tcp://127.0.0.1:0"], stdin=slave, stdout=slave,
                              stderr=slave, start_new_session=True, timeout=PATIENCE, check=False,
                              env=clean_environment(self.directory, TLS_KEY=str(locked),
                                                    TLS_CERTIFICATE=str(self.certificate)))
        os.close(slave)
        text = os.read(master, 65536).decode()
        os.close(master)
        self.assertEqual(done.returncode, 2)
        self.assertIn("is encrypted", text)
        self.assertNotIn("pass phrase", text.lower())

    def test_every_kind_of_key_serves(self):
        for algorithm in ("EC", "RSA", "RSA-PSS", "Ed25519"):
            with self.subTest(algorithm=algorithm), tempfile.TemporaryDirectory(prefix="uit-") as directory:
                certificate, key = self_signed(directory, f"{algorithm}.example", algorithm)
                server = Server(directory, "--tls-key", key, "--tls-certificate", certificate)
                try:
                    status, text = s_client(server.port, "-CAfile", certificate, "-verify_return_error")
                    self.assertEqual(status, 0, text)
                    self.assertTrue(answer(text), text)
                finally:
                    server.stop()

    def test_the_command_of_the_readme_makes_a_key_that_serves(self):
        openssl("req", "-newkey", "rsa:4096", "-nodes", "-sha512", "-x509", "-days", "3650", "-nodes", "-out",
                "tls_cert.pem", "-keyout", "tls_key.pem", "-subj", "/CN=readme", directory=self.directory)
        server = self.serve(self.directory / "tls_cert.pem", self.directory / "tls_key.pem")
        self.assertTrue(answer(s_client(server.port)[1]))

    def test_a_weak_key_is_refused_with_a_hint(self):
        certificate, key = self_signed(self.directory, "weak.example", "RSA-1024")
        self.refused("tls_certificate", "key too small", "tls_security_level", TLS_KEY=str(key),
                     TLS_CERTIFICATE=str(certificate), flags=("--tls-security-level", "2"))
        server = self.serve(certificate, key, "--tls-security-level", "0")
        self.assertTrue(answer(s_client(server.port, "-cipher", "ALL:@SECLEVEL=0")[1]))

    def test_a_weak_signature_is_refused(self):
        authority = Authority(self.directory)
        certificate, key = authority.issue("sha1.example")
        request = openssl("req", "-new", "-key", key, "-subj", "/CN=sha1.example")
        openssl("x509", "-req", "-sha1", "-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial",
                "-out", certificate, stdin=request)
        self.refused("tls_certificate", "md too weak", "tls_security_level", TLS_KEY=str(key),
                     TLS_CERTIFICATE=str(certificate), flags=("--tls-security-level", "2"))

    def test_one_of_the_two_is_not_enough(self):
        self.refused("tls_key: is set, but tls_certificate is not", TLS_KEY=str(self.key), lines=1)
        self.refused("tls_certificate: is set, but tls_key is not", TLS_CERTIFICATE=str(self.certificate), lines=1)

    def test_what_needs_tls_is_refused_without(self):
        text = self.refused(CLIENT_TLS_CERTIFICATE_CA=str(self.certificate), UNINTERRUPTIBLE_TLS_SECURITY_LEVEL="2")
        for option in ("client_tls_certificate_ca", "tls_security_level"):
            self.assertIn(f"{option}: needs TLS; set tls_key and tls_certificate", text)

    def test_a_version_alone_is_warned_of(self):
        server = Server(self.directory, environment={"TLS_VERSION": "TLSv1_3"})
        self.addCleanup(server.stop)
        self.assertRegex(server.log(), "WARN .*tls_version is set.*served without TLS")

    def test_tls_with_only_unix_addresses_is_refused(self):
        status, text = run_server(self.directory, "--bind", f"unix://{self.directory}/socket", "--tls-key", self.key,
                                  "--tls-certificate", self.certificate)
        self.assertEqual(status, 2, text)
        self.assertIn("TLS applies to TCP addresses, and there are only unix ones", text)
        self.assertFalse((self.directory / "socket").exists())

    def test_all_problems_are_named_at_once(self):
        text = self.refused(
            "tls_version 'TLSv1_4' (from TLS_VERSION)", "allowed_networks '10.0.0.0/33' (from ALLOWED_NETWORKS)",
            "allowed_networks '' (from ALLOWED_NETWORKS)", "tls_key '/nonexistent' (from TLS_KEY)",
            "verify_client_tls_certificate 'maybe' (from VERIFY_CLIENT_TLS_CERTIFICATE)", "drain_timeout 'soon'",
            "client_tls_certificate_ca '/nowhere' (from CLIENT_TLS_CERTIFICATE_CA)",
            "handshake_timeout '1ms'", "max_connections '0'", TLS_VERSION="TLSv1_4", TLS_KEY="/nonexistent",
            ALLOWED_NETWORKS="10.0.0.0/33,,10.0.0.0/8", VERIFY_CLIENT_TLS_CERTIFICATE="maybe",
            TLS_CERTIFICATE=str(self.certificate), CLIENT_TLS_CERTIFICATE_CA="/nowhere",
            UNINTERRUPTIBLE_DRAIN_TIMEOUT="soon", UNINTERRUPTIBLE_HANDSHAKE_TIMEOUT="1ms",
            UNINTERRUPTIBLE_MAX_CONNECTIONS="0")
        self.assertEqual(len(text.splitlines()), 9, text)

    def test_variables_that_are_set_but_empty_are_errors(self):
        for name in ("TLS_KEY", "TLS_CERTIFICATE", "TLS_VERSION", "VERIFY_CLIENT_TLS_CERTIFICATE",
                     "CLIENT_TLS_CERTIFICATE_CA", "ALLOWED_NETWORKS", "UNINTERRUPTIBLE_TLS_SECURITY_LEVEL",
                     "UNINTERRUPTIBLE_HANDSHAKE_TIMEOUT", "UNINTERRUPTIBLE_MAX_CONNECTIONS",
                     "UNINTERRUPTIBLE_MAX_CONNECTIONS_PER_ADDRESS", "UNINTERRUPTIBLE_IDLE_TIMEOUT",
                     "UNINTERRUPTIBLE_REQUEST_TIMEOUT"):
            with self.subTest(variable=name):
                self.refused(f"(from {name}): is set but empty", lines=1, **{name: ""})

    def test_verification_is_a_boolean_and_false_means_false(self):
        pair = {"TLS_KEY": str(self.key), "TLS_CERTIFICATE": str(self.certificate)}
        for word in ("true", "YES", "on", "1"):
            with self.subTest(word=word):
                self.refused("verify_client_tls_certificate: needs client_tls_certificate_ca", lines=1,
                             VERIFY_CLIENT_TLS_CERTIFICATE=word, **pair)
        for word in ("false", "No", "off", "0"):
            with self.subTest(word=word), tempfile.TemporaryDirectory(prefix="uit-") as directory:
                server = Server(directory, environment=dict(pair, VERIFY_CLIENT_TLS_CERTIFICATE=word))
                try:
                    self.assertTrue(answer(s_client(server.port)[1]))
                finally:
                    server.stop()
        for word in ("2", "wahr", "tru", " "):
            with self.subTest(word=word):
                self.refused("must be true, yes, on or 1, or false, no, off or 0", lines=1,
                             VERIFY_CLIENT_TLS_CERTIFICATE=word, **pair)

    def test_a_ca_contradicted_by_the_boolean_is_refused(self):
        self.refused("verify_client_tls_certificate says not to", lines=1, TLS_KEY=str(self.key),
                     TLS_CERTIFICATE=str(self.certificate), VERIFY_CLIENT_TLS_CERTIFICATE="false",
                     CLIENT_TLS_CERTIFICATE_CA=str(self.certificate))

    def test_tls_1_1_is_refused_unless_the_level_is_lowered_knowingly(self):
        self.refused("tls_version", "security level 0", "tls_security_level", TLS_KEY=str(self.key),
                     TLS_CERTIFICATE=str(self.certificate), TLS_VERSION="TLSv1_1", lines=1,
                     flags=("--tls-security-level", "1"))

    def test_a_chain_out_of_order_is_refused_where_the_key_shows_it(self):
        authority = Authority(self.directory)
        certificate, key = authority.issue("leaf.example")
        reversed_chain = self.file("chain", authority.certificate.read_bytes() + certificate.read_bytes())
        self.refused("tls_certificate", "is number 2; it must come first", TLS_KEY=str(key),
                     TLS_CERTIFICATE=str(reversed_chain))

    def test_a_chain_without_end_is_refused(self):
        chain = self.file("chain", self.certificate.read_bytes() * 101)
        self.refused("more than 100 certificates", TLS_KEY=str(self.key), TLS_CERTIFICATE=str(chain))

    def test_intermediates_are_served_with_comments_windows_lines_and_the_root(self):
        root = Authority(self.directory, "root")
        middle = Authority(self.directory, "middle", root)
        certificate, key = middle.issue("leaf.example")
        text = b"# the leaf\n" + certificate.read_bytes() + b"subject: middle\n" + middle.certificate.read_bytes()
        for name, content in {"plain": text, "windows": text.replace(b"\n", b"\r\n"),
                              "root too": text + root.certificate.read_bytes()}.items():
            with self.subTest(chain=name), tempfile.TemporaryDirectory(prefix="uit-") as directory:
                server = Server(directory, "--tls-key", key, "--tls-certificate", self.file("chain", content))
                try:
                    status, shown = s_client(server.port, "-CAfile", root.certificate, "-verify_return_error")
                    self.assertEqual(status, 0, shown)
                    self.assertTrue(answer(shown), shown)
                finally:
                    server.stop()

    def test_dates_are_warned_of_loudly(self):
        authority = Authority(self.directory)
        for name, begins, ends, words in (("old", "200101000000Z", "200201000000Z", "expired on 2020-02-01"),
                                          ("early", "400101000000Z", "410101000000Z", "not valid before 2040-01-01")):
            with self.subTest(certificate=name), tempfile.TemporaryDirectory(prefix="uit-") as directory:
                certificate, key = authority.issue(f"{name}.example", begins=begins, ends=ends)
                server = Server(directory, "--tls-key", key, "--tls-certificate", certificate)
                try:
                    self.assertRegex(server.log(), f"WARN .*CN={name}.example.*{words}")
                finally:
                    server.stop()

    def test_a_key_that_others_can_read_is_warned_of(self):
        key = self.file("key", self.key.read_bytes(), 0o644)
        server = Server(self.directory, environment={"TLS_KEY": str(key), "TLS_CERTIFICATE": str(self.certificate)})
        self.addCleanup(server.stop)
        self.assertRegex(server.log(), "WARN .*can be read by every user")

    def test_the_systems_openssl_configuration_does_not_decide(self):
        def with_conf(content):
            conf = self.file("openssl.cnf", content)
            server = self.serve(self.certificate, self.key, environment={"OPENSSL_CONF": str(conf)})
            return s_client(server.port, "-tls1_2")
        strict = ("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMinProtocol = TLSv1.3\n"
                  "Options = ServerPreference\n")
        self.assertTrue(answer(with_conf(strict)[1]).startswith("TLSv1.2"))

    def test_a_missing_or_broken_openssl_configuration_is_survived(self):
        for conf in ("/nonexistent/openssl.cnf", str(self.file("broken", "openssl_conf = [\n"))):
            with self.subTest(conf=conf), tempfile.TemporaryDirectory(prefix="uit-") as directory:
                server = Server(directory, "--tls-key", self.key, "--tls-certificate", self.certificate,
                                environment={"OPENSSL_CONF": conf})
                try:
                    self.assertTrue(answer(s_client(server.port)[1]))
                finally:
                    server.stop()

    def test_the_key_appears_nowhere(self):
        server = Server(self.directory, environment={"TLS_KEY": str(self.key), "TLS_CERTIFICATE": str(self.certificate)})
        self.addCleanup(server.stop)
        s_client(server.port)
        server.restart()
        secret = self.key.read_text(encoding="ascii").splitlines()[1]
        process = pathlib.Path(f"/proc/{server.pid()}")
        shown = [server.log(), str(server.status()), (process / "environ").read_text(encoding="utf-8"),
                 (process / "cmdline").read_text(encoding="utf-8")]
        for text in shown:
            self.assertNotIn(secret, text)

    @unittest.skipIf(os.environ.get("UNINTERRUPTIBLE_SANITIZE"), "sanitizers keep terabytes of shadow")
    def test_the_text_of_the_key_does_not_stay_in_memory(self):
        """What a core dump would hold. OpenSSL keeps the key's numbers, as it must; the file's text is wiped."""
        server = Server(self.directory, environment={"TLS_KEY": str(self.key), "TLS_CERTIFICATE": str(self.certificate)})
        self.addCleanup(server.stop)
        server.restart()
        s_client(server.port)
        secrets = [line for line in self.key.read_bytes().splitlines() if not line.startswith(b"-----")]
        regions = memory_of(server.pid())
        self.assertTrue(any(b"127.0.0.1" in region for region in regions), "the scan finds what is there")
        for secret in secrets:
            self.assertFalse(any(secret in region for region in regions), "a line of the key's text")


if __name__ == "__main__":
    unittest.main()
