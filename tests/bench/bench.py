#!/usr/bin/env python3
"""The figures that have a clock in them, each against a reference measured in the same run.

    tests/bench/bench.py --bin build/release/bin

rollback    a new version is killed in its trial: how long until the old one answers again (limit 100 ms)
restart     from USR1 to the new process's first answer, against the program's own start from nothing
commit      latency of new connections within 20 ms of COMMIT, against those far from any restart
flood       latency of new connections while a client of the control socket asks for status without a pause, against
            the same without that, and beside a program that is as busy with something else
throughput  connections a second of echo-server, against a server with a thread a connection and no library

Prints a table, or JSON with --json. Exit status 1 if a rollback took longer than its limit (not with --smoke).
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LOAD_CLIENT = os.path.join(HERE, "..", "support", "load_client.py")
ROLLBACK_LIMIT_MS = 100
PATIENCE = 30


def wait_for(what, look):
    """Looks all the time: what is measured may be shorter than a pause would be."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.0002)
    raise RuntimeError(f"did not happen within {PATIENCE} s: {what}")


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


class Server:
    """echo-server with all its generations, in a directory of its own."""

    def __init__(self, options, *flags, lines=True):
        self.directory = tempfile.mkdtemp(prefix="bench-")
        self.pidfile = os.path.join(self.directory, "pid")
        self.log = os.path.join(self.directory, "log")
        self.path = os.path.join(self.directory, "echo.sock")
        command = [os.path.join(options.bin, "echo-server"), "--bind", "unix://" + self.path, "--bind",
                   "tcp://127.0.0.1:0", "--pidfile", self.pidfile, "--log", self.log, "--name", "bench", *flags]
        if lines:
            command.append("--lines")
        environment = dict(os.environ, UNINTERRUPTIBLE_CONTROL_DIR=os.path.join(self.directory, "control"))
        self.pids = set()
        self.begun_ns = time.monotonic_ns()
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pid = self.pid()
        if pid:
            self.pids.add(pid)
            os.kill(pid, signal.SIGTERM)
        try:
            wait_for("the server ends", lambda: self.process.poll() is not None and not self.pid())
        finally:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            shutil.rmtree(self.directory, ignore_errors=True)

    def pid(self):
        text = read(self.pidfile).strip()
        return int(text) if text.isdigit() else 0

    def ask(self):
        """Who answers a new connection; 0 when it is refused."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE)
            try:
                client.connect(self.path)
            except (FileNotFoundError, ConnectionRefusedError):
                return 0
            client.sendall(b"PID?\n")
            return int(client.recv(100) or 0)

    def answers_as_other_than(self, pid):
        return wait_for("another process answers", lambda: (found := self.ask()) != pid and found)

    def logged(self, text):
        return wait_for(text, lambda: text in read(self.log))


def summary(values):
    ordered = sorted(values)
    pick = lambda part: round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 3)
    return {"count": len(ordered), "p50_ms": pick(0.5), "p99_ms": pick(0.99), "max_ms": pick(1)}


def timed(action):
    begun = time.monotonic_ns()
    action()
    return (time.monotonic_ns() - begun) / 1e6


def rollback(options):
    """The kill comes at a random moment of the trial; the client connects right after it."""
    rounds = 3 if options.smoke else 60
    back, steady = [], []
    with Server(options, "--rollback-window", "20s") as server:
        old = server.answers_as_other_than(0)
        for number in range(1, rounds + 1):
            steady += [timed(server.ask) for _ in range(10)]
            os.kill(old, signal.SIGUSR1)
            new = wait_for("the new one serves", lambda: (pid := server.pid()) not in (0, old) and pid)
            time.sleep(random.uniform(0, 0.05))
            begun = time.monotonic_ns()
            os.kill(new, signal.SIGKILL)
            while server.ask() != old:
                pass
            back.append((time.monotonic_ns() - begun) / 1e6)
            server.logged(f"restart {number} was rolled back")
            wait_for("the pidfile is put back", lambda: server.pid() == old)
    return {"rollback": summary(back), "steady": summary(steady), "limit_ms": ROLLBACK_LIMIT_MS,
            "within_limit": max(back) < ROLLBACK_LIMIT_MS}


def restart(options):
    """Starts and restarts take turns, so that both see the same machine."""
    rounds = 3 if options.smoke else 40
    cold, warm, total = [], [], []
    for _ in range(rounds):
        with Server(options, "--rollback-window", "0") as server:
            pid = server.answers_as_other_than(0)
            cold.append((time.monotonic_ns() - server.begun_ns) / 1e6)
            server.logged("serves on")
            begun = time.monotonic_ns()
            os.kill(pid, signal.SIGUSR1)
            server.answers_as_other_than(pid)
            warm.append((time.monotonic_ns() - begun) / 1e6)
            wait_for("the old one goes", lambda: server.process.poll() is not None)
            total.append((time.monotonic_ns() - begun) / 1e6)
    return {"start": summary(cold), "restart_until_first_answer": summary(warm), "restart_until_old_one_is_gone":
            summary(total), "ratio": round(statistics.median(warm) / statistics.median(cold), 2)}


def commit(options):
    """The moment is that at which the pidfile changes: right after the new one began to accept."""
    rounds = 3 if options.smoke else 40
    moments = []
    with Server(options, "--rollback-window", "0") as server:
        pid = server.answers_as_other_than(0)
        window = os.path.join(server.directory, "window")
        clients = subprocess.Popen(
            [sys.executable, LOAD_CLIENT, "--target", "unix://" + server.path, "--target",
             f"tcp://127.0.0.1:{listening_port(pid)}", "--short", "--half-close", "--rate", "400", "--workers", "4",
             "--window-file", window],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        clients.stderr.readline()  # steady
        for _ in range(rounds):
            time.sleep(0.3 if options.smoke else 0.8)
            os.kill(pid, signal.SIGUSR1)
            before = pid
            pid = wait_for("the new one serves", lambda: (found := server.pid()) not in (0, before) and found)
            moments.append(time.monotonic_ns())
        time.sleep(0.3)
        clients.send_signal(signal.SIGTERM)
        account = json.loads(clients.communicate()[0])
        near, far = [], []
        for line in read(window).splitlines():
            started, _, latency_us = line.split()
            begun, ended = int(started), int(started) + int(latency_us) * 1000
            if any(begun < moment + 20_000_000 and ended > moment - 20_000_000 for moment in moments):
                near.append(int(latency_us) / 1000)
            elif all(abs(begun - moment) > 150_000_000 for moment in moments):
                far.append(int(latency_us) / 1000)
    lost = sum(account[kind] for kind in ("refused", "reset", "timed_out", "short", "wrong", "doubled"))
    return {"restarts": rounds, "lost": lost, "around_commit": summary(near), "steady": summary(far),
            "ratio_p50": round(statistics.median(near) / statistics.median(far), 2)}


def throughput(options):
    """Short runs that take turns; the medians are compared."""
    rounds, seconds = (1, "0.5") if options.smoke else (7, "2")
    ours, theirs, failed = [], [], 0
    reference = subprocess.Popen([os.path.join(options.bin, "bench_reference_server")], stdout=subprocess.PIPE)
    try:
        reference_port = int(reference.stdout.readline())
        with Server(options, "--log-level", "warn", lines=False) as server:
            port_of_ours = wait_for("it listens", lambda: listening_port(server.process.pid))
            for _ in range(rounds):
                for port, rates in ((reference_port, theirs), (port_of_ours, ours)):
                    out = subprocess.run([os.path.join(options.bin, "bench_connection_load"), str(port), "8", seconds],
                                         check=True, stdout=subprocess.PIPE).stdout.split()
                    rates.append(float(out[0]))
                    failed += int(out[1])
    finally:
        reference.kill()
        reference.wait()
    return {"echo_server_per_second": round(statistics.median(ours)), "reference_per_second":
            round(statistics.median(theirs)), "failed": failed,
            "ratio": round(statistics.median(ours) / statistics.median(theirs), 2)}


FLOOD = """
import socket, sys
client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
request = b'{"jsonrpc":"2.0","id":1,"method":"status"}\\n' * 100
answered = client.recv(65536).count(b"\\n") - 1
print("floods", flush=True)
asked = 0
while True:
    client.sendall(request)
    asked += 100
    while answered < asked:
        answered += client.recv(1 << 20).count(b"\\n")
