"""Exponential backoff: an account that fails is left alone for a while, longer each time, so that nobody is locked out for asking too often."""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from .troubles import Trouble

log = structlog.get_logger()

INITIAL_DELAY, MAX_DELAY = timedelta(minutes=1), timedelta(minutes=30)
JITTER = 0.2
"""The part by which a delay is longer or shorter, so that not all come back at once."""

_MAX_WITH_JITTER = MAX_DELAY * (1 + JITTER)


def delays() -> Iterator[timedelta]:
    """How long to leave an account alone after each failure in a row: 1, 2, 4 … 30 minutes, with jitter. It has no end."""
    delay = INITIAL_DELAY
    while True:
        yield delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret hangs on it
        delay = min(2 * delay, MAX_DELAY)


class Retry(Struct, kw_only=True):
    """What is wrong with an account, when it may be tried again, and the delays after the failures to come."""

    trouble: Trouble
    not_before: datetime
    delays: Iterator[timedelta]


class Backoff:
    """When each account that failed is tried again. It lives in memory: a service that is started anew tries all of them at once."""

    def __init__(self) -> None:
        self._retries: dict[str, Retry] = {}

    def waiting(self, now: datetime) -> dict[str, Trouble]:
        """The accounts that are not to be tried at `now`, with what is wrong; none for longer than the longest delay, where the clock
        fell back.
        """
        return {
            account: each.trouble
            for account, each in self._retries.items()
            if now < each.not_before <= now + _MAX_WITH_JITTER
        }

    def retry_now(self, accounts: Iterable[str], now: datetime) -> None:
        """Let these be tried at once, for they answer; should they fail again, their delays go on to grow."""
        for retry in (self._retries[each] for each in accounts if each in self._retries):
            retry.not_before = min(retry.not_before, now)

    def retry_what_needs_the_user(self, now: datetime) -> None:
        """Let those be tried at once that only the user can mend: who asks for it may have mended them."""
        self.retry_now((account for account, each in self._retries.items() if each.trouble.needs_user), now)

    def record(self, outcomes: Mapping[str, Trouble | None], now: datetime) -> None:
        """Take in how a pass went: by account, its trouble, or None where it worked. Those that were `waiting` stay as they were."""
        for account, trouble in outcomes.items():
            retry = self._retries.get(account)
            if trouble is None and retry is not None:
                del self._retries[account]
                log.info("answers_again", account=account)
            elif trouble is not None and account not in self.waiting(now):
                following = retry.delays if retry is not None else delays()
                asked = min(timedelta(seconds=trouble.retry_after), MAX_DELAY)
                not_before = now + max(next(following), asked)
                self._retries[account] = Retry(trouble=trouble, not_before=not_before, delays=following)
