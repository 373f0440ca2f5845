"""One step over the log and the projections: read what stands, decide, append, and fold, in one transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Self

import structlog

from afterword.eventlog.codec import SourceState
from afterword.eventlog.events import NewEvent, Recorded
from afterword.eventlog.log import EventLog, Transaction
from projections.catalogue import PROJECTIONS, ReadModel
from projections.engine import Engine

from .config import Log

log = structlog.get_logger()


class Step:
    """A transaction at the moment `now`: `model` is what the log says, with what was appended here, and nobody else can write meanwhile."""

    def __init__(self, transaction: Transaction, engine: Engine, now: datetime) -> None:
        self._transaction = transaction
        self._engine = engine
        self.now = now
        self.model = self._caught_up()

    def append(self, events: Iterable[NewEvent]) -> list[Recorded]:
        """Append the events and fold them, but for those whose source key is known already; the ones that are new, as recorded."""
        recorded = self._transaction.append(list(events), recorded_at=self.now)
        if recorded:
            self.model = self._caught_up()
        return recorded

    def head(self) -> int:
        """The position of the last event, with those that were appended here."""
        return self._transaction.head()

    def cursors(self) -> dict[str, SourceState]:
        """By account, how far it has been read, and when."""
        return self._transaction.cursors()

    def set_cursor(self, account: str, cursor: bytes, read_at: datetime) -> None:
        """Keep how far the account has been read, which was to its end at `read_at`."""
        self._transaction.set_cursor(account, cursor, read_at)

    def drop_cursor(self, account: str) -> None:
        """Forget how far the account has been read."""
        self._transaction.drop_cursor(account)

    def rebuild(self) -> dict[str, bool]:
        """Fold every projection from the first event; by its name, whether its state was the same before."""
        return self._engine.rebuild(self._transaction)

    def _caught_up(self) -> ReadModel:
        states = self._engine.catch_up(self._transaction)
        for each in self._engine.warnings:
            log.warning("event_not_folded", reason=each)
        return ReadModel.of(states)


class Journal:
    """The log and its projections of one owner."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.engine = Engine(PROJECTIONS)

    @classmethod
    def open(cls, config: Log) -> Self:
        """Open the log, or create it. Raises LogError."""
        return cls(EventLog.open(config.url, config.owner))

    @contextmanager
    def step(self, now: datetime) -> Iterator[Step]:
        """A step whose transaction is committed at the end of the block, or rolled back if that raises."""
        with self.log.begin() as transaction:
            yield Step(transaction, self.engine, now)

    def close(self) -> None:
        """Close the log."""
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
