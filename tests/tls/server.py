"""The echo server as a process, for tests of what it does over TLS; and the clients that are not ours."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ.get("UNINTERRUPTIBLE_BIN", "build/dev/bin")).resolve()
PATIENCE = 30


def eventually(what, holds, patience=PATIENCE):
    """Waits until it holds, and returns what it returned; fails after the deadline."""
    deadline = time.monotonic() + patience
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {patience} s")
        time.sleep(0.01)


def clean_environment(directory, **more):
    environment = {name: value for name, value in os.environ.items()
                   if not re.match("TLS_|PORT$|PID_FILE$|ALLOWED_|CLIENT_|VERIFY_|UNINTERRUPTIBLE_(?!TEST_RUN)|OPENSSL_",
                                   name)}
    return dict(environment, UNINTERRUPTIBLE_CONTROL_DIR=str(directory / "control"), **more)


def run_server(directory, *flags, environment=(), **options):
    """Starts it as something that is expected to end by itself: (exit status, what it wrote)."""
    done = subprocess.run([str(BIN / "echo-server"), "--pidfile", str(directory / "pid"), *map(str, flags)],
                          env=clean_environment(directory, **dict(environment)), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE, check=False, **options)
    return done.returncode, done.stdout.decode(errors="replace")


class Server:
    def __init__(self, directory, *flags, environment=(), program="echo-server"):
        self.directory = pathlib.Path(directory)
        self.log_path = self.directory / "log"
        command = [str(BIN / program), "--lines", "--name", "tls", "--bind", "tcp://127.0.0.1:0", "--pidfile",
                   str(self.directory / "pid"), "--log", str(self.log_path), "--log-level", "debug",
                   "--rollback-window", "0", *map(str, flags)]
        self.environment = clean_environment(self.directory, **dict(environment))
        self.output = open(self.directory / "output", "wb")
        self.process = subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=self.output,
                                        stderr=subprocess.STDOUT)
        try:
            self.port = int(eventually("a serving server", self.find_port))
        except AssertionError:
            self.stop()
            raise

    def find_port(self):
        if self.process.poll() is not None:
            raise RuntimeError("the server ended: " + (self.directory / "output").read_text(encoding="utf-8"))
        found = re.search(r"generation 1 serves on tcp://127.0.0.1:(\d+)", self.log())
        return found and found.group(1)

    def log(self):
        return self.log_path.read_text(encoding="utf-8") if self.log_path.exists() else ""

    def pid(self):
        return int((self.directory / "pid").read_text(encoding="ascii"))

    def status(self):
        import json
        done = subprocess.run([str(BIN / "uninterruptiblectl"), "-s", "tls", "status", "--json"], env=self.environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=PATIENCE, check=True)
        return json.loads(done.stdout)

    def counter(self, name):
        return sum(one["counters"].get(name, 0) for one in self.status()["generations"])

    def connections(self):
        return sum(one["connections"] for one in self.status()["generations"])

    def restart(self):
        """By USR1; returns when the old process has gone."""
        old = self.pid()
        os.kill(old, signal.SIGUSR1)
        eventually("the next generation", lambda: self.pid() != old)
        if old == self.process.pid:
            self.process.wait(PATIENCE)
        return self.pid()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def stop(self):
        pidfile = self.directory / "pid"
        pid = self.pid() if pidfile.exists() else self.process.pid
        try:
            os.kill(pid, signal.SIGTERM)
            os.kill(pid, signal.SIGTERM)  # whoever is still connected is not waited for
        except ProcessLookupError:
            pass
        self.process.wait(PATIENCE)
        eventually("the end of all", lambda: not pidfile.exists())
        self.output.close()


def s_client(port, *arguments, send=b"TLS?\n", patience=PATIENCE, environment=None):
    """OpenSSL's client says something, reads the answer and leaves: (exit status, what it printed). The server ends
    nothing by itself, so the client is told to by the end of its input, once the answer has come."""
    client = subprocess.Popen(["openssl", "s_client", "-quiet", "-no_ign_eof", "-connect", f"127.0.0.1:{port}",
                               *map(str, arguments)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=environment or os.environ)
    return talk(client, send, patience)


def gnutls_cli(port, *arguments, send=b"TLS?\n", patience=PATIENCE):
    """GnuTLS's client, likewise."""
    client = subprocess.Popen(["gnutls-cli", "--port", str(port), *map(str, arguments), "127.0.0.1"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return talk(client, send, patience)


def talk(client, send, patience):
    import selectors
    output = b""
    deadline = time.monotonic() + patience
    try:
        client.stdin.write(send)
        client.stdin.flush()
    except BrokenPipeError:
        pass
    with selectors.DefaultSelector() as selector:
        selector.register(client.stdout, selectors.EVENT_READ)
        while time.monotonic() < deadline:
            if not selector.select(max(0, deadline - time.monotonic())):
                break
            piece = os.read(client.stdout.fileno(), 65536)
            if not piece:
                break
            output += piece
            if b"TLSv1" in answer_lines(output) and not client.stdin.closed:
                try:
                    client.stdin.close()
                except BrokenPipeError:
                    pass
    if not client.stdin.closed:
        try:
            client.stdin.close()
        except BrokenPipeError:
            pass
    try:
        status = client.wait(max(1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        client.kill()
        status = client.wait()
        output += b"\n[did not end in time]"
    client.stdout.close()
    return status, output.decode(errors="replace")


ANSWER = re.compile(rb"^(TLSv1[.0-9]* (?:TLS_|ECDHE-|DHE-|AES|CHACHA)\S* .*)$", re.MULTILINE)


def answer_lines(output):
    """What the echo server has answered to TLS?, out of what a client printed."""
    return b"\n".join(ANSWER.findall(output.replace(b"\r", b"")))


def answer(output):
    return answer_lines(output.encode()).decode()


class Sandboxed(unittest.TestCase):
    """A directory for each test, and a server in it that is stopped at the end."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="uit-")
        self.addCleanup(holder.cleanup)
        self.directory = pathlib.Path(holder.name)

    def serve(self, certificate, key, *flags, **options):
        server = Server(self.directory, "--tls-key", key, "--tls-certificate", certificate, *flags, **options)
        self.addCleanup(server.stop)
        return server
