"""Where a sign-in in the browser comes back to: a port on this machine's loopback (RFC 8252, 7.3 and 8.3)."""

from functools import partial
from http.server import BaseHTTPRequestHandler
from queue import Empty, SimpleQueue
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

LONGEST_SILENCE = 30.0
"""Seconds that a line may stay open without a request: browsers open some in advance."""

_IT_IS = "This is the answer that Afterword waited for. The page can be closed: Afterword goes on in the terminal."
_IT_IS_NOT = "This is not the answer that Afterword waits for: open the page that it names in the terminal."


class Loopback:
    """Waits for the one answer that bears `state`. Whatever else comes, such as a page's icon, or the end of somebody else's sign-in,
    changes nothing.
    """

    def __init__(self) -> None:
        self.state = ""
        self._answers: SimpleQueue[str] = SimpleQueue()
        self._server = _Server(("127.0.0.1", 0), partial(_Page, self))

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """The address that the browser is to be sent to."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def answer(self, seconds: float) -> str | None:
        """The path that the browser was sent to, with the code, or the error, in its query; None where it did not come in time."""
        try:
            return self._answers.get(timeout=seconds)
        except Empty:
            return None

    def take(self, path: str) -> bool:
        """Keep what a browser asked for, if it is the answer."""
        is_answer = bool(self.state) and parse_qs(urlsplit(path).query).get("state") == [self.state]
        if is_answer:
            self._answers.put(path)
        return is_answer


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A line that breaks is no matter: the browser asks again."""


class _Page(BaseHTTPRequestHandler):
    timeout = LONGEST_SILENCE

    def __init__(self, back: Loopback, *request: Any) -> None:
        self._back = back
        super().__init__(*request)

    def do_GET(self) -> None:
        is_answer = self._back.take(self.path)
        page = (_IT_IS if is_answer else _IT_IS_NOT).encode()
        self.send_response(200 if is_answer else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Say nothing in the terminal: the addresses bear a code."""
