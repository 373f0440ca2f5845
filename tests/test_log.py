"""The append-only log."""

import fcntl
import os
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afterword.eventlog import lock
from afterword.eventlog.codec import SourceState
from afterword.eventlog.errors import LogError, VersionConflict
from afterword.eventlog.events import EmployerWrote, Evidence, NewEvent, RejectionReceived
from afterword.eventlog.layout import REVISION
from afterword.eventlog.lock import AnotherIsRunning, ServiceLock
from afterword.eventlog.log import EventLog
from afterword.eventlog.opening import MIGRATIONS
from afterword.eventlog.schema import metadata

NOW = datetime(2026, 3, 5, 17, tzinfo=UTC)


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def wrote(key: str, stream: str = "app-1") -> NewEvent:
    return NewEvent(
        stream=stream,
        event=EmployerWrote(company="Acme", message_id=f"{key}@acme.example"),
        occurred_at=NOW,
        source_key=key,
        zone="+01:00",
        evidence=Evidence(account="post", quote="hello"),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[EventLog]:
    opened = EventLog.open(url(path))
    yield opened
    opened.close()


def append(log: EventLog, *events: NewEvent, at: datetime = NOW, expected: dict[str, int] | None = None) -> list[int]:
    with log.begin() as tx:
        return [each.position for each in tx.append(events, recorded_at=at, expected=expected)]


def test_a_new_log_is_the_users_alone(log: EventLog, path: Path) -> None:
    assert log.head() == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_what_was_appended_is_read_as_it_was(log: EventLog) -> None:
    with log.begin() as tx:
        written = tx.append([wrote("a"), wrote("b", "app-2"), wrote("c")], recorded_at=NOW)
    assert list(log.read()) == written
    assert [(each.position, each.stream, each.version) for each in written] == [
        (1, "app-1", 1),
        (2, "app-2", 1),
        (3, "app-1", 2),
    ]
    assert log.verify() == []


def test_it_stays_when_the_log_is_closed(log: EventLog, path: Path) -> None:
    append(log, wrote("a"))
    log.close()
    again = EventLog.open(url(path))
    assert [each.source_key for each in again.read()] == ["a"]
    again.close()


def test_reading_starts_after_a_position_and_ends_where_it_is_told(log: EventLog) -> None:
    append(log, *(wrote(str(number), f"app-{number % 3}") for number in range(1200)))
    assert [each.position for each in log.read(after=1198)] == [1199, 1200]
    with log.begin() as tx:
        assert [each.position for each in tx.read(after=590, upto=1095)] == list(range(591, 1096))


def test_a_reader_keeps_no_writer_waiting(log: EventLog) -> None:
    append(log, *(wrote(str(number)) for number in range(700)))
    reader = log.read()
    next(reader)
    append(log, wrote("late"))
    assert sum(1 for _ in reader) == 700


def test_f15_a_source_key_is_taken_once(log: EventLog) -> None:
    assert append(log, wrote("a"), wrote("b"), wrote("a")) == [1, 2]
    assert append(log, wrote("b"), wrote("c")) == [3]
    assert [each.source_key for each in log.read()] == ["a", "b", "c"]


def test_f16_a_stream_that_moved_on_is_not_written_to(log: EventLog) -> None:
    append(log, wrote("a"), expected={"app-1": 0})
    with pytest.raises(VersionConflict) as raised:
        append(log, wrote("b"), expected={"app-1": 0})
    assert (raised.value.expected, raised.value.actual) == (0, 1)
    assert append(log, wrote("b"), expected={"app-1": 1}) == [2]


def test_f13_what_was_rolled_back_leaves_no_gap(log: EventLog) -> None:
    append(log, wrote("a"))
    with pytest.raises(ZeroDivisionError):
        _fail_after_writing(log)
    assert append(log, wrote("c")) == [2]
    with log.begin() as tx:
        assert tx.cursors() == {}


def _fail_after_writing(log: EventLog) -> None:
    with log.begin() as tx:
        tx.append([wrote("b")], recorded_at=NOW)
        tx.set_cursor("post", b"2", NOW)
        raise ZeroDivisionError


def test_an_error_of_the_callers_passes_as_it_is(log: EventLog) -> None:
    with pytest.raises(FileNotFoundError), log.begin():
        raise FileNotFoundError


def test_a_cursor_is_kept_with_the_facts(log: EventLog) -> None:
    for cursor in (b"1", b"\x00\xff"):
        with log.begin() as tx:
            tx.set_cursor("post", cursor, NOW)
            tx.set_cursor("files", b"", NOW)
    with log.begin() as tx:
        assert tx.cursors() == {
            "post": SourceState(cursor=b"\x00\xff", read_at=NOW),
            "files": SourceState(cursor=b"", read_at=NOW),
        }


def test_a_cursor_that_stayed_is_read_at_a_later_time(log: EventLog) -> None:
    for minute in range(2):
        with log.begin() as tx:
            tx.set_cursor("post", b"1", NOW + timedelta(minutes=minute))
    with log.begin() as tx:
        assert tx.cursors() == {"post": SourceState(cursor=b"1", read_at=NOW + timedelta(minutes=1))}


def test_f77_the_clock_may_go_back(log: EventLog) -> None:
    append(log, wrote("a"))
    append(log, wrote("b"), at=datetime(1970, 1, 1, tzinfo=UTC))
    assert [each.recorded_at for each in log.read()] == [NOW, NOW - (NOW - datetime(1970, 1, 1, tzinfo=UTC))]


def test_owners_know_nothing_of_each_other(log: EventLog, path: Path) -> None:
    other = EventLog.open(url(path), owner="somebody")
    append(log, wrote("a"))
    assert append(other, wrote("a")) == [1]
    assert log.head() == other.head() == 1
    with other.begin() as tx:
        tx.set_cursor("post", b"1", NOW)
    with log.begin() as tx:
        assert tx.cursors() == {}
    other.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET stream = 'app-2'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "REPLACE INTO events SELECT owner, 2, stream, 2, type, schema, occurred_at, recorded_at, source_key, payload FROM events",
        "INSERT INTO events SELECT owner, 9, stream, 2, type, schema, occurred_at, recorded_at, 'new', payload FROM events",
    ],
)
def test_the_database_refuses_to_change_what_was_written(log: EventLog, path: Path, statement: str) -> None:
    append(log, wrote("a"))
    before = list(log.read())
    database = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(statement)
    database.close()
    assert list(log.read()) == before


