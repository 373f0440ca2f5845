"""imaplib's connection with limits on the size and duration of responses."""

import socket
import time
from imaplib import IMAP4
from ssl import SSLContext

from afterword.ports import Unavailable

CONNECT_TIMEOUT = 20.0
READ_TIMEOUT = 60.0
COMMAND_TIMEOUT = 100.0
"""Seconds to connect, between two reads, and for a whole response: less than the service's watchdog timeout."""

MAX_LITERAL_SIZE = 32 * 1024 * 1024
MAX_RESPONSE_SIZE = 64 * 1024 * 1024
MAX_LINE_LENGTH = 4_000_000
MAX_LINES = 200_000
BLOCK = 256 * 1024


class Connection(IMAP4):
    """An IMAP connection that a server can't block or flood. Raises Unavailable at a limit of size; otherwise OSError, of which
    TimeoutError is one, and IMAP4.abort.
    """

    def __init__(self, host: str, port: int, context: SSLContext | None) -> None:
        self._context = context
        self._received = bytearray()
        self._received_from: socket.socket | None = None
        self._bytes_left, self._lines_left, self._deadline = (
            MAX_RESPONSE_SIZE,
            MAX_LINES,
            time.monotonic() + COMMAND_TIMEOUT,
        )
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        tcp = socket.create_connection((self.host, self.port), timeout or CONNECT_TIMEOUT)
        # imaplib sends lines in halves: signing in waits for each
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return tcp if self._context is None else self._context.wrap_socket(tcp, server_hostname=self.host)

    def _new_tag(self) -> bytes:
        """Reset the limits: each command starts here. Data received before STARTTLS is discarded (RFC 9051, 6.2.1)."""
        if self._received_from is not self.sock:
            self._received.clear()
            self.untagged_responses.clear()
        self._bytes_left, self._lines_left = MAX_RESPONSE_SIZE, MAX_LINES
        self.renew()
        tag: bytes = super()._new_tag()  # type: ignore[misc]  # typeshed knows only what is public
        return tag

    def renew(self) -> None:
        """Restart the time limit of the current response."""
        self._deadline = time.monotonic() + COMMAND_TIMEOUT

    def read(self, size: int) -> bytes:
        if size > MAX_LITERAL_SIZE:
            raise Unavailable(f"{self.host} sends more at once than can be a mail.")
        while len(self._received) < size:
            self._receive(READ_TIMEOUT)
        return self._take(size)

    def readline(self) -> bytes:
        self._lines_left -= 1
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            self._receive(READ_TIMEOUT)
            if searched > MAX_LINE_LENGTH:
                raise Unavailable(f"{self.host} sends a line without an end.")
        return self._take(end + 1)

    def has_line(self, seconds: float) -> bool:
        """Whether a line is available within so many seconds."""
        if b"\n" in self._received:
            return True
        self.renew()
        try:
            self._receive(seconds)
        except TimeoutError:
            return False
        return b"\n" in self._received

    def _receive(self, seconds: float) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self._lines_left <= 0 or self._bytes_left <= 0:
            raise Unavailable(f"{self.host} answers without an end.")
        self.sock.settimeout(min(seconds, left))
        block = self.sock.recv(BLOCK)
        if not block:
            raise self.abort("closed")
        self._received_from = self.sock
        self._bytes_left -= len(block)
        self._received += block

    def _take(self, size: int) -> bytes:
        data = bytes(memoryview(self._received)[:size])
        del self._received[:size]
        return data
