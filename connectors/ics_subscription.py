"""A calendar at an https URL, fetched without credentials, and never from a host inside the user's network."""

import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from afterword.ports import NeedsUser, Unavailable

from .retries import parse_retry_after
from .tls import tls_context

MAX_SIZE = 20 * 1024 * 1024
SOCKET_TIMEOUT = 30.0
RESPONSE_TIMEOUT = 100.0
"""Seconds for one socket operation, and for a whole response."""

BLOCK_SIZE = 64 * 1024
MAX_AGE = 600.0
"""Seconds for which a response is reused: servers regenerate such calendars every few hours."""

MAX_REDIRECTS = 3
NAT64_PREFIX = ip_network("64:ff9b::/96")
"""IPv6 addresses that embed an IPv4 one (RFC 6052), which may be private."""

NON_GLOBAL = tuple(ip_network(each) for each in ("64:ff9b:1::/48", "fec0::/10", "::/8"))
"""IPv6 ranges that `ipaddress` wrongly takes for global: RFC 8215 (local NAT64), RFC 3879 (site-local), RFC 4291 (reserved)."""

URI_CHARACTERS = "%/?:@!$&'()*+,;=[]"
"""Characters that stand for themselves in a URL (RFC 3986, 2.2), and those that begin an encoded one."""

WEB_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})


def is_public(address: str) -> bool:
    """Whether the IP address is global: neither loopback nor private, also when embedded in IPv6."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        embedded = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64_PREFIX else None
        ip = ip.ipv4_mapped or ip.sixtofour or embedded or ip
    return ip.is_global and not ip.is_multicast and not any(ip in each for each in NON_GLOBAL)


class IcsSubscription:
    """Fetches the calendar, with conditional requests (RFC 9110, 13) and a cache."""

    def __init__(
        self,
        url: str,
        ca_file: str = "",
        *,
        max_age: float = MAX_AGE,
        is_allowed: Callable[[str], bool] = is_public,
    ) -> None:
        self._url = url
        self._ca_file = ca_file
        self._max_age = max_age
        self._is_allowed = is_allowed
        self._content = b""
        self._validators: dict[str, str] = {}
        self._fetched_at: float | None = None

    @property
    def host(self) -> str:
        """The host, for messages: the rest of the URL may be secret."""
        return urlsplit(self._url).hostname or ""

    def fetch(self) -> bytes:
        """Return the calendar, truncated after 20 MB. Raises Unavailable or NeedsUser."""
        if self._fetched_at is None or time.monotonic() - self._fetched_at >= self._max_age:
            try:
                self._request(self._url, MAX_REDIRECTS)
            except ssl.SSLCertVerificationError as error:
                raise NeedsUser(f"The certificate of {self.host} can't be trusted: check the account's url.") from error
            except TimeoutError as error:
                raise Unavailable(f"{self.host} did not answer in time.") from error
            except (OSError, HTTPException, ValueError) as error:
                raise Unavailable(f"{self.host} can't be read ({type(error).__name__}).") from error
            self._fetched_at = time.monotonic()
        return self._content

    def _request(self, url: str, redirects: int) -> None:
        parts = urlsplit(url)
        connection = _AddressCheckedConnection(parts, tls_context(self._ca_file, "account"), self._is_allowed)
        try:
            connection.request(
                "GET",
                _request_target(parts),
                headers={"Accept": "text/calendar", "User-Agent": "afterword", **self._validators},
            )
            response = connection.getresponse()
            location = response.headers.get("Location", "")
            if response.status in {301, 302, 307, 308} and redirects > 0:
                self._request(self._redirect_url(url, location), redirects - 1)
            else:
                self._handle_response(response)
        finally:
            connection.close()

    def _handle_response(self, response: HTTPResponse) -> None:
        if response.status == HTTPStatus.NOT_MODIFIED and self._validators:
            return
        if response.status in {401, 403, 404, 410}:
            raise NeedsUser(
                f"{self.host} has no calendar at this address ({response.status}): correct the account's url."
            )
        if response.status != HTTPStatus.OK:
            retry_after = parse_retry_after(response.headers.get("Retry-After", ""))
            raise Unavailable(f"{self.host} does not give the calendar ({response.status}).", retry_after)
        if response.headers.get_content_type() in WEB_PAGE_TYPES:
            raise Unavailable(
                f"{self.host} answers with a web page: see whether the network wants a login, and the account's url is right."
            )
        self._content = _read(response)
        headers = {
            "If-None-Match": response.headers.get("ETag"),
            "If-Modified-Since": response.headers.get("Last-Modified"),
        }
        self._validators = {name: value for name, value in headers.items() if value}

    def _redirect_url(self, url: str, location: str) -> str:
        """The target of a redirect. Raises NeedsUser if it is on another host."""
        target = urljoin(url, location)
        current, redirected = urlsplit(url), urlsplit(target)
        if (redirected.scheme, redirected.hostname, redirected.port) != (
            current.scheme,
            current.hostname,
            current.port,
        ):
            raise NeedsUser(
                f"{self.host} sends to another host, which is not followed: name that address as the account's url."
            )
        return target


def _request_target(parts: SplitResult) -> str:
    """Path and query (RFC 9112, 3.2.1), with what people copy from a browser's address bar encoded (RFC 3987, 3.1)."""
    return quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=URI_CHARACTERS)


class _AddressCheckedConnection(HTTPSConnection):
    """Checks the resolved IP addresses, and connects to one that was checked, so that DNS can't be rebound in between."""

    def __init__(self, parts: SplitResult, context: ssl.SSLContext, is_allowed: Callable[[str], bool]) -> None:
        super().__init__(parts.hostname or "", parts.port or 443, timeout=SOCKET_TIMEOUT, context=context)
        context.sslsocket_class = _DeadlineSocket
        self._tls = context
        self._is_allowed = is_allowed

    def connect(self) -> None:
        results = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in results]
        allowed = [each for each in addresses if self._is_allowed(each)]
        if not allowed:
            raise NeedsUser(f"{self.host} is inside this machine's own network, where no calendar is fetched from.")
        tcp = _connect(allowed, self.port)
        try:
            self.sock = self._tls.wrap_socket(tcp, server_hostname=self.host)
        except BaseException:
            tcp.close()
            raise


class _DeadlineSocket(ssl.SSLSocket):
    """Raises TimeoutError RESPONSE_TIMEOUT seconds after the first read, even if data keeps trickling in."""

    deadline = 0.0

    def recv_into(self, *arguments: Any, **named: Any) -> int:
        self.deadline = self.deadline or time.monotonic() + RESPONSE_TIMEOUT
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(min(SOCKET_TIMEOUT, left))
        return super().recv_into(*arguments, **named)


def _connect(addresses: list[str], port: int) -> socket.socket:
    """Connect to the first address that answers: IPv6 may be configured without a route."""
    for each in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((each, port), SOCKET_TIMEOUT)
    return socket.create_connection((addresses[-1], port), SOCKET_TIMEOUT)


def _read(response: HTTPResponse) -> bytes:
    content = bytearray()
    while (block := response.read(BLOCK_SIZE)) and len(content) <= MAX_SIZE:
        content += block
    return bytes(content)
