"""The log's tables, as the newest migration leaves them; in SQL that SQLite and PostgreSQL share.

In clear stands only what the database must compare; what an event says is one value that it can't look into. Times are
microseconds since 1970 in UTC.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

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
    Index("events_by_record", "owner", "recorded_at"),
)

sources = Table(
    "sources",
    metadata,
    Column("owner", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("cursor", LargeBinary, nullable=False),
    Column("read_at", BigInteger, nullable=False),
)
