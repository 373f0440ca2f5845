"""Graph itself (v1.0, https://learn.microsoft.com/graph): signed in, patient, and kept to its own host."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

import requests
from msgspec import Struct, json
from requests.auth import AuthBase

from afterword.ports import ConnectorError, NeedsUser, Unavailable

from .. import retries
from .asking import Forbidden, Reply
from .settings import Access
from .sign_in import access_token, account_name
from .throttle import throttle_of

PATIENCE = (10.0, 60.0)
"""Seconds for a connection, and for each answer."""

LARGEST_ANSWER = 32 * 1024 * 1024
"""More than a mail may have, in bytes: what is longer is cut off there."""

_GIVEN_BACK = frozenset({200, 201, 202, 204, 400, 404, 409, 410, 412})
_UNHEARD, _UNAUTHORIZED, _FORBIDDEN, _THROTTLED = 0, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, 429
_AGAIN = _GIVEN_BACK | {_UNHEARD, _UNAUTHORIZED, _FORBIDDEN, 408, _THROTTLED, 500, 502, 503, 504, 509}
"""What is worth another try: a page that stands in an answer's place, a token that is worn, and what may pass."""

_NOT_DONE = frozenset({_UNAUTHORIZED, _THROTTLED})
"""What says that nothing was done."""

_ASKS_FOR_REST = frozenset({_THROTTLED, HTTPStatus.SERVICE_UNAVAILABLE})


class _Request(Struct, frozen=True):
    method: str
    address: str
    query: Mapping[str, str] | None
    data: bytes | None
    head: Mapping[str, str]


class _Answer(Struct, frozen=True, kw_only=True):
    """What came of a request; where nothing came, why."""

    status: int = _UNHEARD
    body: bytes = b""
    retry_after: str = ""
    is_page: bool = False
    """Whether it is for people: a hotel's, that wants a log-in before it lets anybody through."""

    failure: str = ""

    @property
    def is_for_the_caller(self) -> bool:
        return self.status in _GIVEN_BACK and not self.is_page


class _Bearer(AuthBase):
    """Bears the token (RFC 6750). As a header of its own, it would give way to a ~/.netrc."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Graph:
    """Requests for one user, from several threads if need be. `what` is what they are about ("your calendars")."""

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

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        head: Mapping[str, str] | None = None,
        once: bool = False,
    ) -> Reply:
        """See `Asking`. What may be done `once` only is not asked for again where it is unknown whether it was done."""
        data = json.encode(body) if body is not None else None
        request = _Request(method, self._address(path), query, data, _head(head or {}))
        before: list[int] = []
        refused = ""
        while True:
            self._await_turn()
            token = self._fresh(refused)
            answer = self._answer(request, token)
            if answer.is_for_the_caller:
                return Reply(answer.status, answer.body)
            if answer.status == _UNAUTHORIZED and not refused:
                refused = token
            else:
                self._pause(answer, before, once=once)
            before.append(answer.status)

    def followable(self, link: str) -> str:
        """See `Asking`."""
        return self._address(link) if link else ""

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _address(self, path: str) -> str:
        root = self._access.endpoint.rstrip("/") + "/"
        if "://" not in path:
            return root + path
        if not path.startswith(root):
            raise Unavailable("Microsoft's answer leads to another host: it is not followed.")
        return path

    def _fresh(self, refused: str) -> str:
        if not self._token or refused == self._token:
            self._token = access_token(self._access, self._scopes, refused)
        return self._token

    def _await_turn(self) -> None:
        left = self._throttle.left()
        if left > retries.MAX_DELAY:
            raise Unavailable(f"Microsoft wants to be left alone for {left / 60:.1f} minutes more.")
        if left > 0:
            self._sleep(left)

    def _answer(self, request: _Request, token: str) -> _Answer:
        try:
            with (
                self._throttle.slots,
                self._session.request(
                    request.method,
                    request.address,
                    params=request.query,
                    data=request.data,
                    headers=request.head,
                    auth=_Bearer(token),
                    timeout=PATIENCE,
                    allow_redirects=False,
                    stream=True,
                ) as answer,
            ):
                return _Answer(
                    status=answer.status_code,
                    body=_read(answer),
                    retry_after=answer.headers.get("Retry-After", ""),
                    is_page=answer.headers.get("Content-Type", "").lower().startswith("text/html"),
                )
        except (requests.RequestException, ValueError) as error:
            # requests looks at where a redirect leads though none is followed, and takes what stands there for an address
            return _Answer(failure=type(error).__name__)

    def _pause(self, answer: _Answer, before: list[int], *, once: bool) -> None:
        """Before another try. Raises what the answer means where there should be none."""
        is_twice_forbidden = [*before[-1:], answer.status] == [_FORBIDDEN, _FORBIDDEN]
        may_pass = answer.status in (_NOT_DONE if once else _AGAIN) and not is_twice_forbidden
        wait = retries.delay(len(before), answer.retry_after) if may_pass else None
        rest = retries.parse_retry_after(answer.retry_after) if answer.status in _ASKS_FOR_REST else None
        if rest:
            self._throttle.rest(rest if wait is None else min(wait, retries.MAX_DELAY))
        if wait is None:
            raise self._trouble(answer)
        if not rest:
            self._sleep(wait)

    def _trouble(self, answer: _Answer) -> ConnectorError:
        again = f"sign in again by `afterword connect {account_name(self._access)}`"
        if answer.status == _UNHEARD:
            return Unavailable(f"Microsoft can't be reached ({answer.failure}).")
        if answer.is_page:
            return Unavailable("A page came in place of Microsoft's answer: perhaps this network wants you to log in.")
        if answer.status == _UNAUTHORIZED:
            return NeedsUser(f"Microsoft refuses the sign-in to {account_name(self._access)}: {again}.")
        if answer.status == _FORBIDDEN:
            return Forbidden(f"Microsoft does not let Afterword use {self._what}: {again}, and allow it.")
        return Unavailable(f"Microsoft can't give {self._what} at the moment (status {answer.status}).")


def _head(given: Mapping[str, str]) -> dict[str, str]:
    """Each request asks for immutable ids: those of a message that is moved would be others."""
    prefer = ", ".join(filter(None, ('IdType="ImmutableId"', given.get("Prefer"))))
    return {**given, "Content-Type": "application/json", "Prefer": prefer}


@contextmanager
def opened(access: Access, scopes: list[str], what: str) -> Iterator[Graph]:
    """Graph, closed in the end."""
    graph = Graph(access, scopes, what)
    try:
        yield graph
    finally:
        graph.close()


def _read(answer: requests.Response) -> bytes:
    read = bytearray()
    for piece in answer.iter_content(64 * 1024):
        read += piece
        if len(read) > LARGEST_ANSWER:
            return bytes(read)
    expected = answer.headers.get("Content-Length", "")
    if expected.isdecimal() and not answer.headers.get("Content-Encoding") and len(read) != int(expected):
        raise requests.exceptions.ConnectionError("an answer that was cut off")
    return bytes(read)
