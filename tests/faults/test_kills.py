"""Fault 1, and invariant 5: killed between any two steps, it ends where it would have ended."""

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from afterword.eventlog.log import EventLog
from daemon import config, queries, service
from daemon.sample import write_sample
from tests.homes import CONFIG

NOW = datetime(2026, 3, 18, 16, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=21)
Home = Callable[[str], Path]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Makes a home with the sample in it, and gives the path of its configuration."""

    def make(name: str) -> Path:
        folder = tmp_path / name
        write_sample(folder, NOW, ZoneInfo("Europe/Berlin"))
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        return folder / "config.toml"

    return make


def sync(path: Path, now: datetime) -> None:
    service.sync(config.load(str(path)), now)


def killed(path: Path, now: datetime, point: str, count: int) -> None:
    command = [sys.executable, "-m", "tests.faults.killed", point, str(count), str(path), now.isoformat()]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL


def ending(path: Path, now: datetime) -> tuple[object, ...]:
    """All that somebody could see of a home: what is known, what the status says, and what stands in the calendar."""
    loaded = config.load(str(path))
    with closing(EventLog.open(loaded.log.url)) as kept:
        assert kept.verify() == []
        events = sorted((each.stream, type(each.event).__name__, each.source_key) for each in kept.read())
    return events, queries.status(loaded, now), invites(path.parent / "invites")


def invites(folder: Path) -> list[tuple[str, str, str]]:
    found = []
    for each in sorted(folder.glob("*.ics")):
        (event,) = Calendar.from_ical(each.read_bytes()).walk("VEVENT")
        found.append((str(event["UID"]), str(event["SUMMARY"]), event.decoded("DTSTART").isoformat()))
    return found


@pytest.mark.parametrize(
    ("point", "count"),
    [
        ("read", 1),
        ("append", 1),
        ("append", 2),
        ("cursor", 1),
        ("cursor", 2),
        *(("project", count) for count in range(1, 8)),
        ("observe", 1),
        *(("deliver", count) for count in range(1, 7)),
    ],
)
def test_f01_a_first_pass_that_is_killed_ends_as_one_that_never_was(point: str, count: int, home: Home) -> None:
    whole, torn = home("whole"), home("torn")
    sync(whole, NOW)

    killed(torn, NOW, point, count)
    sync(torn, NOW)

    assert ending(torn, NOW) == ending(whole, NOW)


@pytest.mark.parametrize(
    ("point", "count"), [("append", 1), ("append", 3), ("project", 4), ("cursor", 2), ("withdraw", 1), ("withdraw", 2)]
)
def test_f01_a_later_pass_that_is_killed_ends_as_one_that_never_was(point: str, count: int, home: Home) -> None:
    whole, torn = home("whole"), home("torn")
    sync(whole, NOW)
    sync(whole, LATER)

    sync(torn, NOW)
    killed(torn, LATER, point, count)
    sync(torn, LATER)

    assert ending(torn, LATER) == ending(whole, LATER)


def test_f01_a_second_pass_changes_nothing(home: Home) -> None:
    path = home("home")
    sync(path, NOW)
    before = ending(path, NOW)

    report = service.sync(config.load(str(path)), NOW)

    assert (report.facts, report.placed, report.changed, report.withdrawn) == (0, 0, 0, 0)
    assert ending(path, NOW) == before


def test_f02_a_kill_after_the_invite_was_written_leaves_one_invite(home: Home) -> None:
    path = home("home")

    killed(path, NOW, "deliver", 1)
    sync(path, NOW)

    uids = [uid for uid, _, _ in invites(path.parent / "invites")]
    assert len(uids) == len(set(uids)) == len(queries.status(config.load(str(path)), NOW).owed)


def test_f08_a_log_restored_from_last_week_delivers_nothing_twice(home: Home) -> None:
    path = home("home")
    sync(path, NOW)
    database = config.load(str(path)).database
    backup = database.read_bytes()
    sync(path, LATER)
    at_the_end = ending(path, LATER)

    database.write_bytes(backup)
    sync(path, LATER)

    assert ending(path, LATER) == at_the_end
