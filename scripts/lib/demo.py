#!/usr/bin/env python3
"""Restarts the echo server under load in several ways and shows what its clients noticed."""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import uuid

import sweep
from watch import Watch

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
NAME = "demo"
MARKER = "UNINTERRUPTIBLE_DEMO"
BROKEN = """#!/bin/sh
echo "echo-server: settings.ini:3: unknown option 'prot'" >&2
exit 3
"""
COUNTED = ("answered", "refused", "reset", "timed_out", "short", "wrong", "doubled", "closed")


def say(text, indent=0):
    """At most 80 columns wide, save for single words."""
    print(textwrap.fill(text, 80, initial_indent=" " * indent, subsequent_indent=" " * indent,
                        break_on_hyphens=False, break_long_words=False), flush=True)


class Demo:
    def __init__(self, options):
        self.bin = pathlib.Path(options.bin).resolve()
        self.keep = options.keep
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="uninterruptible-demo-"))
        self.marker = str(uuid.uuid4())
        self.environment = dict(os.environ, UNINTERRUPTIBLE_CONTROL_DIR=str(self.directory / "control"))
        self.environment[MARKER] = self.marker
        self.server = self.load = self.gui = self.watch = None
        self.restarts = []
        self.complaints = []

    def path(self, name):
        return str(self.directory / name)

    def start(self, command, **options):
        return subprocess.Popen([str(word) for word in command], env=self.environment, stdin=subprocess.DEVNULL,
                                text=True, **options)

    # -- the releases: what `current` points at is what the next restart starts --

    def release(self, version, script=None):
        folder = self.directory / version
        folder.mkdir()
        if script:
            (folder / "echo-server").write_text(script, encoding="utf-8")
            (folder / "echo-server").chmod(0o755)
        else:
            (folder / "echo-server").symlink_to(self.bin / "echo-server")

    def deploy(self, version):
        (self.directory / "new").symlink_to(version)
        (self.directory / "new").rename(self.directory / "current")

    # -- who takes part --

    def start_server(self):
        self.release("v1")
        self.release("v2", BROKEN)
        self.release("v3")
        self.deploy("v1")
        with open(self.path("log"), "a", encoding="utf-8") as log:
            self.server = self.start(
                [self.path("current/echo-server"), "--lines", "--name", NAME, "--bind", "tcp://127.0.0.1:0", "--bind",
                 f"unix://{self.path('socket')}", "--pidfile", self.path("pid"), "--log", self.path("log"),
                 "--rollback-window", "1s"], stdout=log, stderr=log)
        self.watch = Watch(self.path(f"control/{NAME}.sock"))
        status = self.watch.status(self.server)
        say(f"The echo server runs as process {status['pid']} on {' and '.join(status['addresses'])}")
        return status["addresses"]

    def start_load(self, targets):
        command = [sys.executable, SOURCE / "tests/support/load_client.py", "--short", "--half-close", "--rate", "600",
                   "--long", "40", "--pace", "0.05", "--turns", "40", "--ask-pid", "--window-file", self.path("window")]
        for target in targets:
            command += ["--target", target]
        self.load = self.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if self.load.stderr.readline() != "steady\n":
            raise RuntimeError("the clients did not come to a steady load")
        say("Clients open a new connection for each request, hundreds a second; 40 conversations go on beside them.")
        say("Now it is restarted four times. Each new process is on trial for a second, in which the old one stands by.")

    def open_gui(self):
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            say("There is no display, so the desktop app is not opened.")
        elif not (self.bin / "uninterruptible-admin").exists():
            say("The desktop app was not built, so it is not opened.")
        else:
            with open(self.path("gui-log"), "w", encoding="utf-8") as log:
                self.gui = self.start([self.bin / "uninterruptible-admin"], stdout=log, stderr=log)
            say("The desktop app shows it all; close it whenever you like, else the demo does at its end.")

    # -- what happens to the server --

    def by_signal(self):
        os.kill(int(pathlib.Path(self.path("pid")).read_text(encoding="utf-8")), signal.SIGUSR1)

    def by_cli(self, expected):
        done = subprocess.run([str(self.bin / "uninterruptiblectl"), "-s", NAME, "restart"], env=self.environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=90, check=False)
        if done.returncode != expected:
            self.complaints.append(f"uninterruptiblectl restart ended with {done.returncode}, not {expected}:\n"
                                   + done.stdout)

    def restart(self, label, ask, expected):
        print(f"  {len(self.restarts) + 1}  {label} ...", end="", flush=True)
        begin = time.monotonic_ns()
        cursor = self.watch.cursor()
        ask()
        steps, decided = self.watch.restart_after(cursor)
        last = steps[-1]["step"]
        print(f" {last}{', the old process serves on' if last != 'finished' else ''}", flush=True)
        if last != expected:
            self.complaints.append(f"{label}: came to '{last}', not '{expected}': {steps[-1].get('text', '')}")
        self.restarts.append({"label": label, "steps": steps, "begin": begin, "end": decided})

    def run(self):
        targets = self.start_server()
        self.open_gui()
        self.start_load(targets)
        self.pause(2)
        self.restart("by signal, kill -USR1", self.by_signal, "finished")
        self.pause(1)
        self.restart("by uninterruptiblectl restart", lambda: self.by_cli(0), "finished")
        self.pause(1)
        self.deploy("v2")
        self.restart("to a broken version", lambda: self.by_cli(1), "failed")
        self.pause(1)
        self.deploy("v3")
        self.restart("to a repaired version", lambda: self.by_cli(0), "finished")
        self.pause(1)
        if self.keep:
            input("Press Enter to end the demo. ")
        self.load.send_signal(signal.SIGTERM)
        account = json.loads(self.load.communicate(timeout=60)[0])
        self.end_server()
        self.report(account)
        lost = sum(account[kind] for kind in COUNTED[1:])
        return 1 if lost or self.complaints or not account["answered"] else 0

    def pause(self, seconds):
        """Quiet time, to compare with; clients go on all the while."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.load.poll() is not None:
                raise RuntimeError("the clients ended early:\n" + "".join(self.load.communicate()))
            time.sleep(0.05)

    def end_server(self):
        done = subprocess.run([str(self.bin / "uninterruptiblectl"), "-s", NAME, "shutdown"], env=self.environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60, check=False)
        if done.returncode != 0:
            self.complaints.append(f"uninterruptiblectl shutdown ended with {done.returncode}:\n{done.stdout}")
        self.server.wait(timeout=30)  # generation 1: has long drained and ended
        self.watch.stop()
        self.close_gui()
        for process, command in sweep.sweep(f"{MARKER}={self.marker}").items():
            self.complaints.append(f"left behind: process {process} ({command})")
        for left in ("socket", "socket.lock", "pid", f"control/{NAME}.sock"):
            if os.path.lexists(self.path(left)):
                self.complaints.append(f"left behind: file {left}")

    def close_gui(self):
        if self.gui and self.gui.poll() is None:
            self.gui.terminate()
            try:
                self.gui.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.gui.kill()
                self.gui.wait()

    # -- what is told at the end --

    def latencies(self):
        """Milliseconds of the requests that were under way during a restart, and of the others."""
        during, quiet = [], []
        with open(self.path("window"), encoding="utf-8") as rows:
            for row in rows:
                begin, _, latency = row.split()
                begin, end = int(begin), int(begin) + int(latency) * 1000
                touched = any(begin <= each["end"] and end >= each["begin"] for each in self.restarts)
                (during if touched else quiet).append(int(latency) / 1000)
        return sorted(during), sorted(quiet)

    def report(self, account):
        print("\nRequests, as the clients counted them")
        for kind in COUNTED:
            print(f"  {kind.replace('_', ' '):<12}{account[kind]:>10,}")
        for failure in account["failures"][:10]:
            print(f"    {failure['id']}: {failure['kind']}, {failure['what']} ({failure['at']})")
        say(f"{len(account['pids'])} processes answered, in {account['conversations']:,} conversations and on "
            "connections for one request each", indent=2)
        print("\nRestarts, each step with its milliseconds after the request")
        for number, each in enumerate(self.restarts, 1):
            last = each["steps"][-1]
            print(f"  {number}  {each['label']}: {last['step']}")
            say(", ".join(f"{step['step']} {step['elapsed_ms']}" for step in each["steps"]
                          if step["step"] != "progress"), indent=5)
            if last["step"] != "finished":
                say(last["text"], indent=5)
                for line in last.get("output", []):
                    print(f"     | {line}")
        during, quiet = self.latencies()
        print("\nFrom connect to reply, in ms" + f"{'requests':>14}{'half below':>12}{'99 % below':>12}{'worst':>10}")
        for label, values in (("while nothing happened", quiet), ("during the restarts", during)):
            if values:
                print(f"  {label:<28}{len(values):>12,}{values[len(values) // 2]:>12.3f}"
                      f"{values[int(len(values) * 0.99)]:>12.3f}{values[-1]:>10.3f}")
        print()
        for complaint in self.complaints:
            print("NOT AS IT SHOULD BE: " + complaint)
        lost = sum(account[kind] for kind in COUNTED[1:])
        print(f"{lost} requests were lost." if lost else "Not one request was lost.")

    def clean_up(self, failed):
        if self.watch:
            self.watch.stop()
        sweep.sweep(f"{MARKER}={self.marker}")
        if failed and os.path.exists(self.path("log")):
            print("The end of the server's log:\n" + pathlib.Path(self.path("log")).read_text(errors="replace")[-4000:])
        shutil.rmtree(self.directory, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="where the programs are")
    parser.add_argument("--keep", action="store_true", help="go on until Enter is pressed")
    options = parser.parse_args()
    if options.keep and not sys.stdin.isatty():
        parser.error("--keep needs a terminal to wait at")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    demo = Demo(options)
    status = 1
    try:
        status = demo.run()
    except KeyboardInterrupt:
        status = 130
    except (RuntimeError, OSError, ValueError, subprocess.TimeoutExpired) as error:
        print(f"The demo failed: {error}", file=sys.stderr)
    finally:
        demo.clean_up(status not in (0, 130))
    return status


if __name__ == "__main__":
    sys.exit(main())
