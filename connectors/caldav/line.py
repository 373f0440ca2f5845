"""The connection itself: niquests' session, kept to one host, with limits on all that a server may send."""

import time
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from niquests import Response, Session

from afterword.ports import Unavailable

CONNECT = 20.0
READ = 60.0
ANSWER = 100.0
"""Seconds to connect, between two signs of life, and for a whole answer: less than the service's watchdog waits."""

LARGEST_ANSWER = 64 * 1024 * 1024
BLOCK = 256 * 1024
MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 307, 308}
PORTS = {"https": 443, "http": 80}
FAMILIES = {"caldav.icloud.com": ".icloud.com"}
"""Providers that spread their calendars over hosts of their own, and what the names of those end in."""


class WebPage(Unavailable):
    """What came is for people: a network's login page, or a host with no calendars at that address."""


class Line(Session):
    """Sends requests to the account's host, and to no other, whatever an answer says."""

    def __init__(self, url: str) -> None:
        super().__init__(disable_http2=True, disable_http3=True)
        self.trust_env = False
        self._home = urlsplit(url)

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Response:
        """The answer, read to its end. Raises Unavailable for one without an end, or from where nobody was asked to go."""
        named |= {"timeout": (CONNECT, READ), "allow_redirects": False, "stream": True}
        for _ in range(MOST_REDIRECTS):
            self._stay_at_home(url)
            response = super().request(method, url, *arguments, **named)
            _read(response, self._home.hostname or "")
            where = response.headers.get("Location")
            if response.status_code not in REDIRECTS or not where:
                self._keep_to_calendars(response)
                return response
            url = urljoin(url, str(where))
        raise Unavailable(f"{self._home.hostname} sends from one address to another without an end.")

    def _keep_to_calendars(self, response: Response) -> None:
        kind = str(response.headers.get("Content-Type") or "").lower()
        if response.status_code == HTTPStatus.OK and kind.startswith("text/html"):
            raise WebPage(
                f"{self._home.hostname} answers with a web page: see whether the network wants a login, "
                "and the account's url is right."
            )

    def _stay_at_home(self, url: str) -> None:
        parts = urlsplit(url)
        family = FAMILIES.get(self._home.hostname or "")
        if _origin(parts) == _origin(self._home):
            return
        if family and parts.scheme == "https" and (parts.hostname or "").endswith(family):
            return
        raise Unavailable(
            f"{self._home.hostname} sends to another host, which is not followed: check the account's url."
        )


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme)


def _read(response: Response, host: str) -> None:
    ends, held = time.monotonic() + ANSWER, bytearray()
    try:
        for block in response.iter_content(BLOCK):
            held += block
            if len(held) > LARGEST_ANSWER or time.monotonic() > ends:
                raise Unavailable(f"{host} answers without an end.")
    finally:
        response.close()
    response._content = bytes(held)  # noqa: SLF001 - there is no other way to hand on what was read in pieces
