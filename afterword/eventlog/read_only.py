"""Read-only access to a log: without SQLAlchemy, whose import is slow, and without locks or migrations."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .codec import COLUMNS, SourceState, from_microseconds, read_row
from .errors import damaged, log_error, postgresql_error, psycopg_is_missing, too_new, too_old, without_password
from .events import Recorded
from .layout import BUSY_FOR, REACHED_WITHIN, REVISION, SERVER, TABLES, file_of

if TYPE_CHECKING:
    import psycopg

ALL = 2**62
"""The LIMIT for all rows."""

_PAGE = 500
_EVENTS = f"SELECT {', '.join(COLUMNS)} FROM events WHERE owner = ? AND position > ? ORDER BY position LIMIT ?"  # noqa: S608 - constants

Query = Callable[[str, tuple[Any, ...]], Iterable[tuple[Any, ...]]]
"""Executes SQL with "?" placeholders, and returns the rows."""


class View:
    """A consistent snapshot of a log at the current schema revision."""

    def __init__(self, query: Query, tables: set[str]) -> None:
        self._query = query
        self._tables = tables

    def read(self, owner: str, after: int = 0, limit: int = ALL) -> Iterator[Recorded]:
        """Yield an owner's events with a position above `after`, in order."""
        return map(read_row, self._query(_EVENTS, (owner, after, limit)))

    def head(self, owner: str) -> int:
        """Return the position of the owner's last event, 0 if there is none."""
        return self._value("SELECT MAX(position) FROM events WHERE owner = ?", owner) or 0

    def recorded_until(self, owner: str) -> datetime | None:
        """Return the latest time at which anything was recorded: not always that of the last event, since clocks jump."""
        recorded_at = self._value("SELECT MAX(recorded_at) FROM events WHERE owner = ?", owner)
        return from_microseconds(recorded_at) if recorded_at is not None else None

    def cursors(self, owner: str) -> dict[str, SourceState]:
        """Return how far each of the owner's accounts has been read."""
        rows = self._query("SELECT account, cursor, read_at FROM sources WHERE owner = ?", (owner,))
        return {account: SourceState(cursor=cursor, read_at=from_microseconds(at)) for account, cursor, at in rows}

    def rows(self, table: str, columns: Sequence[str], owner: str) -> Iterable[tuple[Any, ...]]:
        """Return an owner's rows of a table that is kept beside the log; none if there is no such table."""
        if table not in self._tables:
            return ()
        return self._query(f"SELECT {', '.join(columns)} FROM {table} WHERE owner = ?", (owner,))  # noqa: S608 - names of ours

    def _value(self, sql: str, owner: str) -> Any:
        return next(iter(self._query(sql, (owner,))))[0]


@contextmanager
def open_read_only(url: str) -> Iterator[View | None]:
    """Open the log at a URL in a read-only transaction; None if there is none yet. Raises LogError."""
    with _server(url) if url.startswith(SERVER) else _file(file_of(url)) as view:
        yield view


def read_events(url: str, owner: str = "me", after: int = 0) -> Iterator[Recorded]:
    """Yield the events after a position, in order, each page in a short transaction of its own; none if there is no log. Raises LogError."""
    more = True
    while more:
        with open_read_only(url) as view:
            page = list(view.read(owner, after, _PAGE)) if view is not None else []
        yield from page
        after, more = after + len(page), bool(page)


def describe_location(url: str) -> str:
    """Return a log's location for messages: the file, or the database's URL without the password."""
    return without_password(url) if url.startswith(SERVER) else str(file_of(url))


@contextmanager
def _file(path: Path) -> Iterator[View | None]:
    if not path.exists():
        yield None
        return
    try:
        with closing(_connect(path)) as connection:
            yield _check_log(connection.execute, _tables_of_sqlite(connection), str(path))
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
        _tables_of_sqlite(connection)
    except UnicodeDecodeError:
        # sqlite3 can't even quote the broken name of a table.
        connection.close()
        raise damaged(str(path), "is damaged") from None
    except BaseException:
        connection.close()
        raise
    return connection


def _tables_of_sqlite(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@contextmanager
def _server(url: str) -> Iterator[View | None]:
    try:
        import psycopg  # for those who have a server
    except ModuleNotFoundError:
        raise psycopg_is_missing() from None
    try:
        with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=REACHED_WITHIN) as connection:
            yield _server_view(connection, url)
    except psycopg.Error as error:
        raise postgresql_error(error.sqlstate, " ".join(str(error).split()), without_password(url)) from error


def _server_view(connection: "psycopg.Connection[tuple[Any, ...]]", url: str) -> View | None:
    from psycopg import IsolationLevel

    connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
    tables = {
        name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    }

    def query(sql: str, values: tuple[Any, ...]) -> Iterable[tuple[Any, ...]]:
        return connection.execute(sql.replace("?", "%s").encode(), values)

    return _check_log(query, tables, without_password(url)) if tables & TABLES else None


def _check_log(query: Query, tables: set[str], where: str) -> View:
    if not tables >= TABLES:
        raise damaged(where, "is no log of Afterword's" if tables else "is empty")
    (revision,) = next(iter(query("SELECT version_num FROM alembic_version", ())), ("",))
    if revision != REVISION:
        raise too_old(where) if revision < REVISION else too_new(where)
    return View(query, tables)
