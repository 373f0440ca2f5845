"""The same stories through a Microsoft account: its mail, its calendar, and a calendar of ours in it; also where much goes wrong."""

import random
import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors import retries
from connectors.icalendar_text import DONE
from connectors.microsoft import graph
from connectors.microsoft.calendar_api import UID_PROPERTY
from daemon import config, queries, service
from daemon.config import Config
from tests.graph_calendar import DECLINED, event, exception, weekly
from tests.scenarios.playing import CONFIG, STORIES, at, play
from tests.scenarios.story import ZONE, mails, read_story
from tests.servers.entra import CLIENT, Entra
from tests.servers.graph import GraphServer
from tests.servers.graph_calendar import Event, noted
from tests.servers.graph_events import at as time_at
from tests.servers.graph_mail import failed
from tests.servers.unlucky import Unlucky

MANY = 2000
ACTS = next(each for each in STORIES if each.name == "snoozed_and_dismissed")
SHARES = 4
"""The stories are played in so many parts, beside each other."""

ACCOUNT = """
[[accounts]]
name = "outlook"
kind = "microsoft"
client_id = "{client}"
authority = "{authority}"
endpoint = "{endpoint}"
ca_file = "{ca_file}"
token_file = "tokens/outlook"
"""
DELIVERY = """
[delivery]
kind = "microsoft"
account = "outlook"
"""


@pytest.fixture
def server(entra: Entra, signed_in: bytes, tmp_path: Path) -> Iterator[GraphServer]:
    with GraphServer(entra, signed_in, tmp_path) as server:
        yield server


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_a_story_ends_the_same_by_graph(story: Path, server: GraphServer, entra: Entra, tmp_path: Path) -> None:
    deliver(story, server)
    path = configured(server, entra, tmp_path)

    moments = read_story(story).moments
    for moment in moments:
        assert play(path, moment) == moment.told
    assert open_invites(server) == sum(line.startswith("owe ") for line in moments[-1].told)


def test_f54_what_is_deleted_in_outlook_is_dismissed_and_what_is_moved_there_is_snoozed(
    server: GraphServer, entra: Entra, tmp_path: Path
) -> None:
    """The story of what the user says, said in the calendar."""
    deliver(ACTS, server)
    path = configured(server, entra, tmp_path)

    def act(loaded: Config, line: str, now: datetime) -> None:
        match shlex.split(line.removeprefix("$")):
            case ["dismiss", kind]:
                server.calendars.remove(invite(server, kind)["id"])
            case ["snooze", kind, until]:
                there = time_at(at(until))
                server.calendars.change(invite(server, kind)["id"], start=there, end=there)
        service.sync(loaded, now)

    for moment in read_story(ACTS).moments:
        assert play(path, moment, act) == moment.told
    assert open_invites(server) == 1


@pytest.mark.parametrize("act", ["stays", "moves", "is declined", "is called off", "is gone"])
def test_f76_an_interview_is_owed_for_as_outlook_has_it_in_the_end(
    act: str, server: GraphServer, entra: Entra, tmp_path: Path
) -> None:
    path = configured(server, entra, tmp_path)
    organizer = {"emailAddress": {"address": "carla@acme.example", "name": "Carla Rossi"}}
    held = datetime(2026, 3, 10, 11, tzinfo=ZONE)
    there = event("talk@acme.example", held, subject="Interview with Acme", organizer=organizer)
    known = server.calendars.put(there)
    server.calendars.put(event("other@home.example", held, subject="Dentist"))
    service.sync(config.load(path), datetime(2026, 3, 9, 9, tzinfo=ZONE))
    match act:
        case "moves":
            later = held + timedelta(days=1)
            server.calendars.change(known, start=time_at(later), end=time_at(later + timedelta(hours=1)))
        case "is declined":
            server.calendars.change(known, responseStatus=DECLINED)
        case "is called off":
            server.calendars.change(known, isCancelled=True)
        case "is gone":
            server.calendars.remove(known)
    for day in (9, 10, 11):
        service.sync(config.load(path), datetime(2026, 3, day, 13, tzinfo=ZONE))
    owed = queries.status(config.load(path), datetime(2026, 3, 11, 13, tzinfo=ZONE)).owed
    due = {"stays": 11, "moves": 12}
    assert [each.due.day for each in owed if each.kind == "thank_you"] == ([due[act]] if act in due else [])
    assert (open_invites(server) > 0) == (act in due)


