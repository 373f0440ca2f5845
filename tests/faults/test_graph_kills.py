"""Killed between two requests to Graph, it ends where it would have ended, and nothing stands twice in the calendar."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from daemon import config, queries, service
from tests.scenarios.playing import STORIES
from tests.scenarios.story import read_story, told
from tests.scenarios.test_by_microsoft import configured, deliver, invites
from tests.servers.entra import Entra
from tests.servers.graph import GraphServer

STORY = next(each for each in STORIES if each.name == "thank_you_to_each_interviewer")


Home = Callable[[str], AbstractContextManager[tuple[GraphServer, str]]]


@pytest.fixture
def home(entra: Entra, signed_in: bytes, tmp_path: Path) -> Home:
    """Makes a mailbox with the story in it, and gives it with the path of its configuration."""

    @contextmanager
    def make(name: str) -> Iterator[tuple[GraphServer, str]]:
        with GraphServer(entra, signed_in, tmp_path / name) as server:
            deliver(STORY, server)
            yield server, configured(server, entra, tmp_path / name)

    return make


@pytest.mark.parametrize(
    ("point", "count", "number"),
    [
        ("make", 1, 1),
        ("create", 1, 1),
        ("create", 2, 1),
        ("append", 1, 1),
        ("project", 1, 1),
        ("cursor", 1, 1),
        ("observe", 1, 2),
        ("change", 1, 2),
    ],
)
def test_f02_a_pass_that_is_killed_leaves_each_invite_once(point: str, count: int, number: int, home: Home) -> None:
    *before, moment = read_story(STORY).moments[: number + 1]
    with home("whole") as (server, path):
        for each in (*before, moment):
            service.sync(config.load(path), each.now)
        expected = invites(server)
    with home("torn") as (server, path):
        for each in before:
            service.sync(config.load(path), each.now)
        command = [sys.executable, "-m", "tests.faults.killed", point, str(count), path, moment.now.isoformat()]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        service.sync(config.load(path), moment.now)
        assert invites(server) == expected
        assert told(queries.status(config.load(path), moment.now)) == moment.told
        assert list(server.calendars.calendars.values()) == ["Calendar", "Afterword"]


@pytest.mark.parametrize("count", [1, 2])
def test_f02_a_pass_that_is_killed_leaves_each_draft_once(count: int, home: Home) -> None:
    _, moment, later, *_ = read_story(STORY).moments
    with home("torn") as (server, path):
        text = Path(path).read_text(encoding="utf-8").replace("client_id", "drafts = true\nclient_id")
        Path(path).write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "tests.faults.killed", "draft", str(count), path, moment.now.isoformat()]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        assert len(server.mail.drafts()) == count
        service.sync(config.load(path), moment.now)
        assert sorted(map(addressee, server.mail.drafts())) == ["carla.rossi@acme.example", "dev.patel@acme.example"]
        service.sync(config.load(path), later.now)
        assert [addressee(each) for each in server.mail.drafts()] == ["dev.patel@acme.example"]


def addressee(draft: dict[str, Any]) -> str:
    (only,) = draft["toRecipients"]
    return str(only["emailAddress"]["address"])
