"""Throttling: when an account may be asked again, by whichever thread, once Microsoft said for how long it is to be left alone."""

import time
from collections import defaultdict
from collections.abc import Callable
from threading import Lock

LONGEST = 1800.0
"""Seconds that anybody is believed to want to be left alone: a Retry-After may say a billion."""


class Throttle:
    """One account's. The clock is in seconds, and does not go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._ends = 0.0

    def rest(self, seconds: float) -> None:
        """Ask nothing for so long."""
        with self._lock:
            self._ends = max(self._ends, self._clock() + min(seconds, LONGEST))

    def left(self) -> float:
        """Seconds until anything may be asked."""
        return max(0.0, self._ends - self._clock())


_KNOWN: defaultdict[str, Throttle] = defaultdict(Throttle)


def throttle_of(account: str) -> Throttle:
    """The one that all of this process share, for mail, calendars, drafts and invites ask the same mailbox."""
    return _KNOWN[account]
