"""Whom a Google account speaks to: from the sign-in over a story's end to the drafts, nobody but the server that it was told of."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from connectors.google.source import GoogleSource
from daemon import config, service, wiring
from tests.scenarios.story import read_story
from tests.scenarios.test_by_google_account import Whole
from tests.scenarios.test_scenarios import STORIES
from tests.servers.google import Google
from tests.servers.google_user import GoogleUser

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Elsewhere(AssertionError):
    """Somebody wanted to speak to another machine."""


@pytest.fixture
def spoken_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The hosts that were asked for; none but this machine is reached."""
    hosts: set[str] = set()
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def checked(host: object) -> None:
        hosts.add(str(host))
        if host not in LOOPBACK:
            raise Elsewhere(host)

    def connecting(line: socket.socket, address: Any) -> None:
        if line.family in {socket.AF_INET, socket.AF_INET6}:
            checked(address[0])
        connect(line, address)

    def looking_up(host: Any, *given: Any, **named: Any) -> Any:
        checked(host)
        return look_up(host, *given, **named)

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", looking_up)
    yield hosts
    assert hosts <= LOOPBACK


def test_the_watch_is_kept(spoken_to: set[str]) -> None:
    with pytest.raises(Elsewhere):
        socket.create_connection(("gmail.googleapis.com", 443))
    with socket.socket() as line, pytest.raises(Elsewhere):
        line.connect(("192.0.2.1", 443))
    assert spoken_to == {"gmail.googleapis.com", "192.0.2.1"}
    spoken_to.clear()


def test_nobody_but_the_named_server_is_ever_spoken_to(
    google: Google, tmp_path: Path, spoken_to: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    whole = Whole(google, tmp_path / "home")
    story = next(each for each in STORIES if each.name == "thank_you_to_each_interviewer")
    before = len(google.asked)
    with whole.of(story) as path:
        text = (
            Path(path)
            .read_text(encoding="utf-8")
            .replace('kind = "google"\nclient', 'kind = "google"\ndrafts = true\nclient')
        )
        Path(path).write_text(text, encoding="utf-8")
        (source,) = wiring.sources_of(config.load(path)).values()
        assert isinstance(source, GoogleSource)
        assert source.sign_in(GoogleUser(whole.account.user)) == whole.account.user
        assert source.access_token(refused=source.access_token())
        for moment in read_story(story).moments:
            assert service.sync(config.load(path), moment.now).troubles == []
        asked = {(each.method, urlsplit(each.path).path.split("/")[1]) for each in google.asked[before:]}
        assert {("POST", each) for each in ("oauth2", "batch", "gmail", "calendar")} < asked
        assert source.check()
    assert spoken_to == {"127.0.0.1"}
