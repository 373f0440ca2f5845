"""The same stories on real servers, which are killed and started again in the middle."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.scenarios.playing import STORIES
from tests.scenarios.story import read_story
from tests.scenarios.worlds import ByMail, OnRadicale, World
from tests.servers import dovecot
from tests.servers.calendars import CalendarServer, Radicale, Xandikos, running
from tests.servers.dovecot import Dovecot
from tests.servers.post import MailServers


@pytest.fixture(scope="module")
def mail() -> Iterator[Dovecot]:
    with contextmanager(dovecot.running)() as server:
        yield server


@pytest.fixture(scope="module")
def radicale() -> Iterator[CalendarServer]:
    with running(Radicale) as server:
        yield server


@pytest.fixture(scope="module")
def post() -> Iterator[MailServers]:
    with tempfile.TemporaryDirectory(prefix="afterword-post-") as base:
        servers = MailServers(Path(base))
        servers.start()
        yield servers
        servers.stop()


@pytest.fixture(scope="module")
def xandikos(post: MailServers) -> Iterator[CalendarServer]:
    hears = ["--imip-listen", f"127.0.0.1:{post.lmtp_port}"]
    sends = ["--imip-send", "smtp", "--smtp-host", "127.0.0.1", "--smtp-port", str(post.reply_port)]
    with running(Xandikos, *hears, *sends, "--smtp-from", "jane@example.org") as server:
        yield server


@pytest.fixture
def on_radicale(tmp_path: Path, mail: Dovecot, radicale: CalendarServer) -> World:
    return OnRadicale(tmp_path, mail.account(), radicale.account())


@pytest.fixture
def by_mail(tmp_path: Path, mail: Dovecot, xandikos: CalendarServer, post: MailServers) -> World:
    return ByMail(tmp_path, mail.account(), xandikos.account(), post)


@pytest.mark.parametrize("kind", ["on_radicale", "by_mail"])
@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_a_story_ends_the_same_on_servers_that_are_killed_in_the_middle(
    kind: str, story: Path, request: pytest.FixtureRequest
) -> None:
    world: World = request.getfixturevalue(kind)
    moments = read_story(story).moments
    with world.of(story):
        for moment in moments:
            if moment == moments[len(moments) // 2]:
                world.lose_servers(moment, turn=STORIES.index(story))
            assert world.play(moment) == moment.told
            assert world.standing() == world.owed(moment)
