"""Where read models are kept: beside the log, in its transaction. They can be thrown away and are made again."""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table, Text, delete, insert, select

from afterword.eventlog.log import Transaction

from .projection import Model, Projection

_metadata = MetaData()

_models = Table(
    "read_models",
    _metadata,
    Column("owner", String, primary_key=True),
    Column("projection", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=False),
)

_refusals = Table(
    "refused_events",
    _metadata,
    Column("owner", String, primary_key=True),
    Column("projection", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)


class Models:
    """The read models of a transaction's owner, and the events that a projection refused."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._owner = transaction.owner

    def make(self) -> None:
        """Make the tables where there are none."""
        self._transaction.create_tables((_models, _refusals))

    def positions(self) -> dict[str, tuple[int, int]]:
        """The version and the position of each model, by its projection's name."""
        columns = _models.c.projection, _models.c.version, _models.c.position
        rows = self._connection.execute(select(*columns).where(_models.c.owner == self._owner))
        return {row.projection: (row.version, row.position) for row in rows}

    def load(self, projection: Projection) -> Model | None:
        query = select(_models.c.version, _models.c.position, _models.c.state).where(self._of(_models, projection))
        row = self._connection.execute(query).one_or_none()
        return Model(version=row.version, position=row.position, state=row.state) if row is not None else None

    def save(self, projection: Projection, model: Model) -> None:
        self._connection.execute(delete(_models).where(self._of(_models, projection)))
        row = {"version": model.version, "position": model.position, "state": model.state}
        self._connection.execute(insert(_models), [{"owner": self._owner, "projection": projection.name, **row}])

    def refusals(self, projection: Projection) -> dict[int, int]:
        """How often each event was refused, by its position."""
        mine = self._of(_refusals, projection) & (_refusals.c.version == projection.version)
        rows = self._connection.execute(select(_refusals.c.position, _refusals.c.tries).where(mine))
        return {row.position: row.tries for row in rows}

    def refuse(self, projection: Projection, position: int, tries: int, reason: str) -> None:
        """Keep that this event was refused so often."""
        here = self._of(_refusals, projection) & (_refusals.c.position == position)
        self._connection.execute(delete(_refusals).where(here))
        row = {"version": projection.version, "position": position, "tries": tries, "reason": reason[:500]}
        self._connection.execute(insert(_refusals), [{"owner": self._owner, "projection": projection.name, **row}])

    def _of(self, table: Table, projection: Projection) -> Any:
        return (table.c.owner == self._owner) & (table.c.projection == projection.name)
