"""The same stories through a Google account as a whole: Gmail, Google Calendar, and a calendar of ours in it; also where much goes wrong."""

import random
import shlex
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from afterword.eventlog.events import Fact
from afterword.eventlog.log import EventLog
from connectors.google import transport
from connectors.google.events import UID_PROPERTY
from connectors.icalendar_text import DONE
from daemon import config, queries, service
from daemon.config import Config
from tests.google_calendar import interview
from tests.scenarios.playing import CONFIG, STORIES, play
from tests.scenarios.story import ZONE, mails, read_story
from tests.servers.google import Google, GoogleAccount
from tests.servers.google_access import Signed
from tests.servers.google_calendar import ROOT, GoogleCalendars, refusal
from tests.servers.google_events import Event, at
from tests.servers.unlucky import Unlucky
from tests.servers.web import Answered, Asked

MANY = 3000
PARTS = 4
HANGS = 4
FOLDER = 'kind = "folder"\npath = "{state}/invites"\n'
DELIVERY = 'kind = "google"\naccount = "google"\n'
ACCOUNT = """
[[accounts]]
name = "google"
kind = "google"
client_secrets = "client.json"
token_file = "tokens/google"
endpoint = "{endpoint}"
"""
THANKS = next(each for each in STORIES if each.name == "thank_you_to_each_interviewer")
ACTS = next(each for each in STORIES if each.name == "snoozed_and_dismissed")
Answer = Callable[[Asked], Answered]


