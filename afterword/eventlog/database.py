"""What holds a log: a database that gives each writer its turn, tells its errors in a sentence, and stands at the newest migration."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from .errors import too_new


class Database(ABC):
    """`engine` is SQLAlchemy's; `where` is what sentences call the place. `own_check` asks the database what is wrong with its data."""

    own_check = ""

    def __init__(self, engine: Engine, where: str) -> None:
        self.engine = engine
        self.where = where

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection whose errors are LogErrors; others pass through."""
        with self._told(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One view of the log, that keeps nobody waiting."""
        with self.connected() as connection:
            yield self._looking(connection)

    @contextmanager
    def writing(self, owner: str) -> Iterator[Connection]:
        """A transaction in which nobody else writes to this owner's log: kept at the block's end, undone by any error."""
        with self.connected() as connection, connection.begin():
            self._take_turn(connection, owner)
            yield connection

    @contextmanager
    def held(self, owner: str) -> Iterator[None]:
        """While the block lasts no other holds this owner's log, from whatever machine. Raises AnotherIsRunning."""
        with ExitStack() as claims:
            self._claim(owner, claims)
            yield

    @abstractmethod
    def alone(self, connection: Connection) -> None:
        """Let no other owner's writer change the tables until this transaction ends."""

    def damages(self, connection: Connection) -> Sequence[str]:
        """What the database itself finds wrong with its data, if it can tell."""
        rows = connection.exec_driver_sql(self.own_check) if self.own_check else ()
        return [row[0] for row in rows if row[0] != "ok"]

    @abstractmethod
    def revision(self, connection: Connection) -> str | None:
        """The migration at which the log stands, None where there is none yet. Raises LogDamaged for what is no log."""

    @abstractmethod
    def _told(self) -> AbstractContextManager[None]:
        """Turns the database's errors into LogErrors."""

    @abstractmethod
    def _looking(self, connection: Connection) -> Connection:
        """The connection, set to read only, and one moment's state."""

    @abstractmethod
    def _claim(self, owner: str, claims: ExitStack) -> None:
        """Take this owner's log for a service, until the claims are given up. Raises AnotherIsRunning."""

    @abstractmethod
    def _take_turn(self, connection: Connection, owner: str) -> None:
        """Wait until no other writes to this owner's log."""

    def bring_to(self, newest: str, migrations: Path) -> None:
        """Take the log to its newest migration, in one transaction. Raises LogTooNew for one that is past it."""
        with self.reading() as connection:
            revision = self.revision(connection)
        if revision == newest:
            return
        with self.connected() as connection, connection.begin():
            self.alone(connection)
            _check_known(revision, self.where, migrations)
            migrate(connection, migrations)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def reason_of(error: DBAPIError) -> str:
    """What a database said, on one line."""
    return " ".join(str(error.orig).split())


def _check_known(revision: str | None, where: str, migrations: Path) -> None:
    from alembic.script import ScriptDirectory  # needed once in a version's life

    if revision not in {None, *(each.revision for each in ScriptDirectory(str(migrations)).walk_revisions())}:
        raise too_new(where)


def migrate(connection: Connection, migrations: Path) -> None:
    """Take the database of a connection to the last of these migrations, in its transaction."""
    from alembic import command  # see above
    from alembic.config import Config  # see above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    command.upgrade(config, "head")
