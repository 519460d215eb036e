#!/usr/bin/env python3
"""What a control socket must stand: every line of corpus/control_lines.txt gets the answer that stands beside it, and
whatever else is done to it, the server answers its own clients, with the memory and the descriptors that it had.

    control_hostile.py --bin build/dev/bin [--only NAME]...

lines        the corpus
endless      lines without an end
descriptors  descriptors passed along with requests
unread       as many clients as there may be, who ask and ask and never read
crowd        10,000 clients who connect at once, from several processes
flood        requests without a pause for some seconds: no more are answered than all clients together may have

Exit status 0 if all is well, 1 with a line for what is not.
"""

import argparse
import array
import json
import multiprocessing
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE = 30
MOST_CLIENTS = 32
MOST_AT_ONCE, MOST_A_SECOND = 100, 250
LARGEST_LINE = 64 * 1024
# What all clients together may cost: for each its input, its output, and a little.
MOST_GROWTH_KIB = MOST_CLIENTS * (80 + 200) + 4096


class Wrong(Exception):
    pass


def require(holds, what):
    if not holds:
        raise Wrong(what)


def wait_for(what, look):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.005)
    raise Wrong(f"did not happen within {PATIENCE} s: {what}")


class Control:
    """A client of the control socket."""

    def __init__(self, path, greeted=True):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.buffer = b""
        if greeted:
            require(self.read()["method"] == "hello", "the greeting comes first")

    def send(self, line):
        self.socket.sendall(line + b"\n")

    def read(self):
        """The next message; None at the end."""
        while b"\n" not in self.buffer:
            try:
                more = self.socket.recv(1 << 16)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self.buffer += more
        line, _, self.buffer = self.buffer.partition(b"\n")
        require(len(line) < LARGEST_LINE, "no line of the server is too long")
        return json.loads(line)

    def ask(self, method, **params):
        self.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode())
        while "id" not in (answer := self.read()):
            pass
        return answer["result"]

    def close(self):
        self.socket.close()


class Server:
    def __init__(self, binaries):
        self.directory = tempfile.mkdtemp(prefix="hostile-")
        self.control = os.path.join(self.directory, "control", "hostile.sock")
        environment = dict(os.environ, UNINTERRUPTIBLE_CONTROL_DIR=os.path.dirname(self.control))
        self.process = subprocess.Popen(
            [os.path.join(binaries, "echo-server"), "--bind", "tcp://127.0.0.1:0", "--name", "hostile", "--lines",
             "--log", os.path.join(self.directory, "log"), "--log-level", "warn"],
            env=environment, stdin=subprocess.DEVNULL)
        wait_for("the server is there", lambda: os.path.exists(self.control))
        client = wait_for("it answers", self.try_connect)
        host, _, port = client.ask("status")["addresses"][0].removeprefix("tcp://").rpartition(":")
        client.close()
        self.address = (host, int(port))

    def try_connect(self):
        try:
            return Control(self.control)
        except (ConnectionRefusedError, FileNotFoundError):
            return None

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            require(self.process.wait(PATIENCE) == 0, "the server ends in order")
        finally:
            self.process.kill()
            self.process.wait()
            shutil.rmtree(self.directory, ignore_errors=True)

    def serves(self):
        with socket.create_connection(self.address, PATIENCE) as client:
            client.sendall(b"hello\n")
            require(client.recv(100) == b"hello\n", "a client of its own is answered")

    def memory_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def is_alone(self):
        """Waits until no client is left, and another one is welcome."""
        def greeted():
            client = self.try_connect()
            if not client:
                return False
            client.close()
            return True
        wait_for("another client is welcome", greeted)


# ---- the corpus ----

def unescaped(text):
    text = re.sub(r"<<(.*?)\*(\d+)>>", lambda found: found[1] * int(found[2]), text)
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


