"""Opening a log's database by URL; it is created or migrated if necessary."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from .database import Database
from .errors import LogError
from .layout import REVISION
from .sqlite_file import SqliteFile

MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str, migrations: Path = MIGRATIONS, newest: str = REVISION) -> Database:
    """Open a database, migrated to the `newest` revision: a file such as "sqlite:////var/lib/log.db", which is created if missing, or
    "postgresql+psycopg://host/name". Raises LogError.
    """
    database = _database(url, migrations)
    try:
        database.upgrade(newest, migrations)
    except BaseException:
        database.close()
        raise
    return database


def _database(url: str, migrations: Path) -> Database:
    try:
        parts = make_url(url)
    except ArgumentError:
        raise LogError(f"log.url: {url!r} is no URL of a database; use sqlite:/// and the path of a file.") from None
    if parts.drivername == "postgresql+psycopg":
        from .postgresql import PostgresqlServer  # for those who have a server

        return PostgresqlServer.open(parts)
    if parts.get_backend_name() != "sqlite" or parts.database in (None, "", ":memory:"):
        raise LogError(
            "log.url: a log is a file of SQLite's (sqlite:/// and its path) or a database of PostgreSQL's "
            "(postgresql+psycopg://host/name)."
        )
    return SqliteFile.open(Path(parts.database or "").expanduser().absolute(), migrations)
