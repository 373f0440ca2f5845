"""How long the log takes for 10,000 events, beside plain SQLite for the same rows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from afterword.eventlog.events import ApplicationAcknowledged, Evidence, NewEvent, Person
from afterword.eventlog.log import EventLog
from projections.catalogue import PROJECTIONS
from projections.engine import Engine

from .measured import Measured, seconds

EVENTS, AT_ONCE = 10_000, 500
_START = datetime(2026, 1, 5, 8, tzinfo=UTC)
_SCHEMA = """CREATE TABLE rows (owner TEXT, position INTEGER, stream TEXT, version INTEGER, type TEXT, schema INTEGER, occurred_at INTEGER,
recorded_at INTEGER, source_key TEXT, payload BLOB, PRIMARY KEY (owner, position), UNIQUE (owner, stream, version), UNIQUE (owner, source_key))"""


def measured() -> Iterator[Measured]:
    """Appending, and folding all of it anew."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        with closing(EventLog.open(f"sqlite:///{path / 'log.db'}")) as log:
            took = seconds(lambda: _append(log), rounds=1)
            rows = _rows(path / "log.db")
            plain = seconds(lambda: _insert(path / "plain.db", rows), rounds=1)
            yield Measured("append of 10,000 events", took, "s", plain, "sqlite3, the same rows", 10, more=False)
            replay = seconds(lambda: _replay(log), rounds=1)
            reading = seconds(lambda: _rows(path / "log.db"))
            yield Measured("replay of 10,000 events", replay, "s", reading, "sqlite3, rows only read", 10, more=False)


def _append(log: EventLog) -> None:
    events = list(_events())
    for at in range(0, EVENTS, AT_ONCE):
        with log.begin() as transaction:
            transaction.append(events[at : at + AT_ONCE], recorded_at=_START)


def _events() -> Iterator[NewEvent]:
    for number in range(EVENTS):
        company = f"Company {number // 5}"
        yield NewEvent(
            stream=f"application-{number // 5}",
            event=ApplicationAcknowledged(
                company=company,
                role="Data Analyst",
                sender=Person(address=f"jobs@company{number // 5}.example", name=company),
                subject="Your application",
                message_id=f"{number}@company.example",
            ),
            occurred_at=_START + timedelta(minutes=number),
            source_key=f"benchmark-{number}",
            evidence=Evidence(
                account="mail", message_id=f"{number}@company.example", quote="Thank you for your application."
            ),
        )


def _rows(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        columns = "owner, position, stream, version, type, schema, occurred_at, recorded_at, source_key, payload"
        return connection.execute(f"SELECT {columns} FROM events ORDER BY position").fetchall()  # noqa: S608 - our own words


def _insert(path: Path, rows: list[tuple[Any, ...]]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(_SCHEMA)
        for at in range(0, len(rows), AT_ONCE):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * 10)})", rows[at : at + AT_ONCE])  # noqa: S608 - only marks
            connection.execute("COMMIT")


def _replay(log: EventLog) -> None:
    with log.begin() as transaction:
        Engine(PROJECTIONS).catch_up(transaction)
