#!/usr/bin/env python3
"""Accounting client: sends requests that can be told apart and accounts for every single one.

    load_client.py --target tcp://127.0.0.1:6789 --short --long 20 --seconds 10

Every request is a line "worker-sequence" that an echo server must answer with the same line, exactly once.
--short  opens a new connection for each request and expects the end after the reply.
--long N holds N conversations that send one line after the other; --turns bounds their length.

It runs until SIGTERM, until --seconds are over or, with --stdin, until its standard input ends; then every open
conversation is finished properly and one JSON object is printed. Exit status: 0 nothing was lost, 1 something was,
2 usage, 3 the client itself failed. "steady" is written to standard error as soon as every worker has had answers.

Each request has one outcome: answered, refused (nobody listens), reset, timed_out, short (the end came before the
reply was complete), wrong (another reply than expected) or doubled (a reply came once more). A conversation that the
server ends between two requests counts as closed; that is a loss unless --allow-close is given. Over TLS an end without
a goodbye (close_notify) is always short, and another failure of TLS is wrong; handshakes belong to their requests.
"""

import argparse
import array
import errno
import heapq
import json
import multiprocessing
import multiprocessing.connection
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True  # the folder of the sources may be anybody's
import load_tls  # pylint: disable=wrong-import-position

LOSSES = ("refused", "reset", "timed_out", "short", "wrong", "doubled", "closed")
FAILURES_LISTED = 1000
CONVERSATIONS_PER_WORKER = 100
RESET_ERRORS = (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED, errno.ENOTCONN)
REFUSED_ERRORS = (errno.ECONNREFUSED, errno.ENOENT)
WAITING_ERRORS = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINPROGRESS)


class Target:
    """Where to connect: tcp://HOST:PORT, tcp://[IPV6]:PORT, tls:// in the same forms, or unix:///PATH."""

    def __init__(self, text):
        parts = urllib.parse.urlsplit(text)
        self.has_tls = parts.scheme == "tls"
        if parts.scheme in ("tcp", "tls") and parts.hostname and parts.port:
            self.family = socket.AF_INET6 if ":" in parts.hostname else socket.AF_INET
            self.address = (parts.hostname, parts.port)
        elif parts.scheme == "unix" and text.startswith("unix:///"):
            self.family = socket.AF_UNIX
            self.address = text[len("unix://"):]
        else:
            raise argparse.ArgumentTypeError(f"'{text}' is none of tcp://HOST:PORT, tls://HOST:PORT and unix:///PATH")

    def open(self):
        opened = socket.socket(self.family, socket.SOCK_STREAM)
        if self.family != socket.AF_UNIX:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return load_tls.TlsSocket(opened) if self.has_tls else opened


