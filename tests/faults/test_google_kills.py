"""Killed between two requests to Google, it ends where it would have ended, and nothing stands twice in the calendar."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.google.events import UID_PROPERTY
from daemon import config, queries, service
from tests.scenarios.playing import CONFIG, MAILBOX
from tests.scenarios.story import read_story, told
from tests.scenarios.test_by_google_account import ACCOUNT, DELIVERY, FOLDER, THANKS
from tests.servers.google_access import Signed
from tests.servers.google_calendar import GoogleCalendars
from tests.servers.web import Web


@contextmanager
def home(folder: Path) -> Iterator[tuple[GoogleCalendars, str]]:
    """Calendars with the story in them, and the path of a configuration for them."""
    calendars = GoogleCalendars()
    calendars.put_text((THANKS / "calendar.ics").read_bytes())
    folder.mkdir()
    with Web(calendars) as web:
        account = ACCOUNT.format(endpoint=Signed(folder, web.port).endpoint) + "mail = false\n"
        text = CONFIG.replace(FOLDER, DELIVERY).format(state=folder, accounts=MAILBOX.format(story=THANKS) + account)
        (folder / "config.toml").write_text(text, encoding="utf-8")
        yield calendars, str(folder / "config.toml")


def shown(calendars: GoogleCalendars) -> list[tuple[str, str, str]]:
    """The invites in Google Calendar: UID, title and start."""
    events = calendars.events(calendars.named("Afterword"))
    noted = [each["extendedProperties"]["private"][UID_PROPERTY] for each in events]
    return sorted((uid, each["summary"], each["start"]["dateTime"]) for uid, each in zip(noted, events, strict=True))


@pytest.mark.parametrize(
    ("point", "count", "number"),
    [
        ("google make", 1, 1),
        ("google create", 1, 1),
        ("google create", 2, 1),
        ("cursor", 1, 1),
        ("google change", 1, 2),
    ],
)
def test_f02_a_pass_that_is_killed_leaves_each_invite_once(
    point: str, count: int, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(tmp_path))
    *before, moment = read_story(THANKS).moments[: number + 1]
    with home(tmp_path / "whole") as (calendars, path):
        for each in (*before, moment):
            service.sync(config.load(path), each.now)
        expected = shown(calendars)
    with home(tmp_path / "torn") as (calendars, path):
        for each in before:
            service.sync(config.load(path), each.now)
        command = [sys.executable, "-m", "tests.faults.killed", point, str(count), path, moment.now.isoformat()]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        service.sync(config.load(path), moment.now)
        assert shown(calendars) == expected
        assert told(queries.status(config.load(path), moment.now)) == moment.told
        assert len(calendars.calendars) == 2
