"""Drafts in Gmail: one for each key, in the thread that it answers, withdrawn as they were put there, and never sent."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import closing
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from msgspec import ValidationError, convert

from afterword.eventlog.events import DraftPlaced, DraftWithdrawn
from afterword.eventlog.log import EventLog
from afterword.ports import DraftBox, NeedsUser, Unavailable
from connectors.google.settings import GoogleSettings
from connectors.google.source import GoogleSource
from daemon import config, service
from tests.contract.source_contract import Reader, mail
from tests.drafted import AT, DRAFT, NOW, rejected
from tests.homes import USER_AND_LOG
from tests.servers.google import Google, GoogleAccount, Handler, refused, unhurried
from tests.servers.unlucky import PORTAL
from tests.servers.web import Answered

DRAFTS = "/gmail/v1/users/me/drafts"
CONFIG = (
    USER_AND_LOG
    + """
[[accounts]]
name = "gmail"
kind = "google"
client_secrets = "client.json"
token_file = "tokens/google"
endpoint = "{endpoint}"
calendar = false
drafts = true
"""
)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


@pytest.fixture
def account(google: Google, tmp_path: Path) -> GoogleAccount:
    account = google.account(tmp_path)
    account.settings()
    return account


@pytest.fixture
def box(account: GoogleAccount) -> GoogleSource:
    return GoogleSource(account.settings(drafts=True))


def place(box: GoogleSource, key: str = "k1") -> None:
    box.place_draft(key, DRAFT, sender="jane@example.org", at=AT)


def stored(account: GoogleAccount) -> list[Any]:
    listed = account.ask("GET", DRAFTS).get("drafts", ())
    return [account.ask("GET", f"{DRAFTS}/{each['id']}?format=raw") for each in listed]


def drafts(account: GoogleAccount) -> list[EmailMessage]:
    raws = [urlsafe_b64decode(each["message"]["raw"] + "==") for each in stored(account)]
    return [message_from_bytes(each, policy=policy.default) for each in raws]


def test_a_draft_is_as_the_user_would_send_it(account: GoogleAccount, box: GoogleSource) -> None:
    assert isinstance(box, DraftBox)
    place(box)
    (only,) = drafts(account)
    told = {name: str(only[name]) for name in ("From", "To", "Subject", "In-Reply-To", "References")}
    assert told == {
        "From": "jane@example.org",
        "To": "anna@acme.example",
        "Subject": "Re: Ihr Gespräch Bcc: everybody@example.com",
        "In-Reply-To": "<1@acme.example>",
        "References": "<1@acme.example>",
    }
    assert only["Bcc"] is None
    assert only.get_content().splitlines() == DRAFT.body.splitlines()


def test_it_lies_in_the_thread_that_it_answers(account: GoogleAccount, box: GoogleSource) -> None:
    (answered,) = account.put(mail(1).replace(b"\n", b"\r\n"))
    place(box)
    (only,) = stored(account)
    assert only["message"]["threadId"] == account.ask("GET", f"/gmail/v1/users/me/messages/{answered}")["threadId"]


def test_a_draft_is_placed_once_and_withdrawn_once(account: GoogleAccount, box: GoogleSource) -> None:
    for key in ("k1", "k2", "k1", "k1"):
        place(box, key)
    assert len(drafts(account)) == 2
    for _ in range(2):
        box.withdraw_draft("k1")
    assert [each["X-Afterword-Draft"] for each in drafts(account)] == ["k2"]


def test_the_users_own_drafts_stay(account: GoogleAccount, box: GoogleSource) -> None:
    raw = urlsafe_b64encode(mail(1)).decode()
    account.ask("POST", DRAFTS, {"message": {"raw": raw}})
    place(box)
    box.withdraw_draft("k1")
    assert [each["Subject"] for each in drafts(account)] == ["Mail 1"]


def test_each_draft_is_looked_at_once(account: GoogleAccount, box: GoogleSource) -> None:
    raw = urlsafe_b64encode(mail(1)).decode()
    for _ in range(5):
        account.ask("POST", DRAFTS, {"message": {"raw": raw}})
    before = len(account.server.asked)
    for key in ("k1", "k2", "k3"):
        place(box, key)
    box.withdraw_draft("k1")
    looked_at = [each for each in account.server.asked[before:] if each.path.startswith("/gmail/v1/users/me/messages/")]
    assert len(looked_at) == 5 + 3 + 1


@pytest.mark.parametrize("looked_before", [False, True])
def test_a_draft_that_the_user_changed_is_theirs(
    account: GoogleAccount, box: GoogleSource, looked_before: bool
) -> None:
    place(box)
    if looked_before:
        place(box)
    (only,) = stored(account)
    head = urlsafe_b64decode(only["message"]["raw"] + "==").partition(b"\r\n\r\n")[0]
    raw = urlsafe_b64encode(head + b"\r\n\r\nMy own words.\r\n").decode()
    account.ask("PUT", f"{DRAFTS}/{only['id']}", {"message": {"raw": raw}})
    box.withdraw_draft("k1")
    assert len(drafts(account)) == 1


def test_a_draft_whose_answer_was_lost_is_not_placed_twice(
    account: GoogleAccount, box: GoogleSource, answering: list[Handler]
) -> None:
    def lost(asked: Any) -> Answered | None:
        if asked.method == "POST" and asked.path.startswith(DRAFTS):
            answering.remove(lost)
            account.server.told(asked)
            return Answered(cut=-1)
        return None

    answering.append(lost)
    with pytest.raises(Unavailable):
        place(box)
    place(box)
    assert len(drafts(account)) == 1


def test_where_one_draft_can_not_be_looked_at_none_is_placed(
    account: GoogleAccount, box: GoogleSource, answering: list[Handler]
) -> None:
    raw = urlsafe_b64encode(mail(1)).decode()
    kept = account.ask("POST", DRAFTS, {"message": {"raw": raw}})["message"]["id"]
    place(box)
    answering.append(lambda asked: refused(500, "backendError") if kept in asked.path else None)
    with pytest.raises(Unavailable, match="can't give a mail"):
        place(GoogleSource(account.settings(drafts=True)))
    assert len(drafts(account)) == 2


def test_a_draft_that_goes_meanwhile_is_withdrawn_enough(box: GoogleSource, answering: list[Handler]) -> None:
    place(box)
    answering.append(lambda asked: refused(404, "notFound") if asked.method == "DELETE" else None)
    box.withdraw_draft("k1")
    answering[-1] = lambda asked: refused(400, "badRequest") if asked.method == "DELETE" else None
    with pytest.raises(Unavailable):
        box.withdraw_draft("k1")


def test_a_page_in_the_place_of_an_answer_places_no_draft(
    account: GoogleAccount, box: GoogleSource, answering: list[Handler]
) -> None:
    answering.append(lambda asked: PORTAL if asked.method == "POST" and asked.path.startswith(DRAFTS) else None)
    with pytest.raises(Unavailable):
        place(box)
    answering.pop()
    place(box)
    assert len(drafts(account)) == 1


def test_where_drafts_are_not_allowed_the_user_is_told(box: GoogleSource, answering: list[Handler]) -> None:
    answering.append(lambda asked: refused(403, "insufficientPermissions") if asked.path.startswith(DRAFTS) else None)
    with pytest.raises(NeedsUser, match="does not let Afterword use your drafts: sign in again"):
        place(box)


def test_drafts_without_mail_are_no_setting(account: GoogleAccount) -> None:
    known = {"client_secrets": "c", "token_file": str(account.folder / "t"), "mail": False, "drafts": True}
    with pytest.raises(ValidationError, match="drafts = true needs mail = true"):
        convert(known, GoogleSettings)


def test_what_is_owed_lies_in_drafts_until_it_is_moot(account: GoogleAccount, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG.format(endpoint=account.server.url), encoding="utf-8")
    known = config.load(str(tmp_path / "config.toml"))
    account.put(*rejected(NOW))

    for minute in range(3):
        assert service.sync(known, NOW + timedelta(minutes=minute)).troubles == []
    replies = [each for each in drafts(account) if each["In-Reply-To"] == "<2@acme.example>"]
    assert [each["To"] for each in replies] == ["anna@acme.example"]
    events = placed(known)
    assert len(events) == len(drafts(account))
    assert Reader(GoogleSource(account.settings())).subjects(NOW) == ["Interview at Acme", "Your application at Acme"]

    service.sync(known, NOW + timedelta(days=60))
    assert drafts(account) == []
    assert len(placed(known)) == 2 * len(events)


def placed(known: config.Config) -> list[DraftPlaced | DraftWithdrawn]:
    with closing(EventLog.open(known.log.url)) as kept:
        events = [each.event for each in kept.read()]
    return [each for each in events if isinstance(each, DraftPlaced | DraftWithdrawn)]
