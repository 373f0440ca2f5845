"""A log in a database of PostgreSQL's, for many people: each owner's writers take turns, those of different owners don't wait.

It speaks psycopg 3, which reads ~/.pgpass, PGPASSWORD and service files as libpq does. Owners are told apart by advisory locks
(PostgreSQL manual, 13.3.5), and positions are given while one is held, so that they become visible in order.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

from sqlalchemy import URL, ColumnElement, Connection, create_engine, func, inspect, select
from sqlalchemy.exc import DBAPIError

from .database import Database, reason_of
from .errors import LogError, damaged, postgresql_error, psycopg_is_missing, shown
from .layout import BUSY_FOR, REACHED_WITHIN, TABLES
from .lock import AnotherIsRunning

LIMITS = (
    f"-c lock_timeout={BUSY_FOR}s -c idle_in_transaction_session_timeout=10min"
    " -c tcp_keepalives_idle=20 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4"
)
"""The last three let a server find out within a minute that a machine is gone, and give up what it held."""

_WRITES, _SERVES, _MAKES = 0x41465731, 0x41465732, 0x41465733
"""What our advisory locks are for: to write to a log, to serve one, and to make tables."""

_CONNECTIONS = 3


class PostgresqlServer(Database):
    """A database that any number of machines write to."""

    @classmethod
    def open(cls, url: URL) -> Self:
        """The database at this URL, which has to be there already. Raises LogError where psycopg is missing."""
        where = shown(url.render_as_string(hide_password=False))
        try:
            engine = create_engine(_limited(url), pool_size=_CONNECTIONS, pool_pre_ping=True)
        except ModuleNotFoundError:
            raise psycopg_is_missing() from None
        return cls(engine, where)

    def alone(self, connection: Connection) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(_MAKES)))

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
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise postgresql_error(getattr(error.orig, "sqlstate", None), reason_of(error), self.where) from error

    def _looking(self, connection: Connection) -> Connection:
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def _claim(self, owner: str, claims: ExitStack) -> None:
        """Lasts as long as a connection does: a server that restarts gives every log up."""
        connection = claims.enter_context(self.connected())
        claims.callback(connection.invalidate)
        is_free = connection.execute(select(func.pg_try_advisory_lock(_key(_SERVES, owner)))).scalar()
        connection.commit()
        if not is_free:
            raise AnotherIsRunning(0)

    def _take_turn(self, connection: Connection, owner: str) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(_key(_WRITES, owner))))


def _key(use: int, owner: str) -> ColumnElement[int]:
    return func.hashtextextended(owner, use)


def _limited(url: URL) -> URL:
    own = url.query.get("options", "")
    options = f"{LIMITS} {own if isinstance(own, str) else ' '.join(own)}".strip()
    defaults = {"connect_timeout": str(REACHED_WITHIN), "application_name": "afterword"}
    return url.set(query={**defaults, **url.query, "options": options})
