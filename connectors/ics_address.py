"""A calendar at an https address, public or secret: fetched with nothing but the address, from nowhere inside the user's own network."""

import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from afterword.ports import NeedsUser, Unavailable

from .retries import seconds
from .tls import trusting

LARGEST = 20 * 1024 * 1024
WAIT = 30.0
ANSWER = 100.0
"""Seconds between two signs of life, and for a whole answer."""

BLOCK = 64 * 1024
FRESH = 600.0
"""Seconds in which nobody is asked again: such calendars are made anew every few hours."""

MOST_REDIRECTS = 3
TRANSLATED = ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for an IPv4 one, which may be inside (RFC 6052)."""

INSIDE = tuple(ip_network(each) for each in ("64:ff9b:1::/48", "fec0::/10", "::/8"))
"""IPv6 addresses that ipaddress takes for global ones: RFC 8215 (whose translation is a network's own), RFC 3879, RFC 4291."""

PAGES = frozenset({"text/html", "application/xhtml+xml"})


def is_public(address: str) -> bool:
    """Whether an address is one of the Internet: not of this machine, nor of a network that it stands in."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        translated = IPv4Address(int(found) & 0xFFFFFFFF) if found in TRANSLATED else None
        found = found.ipv4_mapped or found.sixtofour or translated or found
    return found.is_global and not found.is_multicast and not any(found in each for each in INSIDE)


class IcsAddress:
    """Asks for the calendar, and holds it until it has changed."""

    def __init__(
        self,
        url: str,
        ca_file: str = "",
        *,
        fresh: float = FRESH,
        may_be_asked: Callable[[str], bool] = is_public,
    ) -> None:
        self._url = url
        self._ca_file = ca_file
        self._fresh = fresh
        self._may_be_asked = may_be_asked
        self._held = b""
        self._known: dict[str, str] = {}
        self._asked: float | None = None

    @property
    def host(self) -> str:
        """What may be said of the address: the rest of it may be a secret."""
        return urlsplit(self._url).hostname or ""

    def text(self) -> bytes:
        """The calendar as it stands there; more than 20 MB are cut off behind that. Raises Unavailable or NeedsUser."""
        if self._asked is None or time.monotonic() - self._asked >= self._fresh:
            try:
                self._ask(self._url, MOST_REDIRECTS)
            except ssl.SSLCertVerificationError as error:
                raise NeedsUser(f"The certificate of {self.host} can't be trusted: check the account's url.") from error
            except TimeoutError as error:
                raise Unavailable(f"{self.host} did not answer in time.") from error
            except (OSError, HTTPException, ValueError) as error:
                raise Unavailable(f"{self.host} can't be read ({type(error).__name__}).") from error
            self._asked = time.monotonic()
        return self._held

    def _ask(self, url: str, redirects: int) -> None:
        parts = urlsplit(url)
        connection = _Checked(parts, trusting(self._ca_file, "account"), self._may_be_asked)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(
                "GET", path, headers={"Accept": "text/calendar", "User-Agent": "afterword", **self._known}
            )
            response = connection.getresponse()
            where = response.headers.get("Location", "")
            if response.status in {301, 302, 307, 308} and redirects > 0:
                self._ask(self._followed(url, where), redirects - 1)
            else:
                self._take(response)
        finally:
            connection.close()

    def _take(self, response: HTTPResponse) -> None:
        if response.status == HTTPStatus.NOT_MODIFIED and self._known:
            return
        if response.status in {401, 403, 404, 410}:
            raise NeedsUser(f"{self.host} has no calendar at this address ({response.status}): mend the account's url.")
        if response.status != HTTPStatus.OK:
            rest = seconds(response.headers.get("Retry-After", ""))
            raise Unavailable(f"{self.host} does not give the calendar ({response.status}).", rest)
        if response.headers.get_content_type() in PAGES:
            raise Unavailable(
                f"{self.host} answers with a web page: see whether the network wants a login, and the account's url is right."
            )
        self._held = _read(response)
        told = {
            "If-None-Match": response.headers.get("ETag"),
            "If-Modified-Since": response.headers.get("Last-Modified"),
        }
        self._known = {name: value for name, value in told.items() if value}

    def _followed(self, url: str, where: str) -> str:
        """Where an answer sends to, if that is the same server."""
        following = urljoin(url, where)
        before, after = urlsplit(url), urlsplit(following)
        if (after.scheme, after.hostname, after.port) != (before.scheme, before.hostname, before.port):
            raise NeedsUser(
                f"{self.host} sends to another host, which is not followed: name that address as the account's url."
            )
        return following


class _Checked(HTTPSConnection):
    """Looks at the address that a name stands for, then connects to that very address."""

    def __init__(self, parts: SplitResult, context: ssl.SSLContext, may_be_asked: Callable[[str], bool]) -> None:
        super().__init__(parts.hostname or "", parts.port or 443, timeout=WAIT, context=context)
        context.sslsocket_class = _Limited
        self._tls = context
        self._may_be_asked = may_be_asked

    def connect(self) -> None:
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        allowed = [each for each in addresses if self._may_be_asked(each)]
        if not allowed:
            raise NeedsUser(f"{self.host} is inside this machine's own network, where no calendar is fetched from.")
        plain = _reached(allowed, self.port)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


class _Limited(ssl.SSLSocket):
    """Hears no more after ANSWER seconds, however little comes at a time."""

    ends = 0.0

    def recv_into(self, *arguments: Any, **named: Any) -> int:
        self.ends = self.ends or time.monotonic() + ANSWER
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(min(WAIT, left))
        return super().recv_into(*arguments, **named)


def _reached(addresses: list[str], port: int) -> socket.socket:
    """A line to the first that answers: a network may have IPv6 that leads nowhere."""
    for each in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((each, port), WAIT)
    return socket.create_connection((addresses[-1], port), WAIT)


def _read(response: HTTPResponse) -> bytes:
    held = bytearray()
    while (block := response.read(BLOCK)) and len(held) <= LARGEST:
        held += block
    return bytes(held)
