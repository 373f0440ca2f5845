"""Throttling of requests: a limit on concurrent ones, and pauses that Microsoft asks for.

https://learn.microsoft.com/graph/throttling-limits
"""

import time
from collections import defaultdict
from collections.abc import Callable
from threading import BoundedSemaphore, Lock

MAX_CONCURRENT_REQUESTS = 4
"""Concurrent requests that Microsoft allows for a mailbox."""

MAX_PAUSE = 1800.0
"""The maximum pause in seconds, whatever Retry-After says."""


class Throttle:
    """The throttle of one account; each request holds one of the `slots`. `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.slots = BoundedSemaphore(MAX_CONCURRENT_REQUESTS)
        self._clock = clock
        self._lock = Lock()
        self._paused_until = 0.0

    def pause(self, seconds: float) -> None:
        """Make no request for so many seconds."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + min(seconds, MAX_PAUSE))

    def remaining(self) -> float:
        """Return the remaining seconds of a pause."""
        return max(0.0, self._paused_until - self._clock())


_THROTTLES: defaultdict[str, Throttle] = defaultdict(Throttle)


def throttle_of(account: str) -> Throttle:
    """Return the account's throttle, which is shared by all clients in this process."""
    return _THROTTLES[account]
