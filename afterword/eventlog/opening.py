"""Opening a log's database: made aside if there is none, looked at before it is believed, migrated if it is older."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Error as SqliteError
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from .codec import REVISION
from .errors import LogError, LogUnwritable, damaged, log_error, too_new

BUSY_FOR = 30
"""How many seconds a lock of another program's (a backup, say) is waited for."""

MIGRATIONS = Path(__file__).parent / "migrations"

# A rollback journal, not WAL: SQLite up to 3.51.2 can damage a WAL database that two connections write to at once.
_PRAGMAS = ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF")


def open_database(url: str, migrations: Path = MIGRATIONS, newest: str = REVISION) -> Engine:
    """The engine of a log that stands at the newest migration; a file that is not there yet is made. Raises LogError."""
    path = path_of(url)
    with told(str(path)), _files_told(str(path)):
        if not path.exists():
            _make(path, migrations)
        if path.is_file() and path.stat().st_size == 0:
            raise damaged(str(path), "is empty")
        engine = _engine(path)
        try:
            _bring_to_newest(engine, str(path), migrations, newest)
        except BaseException:
            engine.dispose()
            raise
        return engine


def path_of(url: str) -> Path:
    """The file that an URL such as "sqlite:////var/lib/log.db" names. Raises LogError for any other database."""
    try:
        parts = make_url(url)
    except ArgumentError:
        raise LogError(f"log.url: {url!r} is no URL of a database; use sqlite:/// and the path of a file.") from None
    if parts.get_backend_name() != "sqlite" or parts.database in (None, "", ":memory:"):
        raise LogError("log.url: only files of SQLite hold a log so far: sqlite:/// and the path of the file.")
    assert parts.database is not None
    return Path(parts.database).expanduser().absolute()


@contextmanager
def told(where: str) -> Iterator[None]:
    """Turns the database's errors into LogErrors; others pass through."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, SqliteError):
            raise log_error(error.orig, where) from error
        raise LogError(f"The log {where} can't be used ({error.orig}).") from error


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
            _migrate(connection, migrations)
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


def _bring_to_newest(engine: Engine, where: str, migrations: Path, newest: str) -> None:
    with engine.connect().execution_options(reads=True) as connection:
        revision = _revision(connection, where)
    if revision == newest:
        return
    with engine.begin() as connection:
        _check_known(revision, where, migrations)
        _migrate(connection, migrations)


def _revision(connection: Connection, where: str) -> str:
    tables = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"alembic_version", "events", "sources"} <= tables:
        raise damaged(where, "is no log of Afterword's")
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if revision is None:
        raise damaged(where, "does not say which version it has")
    if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
        raise damaged(where, "is damaged")
    return str(revision)


def _check_known(revision: str, where: str, migrations: Path) -> None:
    from alembic.script import ScriptDirectory  # needed once in a version's life

    if revision not in {each.revision for each in ScriptDirectory(str(migrations)).walk_revisions()}:
        raise too_new(where)


def _migrate(connection: Connection, migrations: Path) -> None:
    from alembic import command  # see above
    from alembic.config import Config  # see above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    command.upgrade(config, "head")