def cases():
    with open(os.path.join(HERE, "corpus", "control_lines.txt"), encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            if text.startswith("#") or not text.strip():
                continue
            answer, _, line = text.rstrip("\n").partition(" |")
            kind, _, answered = answer.partition(" ")
            yield number, kind, json.loads(answered.replace("\\\\", "\\") or "null"), unescaped(line[1:])


def lines(server, _):
    client = Control(server.control)
    count = 0
    for number, kind, answered, line in cases():
        count += 1
        client.send(line)
        if kind == "none":
            client.send(b'{"jsonrpc":"2.0","id":"after","method":"nothing"}')
            require(client.read()["id"] == "after", f"line {number} of the corpus is not answered")
            continue
        said = client.read()
        require(said is not None, f"line {number} of the corpus ends the connection")
        came = "result" if "result" in said else str(said["error"]["code"])
        require((came, said["id"]) == (kind, answered),
                f"line {number} of the corpus: {kind} {answered!r} was expected, {json.dumps(said)[:200]} came")
    client.close()
    return f"{count} lines were answered as they are to be"


# ---- what is too much ----

def endless(server, options):
    total = 0
    for piece in options.endless:
        client = Control(server.control)
        sent, end = 0, time.monotonic() + PATIENCE
        try:
            # The refusal is out at once; what comes is thrown away for a while, so that it can be read.
            while time.monotonic() < end:
                sent += client.socket.send(piece.encode() * LARGEST_LINE)
        except (BrokenPipeError, ConnectionResetError):
            pass
        require(time.monotonic() < end, "somebody who never ends a line is sent away")
        said = client.read()
        require(said is not None and said["error"]["code"] == -32700, f"and hears why, not {said}")
        client.close()
        total += sent
    return f"lines without an end were cut off, {total >> 20} MiB of them read"


def descriptors(server, options):
    before = server.descriptors()
    line = b'{"jsonrpc":"2.0","id":1,"method":"nothing"}\n'
    with open(os.devnull, "rb") as spare:
        passed = array.array("i", [spare.fileno()] * 253)
        client = Control(server.control)
        for _ in range(options.descriptor_lines):
            client.socket.sendmsg([line], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)])
            require(client.read()["error"]["code"] == -32601, "the request is answered")
        during = server.descriptors()
        client.close()
    require(during <= before + 2, f"no descriptor arrives: {before} before, {during} then")
    return f"{options.descriptor_lines} times 253 descriptors were passed, none arrived"


def unread(server, _):
    clients = [Control(server.control) for _ in range(MOST_CLIENTS - 1)]
    # Long replies, since so many requests are answered a second and no more.
    request = b'{"jsonrpc":"2.0","id":"%s","method":"status"}\n' % (b"x" * 20_000)
    for client in clients:
        client.send(b'{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"connections":true,"log":"debug"}}')
        client.socket.setblocking(False)
    sent, busy = 0, True
    while busy:
        busy = False
        for client in clients:
            try:
                sent += client.socket.send(request)
                busy = True
            except BlockingIOError:
                pass
    for _ in range(50):
        server.serves()
    watcher = Control(server.control)
    for _ in range(50):
        watcher.ask("status")
    for client in clients + [watcher]:
        client.close()
    return f"{len(clients)} clients said {sent >> 10} KiB and read nothing"


def connect_many(path, count, gate, outcome):
    """Connects so many times at once and says how many were greeted and how many refused."""
    clients, greeted, refused = [], 0, 0
    gate.wait()
    for _ in range(count):
        client = socket.socket(socket.AF_UNIX)
        client.connect(path)  # waits where the queue is full, which a socket with a limit would not
        client.settimeout(PATIENCE)
        clients.append(client)
    for client in clients:
        said = client.recv(4096)
        greeted += b'"hello"' in said
        refused += b'"code":5' in said
    outcome.put((greeted, refused))
    gate.wait(PATIENCE)  # until all are there
    for client in clients:
        client.close()


