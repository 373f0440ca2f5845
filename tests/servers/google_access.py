"""A sign-in to the stand-in for Google Calendar that somebody has already gone through."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.google.settings import GoogleChannelSettings, GoogleSettings
from tests.servers.google_calendar import GoogleCalendars
from tests.servers.web import Answered, Asked, Web

Ask = Callable[[], Answered]
Change = Callable[[Asked, Ask], Answered]


class Signed:
    """Settings for an account at a port, with the tokens in a folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.token_file = folder / "tokens" / "google"
        self.token_file.parent.mkdir(exist_ok=True)
        self.endpoint = f"http://127.0.0.1:{port}"
        known = {
            "token": "t-1",
            "expiry": "2100-01-01T00:00:00Z",
            "refresh_token": "r-1",
            "client_id": "c",
            "client_secret": "s",
            "scopes": [],
        }
        self.token_file.write_text(json.dumps({**known, "token_uri": f"{self.endpoint}/token"}), encoding="utf-8")
        self._access = {
            "client_secrets": str(folder / "client.json"),
            "token_file": str(self.token_file),
            "endpoint": self.endpoint,
        }

    def settings(self, **others: object) -> GoogleSettings:
        return GoogleSettings(**{**self._access, **others})  # type: ignore[arg-type]

    def channel_settings(self, **others: object) -> GoogleChannelSettings:
        return GoogleChannelSettings(**{**self._access, **others})  # type: ignore[arg-type]


@contextmanager
def altered(calendars: GoogleCalendars, folder: Path, change: Change) -> Iterator[tuple[Web, Signed]]:
    """The stand-in behind something that changes its answers."""
    with Web(lambda asked: change(asked, lambda: calendars(asked))) as web:
        yield web, Signed(folder, web.port)


@pytest.fixture
def google_calendars() -> GoogleCalendars:
    return GoogleCalendars()


@pytest.fixture
def calendar_web(google_calendars: GoogleCalendars) -> Iterator[Web]:
    with Web(google_calendars) as web:
        yield web


@pytest.fixture
def calendar_user(calendar_web: Web, tmp_path: Path) -> Signed:
    return Signed(tmp_path, calendar_web.port)
