"""The events and the sources, and the triggers that let nobody change what was written."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NO_UPDATE = """
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: nothing is updated'); END
"""
_NO_DELETE = """
CREATE TRIGGER events_never_go BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: nothing is deleted'); END
"""
# INSERT OR REPLACE deletes without a word to the trigger above, so what it would replace is refused here.
_NO_REPLACE = """
CREATE TRIGGER events_follow_each_other BEFORE INSERT ON events
WHEN NEW.position <> (SELECT COALESCE(MAX(position), 0) + 1 FROM events WHERE owner = NEW.owner)
OR EXISTS (SELECT 1 FROM events WHERE owner = NEW.owner AND source_key = NEW.source_key)
OR EXISTS (SELECT 1 FROM events WHERE owner = NEW.owner AND stream = NEW.stream AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event has the next position and a key of its own'); END
"""
_REFUSED_BY_SQLITE = (_NO_UPDATE, _NO_DELETE, _NO_REPLACE)

_FUNCTIONS = """
CREATE FUNCTION events_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: nothing is changed by %', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION events_follow_each_other() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position <> (SELECT COALESCE(MAX(position), 0) + 1 FROM events WHERE owner = NEW.owner) THEN
        RAISE EXCEPTION 'the log is append-only: an event has the next position' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
_TRIGGERS = """
CREATE TRIGGER events_never_change BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_never_change();
CREATE TRIGGER events_never_go BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION events_never_change();
CREATE TRIGGER events_follow_each_other BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION events_follow_each_other()
"""
_REFUSED_BY_POSTGRESQL = (_FUNCTIONS, _TRIGGERS)


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("stream", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("occurred_at", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("source_key", sa.String, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("owner", "stream", "version", name="events_by_stream"),
        sa.UniqueConstraint("owner", "source_key", name="events_by_source"),
    )
    op.create_index("events_by_record", "events", ["owner", "recorded_at"])
    op.create_table(
        "sources",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("cursor", sa.LargeBinary, nullable=False),
        sa.Column("read_at", sa.BigInteger, nullable=False),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for refusals in _REFUSED_BY_SQLITE if on_sqlite else _REFUSED_BY_POSTGRESQL:
        op.execute(refusals)
