"""How much Google is asked in a minute, and how long is waited before it is asked again."""

from hypothesis import given
from hypothesis import strategies as st

from connectors import retries
from connectors.google.gmail_api import BATCH_SIZE, UNITS_PER_MESSAGE, UNITS_PER_MINUTE, UNITS_PER_PAGE
from connectors.google.quota import Quota

UNITS = UNITS_PER_MINUTE
STEPS = st.lists(st.tuples(st.floats(0, 90), st.integers(1, 1000)), max_size=60)


class Clock:
    """A time that passes when somebody waits, and in between."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@given(STEPS)
def test_never_more_is_spent_than_a_minute_allows(steps: list[tuple[float, int]]) -> None:
    clock = Clock()
    quota = Quota(UNITS, clock=clock, sleep=clock.sleep)
    spent: list[tuple[float, int]] = []
    for pause, units in steps:
        clock.now += pause
        quota.spend(units)
        spent.append((clock.now, units))
    for begun, _ in spent:
        assert sum(units for at, units in spent if begun <= at < begun + 60) <= UNITS


def test_who_is_not_ahead_does_not_wait_and_who_is_waits_no_longer_than_need_be() -> None:
    clock = Clock()
    quota = Quota(UNITS, clock=clock, sleep=clock.sleep)
    quota.spend(UNITS_PER_MESSAGE * BATCH_SIZE + UNITS_PER_PAGE)
    assert clock.now == 0
    for _ in range(100):
        quota.spend(UNITS_PER_MESSAGE)
        quota.spend(UNITS_PER_MESSAGE * (BATCH_SIZE - 1))
    assert 1 <= clock.now / (100 * UNITS_PER_MESSAGE * BATCH_SIZE / UNITS * 60) < 1.1


@given(st.integers(0, retries.MAX_ATTEMPTS - 2), st.text(max_size=30))
def test_a_wait_is_neither_nothing_nor_endless_whatever_the_server_says(attempt: int, said: str) -> None:
    wait = retries.delay(attempt, said)
    assert wait is None or retries.FIRST_DELAY <= wait <= retries.MAX_DELAY * 1.3


def test_waits_grow_and_end() -> None:
    waits = [retries.delay(attempt) for attempt in range(retries.MAX_ATTEMPTS)]
    assert waits[-1] is None
    grown = [each for each in waits if each is not None]
    assert grown == sorted(grown)
    assert len({retries.delay(0) for _ in range(20)}) > 1