"""

# What the attacker's own work costs on a machine with few processors, and no fault of the server's.
BUSY = "print('busy', flush=True)\nwhile True: pass"


def flood(options):
    """Short periods with and without take turns, so that all see the same machine."""
    rounds, asks = (2, 50) if options.smoke else (20, 2000)
    calm, beside, flooded = [], [], []
    with Server(options) as server:
        server.answers_as_other_than(0)
        control = os.path.join(server.directory, "control", "bench.sock")
        memory = lambda: int(read(f"/proc/{server.process.pid}/status").split("VmRSS:")[1].split()[0])
        before = memory()
        for _ in range(rounds):
            calm += [timed(server.ask) for _ in range(asks)]
            for program, latencies in ((BUSY, beside), (FLOOD, flooded)):
                other = subprocess.Popen([sys.executable, "-c", program, control], stdout=subprocess.PIPE)
                other.stdout.readline()
                latencies += [timed(server.ask) for _ in range(asks)]
                other.kill()
                other.communicate()
        after = memory()
    calm_figures, flooded_figures = summary(calm), summary(flooded)
    return {"flooded": flooded_figures, "beside_a_busy_program": summary(beside), "steady": calm_figures,
            "memory_before_and_after_kib": f"{before}, {after}",
            "ratio_p50": round(flooded_figures["p50_ms"] / calm_figures["p50_ms"], 2),
            "ratio_p99": round(flooded_figures["p99_ms"] / calm_figures["p99_ms"], 2)}


def listening_port(pid):
    """The TCP port that a process listens on, 0 if none yet."""
    inodes = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            link = os.readlink(f"/proc/{pid}/fd/{fd}")
        except OSError:
            continue
        if link.startswith("socket:["):
            inodes.add(link[8:-1])
    for line in read("/proc/net/tcp").splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and fields[9] in inodes:
            return int(fields[1].split(":")[1], 16)
    return 0


BENCHMARKS = {"rollback": rollback, "restart": restart, "commit": commit, "flood": flood, "throughput": throughput}


def table(results):
    for name, result in results.items():
        print(name)
        for key, value in result.items():
            if isinstance(value, dict):
                value = f"p50 {value['p50_ms']} ms   p99 {value['p99_ms']} ms   max {value['max_ms']} ms   " \
                        f"({value['count']} samples)"
            print(f"  {key.replace('_', ' '):32} {value}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="directory of the programs")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="repeatable; default all")
    parser.add_argument("--smoke", action="store_true", help="a few rounds, to see that it works")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.bin = os.path.abspath(options.bin)
    results = {name: BENCHMARKS[name](options) for name in options.only or BENCHMARKS}
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        table(results)
    good = options.smoke or results.get("rollback", {}).get("within_limit", True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
