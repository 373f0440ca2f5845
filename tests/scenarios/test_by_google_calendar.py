"""The same stories with their meetings, and our invites, in Google Calendar; the mails come from files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.story import read_story
from tests.scenarios.test_scenarios import CONFIG, MAILBOX, STORIES, play
from tests.servers.google_access import Signed
from tests.servers.google_calendar import GoogleCalendars
from tests.servers.web import Web

CALENDAR = """
[[accounts]]
name = "google"
kind = "google"
client_secrets = "{client}"
token_file = "{tokens}"
endpoint = "{endpoint}"
mail = false
delivers = true
"""
FOLDER = 'kind = "folder"\npath = "{state}/invites"\n'
DELIVERY = 'kind = "google"\naccount = "google"\n'


@pytest.fixture
def google() -> GoogleCalendars:
    return GoogleCalendars()


@pytest.fixture
def signed(google: GoogleCalendars, tmp_path: Path) -> Iterator[Signed]:
    with Web(google) as web:
        yield Signed(tmp_path, web.port)


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_a_story_ends_the_same_by_google_calendar(
    story: Path, google: GoogleCalendars, signed: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(tmp_path))
    google.put_text((story / "calendar.ics").read_bytes())
    path = configured(story, signed)
    moments = read_story(story).moments

    for moment in moments:
        assert play(path, moment) == moment.told

    invites = open_invites(google)
    assert len(invites) == sum(line.startswith("owe ") for line in moments[-1].told)
    assert not any("attendees" in each for each in invites)


def open_invites(google: GoogleCalendars) -> list[dict[str, object]]:
    ours = [calendar for calendar, held in google.calendars.items() if held.by_app]
    events = [each for calendar in ours for each in google.events(calendar)]
    return [each for each in events if not str(each["summary"]).startswith("✓")]


def configured(story: Path, signed: Signed) -> str:
    folder = signed.folder
    assert FOLDER in CONFIG
    account = CALENDAR.format(client=folder / "client.json", tokens=signed.token_file, endpoint=signed.endpoint)
    whole = CONFIG.replace(FOLDER, DELIVERY)
    text = whole.format(state=folder, accounts=MAILBOX.format(story=story) + account)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return str(folder / "config.toml")
