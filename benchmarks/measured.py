"""What a benchmark yields: how much was done in how long, beside what it is compared with."""

import gc
import time
from collections.abc import Callable
from typing import NamedTuple


class Measured(NamedTuple):
    """`value` and `beside` are in `unit`; where `more` is better, at least `limit` times `beside` is wanted, else at most that."""

    name: str
    value: float
    unit: str
    beside: float
    compared_with: str
    limit: float
    more: bool

    @property
    def ratio(self) -> float:
        return self.value / self.beside

    @property
    def is_reached(self) -> bool:
        return self.ratio >= self.limit if self.more else self.ratio <= self.limit


def seconds(act: Callable[[], object], rounds: int = 3) -> float:
    """The shortest of some rounds: what else the machine does only ever makes it longer."""
    return min(_once(act) for _ in range(rounds))


def _once(act: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
