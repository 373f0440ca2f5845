"""Web servers of the tests' own: one that stands between a program and a real server, and one with pages of a test's making."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import trustme
from msgspec import Struct

from tests.servers.dovecot import PATIENCE

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Asked(Struct, frozen=True, kw_only=True):
    """A request."""

    method: str
    path: str
    head: Mapping[str, str]
    body: bytes


class Answered(Struct, frozen=True, kw_only=True):
    """An answer to one."""

    status: int = 200
    head: Mapping[str, str] = {}
    body: bytes = b""
    cut: int | None = None
    """Where the connection breaks: after so many bytes of the body, or before anything is said (-1)."""

    never: bool = False
    """Whether nothing is said for as long as anybody waits for it."""


Answer = Callable[[Asked], Answered]


class Web:
    """A server whose answers a function gives; what it was asked is kept, and where the function fails, so does the test."""

    def __init__(self, answer: Answer, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self._failures: list[Exception] = []
        self._answer = answer
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.port = self._server.server_address[1]
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def answered(self, asked: Asked) -> Answered:
        self.asked.append(asked)
        try:
            return self._answer(asked)
        except (OSError, HTTPException):
            raise  # of a server behind it that died
        except Exception as error:
            self._failures.append(error)
            raise

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self._failures:
            raise self._failures[0]


def between(port: int, change: Callable[[Asked, Callable[[], Answered]], Answered]) -> Web:
    """Before the server on that port: `change` gets each request, with a call that asks the server, and gives the answer."""

    def answer(asked: Asked) -> Answered:
        return change(asked, lambda: forwarded(port, asked))

    return Web(answer)


def forwarded(port: int, asked: Asked) -> Answered:
    """What the server on that port answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        head = {
            name: value for name, value in asked.head.items() if name.lower() not in {*HOP_BY_HOP, "accept-encoding"}
        }
        connection.request(asked.method, asked.path, asked.body, head)
        told = connection.getresponse()
        kept = {name: value for name, value in told.headers.items() if name.lower() not in HOP_BY_HOP}
        return Answered(status=told.status, head=kept, body=told.read())
    finally:
        connection.close()


@contextmanager
def secure(folder: Path, answer: Answer, host: str = "localhost") -> Iterator[tuple[Web, str]]:
    """A server by https, and the file of the certificate that it is trusted by; `host` is what it is known as."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    with Web(answer, context) as web:
        yield web, str(folder / "authority.pem")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no matter."""


def _handler(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = PATIENCE

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(method=self.command, path=self.path, head=dict(self.headers), body=body)
            self._say(web.answered(asked))

        def _say(self, told: Answered) -> None:
            if told.cut is not None or told.never:
                self.close_connection = True
            if told.never:
                self.rfile.read(1)
                return
            if told.cut == -1:
                return
            self.send_response(told.status)
            for name, value in told.head.items():
                self.send_header(name, value)
            if "Content-Length" not in told.head:
                self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body[: told.cut])

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing."""

    return Handler
