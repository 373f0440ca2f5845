"""The service as a process: it says when it is ready, wakes, stops, and lets each account fail for itself."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from afterword.digests import digest
from daemon import config, queries, service
from daemon.sample import write_sample
from tests.homes import CONFIG
from tests.serving import ENDS_WITHIN, Running

NOW = datetime(2026, 3, 18, 16, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_sample(tmp_path, datetime.now(UTC), ZoneInfo("Europe/Berlin"))
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path / "config.toml"


@pytest.fixture
def running(path: Path) -> Iterator[Running]:
    service = Running(path)
    yield service
    service.close()


def test_it_reads_delivers_and_ends_when_it_is_told_to(running: Running, path: Path) -> None:
    running.hears("READY=1")
    running.hears("STATUS=21 read")

    assert running.stop() == 0
    assert running.hears("STOPPING=1")
    assert len(list((path.parent / "invites").glob("*.ics"))) == len(
        queries.status(config.load(str(path)), datetime.now(UTC)).owed
    )


def test_a_signal_that_the_kernel_gives_to_another_thread_is_heeded_at_once(running: Running) -> None:
    running.hears("STATUS=")
    for _ in range(3):
        told = time.monotonic()
        running.tell_another_thread(signal.SIGHUP)
        assert running.hears("STATUS=")
        assert time.monotonic() - told < ENDS_WITHIN

    running.tell_another_thread(signal.SIGTERM)

    assert running.process.wait(ENDS_WITHIN) == 0


def test_it_ends_at_once_while_it_still_reads(running: Running) -> None:
    running.hears("READY=1")

    assert running.stop() == 0


def test_f04_a_full_disk_ends_no_service_and_it_goes_on_when_there_is_room(path: Path) -> None:
    """What can't be read can't be set aside beside the log."""
    bomb = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:bomb\r\nDTSTART:20260305T100000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    (path.parent / "calendar.ics").write_bytes(bomb)
    full = config.load(str(path)).set_aside / f"{digest('calendar', 'bomb')}.raw"
    full.parent.mkdir(parents=True)
    full.symlink_to("/dev/full")
    running = Running(path)
    assert "No space left" in running.hears("STATUS=")

    full.unlink()
    running.wake()

    assert "15 read" in running.hears("STATUS=")
    assert running.stop() == 0
    running.close()


def test_a_signal_makes_it_look_again(running: Running, path: Path) -> None:
    running.hears("STATUS=")
    mail = next((path.parent / "Mail" / "cur").iterdir())
    copy = mail.read_bytes().replace(b"Message-ID: <", b"Message-ID: <another-")
    (path.parent / "Mail" / "new" / "1.another.sample").write_bytes(copy)

    running.wake()

    assert running.hears("STATUS=").startswith("STATUS=1 read")


def test_who_has_mended_what_needed_them_is_not_kept_waiting(path: Path) -> None:
    mailbox = path.parent / "Mail"
    away = mailbox.rename(path.parent / "away")
    running = Running(path)
    try:
        assert "There is no Maildir" in running.hears("STATUS=")
        away.rename(mailbox)
        running.wake()
        assert "There is no Maildir" not in running.hears("STATUS=")
        assert running.stop() == 0
    finally:
        running.close()


def test_a_command_is_kept_at_once_and_delivered_by_the_service(running: Running, path: Path) -> None:
    running.hears("STATUS=")
    item = queries.status(config.load(str(path)), datetime.now(UTC)).owed[0].id

    subprocess.run([sys.executable, "-m", "daemon.cli", "dismiss", item, "--config", str(path)], check=True)
    running.hears("STATUS=")

    assert not list((path.parent / "invites").glob(f"{item}*"))


@contextmanager
def at_work(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the lock, as a `sync` or a command does: it has ended well behind the block."""
    program = "import sys; from pathlib import Path; from afterword.eventlog.lock import ServiceLock\n"
    program += "with ServiceLock(Path(sys.argv[1])): print('at work', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(config.load(str(path)).service_lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        yield process
        process.communicate()
    assert process.returncode == 0


def test_a_service_begins_as_soon_as_a_sync_or_a_command_has_ended(path: Path) -> None:
    with at_work(path) as process:
        running = Running(path)
        assert running.process.stderr is not None
        assert f'"process": {process.pid}' in running.process.stderr.readline()

    running.hears("READY=1")
    assert running.stop() == 0
    running.close()


def test_a_service_that_waits_for_the_lock_ends_when_it_is_told_to(path: Path) -> None:
    with at_work(path):
        running = Running(path)
        assert running.process.stderr is not None
        running.process.stderr.readline()

        assert running.stop() == 0
        running.close()


def test_a_command_does_no_harm_to_a_sync_or_a_command_that_is_at_work(path: Path) -> None:
    with at_work(path):
        subprocess.run(
            [sys.executable, "-m", "daemon.cli", "tell", "Delta", "offer", "--config", str(path)], check=True
        )

    assert [each.company for each in queries.status(config.load(str(path)), datetime.now(UTC)).applications] == [
        "Delta"
    ]


def test_f09_a_second_service_on_the_same_log_says_so_and_ends(running: Running, path: Path) -> None:
    running.hears("READY=1")

    second = subprocess.run(
        [sys.executable, "-m", "daemon.cli", "sync", "--config", str(path)], check=False, capture_output=True, text=True
    )

    assert second.returncode == 4
    assert second.stderr == f"Afterword is running already (process {running.process.pid}).\n"


def test_an_account_that_fails_fails_alone(path: Path) -> None:
    shutil.rmtree(path.parent / "Mail")

    report = service.sync(config.load(str(path)), NOW)

    assert [each.account for each in report.troubles] == ["mail"]
    assert report.read["calendar"] == 7
    assert not (path.parent / "Mail").exists()
