"""Client-side rate limit for Google's quota units per minute.

Limits: https://developers.google.com/workspace/gmail/api/reference/quota
"""

import time
from collections.abc import Callable

BURST_DIVISOR = 12
"""The fraction of a minute's units that may be spent at once (1/12): twenty mails, and some pages."""


class Quota:
    """A token bucket that never spends more than `units` in any 60 seconds. `clock` and `sleep` are in seconds."""

    def __init__(
        self,
        units: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._burst = units / BURST_DIVISOR
        self._rate = (units - self._burst) / 60
        self._clock, self._sleep = clock, sleep
        self._available, self._refilled_at = self._burst, clock()

    def spend(self, units: int) -> None:
        """Wait until so many units are available, and take them."""
        self._refill()
        if self._available < units:
            self._sleep((units - self._available) / self._rate)
            self._refill()
        self._available -= units

    def _refill(self) -> None:
        now = self._clock()
        self._available = min(self._burst, self._available + (now - self._refilled_at) * self._rate)
        self._refilled_at = now