class Whole:
    """A user's account: Gmail by the emulator, calendars by the stand-in, and what comes between them and the program."""

    def __init__(self, google: Google, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.account: GoogleAccount = google.account(folder)
        self.calendars = GoogleCalendars()
        self.through: Answer = self.answered
        self.asked = 0
        self._google = google

    @contextmanager
    def of(self, story: Path, *, drafts: bool = False) -> Iterator[str]:
        """With the story's mails and meetings in it, and the path of a configuration for it."""
        self.account.settings()
        for mail, sent in mails(story):
            self.account.put(mail, labels=("SENT",) if sent else ("INBOX",))
        self.calendars.put_text((story / "calendar.ics").read_bytes())
        assert FOLDER in CONFIG
        whole = CONFIG.replace(FOLDER, DELIVERY)
        account = ACCOUNT.format(endpoint=self._google.url) + f"drafts = {str(drafts).lower()}\n"
        text = whole.format(state=self.folder, accounts=account)
        (self.folder / "config.toml").write_text(text, encoding="utf-8")
        self._google.answering.append(self._handle)
        yield str(self.folder / "config.toml")
        self._google.answering.remove(self._handle)

    def answered(self, asked: Asked) -> Answered:
        if asked.path.startswith(ROOT):
            return self.calendars(asked)
        return self._google.untouched(asked)

    def _handle(self, asked: Asked) -> Answered | None:
        if not asked.path.startswith(("/gmail/", ROOT)):
            return None
        self.asked += 1
        return self.through(asked)


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_a_story_ends_the_same_by_a_google_account(story: Path, google: Google, tmp_path: Path) -> None:
    whole = Whole(google, tmp_path / "home")
    moments = read_story(story).moments
    with whole.of(story) as path:
        for moment in moments:
            assert play(path, moment) == moment.told

    invites = open_invites(whole.calendars)
    assert len(invites) == sum(line.startswith("owe ") for line in moments[-1].told)
    assert not any("attendees" in each for each in invites)


def test_f54_what_is_deleted_in_google_calendar_is_dismissed_and_what_is_moved_there_is_snoozed(
    google: Google, tmp_path: Path
) -> None:
    """The story of what the user says, said in the calendar."""
    whole = Whole(google, tmp_path / "home")

    def act(loaded: Config, line: str, now: datetime) -> None:
        ours = whole.calendars.named("Afterword")
        match shlex.split(line.removeprefix("$")):
            case ["dismiss", kind]:
                whole.calendars.remove(invite(whole.calendars, kind), ours)
            case ["snooze", kind, until]:
                there = at(datetime.fromisoformat(until).replace(tzinfo=ZONE))
                whole.calendars.change(invite(whole.calendars, kind), ours, start=there, end=there)
        service.sync(loaded, now)

    with whole.of(ACTS) as path:
        for moment in read_story(ACTS).moments:
            assert play(path, moment, act) == moment.told
    assert len(open_invites(whole.calendars)) == 1


def invite(google: GoogleCalendars, kind: str) -> str:
    """The id of ours of an item of that kind."""
    return next(
        str(each["id"])
        for each in open_invites(google)
        if each["extendedProperties"]["private"][UID_PROPERTY].startswith(f"{kind}-")
    )


def test_the_labels_and_the_threads_of_gmail_are_kept_as_evidence(google: Google, tmp_path: Path) -> None:
    whole = Whole(google, tmp_path / "home")
    with whole.of(THANKS) as path:
        for moment in read_story(THANKS).moments:
            play(path, moment)
    with closing(EventLog.open(config.load(path).log.url)) as log:
        facts = [each for each in log.read() if each.evidence is not None and each.evidence.message_id]
    labels = {each.evidence.labels for each in facts if each.evidence is not None}
    assert {("INBOX",), ("SENT",)} <= labels
    threads = {each for one in facts if isinstance(one.event, Fact) for each in one.event.references}
    assert any(each.endswith("@gmail") for each in threads)


@pytest.mark.parametrize("part", range(PARTS))
def test_stories_end_the_same_where_a_third_of_the_answers_fails(
    part: int, google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.google.execution.time.sleep", lambda _: None)
    monkeypatch.setattr(transport, "TIMEOUT", 0.5)
    luck, asked, needed, hangs = random.Random(part), 0, 0, HANGS
    for story in STORIES[part::PARTS]:
        lucky, unlucky = (Whole(google, tmp_path / story.name / name) for name in ("lucky", "unlucky"))
        needed += played(story, lucky)
        unlucky.through = Unlucky(unlucky.answered, in_a_while, luck, hangs)
        asked, hangs = asked + played(story, unlucky), 0
        assert shown(unlucky.calendars) == shown(lucky.calendars)
    assert 1.3 * needed < asked <= 1.5 * needed


def in_a_while(status: int) -> Answered:
    return refusal(status, "rateLimitExceeded")


def shown(google: GoogleCalendars) -> list[tuple[str, str, str]]:
    """Our invites as they stand in the account: id, title and start."""
    ours = [calendar for calendar, held in google.calendars.items() if held.by_app]
    assert len(ours) <= 1
    events = [each for calendar in ours for each in google.events(calendar)]
    return sorted((each["id"], each["summary"], each["start"]["dateTime"]) for each in events)


def played(story: Path, whole: Whole) -> int:
    """How many requests it took."""
    with whole.of(story) as path:
        for moment in read_story(story).moments:
            synced(path, moment.now, whole)
            assert play(path, moment) == moment.told
            synced(path, moment.now, whole)
    return whole.asked


def synced(path: str, now: datetime, whole: Whole) -> None:
    """Until nothing is wrong, as the service does within minutes: what a command could not place is placed then."""
    while service.sync(config.load(path), now).troubles:
        assert whole.asked < MANY


@pytest.mark.parametrize("act", ["stays", "moves", "is declined", "is called off"])
def test_an_interview_is_owed_for_as_the_calendar_has_it_in_the_end(
    act: str, google_calendars: GoogleCalendars, calendar_user: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(calendar_user.folder))
    path = calendar_user.folder / "config.toml"
    account = ACCOUNT.format(endpoint=calendar_user.endpoint) + "mail = false\n"
    path.write_text(CONFIG.replace(FOLDER, DELIVERY).format(state=calendar_user.folder, accounts=account))
    carla = {"email": "carla@acme.example", "displayName": "Carla Rossi", "responseStatus": "accepted"}
    own = {"email": "jane@example.org", "self": True, "responseStatus": "accepted"}
    times = {"start": at(datetime(2026, 3, 10, 11, tzinfo=ZONE)), "end": at(datetime(2026, 3, 10, 12, tzinfo=ZONE))}
    event = google_calendars.put({"summary": "Interview with Acme", "attendees": [carla, own], **times})
    service.sync(config.load(str(path)), datetime(2026, 3, 9, 9, tzinfo=ZONE))
    match act:
        case "moves":
            there = {name: datetime.fromisoformat(when["dateTime"]) + timedelta(days=1) for name, when in times.items()}
            google_calendars.change(event, start=at(there["start"]), end=at(there["end"]), sequence=1)
        case "is declined":
            google_calendars.change(event, attendees=[carla, {**own, "responseStatus": "declined"}])
        case "is called off":
            google_calendars.remove(event)
    for day in (9, 10, 11):
        service.sync(config.load(str(path)), datetime(2026, 3, day, 13, tzinfo=ZONE))
    owed = queries.status(config.load(str(path)), datetime(2026, 3, 11, 13, tzinfo=ZONE)).owed
    due = {"stays": 11, "moves": 12}
    assert [each.due.day for each in owed if each.kind == "thank_you"] == ([due[act]] if act in due else [])
    assert (len(open_invites(google_calendars)) > 0) == (act in due)


@pytest.mark.parametrize(("taken_out", "owed"), [(9, False), (12, True)])
def test_a_date_of_a_series_that_is_an_interview_is_owed_for_unless_it_is_taken_out_before(
    taken_out: int,
    owed: bool,
    google_calendars: GoogleCalendars,
    calendar_user: Signed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All that Google tells of it then is the series, which has another title and an older revision."""
    monkeypatch.setenv("AFTERWORD_STATE_DIR", str(calendar_user.folder))
    path = calendar_user.folder / "config.toml"
    account = ACCOUNT.format(endpoint=calendar_user.endpoint) + "mail = false\n"
    path.write_text(CONFIG.replace(FOLDER, DELIVERY).format(state=calendar_user.folder, accounts=account))
    series = google_calendars.put(interview(summary="Acme <> Jane", recurrence=["RRULE:FREQ=DAILY;COUNT=4"]))
    own = f"{series}_20260311T100000Z"
    date = interview(
        id=own,
        iCalUID=f"{series}@google.com",
        recurringEventId=series,
        originalStartTime=at(datetime(2026, 3, 11, 11, tzinfo=ZONE)),
        sequence=2,
        summary="Interview with Acme: Data Engineer",
        start=at(datetime(2026, 3, 11, 15, tzinfo=ZONE)),
        end=at(datetime(2026, 3, 11, 16, tzinfo=ZONE)),
    )
    google_calendars.put(date)
    for day in (9, 10, 11, 12):
        service.sync(config.load(str(path)), datetime(2026, 3, day, 9, tzinfo=ZONE))
        if day == taken_out:
            google_calendars.remove(own)
    status = queries.status(config.load(str(path)), datetime(2026, 3, 12, 9, tzinfo=ZONE))
    assert ("thank_you" in {each.kind for each in status.owed}) == owed


def open_invites(google: GoogleCalendars) -> list[Event]:
    """Those of ours that stand in the account, and are not done."""
    ours = [calendar for calendar, held in google.calendars.items() if held.by_app]
    return [each for calendar in ours for each in google.events(calendar) if not each["summary"].startswith(DONE)]
