"""Delays between attempts of a request: Retry-After, or exponential backoff with jitter."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_ATTEMPTS = 5
FIRST_DELAY, MAX_DELAY = 0.5, 30.0


def delay(attempt: int, retry_after: str = "") -> float | None:
    """Return the seconds to wait after this attempt (counted from 0); `retry_after` is the header of the response, if any.

    None if there should be no further attempt: all were made, or the server asks for more than MAX_DELAY.
    """
    requested = parse_retry_after(retry_after)
    if attempt >= MAX_ATTEMPTS - 1 or (requested is not None and requested > MAX_DELAY):
        return None
    minimum = FIRST_DELAY * 2**attempt if requested is None else max(requested, FIRST_DELAY)
    return minimum * random.uniform(1, 1.3)  # noqa: S311 - no secret hangs on it


def parse_retry_after(retry_after: str) -> float | None:
    """Return the seconds of a Retry-After header, in either form (RFC 9110, 10.2.3); None if it can't be parsed."""
    value = retry_after.strip()
    if value.isdecimal():
        return float(value[:12])
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
