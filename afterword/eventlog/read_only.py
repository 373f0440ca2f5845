"""Read-only access to a log: without SQLAlchemy, whose import is slow, and without locks or migrations."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import damaged, log_error, postgresql_error, psycopg_is_missing, too_new, too_old, without_password
from .layout import BUSY_FOR, REACHED_WITHIN, REVISION, SERVER, TABLES, file_of

if TYPE_CHECKING:
    import psycopg

ALL = 2**62
"""The LIMIT for all rows."""

Query = Callable[[str, tuple[Any, ...]], Iterable[tuple[Any, ...]]]
"""Executes SQL with "?" placeholders, and returns the rows."""


class View:
    """A consistent snapshot of a log at the current schema revision."""

    def __init__(self, query: Query, tables: set[str]) -> None:
        self.query = query
        self.tables = tables


@contextmanager
def open_read_only(url: str) -> Iterator[View | None]:
    """Open the log at a URL in a read-only transaction; None if there is none yet. Raises LogError."""
    with _server(url) if url.startswith(SERVER) else _file(file_of(url)) as view:
        yield view


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
