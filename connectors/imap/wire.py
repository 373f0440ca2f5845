"""The connection itself: imaplib's, with limits on all that a server may send, and on the time that it takes."""

import socket
import time
from imaplib import IMAP4
from ssl import SSLContext

from afterword.ports import Unavailable

CONNECT = 20.0
READ = 60.0
COMMAND = 100.0
"""Seconds to connect, between two signs of life, and for a whole answer: less than the service's watchdog waits."""

LARGEST_LITERAL = 32 * 1024 * 1024
LARGEST_ANSWER = 64 * 1024 * 1024
LONGEST_LINE = 4_000_000
MOST_LINES = 200_000
BLOCK = 256 * 1024


class Wire(IMAP4):
    """An IMAP connection that can't be made to wait, or to hold, without end. Raises Unavailable at a limit, OSError or abort below it."""

    def __init__(self, host: str, port: int, context: SSLContext | None) -> None:
        self._context = context
        self._received = bytearray()
        self._received_from: socket.socket | None = None
        self._bytes_left, self._lines_left, self._ends = LARGEST_ANSWER, MOST_LINES, time.monotonic() + COMMAND
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout or CONNECT)
        # imaplib sends lines in halves: signing in waits for each
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return plain if self._context is None else self._context.wrap_socket(plain, server_hostname=self.host)

    def _new_tag(self) -> bytes:
        """Each command begins here, and its answer's limits with it. What came before TLS began is not believed after."""
        if self._received_from is not self.sock:
            self._received.clear()
            self.untagged_responses.clear()
        self._bytes_left, self._lines_left = LARGEST_ANSWER, MOST_LINES
        self.renew()
        tag: bytes = super()._new_tag()  # type: ignore[misc]  # typeshed knows only what is public
        return tag

    def renew(self) -> None:
        """Give the answer as much time as a new one has."""
        self._ends = time.monotonic() + COMMAND

    def read(self, size: int) -> bytes:
        if size > LARGEST_LITERAL:
            raise Unavailable(f"{self.host} sends more at once than can be a mail.")
        while len(self._received) < size:
            self._receive(READ)
        return self._taken(size)

    def readline(self) -> bytes:
        self._lines_left -= 1
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            self._receive(READ)
            if searched > LONGEST_LINE:
                raise Unavailable(f"{self.host} sends a line without an end.")
        return self._taken(end + 1)

    def is_spoken_to(self, seconds: float) -> bool:
        """Whether a line has come, or comes within that time."""
        if b"\n" in self._received:
            return True
        self.renew()
        try:
            self._receive(seconds)
        except TimeoutError:
            return False
        return b"\n" in self._received

    def _receive(self, seconds: float) -> None:
        left = self._ends - time.monotonic()
        if left <= 0 or self._lines_left <= 0 or self._bytes_left <= 0:
            raise Unavailable(f"{self.host} answers without an end.")
        self.sock.settimeout(min(seconds, left))
        block = self.sock.recv(BLOCK)
        if not block:
            raise self.abort("closed")
        self._received_from = self.sock
        self._bytes_left -= len(block)
        self._received += block

    def _taken(self, size: int) -> bytes:
        taken = bytes(memoryview(self._received)[:size])
        del self._received[:size]
        return taken