def crowd(server, options):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    share = min(2500, (hard if hard != resource.RLIM_INFINITY else 20_000) - 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, share + 100), hard))
    processes = -(-options.crowd // share)
    gate, outcome = multiprocessing.Barrier(processes + 1), multiprocessing.Queue()
    started = [multiprocessing.Process(target=connect_many, daemon=True, args=(server.control, options.crowd // processes, gate,
                                                                  outcome)) for _ in range(processes)]
    for process in started:
        process.start()
    gate.wait(PATIENCE)
    answered = 0
    counts = []
    end = time.monotonic() + PATIENCE
    while len(counts) < processes:
        require(time.monotonic() < end and all(process.is_alive() for process in started), "they are all answered")
        server.serves()
        answered += 1
        while not outcome.empty():
            counts.append(outcome.get())
    most = server.descriptors()
    gate.wait(PATIENCE)
    for process in started:
        process.join(PATIENCE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    greeted, refused = sum(count[0] for count in counts), sum(count[1] for count in counts)
    total = options.crowd // processes * processes
    require(greeted >= 1 and greeted + refused == total, f"{greeted} greeted, {refused} refused of {total}")
    require(most < 100, f"the server has {most} descriptors")
    return f"of {total} clients at once {greeted} were greeted and {refused} refused; {answered} others were served"


def ask_for_ever(path, until, count):
    client = Control(path)
    request, asked = b'{"jsonrpc":"2.0","id":1,"method":"status"}\n' * 50, 0
    while time.monotonic() < until:
        client.socket.sendall(request)
        for _ in range(50):
            client.read()
        asked += 50
    with count.get_lock():
        count.value += asked


def flood(server, options):
    begun = time.monotonic()
    count = multiprocessing.Value("l", 0)
    asking = [multiprocessing.Process(target=ask_for_ever, args=(server.control, begun + options.flood_seconds, count))
              for _ in range(4)]
    for process in asking:
        process.start()
    served = 0
    while time.monotonic() < begun + options.flood_seconds:
        server.serves()
        served += 1
    for process in asking:
        process.join(PATIENCE)
    seconds = time.monotonic() - begun
    require(0 < count.value <= MOST_AT_ONCE + MOST_A_SECOND * seconds, f"{count.value} were answered in {seconds} s")
    return f"{count.value / seconds:.0f} requests a second, beside them {served} clients served"


ATTACKS = {one.__name__: one for one in (lines, endless, descriptors, unread, crowd, flood)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="directory of the programs")
    parser.add_argument("--only", action="append", choices=ATTACKS, help="repeatable; default all")
    parser.add_argument("--crowd", type=int, default=10_000, help="clients who connect at once")
    parser.add_argument("--endless", default="x", help="what the lines without an end are of, a letter for each")
    parser.add_argument("--descriptor-lines", type=int, default=400)
    parser.add_argument("--flood-seconds", type=float, default=1)
    options = parser.parse_args()
    # What a sanitizer keeps of freed memory is not the server's.
    memory_counts = not os.environ.get("UNINTERRUPTIBLE_SANITIZE")
    server = Server(options.bin)
    try:
        server.serves()
        before, held = server.memory_kib(), server.descriptors()
        for name in options.only or ATTACKS:
            begun = time.monotonic()
            print(f"{name}: {ATTACKS[name](server, options)} ({time.monotonic() - begun:.1f} s, "
                  f"{server.memory_kib()} KiB)", flush=True)
            server.is_alone()
            server.serves()
            wait_for("all descriptors are closed", lambda: server.descriptors() <= held)
            grown = server.memory_kib() - before
            require(not memory_counts or grown < MOST_GROWTH_KIB, f"{name}: memory grew by {grown} KiB")
        server.end()
    except Wrong as wrong:
        print(wrong)
        server.process.kill()
        server.process.wait()
        shutil.rmtree(server.directory, ignore_errors=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
