"""Execution of requests with retries, and classification of Google's errors."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Generic, Protocol, TypeVar

import httplib2
from googleapiclient.errors import BatchError, HttpError
from msgspec import convert

from .. import retries

_RATE_LIMIT_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "concurrentLimitExceeded"})
"""Reasons of a 403 for a limit per minute; those of daily limits are not among them."""

T = TypeVar("T")
Response_co = TypeVar("Response_co", covariant=True)


class Request(Protocol[Response_co]):
    """A request that can be executed repeatedly."""

    def execute(self) -> Response_co: ...


class TypedRequest(Generic[T]):
    """A request of the client library whose response is converted to a type. Raises ValueError for other responses, such as an HTML page
    with status 200, which the library returns as text.
    """

    def __init__(self, request: Any, kind: type[T]) -> None:
        self._request, self._kind = request, kind

    def execute(self) -> T:
        with malformed_as_value_error():
            response = self._request.execute()
        return convert(None if response == "" else response, self._kind)


@contextmanager
def malformed_as_value_error() -> Iterator[None]:
    """Raise ValueError for errors of the library's that come from malformed responses, such as those of a proxy."""
    try:
        yield
    except (AttributeError, TypeError, LookupError, RecursionError) as error:
        raise ValueError(f"no answer of Google's ({type(error).__name__})") from error


def execute_with_retries(request: Request[T]) -> T:
    """Return the response, after as many attempts as `retries` allows. Raises the last attempt's error."""
    attempt = 0
    while True:
        try:
            return request.execute()
        except (HttpError, HTTPException, httplib2.HttpLib2Error, OSError, ValueError, KeyError) as error:
            delay = retries.delay(attempt, retry_after(error)) if is_retryable(error) else None
            if delay is None:
                raise
        time.sleep(delay)
        attempt += 1


def error_reasons(error: HttpError) -> set[str]:
    """Return the reasons and status in an error response, in the older or newer format."""
    try:
        content = json.loads(error.content)["error"]
        items = [*content.get("errors", ()), *content.get("details", ())]
        return {str(each.get("reason")) for each in items if isinstance(each, dict)} | {str(content.get("status"))}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return set()


def is_rate_limited(error: HttpError) -> bool:
    """Whether the error is a rate limit."""
    return error.status_code == HTTPStatus.TOO_MANY_REQUESTS or (
        error.status_code == HTTPStatus.FORBIDDEN and not _RATE_LIMIT_REASONS.isdisjoint(error_reasons(error))
    )


def is_retryable(error: Exception) -> bool:
    """Whether another attempt may succeed."""
    if not isinstance(error, HttpError) or isinstance(error, BatchError):
        return True
    return error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or is_rate_limited(error)


def retry_after(error: Exception) -> str:
    """Return the Retry-After header; "" if there is none."""
    return str(error.resp.get("retry-after", "")) if isinstance(error, HttpError) else ""
