"""The log's tables, as the newest migration leaves them; in SQL that SQLite and PostgreSQL share.

In clear stands only what the database must compare; what an event says is one value that it can't look into. Times are
microseconds since 1970 in UTC.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

REVISION = "0001"
"""The newest migration: a log that stands there needs no look at the others."""

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("owner", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("source_key", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    UniqueConstraint("owner", "stream", "version", name="events_by_stream"),
    UniqueConstraint("owner", "source_key", name="events_by_source"),
)

sources = Table(
    "sources",
    metadata,
    Column("owner", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("cursor", LargeBinary, nullable=False),
    Column("read_at", BigInteger, nullable=False),
)
