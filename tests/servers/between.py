"""What stands between a program and a server: it may change, cut or swallow what is said, or say something else altogether."""

import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from tests.servers.dovecot import free_port

BLOCK = 65536


class Listening:
    """Listens on a port of its own, and serves each connection in a thread."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self.port = free_port()
        self._serve = serve
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Close every connection."""
        for each in self._open:
            _hung_up(each)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self._open.append(connection)
                threading.Thread(target=self._served, args=[connection], daemon=True).start()

    def _served(self, connection: socket.socket) -> None:
        try:
            with suppress(OSError):
                self._serve(connection)
        finally:
            _hung_up(connection)


def _hung_up(connection: socket.socket) -> None:
    """Closed for the other side too, though another thread may still listen on it."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def relayed(
    port: int,
    answer: Callable[[bytes], bytes] = lambda told: told,
    ask: Callable[[bytes], object] = bytes.strip,
    allowed: int = sys.maxsize,
) -> Listening:
    """Before the server on that port: `answer` changes what it says, `ask` sees what is asked before it does.

    After so many bytes as are allowed the line is cut.
    """

    def serve(connection: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port)) as server:
            for each in (connection, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_asked, args=[connection, server, ask], daemon=True).start()
            left = allowed
            while left > 0 and (told := server.recv(BLOCK)):
                connection.sendall(answer(told)[:left])
                left -= len(told)

    return Listening(serve)


def _asked(connection: socket.socket, server: socket.socket, ask: Callable[[bytes], object]) -> None:
    with suppress(OSError):
        while asked := connection.recv(BLOCK):
            ask(asked)
            server.sendall(asked)
        server.shutdown(socket.SHUT_RDWR)


def flooding(command: bytes, flood: Callable[[], bytes]) -> Listening:
    """An IMAP server that accepts anything, and answers one command with what `flood` gives, again and again, without an end."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"* OK ready\r\n")
        with connection.makefile("rb") as asked:
            for line in asked:
                tag, name = line.split(b" ")[:2] if b" " in line else (b"", line.strip())
                if command in line:
                    while block := flood():
                        connection.sendall(block)
                    return
                connection.sendall(_answered(tag, name.upper().strip()))

    return Listening(serve)


def silent() -> Listening:
    """A server that takes connections, and never says a word."""

    def serve(connection: socket.socket) -> None:
        while connection.recv(BLOCK):
            pass

    return Listening(serve)


def _answered(tag: bytes, name: bytes) -> bytes:
    told = {
        b"CAPABILITY": b"* CAPABILITY IMAP4REV1\r\n",
        b"LIST": b'* LIST () "/" INBOX\r\n',
        b"EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 2] x\r\n",
        b"UID": b"* SEARCH 1\r\n",
    }
    return told.get(name, b"") + tag + b" OK done\r\n"
