"""How Google is asked: within what it allows in a minute, and again where it can't answer now.

Limits: https://developers.google.com/workspace/gmail/api/reference/quota
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Generic, Protocol, TypeVar

import httplib2
from googleapiclient.errors import BatchError, HttpError
from msgspec import convert

from .. import retries

_PASSES = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "concurrentLimitExceeded"})
"""Reasons of a 403 that pass in a while; that of a day's limit does not."""

PARTS = 12
"""The part of a minute's units that may be spent at once: twenty mails, and some pages."""

Kind = TypeVar("Kind")
Told_co = TypeVar("Told_co", covariant=True)


class Request(Protocol[Told_co]):
    """What can be asked for again: one request of the client library's, or several."""

    def execute(self) -> Told_co: ...


class Answer(Generic[Kind]):
    """What an answer holds. A page for people in its place, or the first half of it, is none, however good its status: the library
    hands it on as text.
    """

    def __init__(self, request: Any, kind: type[Kind]) -> None:
        self._request, self._kind = request, kind

    def execute(self) -> Kind:
        with in_some_form():
            answer = self._request.execute()
        return convert(None if answer == "" else answer, self._kind)


@contextmanager
def in_some_form() -> Iterator[None]:
    """The library takes it for granted that an error is told as Google does: what a proxy says in its place is no answer (ValueError)."""
    try:
        yield
    except (AttributeError, TypeError, LookupError, RecursionError) as error:
        raise ValueError(f"no answer of Google's ({type(error).__name__})") from error


def ask(request: Request[Kind]) -> Kind:
    """The answer, after as many attempts as it takes and `retries` allows. Raises what the last of them did."""
    attempt = 0
    while True:
        try:
            return request.execute()
        except (HttpError, HTTPException, httplib2.HttpLib2Error, OSError, ValueError, KeyError) as error:
            wait = retries.delay(attempt, retry_after(error)) if may_pass(error) else None
            if wait is None:
                raise
        time.sleep(wait)
        attempt += 1


def reasons(error: HttpError) -> set[str]:
    """Why Google refuses, in its own words: those of its older and of its newer form of an error."""
    try:
        held = json.loads(error.content)["error"]
        items = [*held.get("errors", ()), *held.get("details", ())]
        return {str(each.get("reason")) for each in items if isinstance(each, dict)} | {str(held.get("status"))}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return set()


def is_too_much(error: HttpError) -> bool:
    """Whether it was asked too often."""
    return error.status_code == HTTPStatus.TOO_MANY_REQUESTS or (
        error.status_code == HTTPStatus.FORBIDDEN and not _PASSES.isdisjoint(reasons(error))
    )


def may_pass(error: Exception) -> bool:
    """Whether it is worth another try."""
    if not isinstance(error, HttpError) or isinstance(error, BatchError):
        return True
    return error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or is_too_much(error)


def retry_after(error: Exception) -> str:
    """For how long an answer asks for rest, in its own words; empty where it doesn't."""
    return str(error.resp.get("retry-after", "")) if isinstance(error, HttpError) else ""


class Quota:
    """So many units a minute, in whichever minute they are counted: a token bucket that holds a part of them, and is filled by the rest.

    `clock` and `sleep` are in seconds.
    """

    def __init__(
        self,
        units: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._most = units / PARTS
        self._a_second = (units - self._most) / 60
        self._clock, self._sleep = clock, sleep
        self._left, self._at = self._most, clock()

    def spend(self, units: int) -> None:
        """Wait until there are so many, and take them."""
        self._refill()
        if self._left < units:
            self._sleep((units - self._left) / self._a_second)
            self._refill()
        self._left -= units

    def _refill(self) -> None:
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._a_second)
        self._at = now
