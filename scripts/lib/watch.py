"""Follows a server's restarts over its control socket, from generation to generation."""

import json
import socket
import threading
import time

DECIDED = ("final", "failed", "rolled_back")
OVER = ("finished", "failed", "rolled_back")


class Watch:
    def __init__(self, path):
        self.path = path
        self.steps = []  # (step, monotonic_ns of its arrival), in order
        self.changed = threading.Condition()
        self.stopped = False
        self.thread = None

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(1)
        try:
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        return connection

    def status(self, server, limit=30):
        """Waits until the server answers, starts following it, and returns its status."""
        deadline = time.monotonic() + limit
        while True:
            try:
                with self.connect() as connection, connection.makefile("r", encoding="utf-8") as lines:
                    connection.sendall(b'{"jsonrpc":"2.0","id":1,"method":"status"}\n')
                    for message in map(json.loads, lines):
                        if message.get("id") == 1:
                            self.thread = threading.Thread(target=self.follow, daemon=True)
                            self.thread.start()
                            return message["result"]
            except (OSError, KeyError):
                pass
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server does not answer on its control socket")
            time.sleep(0.01)

    def follow(self):
        while not self.stopped:
            try:
                with self.connect() as connection:
                    self.listen(connection)
            except OSError:
                time.sleep(0.01)  # it is being handed over, or nothing was said for a while

    def listen(self, connection):
        request = {"jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": {"since": self.cursor()}}
        connection.sendall(json.dumps(request).encode() + b"\n")
        with connection.makefile("r", encoding="utf-8") as lines:
            for message in map(json.loads, lines):
                if message.get("method") == "step" and message["params"]["number"] > self.cursor():
                    with self.changed:
                        self.steps.append((message["params"], time.monotonic_ns()))
                        self.changed.notify_all()
                if self.stopped:
                    return

    def cursor(self):
        """Number of the last step that was seen."""
        return self.steps[-1][0]["number"] if self.steps else 0

    def restart_after(self, cursor, limit=60):
        """Waits for the end of the restart whose steps come after `cursor`. Returns them, and when it was decided
        (monotonic_ns): at final, failed or rolled_back."""
        deadline = time.monotonic() + limit
        with self.changed:
            while True:
                found = [(step, at) for step, at in self.steps if step["number"] > cursor]
                if found and found[-1][0]["step"] in OVER:
                    decided = [at for step, at in found if step["step"] in DECIDED]
                    return [step for step, _ in found], (decided or [found[-1][1]])[0]
                if not self.changed.wait(deadline - time.monotonic()):
                    told = " ".join(step["step"] for step, _ in found) or "nothing"
                    raise RuntimeError(f"the restart did not come to an end; told was: {told}")

    def stop(self):
        self.stopped = True
