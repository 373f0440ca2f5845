"""A log for one who only looks: fast, without SQLAlchemy, and without touching it."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import damaged, log_error, postgresql_error, psycopg_is_missing, shown, too_new, too_old
from .layout import BUSY_FOR, REACHED_WITHIN, REVISION, SERVER, TABLES, file_of

if TYPE_CHECKING:
    import psycopg

ALL = 2**62
"""A limit that limits nothing."""

Ask = Callable[[str, tuple[Any, ...]], Iterable[tuple[Any, ...]]]
"""Gives the rows of a query, whose values stand as question marks in it."""


class View:
    """One moment of a log that this version can read."""

    def __init__(self, ask: Ask, tables: set[str]) -> None:
        self.ask = ask
        self.tables = tables


@contextmanager
def looking_at(url: str) -> Iterator[View | None]:
    """The log at a URL as it stands, None where there is none yet. Raises LogError."""
    with _server(url) if url.startswith(SERVER) else _file(file_of(url)) as view:
        yield view


def place_of(url: str) -> str:
    """What sentences call the place of a log: its file, or its database without a password."""
    return shown(url) if url.startswith(SERVER) else str(file_of(url))


@contextmanager
def _file(path: Path) -> Iterator[View | None]:
    if not path.exists():
        yield None
        return
    try:
        with closing(_connect(path)) as connection:
            yield _checked(connection.execute, _tables_of_sqlite(connection), str(path))
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
            yield _at_a_server(connection, url)
    except psycopg.Error as error:
        raise postgresql_error(error.sqlstate, " ".join(str(error).split()), shown(url)) from error


def _at_a_server(connection: "psycopg.Connection[tuple[Any, ...]]", url: str) -> View | None:
    from psycopg import IsolationLevel

    connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
    tables = {
        name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    }

    def ask(query: str, values: tuple[Any, ...]) -> Iterable[tuple[Any, ...]]:
        return connection.execute(query.replace("?", "%s").encode(), values)

    return _checked(ask, tables, shown(url)) if tables & TABLES else None


def _checked(ask: Ask, tables: set[str], where: str) -> View:
    if not tables >= TABLES:
        raise damaged(where, "is no log of Afterword's" if tables else "is empty")
    (revision,) = next(iter(ask("SELECT version_num FROM alembic_version", ())), ("",))
    if revision != REVISION:
        raise too_old(where) if revision < REVISION else too_new(where)
    return View(ask, tables)
