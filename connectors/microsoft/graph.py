"""Graph itself (v1.0, https://learn.microsoft.com/graph): signed in, patient, and kept to its own host."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import requests
from msgspec import Struct, json

from afterword.ports import ConnectorError, NeedsUser, Unavailable

from .. import retries
from .settings import Access
from .sign_in import access_token, account_name

PATIENCE = (10.0, 60.0)
"""Seconds for a connection, and for each answer."""

LARGEST_ANSWER = 64 * 1024 * 1024
_GIVEN_BACK = frozenset({200, 201, 202, 204, 400, 404, 409, 410, 412})
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_AGAIN = _GIVEN_BACK | {_UNAUTHORIZED, _FORBIDDEN, 408, 429, 500, 502, 503, 504, 509}
"""What is worth another try: a page that stands in an answer's place, a token that is worn, and what may pass."""

_NOT_DONE = frozenset({_UNAUTHORIZED, 429})
"""What says that nothing was done."""


class Reply(Struct, frozen=True):
    status: int
    body: bytes


class Graph:
    """Requests for one user, from several threads if need be. `what` is what they are about ("your calendars")."""

    def __init__(
        self, access: Access, scopes: list[str], what: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._access = access
        self._scopes = scopes
        self._what = what
        self._sleep = sleep
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
        """`path` begins at "me/", or is a link that Graph gave. What may be done `once` only is not asked for again where it is
        unknown whether it was done. Raises Unavailable and NeedsUser; a 400, 404, 409, 410 and 412 come back.
        """
        address = self._address(path)
        refused, before, attempt = "", 0, 0
        while True:
            try:
                status, told, content = self._once(method, address, query, body, self._head(head, refused))
            except requests.RequestException as error:
                trouble: ConnectorError = Unavailable(f"Microsoft can't be reached ({type(error).__name__}).")
                wait = None if once else retries.wait(attempt)
            else:
                if status in _GIVEN_BACK and not _is_page(told):
                    return Reply(status, content)
                trouble = self._refusal(status)
                may_pass = status in (_NOT_DONE if once else _AGAIN) and not status == before == _FORBIDDEN
                wait = retries.wait(attempt, told.get("Retry-After", "")) if may_pass else None
                if status == _UNAUTHORIZED and not refused:
                    refused, wait = self._token, 0.0
                before = status
            if wait is None:
                raise trouble
            self._sleep(wait)
            attempt += 1

    def followable(self, link: str) -> str:
        """The link that an answer bears, if it leads to where we are: one that doesn't is not to be kept. Raises Unavailable."""
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

    def _head(self, head: Mapping[str, str] | None, refused: str) -> dict[str, str]:
        if not self._token or refused == self._token:
            self._token = access_token(self._access, self._scopes, refused)
        prefer = ", ".join(filter(None, ('IdType="ImmutableId"', (head or {}).get("Prefer"))))
        return {
            **(head or {}),
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Prefer": prefer,
        }

    def _once(
        self, method: str, address: str, query: Mapping[str, str] | None, body: object, head: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        data = json.encode(body) if body is not None else None
        with self._session.request(
            method, address, params=query, data=data, headers=head, timeout=PATIENCE, allow_redirects=False, stream=True
        ) as answer:
            return answer.status_code, answer.headers, _read(answer)

    def _refusal(self, status: int) -> ConnectorError:
        again = f"sign in again by `afterword connect {account_name(self._access)}`"
        if status == _UNAUTHORIZED:
            return NeedsUser(f"Microsoft refuses the sign-in to {account_name(self._access)}: {again}.")
        if status == _FORBIDDEN:
            return NeedsUser(f"Microsoft does not let Afterword use {self._what}: {again}, and allow it.")
        return Unavailable(f"Microsoft can't give {self._what} at the moment (status {status}).")


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
            raise requests.exceptions.ContentDecodingError("an answer without an end")
    expected = answer.headers.get("Content-Length")
    if expected is not None and not answer.headers.get("Content-Encoding") and len(read) != int(expected):
        raise requests.exceptions.ConnectionError("an answer that was cut off")
    return bytes(read)


def _is_page(head: Mapping[str, str]) -> bool:
    """Whether it is for people: a hotel's, that wants a log-in before it lets anybody through."""
    return head.get("Content-Type", "").lower().startswith("text/html")
