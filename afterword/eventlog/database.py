"""The database of a log: transactions, locks, migrations, and translation of errors to LogError."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from .errors import too_new


class Database(ABC):
    """`engine` is SQLAlchemy's; `where` is the location for messages; `integrity_check` is the SQL of the database's own check, if any."""

    integrity_check = ""

    def __init__(self, engine: Engine, where: str) -> None:
        self.engine = engine
        self.where = where

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Connect; database errors inside the block are raised as LogError."""
        with self._translate_errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def read_only(self) -> Iterator[Connection]:
        """A read-only connection with a consistent snapshot, which blocks no writer."""
        with self.connect() as connection:
            yield self._as_read_only(connection)

    @contextmanager
    def transaction(self, owner: str) -> Iterator[Connection]:
        """A transaction, exclusive among the writers of this owner's log: committed at the end of the block, rolled back on any error."""
        with self.connect() as connection, connection.begin():
            self._lock_for_writing(connection, owner)
            yield connection

    @abstractmethod
    def service_lock(self, owner: str) -> AbstractContextManager[None]:
        """Hold the lock of this owner's service, across machines. Raises AnotherIsRunning."""

    @abstractmethod
    def lock_exclusively(self, connection: Connection) -> None:
        """Lock out the writers of all owners until the end of this transaction, to change tables."""

    def integrity_errors(self, connection: Connection) -> Sequence[str]:
        """Return the errors that the database's own integrity check finds."""
        rows = connection.exec_driver_sql(self.integrity_check) if self.integrity_check else ()
        return [row[0] for row in rows if row[0] != "ok"]

    @abstractmethod
    def revision(self, connection: Connection) -> str | None:
        """Return the log's schema revision; None for an empty database. Raises LogDamaged if it is no log."""

    @abstractmethod
    def _translate_errors(self) -> AbstractContextManager[None]:
        """Raise database errors inside the block as LogError."""

    @abstractmethod
    def _as_read_only(self, connection: Connection) -> Connection:
        """Return the connection, set to a read-only transaction with a consistent snapshot."""

    @abstractmethod
    def _lock_for_writing(self, connection: Connection, owner: str) -> None:
        """Wait for the other writers of this owner's log."""

    def upgrade(self, newest: str, migrations: Path) -> None:
        """Migrate the log to the `newest` revision, in one transaction. Raises LogTooNew for a newer one."""
        with self.read_only() as connection:
            revision = self.revision(connection)
        if revision == newest:
            return
        with self.connect() as connection, connection.begin():
            self.lock_exclusively(connection)
            _check_known(revision, self.where, migrations)
            migrate(connection, migrations)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def reason_of(error: DBAPIError) -> str:
    """Return the database's message, on one line."""
    return " ".join(str(error.orig).split())


def _check_known(revision: str | None, where: str, migrations: Path) -> None:
    from alembic.script import ScriptDirectory  # needed once in a version's life

    if revision not in {None, *(each.revision for each in ScriptDirectory(str(migrations)).walk_revisions())}:
        raise too_new(where)


def migrate(connection: Connection, migrations: Path) -> None:
    """Run all pending migrations in the connection's transaction."""
    from alembic import command  # see above
    from alembic.config import Config  # see above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    command.upgrade(config, "head")
