"""niquests' session, restricted to one host, with limits on the size and duration of responses."""

import time
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from niquests import Response, Session

from afterword.ports import Unavailable

CONNECT_TIMEOUT = 20.0
READ_TIMEOUT = 60.0
RESPONSE_TIMEOUT = 100.0
"""Seconds to connect, between two reads, and for a whole response: less than the service's watchdog timeout."""

MAX_RESPONSE_SIZE = 64 * 1024 * 1024
BLOCK_SIZE = 256 * 1024
MAX_REDIRECTS = 5
REDIRECTS = {301, 302, 307, 308}
DEFAULT_PORTS = {"https": 443, "http": 80}
HOST_SUFFIXES = {"caldav.icloud.com": ".icloud.com"}
"""Providers with several hosts: the configured host, and the suffix of the others."""


class WebPage(Unavailable):
    """The response is an HTML page: a captive portal, or a URL without calendars."""


class HttpSession(Session):
    """Sends requests only to the account's host, and does not follow redirects to others."""

    def __init__(self, url: str) -> None:
        super().__init__(disable_http2=True, disable_http3=True)
        self.trust_env = False
        self._base = urlsplit(url)

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Response:
        """Return the complete response, after redirects. Raises Unavailable at a limit, or for another host."""
        named |= {"timeout": (CONNECT_TIMEOUT, READ_TIMEOUT), "allow_redirects": False, "stream": True}
        for _ in range(MAX_REDIRECTS):
            self._check_host(url)
            response = super().request(method, url, *arguments, **named)
            _read(response, self._base.hostname or "")
            location = response.headers.get("Location")
            if response.status_code not in REDIRECTS or not location:
                self._check_content_type(response)
                return response
            url = urljoin(url, str(location))
        raise Unavailable(f"{self._base.hostname} sends from one address to another without an end.")

    def _check_content_type(self, response: Response) -> None:
        media_type = str(response.headers.get("Content-Type") or "").lower()
        if response.status_code == HTTPStatus.OK and media_type.startswith("text/html"):
            raise WebPage(
                f"{self._base.hostname} answers with a web page: see whether the network wants a login, "
                "and the account's url is right."
            )

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        suffix = HOST_SUFFIXES.get(self._base.hostname or "")
        if _origin(parts) == _origin(self._base):
            return
        if suffix and parts.scheme == "https" and (parts.hostname or "").endswith(suffix):
            return
        raise Unavailable(
            f"{self._base.hostname} sends to another host, which is not followed: check the account's url."
        )


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or DEFAULT_PORTS.get(parts.scheme)


def _read(response: Response, host: str) -> None:
    deadline, content = time.monotonic() + RESPONSE_TIMEOUT, bytearray()
    try:
        for block in response.iter_content(BLOCK_SIZE):
            content += block
            if len(content) > MAX_RESPONSE_SIZE or time.monotonic() > deadline:
                raise Unavailable(f"{host} answers without an end.")
    finally:
        response.close()
    response._content = bytes(content)  # noqa: SLF001 - there is no other way to hand on what was read in pieces