class LineFile:
    """Appends whole lines to a file that several workers share."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644) if path else None
        self.lines = []

    def add(self, line):
        if self.fd is not None:
            self.lines.append(line)
            if len(self.lines) >= 200:
                self.flush()

    def flush(self):
        if self.fd is not None and self.lines:
            os.write(self.fd, ("\n".join(self.lines) + "\n").encode())
            self.lines = []


class Account:
    """What one worker has to report: an outcome for every request."""

    def __init__(self, name, mode, options):
        self.name, self.mode = name, mode
        self.counts = dict.fromkeys(("answered",) + LOSSES, 0)
        self.latencies = array.array("Q")
        self.failures = []
        self.pids = {}
        self.conversations = 0
        self.sequence = 0
        self.ids = LineFile(options.ids)
        self.window = LineFile(options.window_file)

    def next_id(self):
        self.sequence += 1
        return f"{self.name}-{self.sequence}"

    def answered(self, request, started_ns, replied_ns):
        latency = (replied_ns - started_ns) // 1000
        self.counts["answered"] += 1
        self.latencies.append(latency)
        self.ids.add(request)
        self.window.add(f"{started_ns} {request} {latency}")

    def lost(self, kind, request, started_ns, what):
        self.counts[kind] += 1
        if len(self.failures) < FAILURES_LISTED:
            now = time.time()
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
            self.failures.append({"id": request, "kind": kind, "what": what, "mode": self.mode, "at": stamp,
                                  "started_ns": started_ns, "ended_ns": time.monotonic_ns()})

    def failed(self, error, request, started_ns, stage):
        kind = load_tls.kind_of(error)
        if kind:
            self.lost(kind, request, started_ns, f"{stage}: {error}")
            return
        if error.errno in REFUSED_ERRORS:
            kind = "refused"
        elif error.errno in RESET_ERRORS:
            kind = "reset"
        elif error.errno in WAITING_ERRORS or isinstance(error, (TimeoutError, socket.timeout)):
            kind = "timed_out"
        else:
            raise error
        self.lost(kind, request, started_ns, f"{stage}: {os.strerror(error.errno) if error.errno else error}")

    def report(self):
        self.ids.flush()
        self.window.flush()
        return {"mode": self.mode, "counts": self.counts, "latencies": self.latencies.tobytes(),
                "failures": self.failures, "pids": self.pids, "conversations": self.conversations}


class ShortWorker:
    """One connection after the other, each for one request. Blocking sockets whose waits the kernel bounds: so a
    full queue of a unix listener is waited for as that of a TCP listener is."""

    def __init__(self, name, options, stop, steady):
        self.account = Account(name, "short", options)
        self.options, self.stop, self.steady = options, stop, steady
        seconds = int(options.timeout)
        self.limit = struct.pack("ll", seconds, int((options.timeout - seconds) * 1_000_000))

    def run(self):
        interval = self.options.short_workers / self.options.rate if self.options.rate else 0
        due = time.monotonic()
        parent = os.getppid()
        while not self.stop.value and os.getppid() == parent:
            if interval:
                due = max(due + interval, time.monotonic() - 1)
                time.sleep(max(0, due - time.monotonic()))
            target = self.options.target[self.account.sequence % len(self.options.target)]
            if self.request(target):
                self.steady.set()
            else:
                time.sleep(0.001)  # one that is refused at once must not become a busy loop
        return self.account.report()

    def request(self, target):
        account, request = self.account, self.account.next_id()
        line = request.encode() + b"\n"
        with target.open() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, self.limit)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, self.limit)
            if target.has_tls:
                client.settimeout(self.options.timeout)  # ssl tries again when the kernel's limit is over
            started = time.monotonic_ns()
            stage = "connect"
            try:
                client.connect(target.address)
                stage = "send"
                client.sendall(line)
                if self.options.half_close and not target.has_tls:
                    client.shutdown(socket.SHUT_WR)
                stage = "receive"
                reply = b""
                while b"\n" not in reply:
                    piece = client.recv(65536)
                    if not piece:
                        account.lost("short", request, started, f"end after {len(reply)} of {len(line)} bytes")
                        return False
                    reply += piece
                replied = time.monotonic_ns()
                stage = "end of the connection, after the reply"
                if self.options.half_close and target.has_tls:
                    client.shutdown(socket.SHUT_WR)
                while piece := client.recv(65536):
                    reply += piece
            except OSError as error:
                account.failed(error, request, started, stage)
                return False
            if reply == line:
                account.answered(request, started, replied)
                return True
            kind = "doubled" if reply.startswith(line * 2) else "wrong"
            account.lost(kind, request, started, f"reply was {reply[:200]!r}")
            return False


class Conversation:
    """One connection of a LongWorker: at most one request is under way at a time."""

    def __init__(self, number, target):
        self.number, self.target = number, target
        self.socket = None
        self.state = "closed"  # closed, connecting, handshaking, idle, asked, ending
        self.request = None
        self.started = 0
        self.deadline = 0.0
        self.received = b""
        self.previous = None
        self.turns = 0
        self.healthy = False


class LongWorker:
    """Many conversations at a time, on non-blocking sockets and one poll."""

    def __init__(self, name, options, stop, steady, count):
        self.account = Account(name, "long", options)
        self.options, self.stop, self.steady = options, stop, steady
        self.conversations = [Conversation(n, options.target[n % len(options.target)]) for n in range(count)]
        self.poll = select.poll()
        self.by_fd = {}
        self.due = []
        self.stopping = False

    def run(self):
        now = time.monotonic()
        for conversation in self.conversations:
            self.at(now + self.options.pace * conversation.number / len(self.conversations), conversation)
        parent = os.getppid()
        while not self.stopping or any(c.state != "closed" for c in self.conversations):
            if (self.stop.value or os.getppid() != parent) and not self.stopping:
                self.stopping = True
                for conversation in self.conversations:
                    self.turn(conversation)
            timeout = min(max(self.due[0][0] - time.monotonic(), 0), 0.1) if self.due else 0.1
            for fd, _ in self.poll.poll(timeout * 1000 + 0.5):
                if fd in self.by_fd:
                    self.ready(self.by_fd[fd])
            now = time.monotonic()
            while self.due and self.due[0][0] <= now:
                _, _, token, conversation = heapq.heappop(self.due)
                if token == conversation.deadline:
                    self.turn(conversation)
        return self.account.report()

    def at(self, when, conversation):
        """Calls turn() then; forgets what was due before."""
        conversation.deadline = when
        heapq.heappush(self.due, (when, conversation.number, when, conversation))

    def turn(self, conversation):
        """Something is due: the next line, another try to connect, or a deadline has passed."""
        state = conversation.state
        expired = time.monotonic_ns() >= conversation.started + self.options.timeout * 1e9
        if state == "closed":
            if not self.stopping:
                self.begin(conversation)
        elif state == "idle":
            if self.stopping or (self.options.turns and conversation.turns >= self.options.turns):
                conversation.state = "ending"
                conversation.started = time.monotonic_ns()
                self.guarded(conversation, "half-close", lambda: conversation.socket.shutdown(socket.SHUT_WR))
                self.expire(conversation)
            else:
                self.ask(conversation)
        elif expired:
            self.account.lost("timed_out", conversation.request, conversation.started, f"while {state}")
            self.close(conversation)
        elif state == "connecting":
            self.connect(conversation)
        else:
            self.expire(conversation)

    def expire(self, conversation):
        if conversation.state in ("asked", "ending"):
            self.at(conversation.started / 1e9 + self.options.timeout, conversation)

    def guarded(self, conversation, stage, action):
        try:
            return action()
        except OSError as error:
            self.account.failed(error, conversation.request, conversation.started, stage)
            self.close(conversation)
            return None

    def begin(self, conversation):
        conversation.socket = conversation.target.open()
        conversation.socket.setblocking(False)
        conversation.state = "connecting"
        conversation.turns = 0
        conversation.received = b""
        conversation.previous = None
        conversation.request = "PID?" if self.options.ask_pid else self.account.next_id()
        conversation.started = time.monotonic_ns()
        self.account.conversations += 1
        self.connect(conversation)

    def connect(self, conversation):
        code = conversation.socket.connect_ex(conversation.target.address)
        if code in (errno.EAGAIN, errno.EALREADY) and conversation.target.family == socket.AF_UNIX:
            self.at(time.monotonic() + 0.005, conversation)  # the listener's queue is full: nothing to poll for
        elif code in (errno.EINPROGRESS, errno.EALREADY):
            self.watch(conversation, select.POLLOUT)
            self.at(conversation.started / 1e9 + self.options.timeout, conversation)
        elif code in (0, errno.EISCONN):
            self.connected(conversation)
        else:
            self.account.failed(OSError(code, ""), conversation.request, conversation.started, "connect")
            self.close(conversation)

    def watch(self, conversation, events):
        self.by_fd[conversation.socket.fileno()] = conversation
        self.poll.register(conversation.socket, events)

    def connected(self, conversation):
        if conversation.target.has_tls:
            conversation.state = "handshaking"
            self.at(conversation.started / 1e9 + self.options.timeout, conversation)
            self.handshake(conversation)
        else:
            self.watch(conversation, select.POLLIN)
            self.send(conversation)

    def handshake(self, conversation):
        awaited = self.guarded(conversation, "handshake", conversation.socket.handshake)
        if awaited is None:
            return
        self.watch(conversation, awaited or select.POLLIN)
        if not awaited:
            self.send(conversation)

    def ask(self, conversation):
        conversation.request = self.account.next_id()
        conversation.started = time.monotonic_ns()
        self.send(conversation)

    def send(self, conversation):
        line = conversation.request.encode() + b"\n"
        sent = self.guarded(conversation, "send", lambda: conversation.socket.send(line))
        if sent is not None:
            if sent != len(line):
                raise RuntimeError("a send buffer that holds not one line")
            conversation.state = "asked"
            self.expire(conversation)

    def ready(self, conversation):
        if conversation.state == "connecting":
            code = conversation.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                self.account.failed(OSError(code, ""), conversation.request, conversation.started, "connect")
                self.close(conversation)
            else:
                self.connected(conversation)
            return
        if conversation.state == "handshaking":
            self.handshake(conversation)
            return
        try:
            piece = conversation.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError as error:
            self.account.failed(error, conversation.request, conversation.started, f"receive while {conversation.state}")
            self.close(conversation)
            return
        if not piece:
            self.ended(conversation)
            return
        conversation.received += piece
        while b"\n" in conversation.received and conversation.socket:
            line, conversation.received = conversation.received.split(b"\n", 1)
            self.line(conversation, line.decode(errors="replace"))

    def ended(self, conversation):
        if conversation.state == "asked":
            self.account.lost("short", conversation.request, conversation.started, "end instead of a reply")
        elif conversation.state == "idle":
            self.account.lost("closed", conversation.previous, conversation.started, "end between two requests")
        elif conversation.received:
            self.account.lost("wrong", conversation.previous, conversation.started, "half a line before the end")
        self.close(conversation)

    def line(self, conversation, line):
        account, request = self.account, conversation.request
        if conversation.state != "asked":
            kind = "doubled" if line == conversation.previous else "wrong"
            account.lost(kind, line, conversation.started, f"'{line[:100]}' came unasked")
            self.close(conversation)
        elif request == "PID?" and line.isdigit():
            account.pids[line] = account.pids.get(line, 0) + 1
            first = conversation.started
            self.ask(conversation)
            conversation.started = first  # the first answer's latency counts from connect()
        elif line == request:
            account.answered(request, conversation.started, time.monotonic_ns())
            conversation.previous = request
            conversation.turns += 1
            conversation.state = "idle"
            if not conversation.healthy:
                conversation.healthy = True
                if all(c.healthy for c in self.conversations):
                    self.steady.set()
            if self.stopping:
                self.turn(conversation)
            else:
                self.at(time.monotonic() + self.options.pace, conversation)
        else:
            kind = "doubled" if line == conversation.previous else "wrong"
            account.lost(kind, request, conversation.started, f"reply was '{line[:100]}'")
            self.close(conversation)

    def close(self, conversation):
        if conversation.socket is None:
            return
        if self.by_fd.pop(conversation.socket.fileno(), None):
            self.poll.unregister(conversation.socket)
        conversation.socket.close()
        conversation.socket = None
        conversation.state = "closed"
        if not self.stopping:
            self.at(time.monotonic() + min(self.options.pace, 0.01), conversation)


def work(worker, pipe):
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    pipe.send(worker.run())


def latency_summary(latencies):
    ordered = sorted(latencies)
    if not ordered:
        return {"count": 0}
    pick = lambda part: round(ordered[min(len(ordered) - 1, int(len(ordered) * part))] / 1000, 3)
    return {"count": len(ordered), "p50_ms": pick(0.5), "p99_ms": pick(0.99), "max_ms": pick(1)}


def summary(reports, seconds):
    result = dict.fromkeys(("answered",) + LOSSES, 0)
    latencies, failures, pids = {}, [], {}
    for report in reports:
        for kind, count in report["counts"].items():
            result[kind] += count
        latencies.setdefault(report["mode"], array.array("Q")).frombytes(report["latencies"])
        failures += report["failures"]
        for pid, count in report["pids"].items():
            pids[pid] = pids.get(pid, 0) + count
    result["conversations"] = sum(report["conversations"] for report in reports)
    result["seconds"] = round(seconds, 3)
    result["latency"] = {mode: latency_summary(values) for mode, values in latencies.items()}
    result["pids"] = pids
    result["failures"] = sorted(failures, key=lambda failure: failure["ended_ns"])[:FAILURES_LISTED]
    return result


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", type=Target, action="append", required=True, help="repeatable")
    parser.add_argument("--short", action="store_true", help="a new connection for each request")
    parser.add_argument("--workers", dest="short_workers", type=int, default=2, help="processes for --short (2)")
    parser.add_argument("--rate", type=float, default=0, help="short requests a second, all workers together (no limit)")
    parser.add_argument("--half-close", action="store_true", help="end the sending side after a short request; over TLS after the reply")
    parser.add_argument("--long", type=int, default=0, metavar="N", help="conversations held open")
    parser.add_argument("--pace", type=float, default=0.05, help="seconds between the lines of a conversation (0.05)")
    parser.add_argument("--turns", type=int, default=0, help="lines until a conversation ends and a new one begins")
    parser.add_argument("--ask-pid", action="store_true", help="begin conversations with PID? and count the answers")
    parser.add_argument("--allow-close", action="store_true", help="a conversation ended between requests is no loss")
    parser.add_argument("--timeout", type=float, default=10, help="seconds a request may take (10)")
    parser.add_argument("--seconds", type=float, default=0, help="stop after that long")
    parser.add_argument("--stdin", action="store_true", help="stop when standard input ends")
    parser.add_argument("--name", default="", help="prefix of the workers' names in the ids")
    parser.add_argument("--ids", help="file to append every answered id to")
    parser.add_argument("--window-file", help='file to append "monotonic_ns id latency_us" to, by the start of each')
    options = parser.parse_args()
    if not options.short and not options.long:
        parser.error("give --short, --long N or both")
    return options


def start_workers(options):
    stop = multiprocessing.Value("b", 0, lock=False)
    plans = []
    if options.short:
        plans += [("s", None)] * options.short_workers
    left = options.long
    while left > 0:
        plans.append(("l", min(left, CONVERSATIONS_PER_WORKER)))
        left -= CONVERSATIONS_PER_WORKER
    running = []
    for number, (kind, count) in enumerate(plans):
        steady = multiprocessing.Event()
        name = f"{options.name}{kind}{number}"
        worker = LongWorker(name, options, stop, steady, count) if count else ShortWorker(name, options, stop, steady)
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.Process(target=work, args=(worker, theirs), daemon=True)
        process.start()
        theirs.close()
        running.append((process, ours, steady))
    return stop, running


def wait_until_told(options, running, wake, started):
    """Until a signal, the end of standard input, the end of the time, or the death of a worker."""
    said = False
    while True:
        if not said and all(steady.is_set() for _, _, steady in running):
            said = True
            print("steady", file=sys.stderr, flush=True)
        left = options.seconds - (time.monotonic() - started) if options.seconds else 3600
        if left <= 0:
            return
        watched = [wake] + ([sys.stdin] if options.stdin else []) + [process.sentinel for process, _, _ in running]
        for ready in multiprocessing.connection.wait(watched, min(left, 0.02 if not said else 3600)):
            if ready is wake or not hasattr(ready, "read") or not os.read(ready.fileno(), 4096):
                return


def main():
    multiprocessing.set_start_method("fork")
    options = arguments()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if options.long + 64 > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(options.long + 64, hard), hard))
    wake, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    started = time.monotonic()
    stop, running = start_workers(options)
    wait_until_told(options, running, wake, started)
    stop.value = 1
    reports, failed = [], 0
    for process, pipe, _ in running:
        try:
            reports.append(pipe.recv())
        except EOFError:
            failed += 1
        process.join()
    result = summary(reports, time.monotonic() - started)
    result["workers_failed"] = failed
    print(json.dumps(result), flush=True)
    lost = sum(result[kind] for kind in LOSSES if not (kind == "closed" and options.allow_close))
    return 3 if failed else 1 if lost or not result["answered"] else 0


if __name__ == "__main__":
    sys.exit(main())
