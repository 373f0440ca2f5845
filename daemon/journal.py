"""One step over the log and the projections: read what stands, decide, append, and fold, in one transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Self

from afterword.eventlog.codec import SourceState
from afterword.eventlog.events import NewEvent, Recorded
from afterword.eventlog.log import EventLog, Transaction
from projections.catalogue import PROJECTIONS, ReadModel
from projections.engine import Engine

from .config import Log


class Step:
    """A step at one moment: whatever is decided in it is decided from `model`, and nobody else can write meanwhile."""

    def __init__(self, transaction: Transaction, engine: Engine, now: datetime) -> None:
        self._transaction = transaction
        self._engine = engine
        self.now = now
        self.model = self._caught_up()

    def append(self, events: Iterable[NewEvent]) -> list[Recorded]:
        """Append what is new and fold it; events whose source key is known already are left out."""
        recorded = self._transaction.append(list(events), recorded_at=self.now)
        if recorded:
            self.model = self._caught_up()
        return recorded

    def sources(self) -> dict[str, SourceState]:
        return self._transaction.cursors()

    def keep_cursor(self, account: str, cursor: bytes, read_at: datetime) -> None:
        self._transaction.set_cursor(account, cursor, read_at)

    def drop_cursor(self, account: str) -> None:
        self._transaction.drop_cursor(account)

    def rebuild(self) -> dict[str, bool]:
        """Fold every projection from zero; says of each whether the same had stood."""
        return self._engine.rebuild(self._transaction)

    def _caught_up(self) -> ReadModel:
        return ReadModel.of(self._engine.catch_up(self._transaction))


class Journal:
    """The log and its projections of one owner."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.engine = Engine(PROJECTIONS)

    @classmethod
    def open(cls, kept: Log) -> Self:
        """Open the log, or make it. Raises LogError."""
        return cls(EventLog.open(kept.url, kept.owner))

    @contextmanager
    def step(self, now: datetime) -> Iterator[Step]:
        """A transaction that ends with the block: kept as a whole, or not at all."""
        with self.log.begin() as transaction:
            yield Step(transaction, self.engine, now)

    def close(self) -> None:
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
