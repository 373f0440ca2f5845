"""The same stories with their meetings, and our invites, in Google Calendar; the mails come from files."""

import random
from pathlib import Path

import pytest

from daemon import config, service
from tests.scenarios.story import read_story
from tests.scenarios.test_scenarios import CONFIG, MAILBOX, STORIES, play
from tests.servers.google_access import Signed
from tests.servers.google_calendar import GoogleCalendars, refusal
from tests.servers.unlucky import Unlucky
from tests.servers.web import Answer, Web

MANY = 2000
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


def test_stories_end_the_same_where_a_third_of_the_answers_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    luck, asked, needed = random.Random(7), 0, 0
    for story in STORIES[::5]:
        unlucky_ones, lucky_ones = GoogleCalendars(), GoogleCalendars()
        unlucky = Unlucky(unlucky_ones, lambda status: refusal(status, "rateLimitExceeded"), luck)
        asked += played(story, tmp_path / story.name / "unlucky", unlucky_ones, unlucky, monkeypatch)
        needed += played(story, tmp_path / story.name / "lucky", lucky_ones, lucky_ones, monkeypatch)
        assert summaries(unlucky_ones) == summaries(lucky_ones)
    assert asked <= 1.5 * needed


def played(story: Path, folder: Path, google: GoogleCalendars, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many requests it took."""
    folder.mkdir(parents=True)
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(folder))
    google.put_text((story / "calendar.ics").read_bytes())
    with Web(answer) as web:
        path = configured(story, Signed(folder, web.port))
        for moment in read_story(story).moments:
            while service.sync(config.load(path), moment.now).troubles:
                assert len(web.asked) < MANY
            assert play(path, moment) == moment.told
        while service.sync(config.load(path), moment.now).troubles:
            assert len(web.asked) < MANY
        return len(web.asked)


def summaries(google: GoogleCalendars) -> list[str]:
    return sorted(str(each["summary"]) for each in open_invites(google))


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
