"""Constants of a log's database for both ways of access, `log` and `read_only`: schema, URL schemes and timeouts."""

from pathlib import Path
from urllib.parse import unquote

REVISION = "0001"
"""The newest migration; later ones sort after earlier ones."""

TABLES = frozenset({"alembic_version", "events", "sources"})
"""The tables of every log's database."""

BUSY_FOR = 30
"""Seconds to wait for another program's lock, such as a backup's."""

REACHED_WITHIN = 10
"""Seconds to wait for a connection to a server."""

FILE, SERVER = "sqlite:///", "postgresql+psycopg:"
"""The URL prefixes of an SQLite file and of a PostgreSQL database."""


def file_of(url: str) -> Path:
    """Return the path in an SQLite URL."""
    return Path(unquote(url.removeprefix(FILE)))
