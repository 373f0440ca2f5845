"""The log on failing disks, beside other programs, and after a kill."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL

from afterword.eventlog.errors import LogDamaged, LogError, LogTooNew, LogUnwritable
from afterword.eventlog.events import EmployerWrote, NewEvent
from afterword.eventlog.lock import AnotherIsRunning, ServiceLock
from afterword.eventlog.log import EventLog
from afterword.eventlog.opening import MIGRATIONS, open_database
from afterword.eventlog.read_only import read_events
from projections.catalogue import PROJECTIONS
from projections.current_states import load_current_states
from projections.engine import Engine
from projections.projection import is_same

NOW = datetime(2026, 3, 5, 17, tzinfo=UTC)
PREAMBLE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from afterword.eventlog.events import EmployerWrote, NewEvent
from afterword.eventlog.errors import LogError, LogUnwritable
from afterword.eventlog.log import EventLog
from afterword.eventlog.lock import ServiceLock
NOW = datetime(2026, 3, 5, 17, tzinfo=UTC)
path = Path(sys.argv[1])
def wrote(key, text=""):
    return NewEvent(stream="app-1", event=EmployerWrote(subject=text), occurred_at=NOW, source_key=str(key))
def die():
    os.kill(os.getpid(), signal.SIGKILL)
"""


def url_of(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string()


def wrote(key: object, text: str = "") -> NewEvent:
    return NewEvent(stream="app-1", event=EmployerWrote(subject=text), occurred_at=NOW, source_key=str(key))


def start(program: str, path: Path) -> subprocess.Popen[str]:
    """Another process, with these lines after the preamble."""
    return subprocess.Popen([sys.executable, "-c", PREAMBLE + program, str(path)], stdout=subprocess.PIPE, text=True)


def run(program: str, path: Path) -> tuple[int, str]:
    with start(program, path) as process:
        output, _ = process.communicate()
    return process.returncode, output


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[EventLog]:
    opened = EventLog.open(f"sqlite:///{path}")
    append(opened, "a", "b", "c")
    yield opened
    opened.close()


def append(log: EventLog, *keys: object, text: str = "") -> None:
    with log.begin() as tx:
        tx.append([wrote(key, text) for key in keys], recorded_at=NOW)
        tx.set_cursor("post", str(keys).encode(), NOW)


def keys(path: Path) -> list[str]:
    return [each.source_key for each in read_events(url_of(path))]


def pragma(log: EventLog, text: str) -> object:
    with log.begin() as tx:
        result = tx.connection.exec_driver_sql(f"PRAGMA {text}")
        return result.scalar() if result.returns_rows else None


def test_f04_a_full_disk_keeps_no_part_of_a_batch_and_passes(log: EventLog, path: Path) -> None:
    pages = pragma(log, "page_count")
    pragma(log, f"max_page_count={pages}")
    with pytest.raises(LogUnwritable, match="no room left") as raised:
        append(log, *range(100), text="x" * 5000)
    assert raised.value.retry
    assert keys(path) == ["a", "b", "c"]
    pragma(log, "max_page_count=1000000")
    append(log, "d")
    assert keys(path) == ["a", "b", "c", "d"]
    assert log.verify() == []


def test_f05_a_failing_disk_is_told_and_nothing_is_lost(log: EventLog, path: Path) -> None:
    program = """
import resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log = EventLog.open(f"sqlite:///{path}")
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, resource.RLIM_INFINITY))
try:
    with log.begin() as tx:
        tx.append([wrote(number, "x" * 5000) for number in range(100)], recorded_at=NOW)
except LogUnwritable as error:
    print(error.retry, error)
"""
    code, output = run(program, path)
    assert (code, output.split()[0]) == (0, "False")
    assert "disk" in output
    assert keys(path) == ["a", "b", "c"]
    assert log.verify() == []


def test_f05_a_log_that_may_not_be_written_is_told(log: EventLog, path: Path) -> None:
    pragma(log, "query_only=1")
    with pytest.raises(LogUnwritable, match="permissions") as raised:
        append(log, "d")
    assert not raised.value.retry
    assert keys(path) == ["a", "b", "c"]


def test_f05_a_place_where_no_file_can_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "log.db", tmp_path):
        with pytest.raises(LogUnwritable, match=r"can't be") as raised:
            EventLog.open(f"sqlite:///{place}")
        assert not raised.value.retry


def test_f06_a_writer_waits_for_another_programs_lock(log: EventLog, path: Path) -> None:
    assert pragma(log, "busy_timeout") == 30_000
    backup = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    backup.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(0.3, backup.execute, ["ROLLBACK"])
    release.start()
    append(log, "d")
    release.join()
    backup.close()
    assert keys(path) == ["a", "b", "c", "d"]


