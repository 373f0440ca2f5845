"""The same stories, read from Gmail."""

from pathlib import Path

import pytest

from afterword.ports import Mail
from afterword.recognition.message import parse_message
from connectors.mbox import MboxSettings, MboxSource
from tests.contract.source_contract import Reader
from tests.scenarios.story import read_story
from tests.scenarios.test_by_imap import NEVER
from tests.scenarios.test_scenarios import CALENDAR, CONFIG, STORIES, play
from tests.servers.google import Google, GoogleAccount

POST = """
[[accounts]]
name = "mail"
kind = "google"
client_secrets = "client.json"
token_file = "tokens/google"
endpoint = "{endpoint}"
calendar = false
"""


@pytest.fixture
def account(google: Google, tmp_path: Path) -> GoogleAccount:
    account = google.account(tmp_path)
    account.settings()
    return account


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_a_story_ends_the_same_by_gmail(story: Path, account: GoogleAccount, tmp_path: Path) -> None:
    deliver(story, account)
    path = configured(story, account, tmp_path)

    for moment in read_story(story).moments:
        assert play(path, moment) == moment.told


def deliver(story: Path, account: GoogleAccount) -> None:
    """The story's mails, to where Gmail has them."""
    for each in Reader(MboxSource(MboxSettings(path=str(story / "mailbox.mbox")))).items(NEVER):
        assert isinstance(each, Mail)
        is_sent = parse_message(each.raw).sender.address == "jane@example.org"
        account.put(
            each.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), labels=("SENT",) if is_sent else ("INBOX",)
        )


def configured(story: Path, account: GoogleAccount, folder: Path) -> str:
    post = POST.format(endpoint=account.server.url)
    text = CONFIG.format(state=folder, accounts=post + CALENDAR.format(story=story))
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return str(folder / "config.toml")