@pytest.mark.parametrize("taken_out", [True, False])
def test_a_date_of_a_series_that_is_an_interview_is_owed_for_unless_it_is_taken_out(
    server: GraphServer, entra: Entra, tmp_path: Path, *, taken_out: bool
) -> None:
    path = configured(server, entra, tmp_path)
    organizer = {"emailAddress": {"address": "carla@acme.example", "name": "Carla Rossi"}}
    title = "Interview with Acme: Data Engineer"
    master = server.calendars.put(weekly())
    date = server.calendars.put(exception(master, subject=title, organizer=organizer))
    service.sync(config.load(path), datetime(2026, 3, 16, 9, tzinfo=ZONE))
    if taken_out:
        server.calendars.remove(date)
    for day in (17, 18):
        service.sync(config.load(path), datetime(2026, 3, day, 13, tzinfo=ZONE))
    owed = queries.status(config.load(path), datetime(2026, 3, 18, 13, tzinfo=ZONE)).owed
    assert ("thank_you" not in {each.kind for each in owed}) == taken_out


@pytest.mark.parametrize("share", range(SHARES))
def test_stories_end_the_same_where_a_third_of_the_answers_fails(
    share: int, entra: Entra, signed_in: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "FIRST_DELAY", 0.0)
    monkeypatch.setattr(graph, "TIMEOUTS", (10.0, 1.0))
    luck, asked, needed = random.Random(share), 0, 0
    for number, story in enumerate(STORIES[share::SHARES]):
        with GraphServer(entra, signed_in, tmp_path / story.name / "unlucky") as server:
            unlucky = server.through = Unlucky(
                server.answered,
                lambda status: failed(status, "x", {"Retry-After": "0"}),
                luck,
                hangs=2 if number == 0 else 0,
            )
            played(story, server, entra)
            shown = invites(server)
            asked += unlucky.asked
        with GraphServer(entra, signed_in, tmp_path / story.name / "lucky") as server:
            played(story, server, entra)
            assert shown == invites(server)
            needed += len(server.asked)
    assert asked <= 1.5 * needed


def played(story: Path, server: GraphServer, entra: Entra) -> None:
    deliver(story, server)
    path = configured(server, entra, server.folder)
    for moment in read_story(story).moments:
        synced(path, moment.now, server)
        assert play(path, moment) == moment.told
        synced(path, moment.now, server)


def synced(path: str, now: datetime, server: GraphServer) -> None:
    """Until nothing is wrong, as the service does within minutes: what a command could not place is placed then."""
    while service.sync(config.load(path), now).troubles:
        assert len(server.asked) < MANY


def invite(server: GraphServer, kind: str) -> Event:
    """Ours of an item of that kind."""
    events = server.calendars.events("Afterword")
    return next(each for each in events if noted(each)[UID_PROPERTY].startswith(f"{kind}-"))


def invites(server: GraphServer) -> list[tuple[str, str, str]]:
    """Ours in Outlook: UID, title and start of each."""
    events = server.calendars.events("Afterword")
    return sorted((noted(each)[UID_PROPERTY], each["subject"], each["start"]["dateTime"]) for each in events)


def open_invites(server: GraphServer) -> int:
    """How many of ours stand in the account, and are not done; none of them invites anybody."""
    events = server.calendars.events("Afterword")
    assert not any(each.get("attendees") for each in events)
    return sum(not each["subject"].startswith(DONE) for each in events)


def deliver(story: Path, server: GraphServer) -> None:
    """The story's mails and meetings, to where Outlook has them."""
    for mail, sent in mails(story):
        server.mail.put(mail, "sentitems" if sent else "inbox")
    calendar = story / "calendar.ics"
    if calendar.exists():
        server.calendars.put_text(calendar.read_bytes())


def configured(server: GraphServer, entra: Entra, folder: Path) -> str:
    account = ACCOUNT.format(client=CLIENT, authority=entra.authority, endpoint=server.endpoint, ca_file=entra.ca_file)
    text = CONFIG.format(state=folder, accounts=account)
    (folder / "config.toml").write_text(text[: text.index("[delivery]")] + DELIVERY, encoding="utf-8")
    return str(folder / "config.toml")
