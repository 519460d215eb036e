#!/usr/bin/env python3
"""Very many TLS connections to one process: what a connection leaves behind shows in the end.

    tests/stress/tls_soak.py --bin build/release/bin --connections 1000000

Clients are `openssl s_time`: full handshakes of TLS 1.3 and 1.2 and resumed ones by turns, in several processes at once.
Now and then some break a handshake off at a random byte. Prints a line for each tenth, and at the end exits with 1 if the
server's descriptors or threads are not as many as after the first tenth, or if its memory is more than --allowance above.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tls"))
# pylint: disable=wrong-import-position
import certificates  # noqa: E402

TURN = 5  # seconds of one client process
KINDS = (["-new"], ["-new", "-tls1_2"], ["-reuse"])


def start_server(binaries, directory):
    """Returns the process and its port."""
    authority = certificates.Authority(directory)
    certificate, key = authority.issue("server")
    log = directory / "log"
    command = [binaries / "echo-server", "--lines", "--name", "soak", "--bind", "tcp://127.0.0.1:0", "--log", log,
               "--tls-key", key, "--tls-certificate", certificate]
    environment = dict(os.environ, UNINTERRUPTIBLE_CONTROL_DIR=str(directory / "control"))
    # pylint: disable-next=consider-using-with
    server = subprocess.Popen([str(word) for word in command], env=environment, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = log.exists() and re.search(r"generation 1 serves on tcp://127.0.0.1:(\d+)", log.read_text())
        if found:
            return server, int(found.group(1))
        if server.poll() is not None:
            break
        time.sleep(0.01)
    server.kill()
    raise SystemExit(f"the server did not begin to serve; see {log}: {log.read_text() if log.exists() else ''}")


def connect_for_a_turn(port, kind):
    """How many connections one client process made."""
    done = subprocess.run(["openssl", "s_time", "-connect", f"127.0.0.1:{port}", "-time", str(TURN), *kind],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=TURN + 60)
    text = done.stdout.decode(errors="replace")
    found = re.search(r"(\d+) connections in \d+ real seconds", text)
    if done.returncode != 0 or not found:
        raise SystemExit(f"openssl s_time {' '.join(kind)} failed: {text[-2000:]}")
    return int(found.group(1))


def break_off(port, count):
    hello = bytes.fromhex("16030100c8010000c40303") + bytes(random.randrange(256) for _ in range(200))
    for _ in range(count):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(hello[:random.randrange(len(hello))])


def look_at(pid):
    """Memory in KiB, descriptors and threads."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    memory = int(re.search(r"VmRSS:\s+(\d+)", status).group(1))
    threads = int(re.search(r"Threads:\s+(\d+)", status).group(1))
    return memory, len(os.listdir(f"/proc/{pid}/fd")), threads


def at_rest(pid, wanted):
    """Looks at it when the last connections have gone, or after a while."""
    deadline = time.monotonic() + 30
    while True:
        memory, descriptors, threads = look_at(pid)
        if time.monotonic() > deadline or wanted is None or (descriptors, threads) == wanted:
            return memory, descriptors, threads
        time.sleep(0.1)


def soak(options, directory):
    server, port = start_server(options.bin.resolve(), directory)
    try:
        _, *rest = look_at(server.pid)
        rest = tuple(rest)
        made, next_tenth, first, turn = 0, options.connections / 10, None, 0
        begun = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(options.clients) as pool:
            while made < options.connections:
                kinds = [KINDS[(turn + i) % len(KINDS)] for i in range(options.clients)]
                made += sum(pool.map(lambda kind: connect_for_a_turn(port, kind), kinds))
                turn += 1
                break_off(port, 50)
                if made < next_tenth and made < options.connections:
                    continue
                next_tenth += options.connections / 10
                memory, descriptors, threads = at_rest(server.pid, rest)
                print(f"{made:9} connections, {time.monotonic() - begun:6.0f} s: {memory} KiB, {descriptors} "
                      f"descriptors, {threads} threads", flush=True)
                if first is None:
                    first = memory
        complaints = []
        if (descriptors, threads) != rest:
            complaints.append(f"descriptors and threads were {rest} before the first connection")
        if memory > first + options.allowance:
            complaints.append(f"memory grew by {memory - first} KiB since the first tenth")
        print("\n".join(complaints) or f"memory changed by {memory - first} KiB since the first tenth")
        return 1 if complaints else 0
    finally:
        server.terminate()
        server.wait(30)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of the programs")
    parser.add_argument("--connections", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=2, help="client processes at a time")
    parser.add_argument("--allowance", type=int, default=1024, help="KiB that memory may grow after the first tenth")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        return soak(options, pathlib.Path(directory))


if __name__ == "__main__":
    sys.exit(main())
