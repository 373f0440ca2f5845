"""The log in a database of PostgreSQL's."""

import random
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from afterword.eventlog.codec import SourceState
from afterword.eventlog.errors import (
    LogError,
    LogTooNew,
    LogUnwritable,
    VersionConflict,
    postgresql_error,
    without_password,
)
from afterword.eventlog.events import EmployerWrote, NewEvent
from afterword.eventlog.lock import AnotherIsRunning
from afterword.eventlog.log import EventLog
from afterword.eventlog.read_only import read_events
from afterword.eventlog.schema import metadata
from daemon.cli import main
from daemon.cli.exits import FAILED
from projections.catalogue import PROJECTIONS
from projections.current_states import load_current_states
from projections.engine import Engine
from tests.homes import Home
from tests.servers.postgres import PostgresServer
from tests.serving import Running

NOW = datetime(2026, 3, 5, 17, tzinfo=UTC)


def wrote(key: object, stream: str = "app-1") -> NewEvent:
    return NewEvent(stream=stream, event=EmployerWrote(company="Acme"), occurred_at=NOW, source_key=str(key))


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.new_log()


@pytest.fixture
def log(url: str) -> Iterator[EventLog]:
    with closing(EventLog.open(url)) as opened:
        yield opened


def append(log: EventLog, *new: NewEvent, expected: dict[str, int] | None = None) -> list[int]:
    with log.begin() as tx:
        return [each.position for each in tx.append(new, recorded_at=NOW, expected=expected)]


def test_what_was_appended_is_read_as_it_was(log: EventLog, url: str) -> None:
    with log.begin() as tx:
        written = tx.append([wrote(number, f"app-{number % 3}") for number in range(1200)], recorded_at=NOW)
        tx.set_cursor("post", b"\x00\xff", NOW)
    with closing(EventLog.open(url)) as again:
        assert list(again.read()) == written == list(read_events(url))
        assert again.verify() == []
        with again.begin() as tx:
            assert tx.cursors() == {"post": SourceState(cursor=b"\x00\xff", read_at=NOW)}


def test_a_large_cursor_that_stayed_is_not_written_again(log: EventLog, url: str) -> None:
    cursor = random.Random(1).randbytes(1_000_000)
    assert _written(log, url, cursor, NOW) > len(cursor)
    assert _written(log, url, cursor, NOW + timedelta(minutes=1)) < len(cursor) / 10
    with log.begin() as tx:
        assert tx.cursors() == {"post": SourceState(cursor=cursor, read_at=NOW + timedelta(minutes=1))}


