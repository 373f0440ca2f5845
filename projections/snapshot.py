"""The read model as it stands, read from a SQLite log by one who only looks: fast, and without touching it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from afterword.eventlog.codec import COLUMNS, REVISION, SourceState, from_microseconds, read_row
from afterword.eventlog.errors import damaged, log_error, too_new, too_old
from afterword.eventlog.events import Recorded

from .projection import Model, Projection, follow, unpack

BUSY_FOR = 30
"""How many seconds a writer is waited for."""

_EVENTS = f"SELECT {', '.join(COLUMNS)} FROM events WHERE owner = ? AND position > ? ORDER BY position LIMIT ?"  # noqa: S608 - constants
_CHUNK = 500


class Snapshot(Struct, frozen=True, kw_only=True):
    """All states at one position of the log, by projection name. `positions` say how far each had been kept.

    `recorded_until` is the latest moment at which anything was recorded, None for an empty log.
    """

    states: dict[str, Any]
    head_position: int
    positions: dict[str, int]
    sources: dict[str, SourceState]
    recorded_until: datetime | None


def load(path: Path, projections: Sequence[Projection], owner: str = "me") -> Snapshot | None:
    """The states as of the log's last event, None if there is no file. Raises LogError."""
    if not path.exists():
        return None
    with _reading(path) as connection:
        kept = _models(connection, owner)
        standing = {each.name: unpack(each, kept.get(each.name)) for each in projections}
        positions = {name: position for name, (_, position) in standing.items()}
        tail = list(_read(connection, owner, min(positions.values(), default=0)))
        head, recorded_at = _ends(connection, owner)
        sources = _sources(connection, owner)
    states = {
        each.name: follow(each, standing[each.name][0], _after(tail, positions[each.name])) for each in projections
    }
    until = from_microseconds(recorded_at) if recorded_at is not None else None
    return Snapshot(states=states, head_position=head, positions=positions, sources=sources, recorded_until=until)


def events(path: Path, owner: str = "me") -> Iterator[Recorded]:
    """All events in order, each page in a short transaction of its own; none if there is no file. Raises LogError."""
    after, more = 0, path.exists()
    while more:
        with _reading(path) as connection:
            page = list(_read(connection, owner, after, _CHUNK))
        yield from page
        after, more = after + len(page), bool(page)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """One view of a log that this version can read."""
    try:
        with closing(_connect(path)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise log_error(error, str(path)) from error


def _connect(path: Path) -> sqlite3.Connection:
    try:
        return _open(path, "ro")
    except sqlite3.OperationalError as error:
        # A writer was killed in the middle: what it left behind is undone by the first one who may write.
        if not (error.sqlite_errorname or "").startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            raise
        return _open(path, "rw")


def _open(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_FOR, isolation_level=None)
    try:
        connection.execute("BEGIN")
        _check(connection, str(path))
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, where: str) -> None:
    tables = _tables(connection)
    if not {"alembic_version", "events", "sources"} <= tables:
        raise damaged(where, "is no log of Afterword's" if tables else "is empty")
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    if revision != REVISION:
        raise too_old(where) if revision < REVISION else too_new(where)


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _models(connection: sqlite3.Connection, owner: str) -> dict[str, Model]:
    if "read_models" not in _tables(connection):
        return {}
    query = "SELECT projection, version, position, state FROM read_models WHERE owner = ?"
    rows = connection.execute(query, (owner,))
    return {name: Model(version=version, position=position, state=state) for name, version, position, state in rows}


def _read(connection: sqlite3.Connection, owner: str, after: int, limit: int = -1) -> Iterator[Recorded]:
    return map(read_row, connection.execute(_EVENTS, (owner, after, limit)))


def _ends(connection: sqlite3.Connection, owner: str) -> tuple[int, int | None]:
    """The last position, and the latest time of recording: not always that of the last event, for clocks jump."""
    head = connection.execute("SELECT MAX(position) FROM events WHERE owner = ?", (owner,)).fetchone()
    recorded = connection.execute("SELECT MAX(recorded_at) FROM events WHERE owner = ?", (owner,)).fetchone()
    return head[0] or 0, recorded[0]


def _sources(connection: sqlite3.Connection, owner: str) -> dict[str, SourceState]:
    rows = connection.execute("SELECT account, cursor, read_at FROM sources WHERE owner = ?", (owner,))
    return {account: SourceState(cursor=cursor, read_at=from_microseconds(at)) for account, cursor, at in rows}


def _after(tail: list[Recorded], position: int) -> Iterator[Recorded]:
    return (each for each in tail if each.position > position)
