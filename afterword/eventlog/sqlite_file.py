"""A log in a file of SQLite's: made aside if there is none, looked at before it is believed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from sqlite3 import Error as SqliteError
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from .database import Database, migrate, reason_of
from .errors import LogError, LogUnwritable, damaged, log_error
from .layout import BUSY_FOR, TABLES

# A rollback journal, not WAL: SQLite up to 3.51.2 can damage a WAL database that two connections write to at once.
_PRAGMAS = ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF")


class SqliteFile(Database):
    """A file that one machine writes to. A writer takes the whole file, whoever's log it writes to."""

    own_check = "PRAGMA integrity_check(10)"

    def __init__(self, path: Path) -> None:
        super().__init__(_engine(path), str(path))
        self._path = path
        self._file = _file_at(path)

    @classmethod
    def open(cls, path: Path, migrations: Path) -> Self:
        """The file at this path, made if it is not there yet. Raises LogError."""
        with _files_told(str(path)), _told(str(path)):
            if not path.exists():
                _make(path, migrations)
            if path.is_file() and path.stat().st_size == 0:
                raise damaged(str(path), "is empty")
            return cls(path)

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection, as long as the file is the one that was opened. Raises LogError."""
        if _file_at(self._path) != self._file:
            raise LogError(f"The log {self._path} was moved or replaced while it was in use: start Afterword again.")
        with super().connected() as connection:
            yield connection

    def alone(self, connection: Connection) -> None:
        """Every writer is."""

    def revision(self, connection: Connection) -> str | None:
        tables = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables >= TABLES:
            raise damaged(self.where, "is no log of Afterword's")
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if revision is None:
            raise damaged(self.where, "does not say which version it has")
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise damaged(self.where, "is damaged")
        return str(revision)

    def _told(self) -> AbstractContextManager[None]:
        return _told(self.where)

    def _looking(self, connection: Connection) -> Connection:
        return connection.execution_options(reads=True)

    def _claim(self, owner: str, claims: ExitStack) -> None:
        """The service's lock on a file beside it says enough."""

    def _take_turn(self, connection: Connection, owner: str) -> None:
        """It was taken by BEGIN IMMEDIATE."""


@contextmanager
def _told(where: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, SqliteError):
            raise log_error(error.orig, where) from error
        raise LogError(f"The log {where} can't be used ({reason_of(error)}).") from error


@contextmanager
def _files_told(where: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LogUnwritable(f"The log {where} can't be opened: {error.strerror}.", retry=False) from error


def _engine(path: Path) -> Engine:
    # Never made by connecting: a log that went away is an error, not an empty log.
    url = URL.create("sqlite", database=path.as_uri(), query={"mode": "rw", "uri": "true"})
    engine = create_engine(url, connect_args={"timeout": BUSY_FOR, "isolation_level": None})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # Taking the write lock at once makes a writer wait for its turn, where an upgrade in the middle would fail.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _make(path: Path, migrations: Path) -> None:
    """Make a new log beside its place and move it there whole, so that one who is killed leaves no half of it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        engine = _engine(aside)
        with engine.begin() as connection:
            migrate(connection, migrations)
        engine.dispose()
        _move(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _move(aside: Path, path: Path) -> None:
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        aside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _file_at(path: Path) -> tuple[int, int] | None:
    """Which file stands there: a database that is open is written to even if it stands there no more."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
