"""The append-only event log of one owner; the database rejects updates and deletions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, insert, inspect, select, update
from sqlalchemy.schema import CreateTable

from .codec import COLUMNS, SourceState, encode, from_microseconds, name_and_schema, read_row, to_microseconds
from .database import Database
from .errors import VersionConflict
from .events import NewEvent, Recorded, UnknownEvent
from .opening import open_database
from .schema import events, sources

_COLUMNS = [events.c[name] for name in COLUMNS]

CHUNK = 500
"""Rows, or keys, in one query."""


class Transaction:
    """A transaction on the log; `connection` is for other tables that are changed in the same transaction."""

    def __init__(self, database: Database, connection: Connection, owner: str) -> None:
        self._database = database
        self.connection = connection
        self.owner = owner
        self._rollback_callbacks: list[Callable[[], None]] = []

    def append(
        self, new: Sequence[NewEvent], *, recorded_at: datetime, expected: Mapping[str, int] | None = None
    ) -> list[Recorded]:
        """Append events, except those whose source key is in the log already, and return the appended ones.

        `expected` are required versions by stream (0: the stream does not exist). Raises VersionConflict.
        """
        appended = self._without_duplicates(new)
        versions = self._versions({each.stream for each in appended} | set(expected or ()))
        for stream, version in (expected or {}).items():
            if versions.get(stream, 0) != version:
                raise VersionConflict(stream, expected=version, actual=versions.get(stream, 0))
        head = self.head()
        recorded = [
            _recorded(each, position, versions, recorded_at) for position, each in enumerate(appended, start=head + 1)
        ]
        if recorded:
            rows = [_row(self.owner, *pair) for pair in zip(appended, recorded, strict=True)]
            self.connection.execute(insert(events), rows)
        return recorded

    def read(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Yield the events after position `after`, up to and including `upto`, in order."""
        while True:
            rows = self.connection.execute(_page(self.owner, after, upto)).all()
            yield from map(read_row, rows)
            if len(rows) < CHUNK:
                return
            after = rows[-1].position

    def head(self) -> int:
        """The position of the last event, 0 if there is none."""
        query = select(func.max(events.c.position)).where(events.c.owner == self.owner)
        return self.connection.execute(query).scalar() or 0

    def cursors(self) -> dict[str, SourceState]:
        """Return the state of each account."""
        rows = self.connection.execute(select(sources).where(sources.c.owner == self.owner))
        return {row.account: SourceState(cursor=row.cursor, read_at=from_microseconds(row.read_at)) for row in rows}

    def set_cursor(self, account: str, cursor: bytes, read_at: datetime) -> None:
        """Store an account's cursor, and the time of its last complete read."""
        row = {"owner": self.owner, "account": account, "cursor": cursor, "read_at": to_microseconds(read_at)}
        # A cursor may be large, and most passes leave it as it was: then only the time is written.
        unchanged = (sources.c.owner == self.owner) & (sources.c.account == account) & (sources.c.cursor == cursor)
        read_again = update(sources).where(unchanged).values(read_at=row["read_at"])
        if not self.connection.execute(read_again).rowcount:
            self.drop_cursor(account)
            self.connection.execute(insert(sources), [row])

    def drop_cursor(self, account: str) -> None:
        """Remove an account's cursor, if any."""
        mine = (sources.c.owner == self.owner) & (sources.c.account == account)
        self.connection.execute(delete(sources).where(mine))

    def create_tables(self, tables: Sequence[Table]) -> None:
        """Create the missing ones of these tables, which all owners share."""
        existing = set(inspect(self.connection).get_table_names())
        if missing := [table for table in tables if table.name not in existing]:
            self._database.lock_exclusively(self.connection)
            for table in missing:
                self.connection.execute(CreateTable(table, if_not_exists=True))

    def on_rollback(self, callback: Callable[[], None]) -> None:
        """Call `callback` if the transaction is rolled back."""
        self._rollback_callbacks.append(callback)

    def rolled_back(self) -> None:
        for callback in self._rollback_callbacks:
            callback()

    def _without_duplicates(self, new: Sequence[NewEvent]) -> list[NewEvent]:
        unique: dict[str, NewEvent] = {}
        for each in new:
            unique.setdefault(each.source_key, each)
        for key in self._select_in(events.c.source_key, list(unique)):
            del unique[key.source_key]
        return list(unique.values())

    def _versions(self, streams: set[str]) -> dict[str, int]:
        rows = self._select_in(events.c.stream, sorted(streams), func.max(events.c.version).label("version"))
        return {row.stream: row.version for row in rows}

    def _select_in(
        self, column: ColumnElement[str], values: list[str], *aggregates: ColumnElement[int]
    ) -> Iterator[Any]:
        for start in range(0, len(values), CHUNK):
            query = select(column, *aggregates).where(events.c.owner == self.owner)
            query = query.where(column.in_(values[start : start + CHUNK]))
            yield from self.connection.execute(query.group_by(column) if aggregates else query)


