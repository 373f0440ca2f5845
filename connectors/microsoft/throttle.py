"""Throttling: how many may ask an account at the same moment, and when, once Microsoft said for how long it is to be left alone.

https://learn.microsoft.com/graph/throttling-limits
"""

import time
from collections import defaultdict
from collections.abc import Callable
from threading import BoundedSemaphore, Lock

AT_ONCE = 4
"""So many requests are allowed for a mailbox at the same moment."""

LONGEST = 1800.0
"""Seconds that anybody is believed to want to be left alone: a Retry-After may say a billion."""


class Throttle:
    """One account's; whoever asks does so in one of its `slots`. The clock is in seconds, and does not go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.slots = BoundedSemaphore(AT_ONCE)
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
