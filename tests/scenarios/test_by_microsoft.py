"""The same stories through a Microsoft account: its mail, its calendar, and a calendar of ours in it; also where much goes wrong."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import retries
from connectors.icalendar_text import DONE
from connectors.microsoft import graph
from daemon import config, service
from tests.scenarios.story import mails, read_story
from tests.scenarios.test_scenarios import CONFIG, STORIES, play
from tests.servers.entra import CLIENT, Entra
from tests.servers.graph import GraphServer
from tests.servers.graph_mail import failed
from tests.servers.unlucky import Unlucky

MANY = 2000
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


@pytest.mark.parametrize("share", range(SHARES))
def test_stories_end_the_same_where_a_third_of_the_answers_fails(
    share: int, entra: Entra, signed_in: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "FIRST_WAIT", 0.0)
    monkeypatch.setattr(graph, "PATIENCE", (10.0, 1.0))
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
            asked += unlucky.asked
        with GraphServer(entra, signed_in, tmp_path / story.name / "lucky") as server:
            played(story, server, entra)
            needed += len(server.asked)
    assert asked <= 1.5 * needed


def played(story: Path, server: GraphServer, entra: Entra) -> None:
    deliver(story, server)
    path = configured(server, entra, server.folder)
    for moment in read_story(story).moments:
        while service.sync(config.load(path), moment.now).troubles:
            assert len(server.asked) < MANY
        assert play(path, moment) == moment.told


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
