"""Drafts by IMAP: one for each key in the folder for drafts, threaded, withdrawn as they were put there, and never sent."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from afterword.eventlog.events import DraftPlaced, DraftWithdrawn
from afterword.eventlog.log import EventLog
from afterword.ports import DraftBox, NeedsUser
from connectors.imap import ImapSource
from daemon import config, service
from tests.contract.source_contract import Reader, mail
from tests.drafted import AT, DRAFT, NOW, rejected
from tests.homes import USER_AND_LOG
from tests.servers.between import relayed
from tests.servers.dovecot import PASSWORD, Account, Dovecot

SENDER = "jane@example.org"
CONFIG = (
    USER_AND_LOG
    + """
[[accounts]]
name = "post"
kind = "imap"
host = "localhost"
port = {port}
tls = "none"
user = "{user}"
password = {{ file = "password" }}
drafts = {drafts}
"""
)


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.account()


@pytest.fixture
def box(account: Account) -> ImapSource:
    return ImapSource(account.settings())


def place(box: ImapSource, key: str = "k1") -> None:
    box.place_draft(key, DRAFT, sender=SENDER, at=AT)


def drafts(account: Account, folder: str = "Drafts") -> list[EmailMessage]:
    with account.program() as program:
        program.select_folder(folder, readonly=True)
        found = program.fetch(program.search(["UNDELETED"]), ["BODY.PEEK[]", "FLAGS"])
        assert all(b"\\Draft" in each[b"FLAGS"] for each in found.values())
    return [message_from_bytes(each[b"BODY[]"], policy=policy.default) for each in found.values()]


def test_a_draft_is_as_the_user_would_send_it(account: Account, box: ImapSource) -> None:
    assert isinstance(box, DraftBox)
    place(box)
    (only,) = drafts(account)
    told = {name: str(only[name]) for name in ("From", "To", "Subject", "In-Reply-To", "References")}
    assert told == {
        "From": SENDER,
        "To": "anna@acme.example",
        "Subject": "Re: Ihr Gespräch Bcc: everybody@example.com",
        "In-Reply-To": "<1@acme.example>",
        "References": "<1@acme.example>",
    }
    assert only["Bcc"] is None
    assert only.get_content().splitlines() == DRAFT.body.splitlines()


def test_a_draft_is_placed_once_and_withdrawn_once(account: Account, box: ImapSource) -> None:
    for key in ("k1", "k2", "k1", "k1"):
        place(box, key)
    assert len(drafts(account)) == 2
    for _ in range(2):
        box.withdraw_draft("k1")
    assert [each["X-Afterword-Draft"] for each in drafts(account)] == ["k2"]


def test_the_users_own_drafts_stay(account: Account, box: ImapSource) -> None:
    with account.program() as program:
        program.append("Drafts", mail(1), (b"\\Draft",))
        program.append("Drafts", mail(2), (b"\\Draft", b"\\Deleted"))
    place(box)
    box.withdraw_draft("k1")
    with account.program() as program:
        assert program.select_folder("Drafts", readonly=True)[b"EXISTS"] == 2


def rewrite(account: Account, change: Callable[[bytes], bytes]) -> None:
    """As mail programs do that keep a draft: the new one takes the place of the old."""
    with account.program() as program:
        program.select_folder("Drafts")
        raw = program.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"]
        assert change(raw) != raw
        program.delete_messages([1])
        program.expunge()
        program.append("Drafts", change(raw), (b"\\Draft",))


def test_a_draft_that_the_user_changed_is_theirs(account: Account, box: ImapSource) -> None:
    place(box)
    rewrite(account, lambda raw: raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\nMy own words.\r\n")
    box.withdraw_draft("k1")
    assert len(drafts(account)) == 1


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b"To: anna@acme.example", b"To: anna@acme.example, carla@acme.example"),
        (b"To: anna@acme.example", b"To: anna@acme.example\r\nBcc: me@home.example"),
        (b"Subject: ", b"Subject: My own: "),
        (b"Subject: ", b"Subject: =?nonsense?q?=FF?= "),
    ],
)
def test_a_draft_that_goes_to_others_or_says_something_else_is_the_users(
    account: Account, box: ImapSource, said: bytes, instead: bytes
) -> None:
    place(box)
    rewrite(account, lambda raw: raw.replace(said, instead))
    box.withdraw_draft("k1")
    assert len(drafts(account)) == 1


def test_a_draft_whose_fields_a_server_has_written_anew_is_still_ours(account: Account, box: ImapSource) -> None:
    place(box)
    rewrite(
        account,
        lambda raw: b"X-Server: was here\r\n" + raw.replace(b"To: anna@acme.example", b"To: <anna@acme.example>"),
    )
    box.withdraw_draft("k1")
    assert drafts(account) == []


def test_without_uidplus_nothing_else_is_expunged(account: Account, box: ImapSource) -> None:
    with account.program() as program:
        program.append("Drafts", mail(1), (b"\\Draft", b"\\Deleted"))
    place(box)
    with relayed(account.server.port, lambda told: told.replace(b"UIDPLUS", b"XIDPLUS")) as between:
        ImapSource(account.settings(port=between.port)).withdraw_draft("k1")
    assert drafts(account) == []
    with account.program() as program:
        assert program.select_folder("Drafts", readonly=True)[b"EXISTS"] == 2


def test_without_a_folder_for_drafts_the_user_is_asked(account: Account) -> None:
    def without(told: bytes) -> bytes:
        return told.replace(b"\\Drafts", b"\\XDrafts").replace(b" Drafts\r\n", b" Elsewhere\r\n")

    with relayed(account.server.port, without) as between, pytest.raises(NeedsUser, match="no folder for drafts"):
        place(ImapSource(account.settings(port=between.port)))


def test_a_draft_is_never_read_as_a_mail_that_was_sent(account: Account) -> None:
    with account.program() as program:
        program.append("Ablage", mail(1), (b"\\Draft",))
    account.put(mail(2), folder="Ablage")
    assert Reader(ImapSource(account.settings())).subjects() == ["Mail 2"]


def configured(folder: Path, account: Account, drafts: str) -> config.Config:
    (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    text = CONFIG.format(port=account.server.port, user=account.user, drafts=drafts)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return config.load(str(folder / "config.toml"))


def placed(known: config.Config) -> list[DraftPlaced | DraftWithdrawn]:
    with closing(EventLog.open(known.log.url)) as kept:
        events = [each.event for each in kept.read()]
    return [each for each in events if isinstance(each, DraftPlaced | DraftWithdrawn)]


def test_what_is_owed_lies_in_drafts_until_it_is_moot(account: Account, tmp_path: Path) -> None:
    known = configured(tmp_path, account, "true")
    account.put(*rejected(NOW))

    for minute in range(3):
        assert service.sync(known, NOW + timedelta(minutes=minute)).troubles == []
    replies = [each for each in drafts(account) if each["In-Reply-To"] == "<2@acme.example>"]
    assert [each["To"] for each in replies] == ["anna@acme.example"]
    events = placed(known)
    assert len(events) == len(drafts(account))

    service.sync(known, NOW + timedelta(days=60))
    assert drafts(account) == []
    assert len(placed(known)) == 2 * len(events)


def test_where_the_user_does_not_allow_it_nothing_is_put_there(account: Account, tmp_path: Path) -> None:
    known = configured(tmp_path, account, "false")
    account.put(*rejected(NOW))
    service.sync(known, NOW)
    assert drafts(account) == []


def test_a_draft_whose_keeping_was_cut_short_is_not_placed_twice(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = configured(tmp_path, account, "true")
    account.put(*rejected(NOW))
    place_draft = ImapSource.place_draft

    def killed(*given: object, **named: object) -> None:
        place_draft(*given, **named)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(ImapSource, "place_draft", killed)
    with pytest.raises(KeyboardInterrupt):
        service.sync(known, NOW)
    monkeypatch.setattr(ImapSource, "place_draft", place_draft)
    service.sync(known, NOW)
    keys = [each["X-Afterword-Draft"] for each in drafts(account)]
    assert len(keys) == len(set(keys)) == len(placed(known))