def test_f06_a_backup_taken_while_it_is_written_is_a_whole_log(log: EventLog, path: Path, tmp_path: Path) -> None:
    source, copy = sqlite3.connect(path), sqlite3.connect(tmp_path / "copy.db")
    source.backup(copy, pages=1, progress=lambda *_: append(log, log.head()) if log.head() < 10 else None)
    source.close()
    copy.close()
    again = EventLog.open(f"sqlite:///{tmp_path / 'copy.db'}")
    assert again.verify() == []
    assert [each.source_key for each in again.read()] == keys(path)
    again.close()


GARBAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "a text": lambda _: b"These are my notes.\n" * 500,
    "half of itself": lambda whole: whole[: len(whole) // 2],
    "its first page": lambda whole: whole[:4096],
    "a page short": lambda whole: whole[:-4096],
    "zeroed inside": lambda whole: whole[:8192] + bytes(4096) + whole[12288:],
    "zeroed at the head": lambda whole: bytes(100) + whole[100:],
    "a table whose name is none": lambda whole: whole.replace(b"tableeventsevents", b"table\xffventsevents"),
}


@pytest.mark.parametrize("torn", GARBAGE)
def test_f07_a_torn_log_is_refused_and_left_as_it_is(log: EventLog, path: Path, torn: str) -> None:
    append(log, *range(50), text="x" * 500)
    log.close()
    path.write_bytes(GARBAGE[torn](path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(LogDamaged, match="from a backup"):
        EventLog.open(f"sqlite:///{path}")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "torn", ["empty", "a text", "half of itself", "zeroed at the head", "a table whose name is none"]
)
def test_f07_one_who_only_looks_is_told_as_well(log: EventLog, path: Path, torn: str) -> None:
    log.close()
    path.write_bytes(GARBAGE[torn](path.read_bytes()))
    with pytest.raises(LogDamaged, match="from a backup"):
        load_current_states(url_of(path), PROJECTIONS)


def test_f07_text_of_an_event_that_is_none_is_told_as_damage_by_whoever_meets_it(log: EventLog, path: Path) -> None:
    append(log, 1)
    log.close()
    path.write_bytes(path.read_bytes().replace(b"EmployerWrote", b"Employer\xffrote"))
    with closing(EventLog.open(url_of(path))) as again, pytest.raises(LogDamaged, match="from a backup"):
        list(again.read())
    with pytest.raises(LogDamaged, match="from a backup"):
        load_current_states(url_of(path), PROJECTIONS)


def test_f07_another_programs_database_is_no_log(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.executescript("CREATE TABLE bookmarks (url TEXT); CREATE TABLE events (what TEXT)")
    other.close()
    for opening in (lambda: EventLog.open(f"sqlite:///{path}"), lambda: load_current_states(url_of(path), PROJECTIONS)):
        with pytest.raises(LogDamaged, match="is no log"):
            opening()


def test_f07_a_log_that_is_taken_away_while_in_use_is_not_made_anew(log: EventLog, path: Path) -> None:
    whole = path.read_bytes()
    path.rename(path.with_suffix(".old"))
    with pytest.raises(LogError, match="moved or replaced"):
        append(log, "d")
    assert not path.exists()
    path.write_bytes(whole)
    with pytest.raises(LogError, match="moved or replaced"):
        log.head()


@pytest.mark.parametrize("name", ["log?mode=memory.db", "a #1 log.db", "100%25.db", "Bewerbungen für 2026.db"])
def test_a_log_may_have_any_name(tmp_path: Path, name: str) -> None:
    log = EventLog.open(url_of(tmp_path / name))
    append(log, "a")
    log.close()
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert keys(tmp_path / name) == ["a"]


def test_f08_a_log_from_last_weeks_backup_ends_where_it_was(log: EventLog, path: Path, tmp_path: Path) -> None:
    engine = Engine(PROJECTIONS)
    catch_up(log, engine)
    shutil.copy(path, tmp_path / "backup.db")
    append(log, "d", "e")
    before = catch_up(log, engine)
    log.close()
    shutil.copy(tmp_path / "backup.db", path)
    again = EventLog.open(f"sqlite:///{path}")
    append(again, "a", "b", "c", "d", "e")
    after = catch_up(again, Engine(PROJECTIONS))
    again.close()
    assert keys(path) == ["a", "b", "c", "d", "e"]
    assert all(is_same(before[name], after[name]) for name in before)


def catch_up(log: EventLog, engine: Engine) -> dict[str, object]:
    with log.begin() as tx:
        return dict(engine.catch_up(tx))


def test_f09_a_second_service_is_told_which_is_the_first(path: Path) -> None:
    program = "with ServiceLock(path):\n    print(os.getpid(), flush=True)\n    sys.stdin.read()"
    first = subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    pid = int(first.stdout.readline())
    with pytest.raises(AnotherIsRunning, match=f"process {pid}") as raised:
        ServiceLock(path).acquire()
    assert raised.value.pid == pid
    first.kill()
    first.communicate()
    with ServiceLock(path):
        assert path.read_text().split() == [str(os.getpid()), os.uname().nodename]


def test_f10_looking_during_a_burst_of_writes_sees_whole_batches(log: EventLog, path: Path) -> None:
    program = """
log = EventLog.open(f"sqlite:///{path}")
for number in range(40):
    with log.begin() as tx:
        tx.append([wrote(f"{number} {part}") for part in "abc"], recorded_at=NOW)
        tx.set_cursor("post", str(number).encode(), NOW)
"""
    with start(program, path) as writer:
        heads = [3]
        while writer.poll() is None:
            current = load_current_states(url_of(path), PROJECTIONS)
            assert current is not None
            heads.append(current.head_position)
    assert heads == sorted(heads)
    assert {each % 3 for each in heads} == {0}
    assert keys(path)[3:] == [f"{number} {part}" for number in range(40) for part in "abc"]
    assert log.verify() == []


@pytest.mark.parametrize("first", ["look", "open"])
def test_f01_a_writer_killed_in_the_middle_leaves_what_was_there(log: EventLog, path: Path, first: str) -> None:
    program = """
log = EventLog.open(f"sqlite:///{path}")
with log.begin() as tx:
    tx.connection.exec_driver_sql("PRAGMA cache_size=1")
    tx.append([wrote(number, "x" * 2000) for number in range(500)], recorded_at=NOW)
    die()
"""
    size = path.stat().st_size
    assert run(program, path)[0] == -signal.SIGKILL
    assert path.stat().st_size > size
    if first == "look":
        current = load_current_states(url_of(path), PROJECTIONS)
        assert current is not None
        assert current.head_position == 3
    assert log.head() == 3
    append(log, "d")
    assert keys(path) == ["a", "b", "c", "d"]
    assert log.verify() == []


def test_f11_a_log_of_a_newer_version_is_refused(log: EventLog, path: Path) -> None:
    with log.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    log.close()
    for opening in (lambda: EventLog.open(f"sqlite:///{path}"), lambda: load_current_states(url_of(path), PROJECTIONS)):
        with pytest.raises(LogTooNew, match="newer version"):
            opening()


NEXT = """
import os, signal
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.execute("CREATE TABLE labels (name TEXT)")
    op.execute("INSERT INTO labels VALUES ('new')")
    {then}
    op.execute("ALTER TABLE sources ADD COLUMN label TEXT")
"""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The migrations of a version to come."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "v0002_labels.py").write_text(NEXT.format(then="pass"))
    return folder


def test_f11_a_log_of_an_older_version_is_migrated(log: EventLog, path: Path, newer: Path) -> None:
    log.close()
    database = open_database(f"sqlite:///{path}", newer, "0002")
    with database.read_only() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0002"
        assert connection.exec_driver_sql("SELECT label FROM sources").all() == [(None,)]
    database.close()


def test_f11_a_migration_killed_in_the_middle_is_done_again(log: EventLog, path: Path, newer: Path) -> None:
    log.close()
    step = newer / "versions" / "v0002_labels.py"
    step.write_text(NEXT.format(then="os.kill(os.getpid(), signal.SIGKILL)"))
    program = f"""
from afterword.eventlog.opening import open_database
open_database(f"sqlite:///{{path}}", Path({str(newer)!r}), "0002")
"""
    assert run(program, path)[0] == -signal.SIGKILL
    assert keys(path) == ["a", "b", "c"]
    step.write_text(NEXT.format(then="pass"))
    test_f11_a_log_of_an_older_version_is_migrated(log, path, newer)


def test_f11_a_first_start_killed_in_the_middle_is_a_first_start_again(path: Path, newer: Path) -> None:
    (newer / "versions" / "v0002_labels.py").write_text(NEXT.format(then="os.kill(os.getpid(), signal.SIGKILL)"))
    program = f"""
from afterword.eventlog.opening import open_database
open_database(f"sqlite:///{{path}}", Path({str(newer)!r}), "0002")
"""
    assert run(program, path)[0] == -signal.SIGKILL
    assert not path.exists()
    log = EventLog.open(f"sqlite:///{path}")
    assert log.head() == 0
    log.close()


def test_f15_two_processes_that_append_the_same_at_once_append_it_once(log: EventLog, path: Path) -> None:
    program = """
log = EventLog.open(f"sqlite:///{path}")
for number in range(60):
    with log.begin() as tx:
        tx.append([wrote(number)], recorded_at=NOW)
"""
    with start(program, path) as one, start(program, path) as other:
        assert (one.wait(), other.wait()) == (0, 0)
    assert keys(path) == ["a", "b", "c", *(str(number) for number in range(60))]
    assert log.verify() == []
