"""Whom a Google account speaks to: from the sign-in over a story's end to the drafts, nobody but the server that it was told of."""

import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from connectors.google.source import GoogleSource
from daemon import config, service, wiring
from tests.scenarios.story import read_story
from tests.scenarios.test_by_google_account import THANKS, Whole
from tests.servers import elsewhere
from tests.servers.google import Google
from tests.servers.google_user import GoogleUser


def by_name(_: socket.socket) -> None:
    socket.create_connection(("gmail.googleapis.com", 443))


def by_number(line: socket.socket) -> None:
    line.connect(("192.0.2.1", 443))


def without_a_line(line: socket.socket) -> None:
    line.sendto(b"?", ("192.0.2.1", 53))


@pytest.mark.parametrize("reaching", [by_name, by_number, without_a_line])
def test_the_watch_is_kept(reaching: Callable[[socket.socket], None]) -> None:
    before = len(elsewhere.asked_for)
    with socket.socket(type=socket.SOCK_DGRAM) as line, pytest.raises(elsewhere.Elsewhere):
        reaching(line)
    assert elsewhere.elsewhere(since=before) != set()
    del elsewhere.asked_for[before:]


def test_nobody_but_the_named_server_is_ever_spoken_to(
    google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    whole = Whole(google, tmp_path / "home")
    before, watched = len(google.asked), len(elsewhere.asked_for)
    with whole.of(THANKS, drafts=True) as path:
        (source,) = wiring.sources_of(config.load(path)).values()
        assert isinstance(source, GoogleSource)
        assert source.sign_in(GoogleUser(whole.account.user)) == whole.account.user
        assert source.access_token(refused=source.access_token())
        for moment in read_story(THANKS).moments:
            assert service.sync(config.load(path), moment.now).troubles == []
        asked = {(each.method, urlsplit(each.path).path.split("/")[1]) for each in google.asked[before:]}
        assert {("POST", each) for each in ("oauth2", "batch", "gmail", "calendar")} < asked
        assert source.check()
    assert set(elsewhere.asked_for[watched:]) == {"127.0.0.1"}
