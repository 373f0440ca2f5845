"""The same stories with their meetings, and our invites, in Google Calendar; the mails come from files."""

from pathlib import Path

import pytest

from tests.scenarios.story import read_story
from tests.scenarios.test_scenarios import CONFIG, MAILBOX, STORIES, play
from tests.servers.google_access import Signed
from tests.servers.google_calendar import GoogleCalendars

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


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_a_story_ends_the_same_by_google_calendar(
    story: Path,
    google_calendars: GoogleCalendars,
    calendar_user: Signed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(tmp_path))
    google_calendars.put_text((story / "calendar.ics").read_bytes())
    path = configured(story, calendar_user)
    moments = read_story(story).moments

    for moment in moments:
        assert play(path, moment) == moment.told

    invites = open_invites(google_calendars)
    assert len(invites) == sum(line.startswith("owe ") for line in moments[-1].told)
    assert not any("attendees" in each for each in invites)


def open_invites(google_calendars: GoogleCalendars) -> list[dict[str, object]]:
    ours = [calendar for calendar, held in google_calendars.calendars.items() if held.by_app]
    events = [each for calendar in ours for each in google_calendars.events(calendar)]
    return [each for each in events if not str(each["summary"]).startswith("✓")]


def configured(story: Path, signed: Signed) -> str:
    folder = signed.folder
    assert FOLDER in CONFIG
    account = CALENDAR.format(client=folder / "client.json", tokens=signed.token_file, endpoint=signed.endpoint)
    whole = CONFIG.replace(FOLDER, DELIVERY)
    text = whole.format(state=folder, accounts=MAILBOX.format(story=story) + account)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return str(folder / "config.toml")
