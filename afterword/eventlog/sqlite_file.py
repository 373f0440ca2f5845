"""A log in an SQLite file, which is created atomically, and checked when it is opened."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
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
    """A file for one machine. A write transaction locks the whole file, for all owners."""

    integrity_check = "PRAGMA integrity_check(10)"

    def __init__(self, path: Path) -> None:
        super().__init__(_engine(path), str(path))
        self._path = path
        self._file = _file_identity(path)

    @classmethod
    def open(cls, path: Path, migrations: Path) -> Self:
        """Open the file, created if missing. Raises LogError."""
        with _translate_file_errors(str(path)), _translate_errors(str(path)):
            if not path.exists():
                _create(path, migrations)
            if path.is_file() and path.stat().st_size == 0:
                raise damaged(str(path), "is empty")
            return cls(path)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Connect. Raises LogError if the file was replaced since it was opened."""
        if _file_identity(self._path) != self._file:
            raise LogError(f"The log {self._path} was moved or replaced while it was in use: start Afterword again.")
        with super().connect() as connection:
            yield connection

    def service_lock(self, owner: str) -> AbstractContextManager[None]:
        """Nothing to do: `ServiceLock` is enough on one machine."""
        _ = owner
        return nullcontext()

    def lock_exclusively(self, connection: Connection) -> None:
        """Nothing to do: every write transaction is exclusive."""

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

    def _translate_errors(self) -> AbstractContextManager[None]:
        return _translate_errors(self.where)

    def _as_read_only(self, connection: Connection) -> Connection:
        return connection.execution_options(reads=True)

    def _lock_for_writing(self, connection: Connection, owner: str) -> None:
        """Nothing to do: BEGIN IMMEDIATE acquired the lock."""


@contextmanager
def _translate_errors(where: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, SqliteError):
            raise log_error(error.orig, where) from error
        raise LogError(f"The log {where} can't be used ({reason_of(error)}).") from error


@contextmanager
def _translate_file_errors(where: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LogUnwritable(f"The log {where} can't be opened: {error.strerror}.", retry=False) from error


def _engine(path: Path) -> Engine:
    # Never made by connecting: a log that went away is an error, not an empty log.
    url = URL.create("sqlite", database=path.as_uri(), query={"mode": "rw", "uri": "true"})
    engine = create_engine(url, connect_args={"timeout": BUSY_FOR, "isolation_level": None})
    event.listen(engine, "connect", partial(_apply_pragmas, path))
    event.listen(engine, "begin", _begin)
    return engine


def _apply_pragmas(path: Path, connection: Any, _record: Any) -> None:
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except UnicodeDecodeError:
        # sqlite3 can't even quote the broken name of a table.
        raise damaged(str(path), "is damaged") from None


def _begin(connection: Connection) -> None:
    # Taking the write lock at once makes a writer wait for its turn, where an upgrade in the middle would fail.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _create(path: Path, migrations: Path) -> None:
    """Create the log in a temporary file, and move it to `path`, so that a killed process leaves no incomplete log."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        engine = _engine(temporary)
        with engine.begin() as connection:
            migrate(connection, migrations)
        engine.dispose()
        _move_into_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _move_into_place(temporary: Path, path: Path) -> None:
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _file_identity(path: Path) -> tuple[int, int] | None:
    """Device and inode: an open database would be written to even after its file was replaced."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
