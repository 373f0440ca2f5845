"""When a server that can't answer now is asked again: as it says itself, or later each time, and never all at once."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

ATTEMPTS = 5
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0


def wait(attempt: int, retry_after: str = "") -> float | None:
    """Seconds before the attempt after this one (counted from 0), by the answer's Retry-After if it bears one.

    None where there should be none: all were made, or the server wants to be left alone for longer.
    """
    asked = seconds(retry_after)
    if attempt >= ATTEMPTS - 1 or (asked is not None and asked > LONGEST_WAIT):
        return None
    least = FIRST_WAIT * 2**attempt if asked is None else max(asked, FIRST_WAIT)
    return least * random.uniform(1, 1.3)  # noqa: S311 - no secret hangs on it


def seconds(retry_after: str) -> float | None:
    """What a Retry-After means, in either of its forms (RFC 9110, 10.2.3); None where it makes no sense."""
    value = retry_after.strip()
    if value.isdecimal():
        return float(value[:12])
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
