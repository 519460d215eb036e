"""TLS for load_client.py: a socket that speaks it, and what its failures mean.

The certificate is not looked at: what is accounted for is whether requests are answered.
"""

import errno
import select
import socket
import ssl

CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE


class TlsSocket:
    """What of a socket the workers use. Once connected it has to shake hands; connect() does so itself. An end
    without a goodbye (close_notify) is an error and not an end: what came may be cut short."""

    def __init__(self, plain):
        self.socket = plain
        self.says_goodbye = self.said_goodbye = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __getattr__(self, name):  # options, descriptor, blocking, connect_ex, close
        return getattr(self.socket, name)

    def connect(self, address):
        self.socket.connect(address)
        self.handshake()

    def handshake(self):
        """0 when it is done, else the events to poll for before the next call."""
        if not isinstance(self.socket, ssl.SSLSocket):
            self.socket = CONTEXT.wrap_socket(self.socket, do_handshake_on_connect=False, suppress_ragged_eofs=False)
        try:
            self.socket.do_handshake()
            return 0
        except ssl.SSLWantReadError:
            return select.POLLIN
        except ssl.SSLWantWriteError:
            return select.POLLOUT

    def recv(self, size):
        if self.says_goodbye:
            return self.goodbye()
        try:
            piece = self.socket.recv(size)
            while self.socket.pending():  # decrypted already, so that no poll would tell of it
                piece += self.socket.recv(size)
            return piece
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
            raise BlockingIOError(errno.EAGAIN, "TLS waits") from error

    def shutdown(self, how):
        """Ends the conversation: Python's TLS cannot read on after its own goodbye, but for the peer's."""
        assert how == socket.SHUT_WR
        self.says_goodbye = True
        try:
            self.goodbye()
        except BlockingIOError:
            pass  # recv() tells when the peer's has come

    def goodbye(self):
        try:
            if not self.said_goodbye:
                self.socket.unwrap()
            self.said_goodbye = True
            return b""
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
            raise BlockingIOError(errno.EAGAIN, "TLS waits") from error


def kind_of(error):
    """The kind of loss that a failure of TLS itself is; None for other failures."""
    if not isinstance(error, ssl.SSLError):
        return None
    cut_short = isinstance(error, ssl.SSLEOFError) or error.reason == "UNEXPECTED_EOF_WHILE_READING"
    return "short" if cut_short else "wrong"
