"""How a database looks that holds a log, by which URL it is named, and how long it is waited for: the same for whoever works with it and
for whoever only looks.
"""

from pathlib import Path
from urllib.parse import unquote

REVISION = "0001"
"""The newest migration; later ones sort after earlier ones."""

TABLES = frozenset({"alembic_version", "events", "sources"})
"""What stands in every database that holds a log."""

BUSY_FOR = 30
"""How many seconds a lock of another program's (a backup, say) is waited for."""

REACHED_WITHIN = 10
"""How many seconds a server may take to let somebody in."""

FILE, SERVER = "sqlite:///", "postgresql+psycopg:"
"""How the URL of a log begins that is a file of SQLite's, and of one that a server of PostgreSQL's keeps."""


def file_of(url: str) -> Path:
    """The file of a log whose URL names one."""
    return Path(unquote(url.removeprefix(FILE)))