class EventLog:
    """The event log of one owner. All methods raise LogError."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self.owner = owner

    @classmethod
    def open(cls, url: str, owner: str = "me") -> Self:
        """Open the log at a URL ("sqlite:///…", "postgresql+psycopg://…"); create or migrate it if necessary.

        Raises LogDamaged for a file that is damaged or no log (it is left unchanged), LogTooNew, LogUnwritable.
        """
        return cls(open_database(url), owner)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A write transaction: committed at the end of the block, rolled back on any error."""
        transaction = None
        try:
            with self._database.transaction(self.owner) as connection:
                transaction = Transaction(self._database, connection, self.owner)
                yield transaction
        except BaseException:
            if transaction is not None:
                transaction.rolled_back()
            raise

    def service_lock(self) -> AbstractContextManager[None]:
        """Hold the lock of this owner's service, across machines. Raises AnotherIsRunning."""
        return self._database.service_lock(self.owner)

    def read(self, after: int = 0) -> Iterator[Recorded]:
        """Yield the events after a position, in order; each page is a transaction of its own, so that a slow reader blocks nobody."""
        while True:
            with self._database.read_only() as connection:
                rows = connection.execute(_page(self.owner, after)).all()
            yield from map(read_row, rows)
            if len(rows) < CHUNK:
                return
            after = rows[-1].position

    def head(self) -> int:
        """The position of the last event, 0 if there is none."""
        with self._database.read_only() as connection:
            return Transaction(self._database, connection, self.owner).head()

    def verify(self) -> list[str]:
        """Check the log; return a sentence for each problem."""
        with self._database.read_only() as connection:
            problems = [f"The database is damaged: {each}." for each in self._database.integrity_errors(connection)]
            problems += _gaps(connection, self.owner)
        problems += [
            f"Event {each.position} ({each.event.type}, version {each.event.schema}) can't be read."
            for each in self.read()
            if isinstance(each.event, UnknownEvent)
        ]
        return problems

    def close(self) -> None:
        self._database.close()


def _page(owner: str, after: int, upto: int | None = None) -> Select[Any]:
    query = select(*_COLUMNS).where(events.c.owner == owner, events.c.position > after)
    if upto is not None:
        query = query.where(events.c.position <= upto)
    return query.order_by(events.c.position).limit(CHUNK)


def _recorded(new: NewEvent, position: int, versions: dict[str, int], recorded_at: datetime) -> Recorded:
    versions[new.stream] = versions.get(new.stream, 0) + 1
    return Recorded(
        position=position,
        stream=new.stream,
        version=versions[new.stream],
        source_key=new.source_key,
        occurred_at=new.occurred_at,
        recorded_at=recorded_at,
        event=new.event,
        zone=new.zone,
        evidence=new.evidence,
    )


def _row(owner: str, new: NewEvent, recorded: Recorded) -> dict[str, Any]:
    type_, schema = name_and_schema(new.event)
    return {
        "owner": owner,
        "position": recorded.position,
        "stream": recorded.stream,
        "version": recorded.version,
        "type": type_,
        "schema": schema,
        "occurred_at": to_microseconds(recorded.occurred_at),
        "recorded_at": to_microseconds(recorded.recorded_at),
        "source_key": recorded.source_key,
        "payload": encode(new),
    }


def _gaps(connection: Connection, owner: str) -> Iterator[str]:
    mine = events.c.owner == owner
    position, version = events.c.position, events.c.version
    count, first, last = connection.execute(
        select(func.count(), func.min(position), func.max(position)).where(mine)
    ).one()
    if count and (first, last) != (1, count):
        yield f"Positions are missing: {count} events stand between {first} and {last}."
    whole = (func.min(version) == 1) & (func.max(version) == func.count())
    for (stream,) in connection.execute(select(events.c.stream).where(mine).group_by(events.c.stream).having(~whole)):
        yield f"Versions are missing in the stream {stream}."
