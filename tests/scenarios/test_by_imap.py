"""The same stories, read from a real mail server that is killed and started again between their moments."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from afterword.ports import Mail
from afterword.recognition.message import parse_message
from connectors.mbox import MboxSettings, MboxSource
from tests.contract.source_contract import Reader
from tests.scenarios.story import read_story
from tests.scenarios.test_scenarios import CALENDAR, CONFIG, STORIES, play
from tests.servers.dovecot import PASSWORD, Account, Dovecot, running

NEVER = datetime(2100, 1, 1, tzinfo=UTC)
POST = """
[[accounts]]
name = "mail"
kind = "imap"
host = "localhost"
port = {port}
tls = "starttls"
ca_file = "{ca_file}"
user = "{user}"
password = {{ command = "cat '{folder}/password'" }}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with contextmanager(running)() as dovecot:
        yield dovecot


@pytest.fixture
def account(server: Dovecot) -> Account:
    return server.account()


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_a_story_ends_the_same_by_imap(story: Path, account: Account, tmp_path: Path) -> None:
    deliver(story, account)
    path = configured(story, account, tmp_path)
    expected = read_story(story)

    for number, moment in enumerate(expected.moments):
        if number:
            account.server.stop(signal.SIGQUIT)
            account.server.start()
        assert play(path, moment) == moment.told


def deliver(story: Path, account: Account) -> None:
    """The story's mails, to where a mail program has them."""
    for each in Reader(MboxSource(MboxSettings(path=str(story / "mailbox.mbox")))).items(NEVER):
        assert isinstance(each, Mail)
        folder = "Gesendet" if parse_message(each.raw).sender.address == "jane@example.org" else "INBOX"
        account.put(each.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), folder=folder)


def configured(story: Path, account: Account, folder: Path) -> str:
    (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    server = account.server
    post = POST.format(port=server.port, ca_file=server.ca_file, user=account.user, folder=folder)
    text = CONFIG.format(state=folder, accounts=post + CALENDAR.format(story=story))
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return str(folder / "config.toml")
