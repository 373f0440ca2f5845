"""A log in a database of PostgreSQL's, for many people: one owner's writers wait for each other, those of different owners don't.

It speaks psycopg 3, which reads ~/.pgpass, PGPASSWORD and service files as libpq does. Owners are told apart by advisory locks
(PostgreSQL manual, 13.3.5), and positions are given while one is held, so that they become visible in order.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import URL, ColumnElement, Connection, create_engine, func, inspect, select
from sqlalchemy.exc import DBAPIError

from .database import Database, reason_of
from .errors import LogError, damaged, postgresql_error, psycopg_is_missing, without_password
from .layout import BUSY_FOR, REACHED_WITHIN, TABLES
from .lock import AnotherIsRunning

LIMITS = (
    f"-c lock_timeout={BUSY_FOR}s -c idle_in_transaction_session_timeout=10min"
    " -c tcp_keepalives_idle=20 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4"
)
"""The last three let the server detect a dead client, and release its locks, within a minute."""

_WRITE_LOCK, _SERVICE_LOCK, _SCHEMA_LOCK = 0x41465731, 0x41465732, 0x41465733
"""Keys of our advisory locks: for writing to a log, for its service, and for creating tables."""

_CONNECTIONS = 3


class PostgresqlServer(Database):
    """A database that any number of machines write to."""

    @classmethod
    def open(cls, url: URL) -> Self:
        """Open an existing database. Raises LogError if psycopg is not installed."""
        where = without_password(url.render_as_string(hide_password=False))
        try:
            engine = create_engine(_with_limits(url), pool_size=_CONNECTIONS, pool_pre_ping=True)
        except ModuleNotFoundError:
            raise psycopg_is_missing() from None
        return cls(engine, where)

    @contextmanager
    def service_lock(self, owner: str) -> Iterator[None]:
        """A session-level lock: lost when the server restarts."""
        with self.connect() as connection:
            try:
                is_free = connection.execute(select(func.pg_try_advisory_lock(_key(_SERVICE_LOCK, owner)))).scalar()
                connection.commit()
                if not is_free:
                    raise AnotherIsRunning(0)
                yield
            finally:
                connection.invalidate()

    def lock_exclusively(self, connection: Connection) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA_LOCK)))

    def revision(self, connection: Connection) -> str | None:
        tables = set(inspect(connection).get_table_names())
        if not tables & TABLES:
            self._check_encoding(connection)
            return None
        if not tables >= TABLES:
            raise LogError(
                f"The database {self.where} holds another program's tables: give the log one of its own, or a schema."
            )
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if revision is None:
            raise damaged(self.where, "does not say which version it has")
        return str(revision)

    def _check_encoding(self, connection: Connection) -> None:
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise LogError(f"The database {self.where} keeps text in {encoding}: make one in UTF8 (createdb -E UTF8).")

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise postgresql_error(getattr(error.orig, "sqlstate", None), reason_of(error), self.where) from error

    def _as_read_only(self, connection: Connection) -> Connection:
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def _lock_for_writing(self, connection: Connection, owner: str) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(_key(_WRITE_LOCK, owner))))


def _key(use: int, owner: str) -> ColumnElement[int]:
    return func.hashtextextended(owner, use)


def _with_limits(url: URL) -> URL:
    own_options = url.query.get("options", "")
    options = f"{LIMITS} {own_options if isinstance(own_options, str) else ' '.join(own_options)}".strip()
    defaults = {"connect_timeout": str(REACHED_WITHIN), "application_name": "afterword"}
    return url.set(query={**defaults, **url.query, "options": options})
