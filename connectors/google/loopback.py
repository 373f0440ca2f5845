"""The redirect URI of a sign-in in the browser: an HTTP server on loopback (RFC 8252, 7.3 and 8.3)."""

from functools import partial
from http.server import BaseHTTPRequestHandler
from queue import Empty, SimpleQueue
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

IDLE_TIMEOUT = 30.0
"""Seconds that a connection may stay open without a request: browsers open some in advance."""

_SUCCESS_PAGE = (
    "This is the answer that Afterword waited for. The page can be closed: Afterword goes on in the terminal."
)
_ERROR_PAGE = "This is not the answer that Afterword waits for: open the page that it names in the terminal."


class LoopbackServer:
    """Waits for the request with the expected `state`; others, such as for a favicon, get an error page."""

    def __init__(self) -> None:
        self.state = ""
        self._paths: SimpleQueue[str] = SimpleQueue()
        self._server = _Server(("127.0.0.1", 0), partial(_Handler, self))

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def redirect_uri(self) -> str:
        """The URI for the authorization request."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def wait_for_redirect(self, seconds: float) -> str | None:
        """Return the requested path, with the code or error in its query; None after so many seconds."""
        try:
            return self._paths.get(timeout=seconds)
        except Empty:
            return None

    def accept(self, path: str) -> bool:
        """Accept a requested path if it has the expected state; return whether it does."""
        is_match = bool(self.state) and parse_qs(urlsplit(path).query).get("state") == [self.state]
        if is_match:
            self._paths.put(path)
        return is_match


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Ignore broken connections: the browser retries."""


class _Handler(BaseHTTPRequestHandler):
    timeout = IDLE_TIMEOUT

    def __init__(self, loopback: LoopbackServer, *request: Any) -> None:
        self._loopback = loopback
        super().__init__(*request)

    def do_GET(self) -> None:
        is_accepted = self._loopback.accept(self.path)
        page = (_SUCCESS_PAGE if is_accepted else _ERROR_PAGE).encode()
        self.send_response(200 if is_accepted else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Log nothing: the paths contain authorization codes."""
