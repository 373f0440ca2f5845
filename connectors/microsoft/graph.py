"""The Graph client (v1.0, https://learn.microsoft.com/graph): authorization, retries, throttling, and restriction to one host."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

import requests
from msgspec import Struct, json
from requests.auth import AuthBase

from afterword.ports import ConnectorError, NeedsUser, Unavailable

from .. import retries
from ..tokens import account_name, connect_command
from .client import Forbidden, Response
from .settings import Access
from .sign_in import access_token
from .throttle import throttle_of

TIMEOUTS = (10.0, 60.0)
"""Seconds to connect, and between two reads."""

MAX_RESPONSE_SIZE = 32 * 1024 * 1024
"""Bytes after which a response is truncated; larger than any mail that is read."""

_RETURNED = frozenset({200, 201, 202, 204, 400, 404, 409, 410, 412})
_NO_RESPONSE, _UNAUTHORIZED, _FORBIDDEN, _THROTTLED = 0, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, 429
_RETRYABLE = _RETURNED | {_NO_RESPONSE, _UNAUTHORIZED, _FORBIDDEN, 408, _THROTTLED, 500, 502, 503, 504, 509}
"""Statuses to retry: HTML pages instead of responses, an expired token, and temporary errors."""

_NOT_EXECUTED = frozenset({_UNAUTHORIZED, _THROTTLED})
"""Statuses which mean that the request was not executed."""

_THROTTLING = frozenset({_THROTTLED, HTTPStatus.SERVICE_UNAVAILABLE})


class _PreparedRequest(Struct, frozen=True):
    method: str
    url: str
    query: Mapping[str, str] | None
    data: bytes | None
    headers: Mapping[str, str]


class _RawResponse(Struct, frozen=True, kw_only=True):
    """A response, or the `failure` of the connection."""

    status: int = _NO_RESPONSE
    body: bytes = b""
    retry_after: str = ""
    is_page: bool = False
    """Whether it is an HTML page, such as a captive portal's."""

    failure: str = ""

    @property
    def is_for_the_caller(self) -> bool:
        return self.status in _RETURNED and not self.is_page


class _Bearer(AuthBase):
    """Bearer token authentication (RFC 6750). A plain Authorization header would be overridden by ~/.netrc."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Graph:
    """A thread-safe client for one user. `what` names the requested data in messages ("your calendars")."""

    def __init__(
        self, access: Access, scopes: list[str], what: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._access = access
        self._scopes = scopes
        self._what = what
        self._sleep = sleep
        self._throttle = throttle_of(access.token_file)
        self._session = requests.Session()
        self._session.verify = access.ca_file or True
        self._token = ""

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        once: bool = False,
    ) -> Response:
        """See `GraphClient`. With `once`, a request that may have been executed is not retried."""
        data = json.encode(body) if body is not None else None
        raw_request = _PreparedRequest(method, self._url(path), query, data, _headers(headers or {}))
        statuses: list[int] = []
        rejected_token = ""
        while True:
            self._await_throttle()
            token = self._access_token(rejected_token)
            response = self._send(raw_request, token)
            if response.is_for_the_caller:
                return Response(response.status, response.body)
            if response.status == _UNAUTHORIZED and not rejected_token:
                rejected_token = token
            else:
                self._wait_before_retry(response, statuses, once=once)
            statuses.append(response.status)

    def check_link(self, link: str) -> str:
        """See `GraphClient`."""
        return self._url(link) if link else ""

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _url(self, path: str) -> str:
        root = self._access.endpoint.rstrip("/") + "/"
        if "://" not in path:
            return root + path
        if not path.startswith(root):
            raise Unavailable("Microsoft's answer leads to another host: it is not followed.")
        return path

    def _access_token(self, refused: str) -> str:
        if not self._token or refused == self._token:
            self._token = access_token(self._access, self._scopes, refused)
        return self._token

    def _await_throttle(self) -> None:
        remaining = self._throttle.remaining()
        if remaining > retries.MAX_DELAY:
            raise Unavailable(f"Microsoft wants to be left alone for {remaining / 60:.1f} minutes more.")
        if remaining > 0:
            self._sleep(remaining)

    def _send(self, request: _PreparedRequest, token: str) -> _RawResponse:
        try:
            with (
                self._throttle.slots,
                self._session.request(
                    request.method,
                    request.url,
                    params=request.query,
                    data=request.data,
                    headers=request.headers,
                    auth=_Bearer(token),
                    timeout=TIMEOUTS,
                    allow_redirects=False,
                    stream=True,
                ) as answer,
            ):
                return _RawResponse(
                    status=answer.status_code,
                    body=_read(answer),
                    retry_after=answer.headers.get("Retry-After", ""),
                    is_page=answer.headers.get("Content-Type", "").lower().startswith("text/html"),
                )
        except (requests.RequestException, ValueError) as error:
            # requests looks at where a redirect leads though none is followed, and takes what stands there for an address
            return _RawResponse(failure=type(error).__name__)

    def _wait_before_retry(self, response: _RawResponse, statuses: list[int], *, once: bool) -> None:
        """Wait before a retry. Raises the response's error if there should be none."""
        is_forbidden_again = [*statuses[-1:], response.status] == [_FORBIDDEN, _FORBIDDEN]
        is_retryable = response.status in (_NOT_EXECUTED if once else _RETRYABLE) and not is_forbidden_again
        delay = retries.delay(len(statuses), response.retry_after) if is_retryable else None
        pause = retries.parse_retry_after(response.retry_after) if response.status in _THROTTLING else None
        if pause:
            self._throttle.pause(pause if delay is None else min(delay, retries.MAX_DELAY))
        if delay is None:
            raise self._to_error(response)
        if not pause:
            self._sleep(delay)

    def _to_error(self, response: _RawResponse) -> ConnectorError:
        account = account_name(self._access.token_file)
        hint = f"sign in again by {connect_command(account)}"
        if response.status == _NO_RESPONSE:
            return Unavailable(f"Microsoft can't be reached ({response.failure}).")
        if response.is_page:
            return Unavailable("A page came in place of Microsoft's answer: perhaps this network wants you to log in.")
        if response.status == _UNAUTHORIZED:
            return NeedsUser(f"Microsoft refuses the sign-in to {account}: {hint}.")
        if response.status == _FORBIDDEN:
            return Forbidden(f"Microsoft does not let Afterword use {self._what}: {hint}, and allow it.")
        return Unavailable(f"Microsoft can't give {self._what} at the moment (status {response.status}).")


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    """The headers, with a Prefer header for immutable ids, which don't change when a message is moved."""
    prefer = ", ".join(filter(None, ('IdType="ImmutableId"', given.get("Prefer"))))
    return {**given, "Content-Type": "application/json", "Prefer": prefer}


@contextmanager
def connect(access: Access, scopes: list[str], what: str) -> Iterator[Graph]:
    """Yield a client, and close it at the end."""
    graph = Graph(access, scopes, what)
    try:
        yield graph
    finally:
        graph.close()


def _read(response: requests.Response) -> bytes:
    content = bytearray()
    for piece in response.iter_content(64 * 1024):
        content += piece
        if len(content) > MAX_RESPONSE_SIZE:
            return bytes(content)
    expected = response.headers.get("Content-Length", "")
    if expected.isdecimal() and not response.headers.get("Content-Encoding") and len(content) != int(expected):
        raise requests.exceptions.ConnectionError("an answer that was cut off")
    return bytes(content)
