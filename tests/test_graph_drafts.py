"""Drafts in Outlook: one for each key, in the thread that it answers, withdrawn as it was put there, and never sent."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from afterword.ports import ConnectorError, Draft, DraftBox, NeedsUser, Unavailable
from connectors import retries
from connectors.microsoft.source import MicrosoftSource
from daemon import config, service
from tests.contract.source_contract import mail
from tests.drafted import AT, DRAFT, NOW, rejected
from tests.homes import USER_AND_LOG
from tests.scenarios.test_by_microsoft import ACCOUNT
from tests.servers.entra import CLIENT, Entra
from tests.servers.graph import GraphServer
from tests.servers.graph_mail import failed
from tests.servers.unlucky import Unlucky
from tests.servers.web import Answered, Asked


@pytest.fixture
def server(entra: Entra, signed_in: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphServer]:
    monkeypatch.setattr(retries, "FIRST_DELAY", 0.0)
    with GraphServer(entra, signed_in, tmp_path) as server:
        server.mail.put(mail(1).replace(b"\n", b"\r\n"))
        yield server


@pytest.fixture
def box(server: GraphServer) -> MicrosoftSource:
    return MicrosoftSource(server.settings(drafts=True))


def place(box: MicrosoftSource, key: str = "k1", draft: Draft = DRAFT) -> None:
    box.place_draft(key, draft, sender="jane@example.org", at=AT)


def test_a_draft_answers_in_the_thread(server: GraphServer, box: MicrosoftSource) -> None:
    assert isinstance(box, DraftBox)
    place(box)
    (only,) = server.mail.drafts()
    (answered,) = (each.message["id"] for each in server.mail.kept.values() if each.folder == "inbox")
    assert only["conversationId"] == f"C{answered}"
    assert only["subject"] == "Re: Ihr Gespräch Bcc: everybody@example.com"
    assert only["toRecipients"] == [{"emailAddress": {"address": "anna@acme.example"}}]
    assert only["body"]["content"].replace("\r\n", "\n").startswith(DRAFT.body)
    assert not any("send" in each.path.lower() for each in server.asked)


@pytest.mark.parametrize("answered", ["", "gone@acme.example", "o'clock' or 1 eq 1@acme.example"])
def test_where_there_is_no_mail_to_answer_the_draft_begins_a_thread(
    server: GraphServer, box: MicrosoftSource, answered: str
) -> None:
    place(box, draft=replace(DRAFT, in_reply_to=answered))
    (only,) = server.mail.drafts()
    assert only["conversationId"] == f"C{only['id']}"


def test_a_draft_is_placed_once_and_withdrawn_once(server: GraphServer, box: MicrosoftSource) -> None:
    for key in ("k1", "it's k2", "k1", "it's k2"):
        place(box, key)
    assert len(server.mail.drafts()) == 2
    for _ in range(2):
        box.withdraw_draft("k1")
    assert len(server.mail.drafts()) == 1
    box.withdraw_draft("it's k2")
    assert server.mail.drafts() == []


def test_the_users_own_drafts_stay(server: GraphServer, box: MicrosoftSource) -> None:
    server.mail.put(mail(2).replace(b"\n", b"\r\n"), "drafts")
    place(box)
    box.withdraw_draft("k1")
    assert [each["subject"] for each in server.mail.drafts()] == ["Mail 2"]


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Re: My own"},
        {"body": {"contentType": "text", "content": f"{DRAFT.body}\r\nPS: See you!"}},
        {"toRecipients": [{"emailAddress": {"address": "somebody@acme.example"}}]},
        {"ccRecipients": [{"emailAddress": {"address": "somebody@acme.example"}}]},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_draft_that_the_user_changed_is_theirs(
    server: GraphServer, box: MicrosoftSource, change: dict[str, object]
) -> None:
    place(box)
    server.mail.touch(server.mail.drafts()[0]["id"], **change)
    box.withdraw_draft("k1")
    place(box)
    assert len(server.mail.drafts()) == 1


def test_a_draft_that_the_user_sent_is_no_error(server: GraphServer, box: MicrosoftSource) -> None:
    place(box)
    server.mail.move(server.mail.drafts()[0]["id"], "sentitems")
    box.withdraw_draft("k1")
    assert len(server.mail.kept) == 2


@pytest.mark.parametrize("loss", [Answered(cut=-1), Answered(status=504), Answered(head={"Content-Type": "text/html"})])
def test_f02_an_answer_that_is_lost_makes_no_second_draft(
    server: GraphServer, box: MicrosoftSource, loss: Answered
) -> None:
    lost: list[str] = []

    def losing(asked: Asked) -> Answered:
        told = server.answered(asked)
        if asked.method == "POST" and not lost:
            lost.append(asked.path)
            return loss
        return told

    server.through = losing
    with pytest.raises(Unavailable):
        place(box)
    place(box)
    assert lost
    assert len(server.mail.drafts()) == 1
    box.withdraw_draft("k1")
    assert server.mail.drafts() == []


@pytest.mark.parametrize("seed", range(3))
def test_f40_where_a_third_of_the_answers_fails_each_draft_is_there_once(
    server: GraphServer, box: MicrosoftSource, seed: int
) -> None:
    keys = [f"k{number}" for number in range(12)]
    server.through = Unlucky(server.answered, lambda status: failed(status, "x"), random.Random(seed))
    for key in keys:
        until_done(partial(place, box, key))
    assert len(server.mail.drafts()) == len(keys)
    for key in keys:
        until_done(partial(box.withdraw_draft, key))
    assert server.mail.drafts() == []


def until_done(act: Callable[[], None]) -> None:
    """As the service does: pass after pass."""
    for _ in range(20):
        with suppress(ConnectorError):
            act()
            return
    raise AssertionError("it never comes to pass")


def test_f02_a_draft_that_was_changed_before_anybody_noted_it_stays(server: GraphServer, box: MicrosoftSource) -> None:
    unnoted = [lambda asked: failed(503, "x") if asked.method == "PATCH" else None]
    server.answering += unnoted
    with pytest.raises(Unavailable):
        place(box)
    server.answering.clear()
    server.mail.touch(server.mail.drafts()[0]["id"], body={"contentType": "text", "content": "Anna, my own words"})
    place(box)
    box.withdraw_draft("k1")
    assert len(server.mail.drafts()) == 1


def test_f49_without_the_right_to_write_the_user_is_asked(server: GraphServer, box: MicrosoftSource) -> None:
    server.answering.append(lambda asked: failed(403, "ErrorAccessDenied") if asked.method == "POST" else None)
    with pytest.raises(NeedsUser, match="does not let Afterword use your drafts"):
        place(box)


def test_what_is_owed_lies_in_drafts_until_it_is_moot(server: GraphServer, entra: Entra, tmp_path: Path) -> None:
    account = ACCOUNT.format(client=CLIENT, authority=entra.authority, endpoint=server.endpoint, ca_file=entra.ca_file)
    (tmp_path / "config.toml").write_text(f"{USER_AND_LOG}{account}drafts = true\n", encoding="utf-8")
    known = config.load(str(tmp_path / "config.toml"))
    for each in rejected(NOW):
        server.mail.put(each)

    for minute in range(3):
        assert service.sync(known, NOW + timedelta(minutes=minute)).troubles == []
    placed = [each["toRecipients"][0]["emailAddress"]["address"] for each in server.mail.drafts()]
    assert "anna@acme.example" in placed

    service.sync(known, NOW + timedelta(days=60))
    assert server.mail.drafts() == []