def test_the_payload_is_opaque_to_the_database(log: EventLog, path: Path) -> None:
    append(log, wrote("a"))
    database = sqlite3.connect(path)
    columns: list[Any] = [row[1] for row in database.execute("PRAGMA table_info(events)")]
    (payload,) = database.execute("SELECT typeof(payload) FROM events").fetchone()
    clear = database.execute(f"SELECT {', '.join(set(columns) - {'payload'})} FROM events").fetchone()
    database.close()
    assert payload == "blob"
    assert not any("acme" in str(each).lower() for each in clear)


def test_the_database_is_no_write_ahead_log(log: EventLog) -> None:
    with log.begin() as tx:
        modes = [tx.connection.exec_driver_sql(f"PRAGMA {each}").scalar() for each in ("journal_mode", "synchronous")]
    assert modes == ["delete", 2]


def test_the_migrations_end_where_the_code_thinks(log: EventLog) -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [REVISION]
    with log.begin() as tx:
        assert compare_metadata(MigrationContext.configure(tx.connection), metadata) == []


def test_verify_says_what_is_missing(log: EventLog, path: Path) -> None:
    append(log, wrote("a"), wrote("b"), wrote("c"), wrote("d", "app-2"))
    database = sqlite3.connect(path)
    database.executescript(
        "DROP TRIGGER events_never_go; DROP TRIGGER events_never_change;"
        "DELETE FROM events WHERE position = 2; UPDATE events SET payload = 'no JSON' WHERE position = 4"
    )
    database.close()
    assert log.verify() == [
        "Positions are missing: 3 events stand between 1 and 4.",
        "Versions are missing in the stream app-1.",
        "Event 4 (EmployerWrote, version 1) can't be read.",
    ]


@pytest.mark.parametrize("bad", ["mysql://host/db", "sqlite://", "sqlite:///:memory:", "log.db", ""])
def test_an_url_that_names_no_file_is_told(bad: str) -> None:
    with pytest.raises(LogError, match=r"log\.url"):
        EventLog.open(bad)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz")), max_size=6)))
def test_the_log_is_like_a_list_that_takes_each_key_once(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[str, str]]]
) -> None:
    log, model = EventLog.open(url(tmp_path_factory.mktemp("log") / "log.db")), list[tuple[str, str]]()
    for batch in batches:
        append(log, *(wrote(key, stream) for key, stream in batch))
        for key, stream in batch:
            model += [(key, stream)] if key not in {known for known, _ in model} else []
    recorded = list(log.read())
    assert [(each.source_key, each.stream) for each in recorded] == model
    assert [each.position for each in recorded] == list(range(1, len(model) + 1))
    assert log.verify() == []
    log.close()


def test_one_service_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "state" / "lock"
    with ServiceLock(path), pytest.raises(AnotherIsRunning, match="running already") as raised:
        ServiceLock(path).acquire()
    assert raised.value.pid > 0
    with ServiceLock(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_a_holder_that_says_so_is_to_be_woken(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    for listens in (True, False):
        with ServiceLock(path, listens=listens), pytest.raises(AnotherIsRunning) as raised:
            ServiceLock(path).acquire()
        assert (raised.value.pid, raised.value.listens) == (os.getpid(), listens)


def test_a_holder_that_has_not_told_its_process_id_yet_is_nobody_to_send_signals_to(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with ServiceLock(path, listens=True):
        pass
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(AnotherIsRunning) as raised:
            ServiceLock(path).acquire()
    assert (raised.value.pid, raised.value.listens) == (0, False)


def test_a_holder_on_another_machine_has_no_process_id_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lock"
    with ServiceLock(path, listens=True):
        monkeypatch.setattr(lock, "_machine", lambda: "another")
        with pytest.raises(AnotherIsRunning) as raised:
            ServiceLock(path).acquire()
    assert (raised.value.pid, raised.value.listens) == (0, False)


def test_a_rejection_a_microsecond_later_is_in_its_place(log: EventLog) -> None:
    late = NOW + timedelta(microseconds=1)
    event = NewEvent(stream="app-1", event=RejectionReceived(), occurred_at=late, source_key="r")
    append(log, event)
    assert next(log.read()).occurred_at == late