def _written(log: EventLog, url: str, cursor: bytes, read_at: datetime) -> int:
    """How many bytes the server's journal grows by."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        (before,) = server.execute("SELECT pg_current_wal_insert_lsn()").fetchone() or ()
        with log.begin() as tx:
            tx.set_cursor("post", cursor, read_at)
        (grown,) = server.execute("SELECT pg_current_wal_insert_lsn() - %s::pg_lsn", [before]).fetchone() or ()
    return int(grown)


def test_f15_a_source_key_is_taken_once(log: EventLog) -> None:
    assert append(log, wrote("a"), wrote("b"), wrote("a")) == [1, 2]
    assert append(log, wrote("b"), wrote("c")) == [3]


def test_f16_a_stream_that_moved_on_is_not_written_to(log: EventLog) -> None:
    append(log, wrote("a"), expected={"app-1": 0})
    with pytest.raises(VersionConflict):
        append(log, wrote("b"), expected={"app-1": 0})


def test_f13_what_was_rolled_back_leaves_no_gap(log: EventLog) -> None:
    append(log, wrote("a"))
    with pytest.raises(ZeroDivisionError):
        _fail_after_writing(log)
    assert append(log, wrote("c")) == [2]


def _fail_after_writing(log: EventLog) -> None:
    with log.begin() as tx:
        tx.append([wrote("b")], recorded_at=NOW)
        raise ZeroDivisionError


def test_f12_what_eight_writers_append_becomes_visible_in_order(url: str) -> None:
    writers = [Thread(target=_append_one_by_one, args=(url, name)) for name in "abcdefgh"]
    with closing(EventLog.open(url)) as log:
        for each in writers:
            each.start()
        seen: list[int] = []
        while any(each.is_alive() for each in writers) or log.head() > len(seen):
            seen += [each.position for each in log.read(after=len(seen))]
        assert seen == list(range(1, 8 * 25 + 1))
        assert log.verify() == []


def _append_one_by_one(url: str, name: str) -> None:
    with closing(EventLog.open(url)) as log:
        for number in range(25):
            append(log, wrote(f"{name}-{number}", stream=name))


def test_f14_a_server_that_restarts_costs_one_try(postgres: PostgresServer, log: EventLog) -> None:
    append(log, wrote("a"))
    with pytest.raises(LogUnwritable) as raised:
        _write_while_it_restarts(log, postgres)
    assert raised.value.retry
    assert append(log, wrote("b"), wrote("c")) == [2, 3]
    assert [each.source_key for each in log.read()] == ["a", "b", "c"]


def _write_while_it_restarts(log: EventLog, postgres: PostgresServer) -> None:
    with log.begin() as tx:
        tx.append([wrote("b")], recorded_at=NOW)
        postgres.restart()
        tx.append([wrote("c")], recorded_at=NOW)


def test_f14_a_server_that_is_away_is_told_and_found_again(postgres: PostgresServer, log: EventLog, url: str) -> None:
    append(log, wrote("a"))
    postgres.stop()
    try:
        for opening in (log.head, lambda: EventLog.open(url), lambda: load_current_states(url, ())):
            with pytest.raises(LogUnwritable, match="can't be reached") as raised:
                opening()
            assert raised.value.retry
            assert "\n" not in str(raised.value)
    finally:
        postgres.start()
    assert log.head() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET stream = 'app-2'",
        "DELETE FROM events",
        "TRUNCATE events",
        "INSERT INTO events SELECT * FROM events ON CONFLICT (owner, position) DO UPDATE SET stream = 'app-2'",
        "INSERT INTO events SELECT owner, 9, stream, 2, type, schema, occurred_at, recorded_at, 'new', payload FROM events",
    ],
)
def test_the_database_refuses_to_change_what_was_written(
    postgres: PostgresServer, log: EventLog, url: str, statement: str
) -> None:
    append(log, wrote("a"))
    before = list(log.read())
    with pytest.raises(psycopg.IntegrityError, match="append-only"):
        postgres.ask(url, statement)
    assert list(log.read()) == before


def test_owners_know_nothing_of_each_other_and_do_not_wait_for_each_other(log: EventLog, url: str) -> None:
    with closing(EventLog.open(url, owner="somebody")) as other:
        with log.begin() as mine, other.begin() as theirs:
            assert [each.position for each in mine.append([wrote("a")], recorded_at=NOW)] == [1]
            assert [each.position for each in theirs.append([wrote("a")], recorded_at=NOW)] == [1]
        assert log.head() == other.head() == 1


def test_many_first_starts_at_once_make_one_log(url: str) -> None:
    owners = [f"owner-{number}" for number in range(6)]
    threads = [Thread(target=_first_pass, args=(url, owner)) for owner in owners]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for owner in owners:
        current = load_current_states(url, PROJECTIONS, owner)
        assert current is not None
        assert (current.head_position, set(current.positions.values())) == (1, {1})


def _first_pass(url: str, owner: str) -> None:
    with closing(EventLog.open(url, owner)) as log, log.begin() as tx:
        tx.append([wrote("a")], recorded_at=NOW)
        Engine(PROJECTIONS).catch_up(tx)


def test_f09_a_second_service_on_the_same_log_is_told(log: EventLog, url: str) -> None:
    with ExitStack() as opened:
        again = opened.enter_context(closing(EventLog.open(url)))
        other = opened.enter_context(closing(EventLog.open(url, owner="somebody")))
        with log.service_lock():
            with pytest.raises(AnotherIsRunning), again.service_lock():
                pass
            with other.service_lock():
                append(log, wrote("a"))
        with again.service_lock():
            assert again.head() == 1


def test_the_migrations_make_the_tables_that_the_code_thinks(log: EventLog) -> None:
    with log.begin() as tx:
        assert compare_metadata(MigrationContext.configure(tx.connection), metadata) == []


def test_who_only_looks_finds_no_log_where_there_is_none_and_makes_none(url: str) -> None:
    assert load_current_states(url, PROJECTIONS) is None
    assert list(read_events(url)) == []


def test_a_database_of_another_program_is_left_alone(postgres: PostgresServer, url: str) -> None:
    postgres.ask(url, "CREATE TABLE alembic_version (version_num text)")
    with pytest.raises(LogError, match="another program's tables"):
        EventLog.open(url)


def test_a_database_that_can_not_hold_every_name_is_told(postgres: PostgresServer) -> None:
    with pytest.raises(LogError, match="make one in UTF8"):
        EventLog.open(postgres.new_database(encoding="LATIN1"))


def test_f11_a_log_of_a_newer_version_is_refused(postgres: PostgresServer, log: EventLog, url: str) -> None:
    postgres.ask(url, "UPDATE alembic_version SET version_num = '9999'")
    for opening in (lambda: EventLog.open(url), lambda: load_current_states(url, PROJECTIONS)):
        with pytest.raises(LogTooNew, match="newer version"):
            opening()


def test_a_database_that_is_not_there_and_a_user_who_may_not_are_told(
    postgres: PostgresServer, log: EventLog, url: str
) -> None:
    with pytest.raises(LogUnwritable, match='database "nowhere" does not exist'):
        EventLog.open(postgres.url("nowhere"))
    ((schema,),) = postgres.ask(url, "SELECT current_schema()")
    postgres.ask(url, f"CREATE ROLE stranger LOGIN; GRANT USAGE ON SCHEMA {schema} TO stranger")
    append(log, wrote("a"))
    with pytest.raises(LogUnwritable, match="may not be used by this user"):
        load_current_states(url.replace("tester@", "stranger@"), PROJECTIONS)


@pytest.mark.parametrize(
    ("state", "retry"),
    [
        (None, True),
        ("53100", True),
        ("55P03", True),
        ("57P01", True),
        ("40P01", True),
        ("42501", False),
        ("25006", False),
    ],
)
def test_what_may_pass_by_itself_is_tried_again(state: str | None, retry: bool) -> None:
    error = postgresql_error(state, "why", "postgresql+psycopg://host/log")
    assert isinstance(error, LogUnwritable)
    assert error.retry is retry


def test_no_password_is_shown() -> None:
    assert (
        without_password("postgresql+psycopg://jane:secret@host/log?sslmode=require")
        == "postgresql+psycopg://jane@host/log"
    )


@pytest.fixture
def people(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Home]:
    """Two people with a mailbox each, whose logs are in one database."""
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(tmp_path / "state"))
    homes = {}
    for owner in ("jane", "john"):
        (tmp_path / owner).mkdir()
        home = homes[owner] = Home(tmp_path / owner)
        text = home.path.read_text(encoding="utf-8")
        home.path.write_text(text.replace('"sqlite:///state/log.db"', f'"{url}"\nowner = "{owner}"'), encoding="utf-8")
    return homes


def test_each_person_sees_only_what_is_their_own(people: dict[str, Home], capsys: pytest.CaptureFixture[str]) -> None:
    text = "Dear Jane,\n\nunfortunately we decided not to move forward with your application.\n\nCarla Rossi\n"
    people["jane"].receives("no", NOW, "Carla Rossi <carla@acme.example>", text)
    for each in people.values():
        each.sync(NOW + timedelta(hours=1))
    assert [each.company for each in people["jane"].status(NOW + timedelta(hours=1)).applications] == ["Acme"]
    assert people["john"].status(NOW + timedelta(hours=1)).applications == ()
    for command in ("verify", "rebuild", "log", "doctor"):
        with pytest.raises(SystemExit):
            main([command, "--config", str(people["jane"].path)])
    said = capsys.readouterr().out
    assert "The log is intact: 2 events." in said
    assert "RejectionReceived" in said
    assert "tester" in said


def test_a_database_that_is_away_is_one_sentence_and_an_exit_code(
    postgres: PostgresServer, people: dict[str, Home], capsys: pytest.CaptureFixture[str]
) -> None:
    postgres.stop()
    try:
        for command in ("status", "sync", "verify"):
            with pytest.raises(SystemExit) as raised:
                main([command, "--config", str(people["jane"].path)])
            told = capsys.readouterr().err
            assert (raised.value.code, told.count("\n")) == (FAILED, 1)
            assert "can't be reached" in told
    finally:
        postgres.start()


def test_f14_a_service_waits_for_another_machines_and_outlives_the_servers_restart(
    postgres: PostgresServer, people: dict[str, Home], url: str
) -> None:
    with closing(EventLog.open(url, "jane")) as elsewhere, elsewhere.service_lock():
        service = Running(people["jane"].path)
        assert service.process.stderr is not None
        assert "waits_for_lock" in service.process.stderr.readline()
    try:
        service.hears("READY=1")
        service.hears("STATUS=0 read")
        postgres.stop()
        service.process.send_signal(signal.SIGHUP)
        assert "can't be reached" in service.hears("STATUS=The log")
        postgres.start()
        service.process.send_signal(signal.SIGHUP)
        service.hears("STATUS=0 read")
        assert service.stop() == 0
    finally:
        service.close()
