"""Where the snapshots of projections are kept: beside the log, in its transaction. They can be thrown away and are made again."""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table, Text, delete, insert, select

from afterword.eventlog.log import Transaction

from .projection import Projection, Snapshot

_metadata = MetaData()

_snapshots = Table(
    "read_models",
    _metadata,
    Column("owner", String, primary_key=True),
    Column("projection", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=False),
)

_failures = Table(
    "refused_events",
    _metadata,
    Column("owner", String, primary_key=True),
    Column("projection", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)


class SnapshotStore:
    """The snapshots of the transaction's owner, and the events at which a projection failed."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._owner = transaction.owner

    def create_tables(self) -> None:
        """Create the tables where there are none."""
        self._transaction.create_tables((_snapshots, _failures))

    def checkpoints(self) -> dict[str, tuple[int, int]]:
        """The version and the position of each snapshot, by its projection's name."""
        columns = _snapshots.c.projection, _snapshots.c.version, _snapshots.c.position
        rows = self._connection.execute(select(*columns).where(_snapshots.c.owner == self._owner))
        return {row.projection: (row.version, row.position) for row in rows}

    def load(self, projection: Projection) -> Snapshot | None:
        """The projection's snapshot, of whatever version; None where there is none."""
        columns = _snapshots.c.version, _snapshots.c.position, _snapshots.c.state
        query = select(*columns).where(self._rows_of(_snapshots, projection))
        row = self._connection.execute(query).one_or_none()
        return Snapshot(version=row.version, position=row.position, state=row.state) if row is not None else None

    def save(self, projection: Projection, snapshot: Snapshot) -> None:
        """Put the snapshot in the place of the one before it."""
        self._connection.execute(delete(_snapshots).where(self._rows_of(_snapshots, projection)))
        row = {"version": snapshot.version, "position": snapshot.position, "state": snapshot.state}
        self._connection.execute(insert(_snapshots), [{"owner": self._owner, "projection": projection.name, **row}])

    def failures(self, projection: Projection) -> dict[int, int]:
        """How often this version of the projection failed at each event, by the event's position."""
        mine = self._rows_of(_failures, projection) & (_failures.c.version == projection.version)
        rows = self._connection.execute(select(_failures.c.position, _failures.c.tries).where(mine))
        return {row.position: row.tries for row in rows}

    def record_failure(self, projection: Projection, position: int, tries: int, reason: str) -> None:
        """Keep that the projection failed so often at the event of that position, and why it did the last time."""
        here = self._rows_of(_failures, projection) & (_failures.c.position == position)
        self._connection.execute(delete(_failures).where(here))
        row = {"version": projection.version, "position": position, "tries": tries, "reason": reason[:500]}
        self._connection.execute(insert(_failures), [{"owner": self._owner, "projection": projection.name, **row}])

    def _rows_of(self, table: Table, projection: Projection) -> Any:
        return (table.c.owner == self._owner) & (table.c.projection == projection.name)
