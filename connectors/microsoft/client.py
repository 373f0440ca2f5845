"""The protocol of a Graph client, and its responses."""

import json as stdlib_json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import Protocol, TypeVar

from msgspec import Struct, json

from afterword.ports import NeedsUser, Unavailable

MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
DELTA_EXPIRED = MISSING | {HTTPStatus.BAD_REQUEST}
"""Statuses for an expired delta link: syncStateNotFound comes with any of them."""

_SUCCESS = range(200, 300)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
T = TypeVar("T")


class Forbidden(NeedsUser):
    """Status 403: a permission of the account is missing, or one resource is protected."""


class Response(Struct, frozen=True):
    """A response that is returned to the caller: success, or 400, 404, 409, 410 or 412."""

    status: int
    body: bytes

    def check(self, what: str) -> bytes:
        """Return the body of a successful response. Raises Unavailable for others; `what` names the requested data in the message."""
        if self.status not in _SUCCESS:
            raise Unavailable(f"{what} could not do what it was asked ({self.status}).")
        return self.body

    def decode(self, type_: type[T], what: str) -> T:
        """Decode the JSON body. Raises Unavailable as `check` does, and for an invalid body."""
        try:
            return json.decode(_without_lone_surrogates(self.check(what)), type=type_)
        except (ValueError, RecursionError) as error:
            raise Unavailable(f"{what} gave an answer that can't be understood.") from error


def _without_lone_surrogates(body: bytes) -> bytes:
    """Replace escaped UTF-16 surrogates without their pair, such as the half of an emoji where a text was cut: msgspec rejects them."""
    if not _SURROGATE.search(body):
        return body
    return stdlib_json.dumps(stdlib_json.loads(body), ensure_ascii=False).encode("utf-8", "replace")


class GraphClient(Protocol):
    """An authorized client with retries, restricted to Graph's host."""

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Make a request. `path` starts with "me/", or is a link from a response. A Prefer header is combined with immutable ids.

        Returns responses with status 400, 404, 409, 410 and 412. Raises Unavailable, Forbidden and NeedsUser for other errors.
        """
        ...

    def check_link(self, link: str) -> str:
        """Return the link. Raises Unavailable if it leads to another host, and must not be stored in a cursor."""
        ...


Connect = Callable[[], AbstractContextManager[GraphClient]]
"""Opens a client, and closes it at the end of the block."""
