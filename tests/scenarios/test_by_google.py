"""The same stories, read from Gmail."""

from pathlib import Path

import pytest

from tests.scenarios.story import mails, read_story
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
    for mail, sent in mails(story):
        account.put(mail, labels=("SENT",) if sent else ("INBOX",))


def configured(story: Path, account: GoogleAccount, folder: Path) -> str:
    post = POST.format(endpoint=account.server.url)
    text = CONFIG.format(state=folder, accounts=post + CALENDAR.format(story=story))
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return str(folder / "config.toml")
