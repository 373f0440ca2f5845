"""The append-only log of one owner's events, in a database that refuses to change what was written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, insert, inspect, select
from sqlalchemy.schema import CreateTable

from .codec import COLUMNS, SourceState, encode, from_microseconds, name_and_schema, read_row, to_microseconds
from .database import Database
from .errors import VersionConflict
from .events import NewEvent, Recorded, UnknownEvent
from .opening import open_database
from .schema import events, sources

_COLUMNS = [events.c[name] for name in COLUMNS]

CHUNK = 500
"""Rows that are read, or keys that are asked for, at once."""


class Transaction:
    """What can be done with the log in one go; `connection` is for a table beside it that must commit with it."""

    def __init__(self, database: Database, connection: Connection, owner: str) -> None:
        self._database = database
        self.connection = connection
        self.owner = owner
        self._at_rollback: list[Callable[[], None]] = []

    def append(
        self, new: Sequence[NewEvent], *, recorded_at: datetime, expected: Mapping[str, int] | None = None
    ) -> list[Recorded]:
        """Append at the next positions, and give back what was appended: an event whose source key is there already is left out.

        `expected` holds the version that a stream must be at (0: it is not there yet). Raises VersionConflict.
        """
        fresh = self._without_known(new)
        versions = self._versions({each.stream for each in fresh} | set(expected or ()))
        for stream, version in (expected or {}).items():
            if versions.get(stream, 0) != version:
                raise VersionConflict(stream, expected=version, actual=versions.get(stream, 0))
        head = self.head()
        recorded = [
            _recorded(each, position, versions, recorded_at) for position, each in enumerate(fresh, start=head + 1)
        ]
        if recorded:
            rows = [_row(self.owner, *pair) for pair in zip(fresh, recorded, strict=True)]
            self.connection.execute(insert(events), rows)
        return recorded

    def read(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """The events with a position above `after`, up to and with `upto`, in order."""
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
        """How far each account has been read."""
        rows = self.connection.execute(select(sources).where(sources.c.owner == self.owner))
        return {row.account: SourceState(cursor=row.cursor, read_at=from_microseconds(row.read_at)) for row in rows}

    def set_cursor(self, account: str, cursor: bytes, read_at: datetime) -> None:
        """Keep how far an account has been read."""
        self.drop_cursor(account)
        row = {"owner": self.owner, "account": account, "cursor": cursor, "read_at": to_microseconds(read_at)}
        self.connection.execute(insert(sources), [row])

    def drop_cursor(self, account: str) -> None:
        """Know no more how far an account has been read, if it was known."""
        mine = (sources.c.owner == self.owner) & (sources.c.account == account)
        self.connection.execute(delete(sources).where(mine))

    def make(self, tables: Sequence[Table]) -> None:
        """Make those of the tables that are not there, for every owner."""
        there = set(inspect(self.connection).get_table_names())
        if missing := [table for table in tables if table.name not in there]:
            self._database.alone(self.connection)
            for table in missing:
                self.connection.execute(CreateTable(table, if_not_exists=True))

    def on_rollback(self, forget: Callable[[], None]) -> None:
        """Call this if the transaction does not come to its end."""
        self._at_rollback.append(forget)

    def rolled_back(self) -> None:
        for forget in self._at_rollback:
            forget()

    def _without_known(self, new: Sequence[NewEvent]) -> list[NewEvent]:
        fresh: dict[str, NewEvent] = {}
        for each in new:
            fresh.setdefault(each.source_key, each)
        for key in self._among(events.c.source_key, list(fresh)):
            del fresh[key.source_key]
        return list(fresh.values())

    def _versions(self, streams: set[str]) -> dict[str, int]:
        rows = self._among(events.c.stream, sorted(streams), func.max(events.c.version).label("version"))
        return {row.stream: row.version for row in rows}

    def _among(self, column: ColumnElement[str], values: list[str], *aggregates: ColumnElement[int]) -> Iterator[Any]:
        for start in range(0, len(values), CHUNK):
            query = select(column, *aggregates).where(events.c.owner == self.owner)
            query = query.where(column.in_(values[start : start + CHUNK]))
            yield from self.connection.execute(query.group_by(column) if aggregates else query)


class EventLog:
    """The log of one owner. Whatever fails in it is a LogError with one sentence."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self.owner = owner

    @classmethod
    def open(cls, url: str, owner: str = "me") -> Self:
        """Open the log at a URL ("sqlite:///…", "postgresql+psycopg://…"); make it if there is none, migrate it if it is older.

        Raises LogDamaged for a file that is no log or is torn (it is left as it is), LogTooNew, LogUnwritable.
        """
        return cls(open_database(url), owner)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that writes: committed at the block's end, rolled back by any error."""
        transaction = None
        try:
            with self._database.writing(self.owner) as connection:
                transaction = Transaction(self._database, connection, self.owner)
                yield transaction
        except BaseException:
            if transaction is not None:
                transaction.rolled_back()
            raise

    def held(self) -> AbstractContextManager[None]:
        """While the block lasts, no service on another machine serves this owner. Raises AnotherIsRunning."""
        return self._database.held(self.owner)

    def read(self, after: int = 0) -> Iterator[Recorded]:
        """The events above a position, in order, page by page: one who reads slowly keeps nobody waiting."""
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(_page(self.owner, after)).all()
            yield from map(read_row, rows)
            if len(rows) < CHUNK:
                return
            after = rows[-1].position

    def head(self) -> int:
        """The position of the last event, 0 if there is none."""
        with self._database.reading() as connection:
            return Transaction(self._database, connection, self.owner).head()

    def verify(self) -> list[str]:
        """What is wrong with the log, a sentence each; nothing if all is well."""
        with self._database.reading() as connection:
            found = [f"The database is damaged: {each}." for each in self._database.damages(connection)]
            found += _gaps(connection, self.owner)
        found += [
            f"Event {each.position} ({each.event.type}, version {each.event.schema}) can't be read."
            for each in self.read()
            if isinstance(each.event, UnknownEvent)
        ]
        return found

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
