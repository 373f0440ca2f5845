"""Connectors are found by entry points: somebody else's by the same door as ours."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from afterword.ports import NeedsUser
from connectors import registry
from daemon import config, service
from daemon.config import ConfigError
from tests import installed
from tests.homes import Home

MODULE = """
from typing import ClassVar
from msgspec import Struct
from afterword.ports import Batch, Mail

class Settings(Struct, forbid_unknown_fields=True):
    subject: str

class Postcards:
    Settings: ClassVar = Settings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings):
        self.settings = settings

    def read(self, cursor, until):
        raw = f"From: Mia <mia@borealis.example>\\nTo: jane@example.org\\nSubject: {self.settings.subject}\\nDate: Thu, 5 Mar 2026 10:00:00 +0100\\n\\nThank you for applying to Borealis."
        yield Batch(items=(Mail(raw=raw.encode(), ref="1", mailbox="inbox"),), cursor=b"read")

    def check(self):
        return "a postcard"
"""


@pytest.fixture
def postcards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry_points = "[afterword.sources]\npostcards = postcards:Postcards\nbroken = nowhere:Nothing\n"
    installed.put(tmp_path / "site", "postcards", MODULE, entry_points)
    installed.found_here(tmp_path / "site", "postcards", monkeypatch)


def with_account(home: Home, kind: str, settings: str) -> None:
    text = home.path.read_text(encoding="utf-8")
    home.path.write_text(f'{text}\n[[accounts]]\nname = "own"\nkind = "{kind}"\n{settings}\n', encoding="utf-8")


@pytest.mark.usefixtures("postcards")
def test_a_connector_of_somebody_elses_is_read_like_ours(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with_account(home, "postcards", 'subject = "Your application"')

    report = home.sync(datetime(2026, 3, 5, 12, tzinfo=UTC))

    assert report.read["own"] == 1
    assert [each.company for each in home.status(datetime(2026, 3, 5, 12, tzinfo=UTC)).applications] == ["Borealis"]


@pytest.mark.usefixtures("postcards")
def test_its_settings_are_read_like_ours(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with_account(home, "postcards", "subject = 7")

    with pytest.raises(ConfigError, match=r"^accounts\[3\]\.subject: Expected text, got a whole number\.$"):
        service.sync(config.load(str(home.path)), datetime(2026, 3, 5, 12, tzinfo=UTC))


def test_a_kind_that_nobody_brought_is_told_with_those_that_there_are() -> None:
    with pytest.raises(NeedsUser, match=r"no connector of the kind 'pigeon': choose one of .*ics.*maildir.*mbox"):
        registry.source_class("pigeon")


@pytest.mark.usefixtures("postcards")
def test_a_connector_that_can_not_be_loaded_says_so_in_a_sentence() -> None:
    with pytest.raises(NeedsUser, match="The connector nowhere:Nothing can't be loaded"):
        registry.source_class("broken")
