"""How mail, calendars and drafts ask Graph, and what they are told: the terms that they share."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import Protocol, TypeVar

from msgspec import DecodeError, Struct, json

from afterword.ports import NeedsUser, Unavailable

MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
NO_SUCH_STATE = MISSING | {HTTPStatus.BAD_REQUEST}
"""How Graph says that it knows a delta link no more: syncStateNotFound comes with any of them."""

NAMED = "String {00020329-0000-0000-C000-000000000046} Name "
"""MAPI's public strings (MS-OXPROPS, 1.3.2), where anybody's named properties are kept."""

_DONE = range(200, 300)
Value = TypeVar("Value")


class Forbidden(NeedsUser):
    """Graph does not let us have what was asked for (403): it may be a permission of the account's, or only this one thing."""


class Reply(Struct, frozen=True):
    """An answer that the caller knows what to do with."""

    status: int
    body: bytes

    def good(self, what: str) -> bytes:
        """What was answered, if it was done as it was asked; `what` names it for people. Raises Unavailable."""
        if self.status not in _DONE:
            raise Unavailable(f"{what} could not do what it was asked ({self.status}).")
        return self.body

    def told(self, kind: type[Value], what: str) -> Value:
        """The same as a value of that type."""
        try:
            return json.decode(self.good(what), type=kind)
        except (DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Unavailable(f"{what} gave an answer that can't be understood.") from error


class Asking(Protocol):
    """Graph itself: signed in, patient, and kept to its own host."""

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        head: Mapping[str, str] | None = None,
    ) -> Reply:
        """`path` begins at "me/", or is a link that Graph gave; what `head` prefers is asked for beside immutable ids.

        Raises Unavailable, Forbidden and NeedsUser; a 400, 404, 409, 410 and 412 come back.
        """
        ...

    def followable(self, link: str) -> str:
        """The link that an answer bears, if it leads to where we are: one that doesn't is not to be kept. Raises Unavailable."""
        ...


Opened = Callable[[], AbstractContextManager[Asking]]
"""Makes a connection to Graph, closed in the end."""


def same(name: str, value: str) -> str:
    """The $filter for what bears an extended property of that value."""
    return f"singleValueExtendedProperties/any(ep: ep/id eq '{name}' and ep/value eq '{quoted(value)}')"


def expanded(*names: str) -> str:
    """The $expand that tells extended properties: none comes by itself."""
    wanted = " or ".join(f"id eq '{each}'" for each in names)
    return f"singleValueExtendedProperties($filter={wanted})"


def quoted(text: str) -> str:
    """For OData, between single quotes."""
    return text.replace("'", "''")
