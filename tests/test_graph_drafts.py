"""Drafts in Outlook: one for each key, in the thread, withdrawn as they were put there, and never sent."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from afterword.ports import Draft, DraftBox, Unavailable
from connectors.microsoft.source import MicrosoftSource
from tests.contract.source_contract import mail
from tests.servers.entra import Entra
from tests.servers.graph import GraphServer
from tests.servers.web import Answered, Asked

AT = datetime(2026, 3, 5, 18, tzinfo=UTC)
DRAFT = Draft(
    to=("anna@acme.example",),
    subject="Re: Mail 1\r\nBcc: everybody@example.com",
    body="Dear Anna,\n\nthank you for the good talk about Größe 🙂.\n\nJane\n",
    in_reply_to="1@acme.example",
)


@pytest.fixture
def server(entra: Entra, signed_in: bytes, tmp_path: Path) -> Iterator[GraphServer]:
    with GraphServer(entra, signed_in, tmp_path) as server:
        yield server


@pytest.fixture
def box(server: GraphServer) -> MicrosoftSource:
    return MicrosoftSource(server.settings(drafts=True))


def place(box: MicrosoftSource, key: str = "k1", draft: Draft = DRAFT) -> None:
    box.place_draft(key, draft, sender="jane@example.org", at=AT)


def test_a_draft_stands_in_the_thread_of_what_it_answers(server: GraphServer, box: MicrosoftSource) -> None:
    assert isinstance(box, DraftBox)
    answered = server.mail.put(mail(1))
    place(box)
    (only,) = server.mail.drafts()
    assert only["conversationId"] == f"C{answered}"
    assert only["toRecipients"] == [{"emailAddress": {"address": "anna@acme.example"}}]
    assert only["subject"] == "Re: Mail 1 Bcc: everybody@example.com"
    assert only["body"]["content"].startswith("Dear Anna,")


def test_a_draft_for_a_mail_that_is_not_there_stands_by_itself(server: GraphServer, box: MicrosoftSource) -> None:
    place(box)
    place(box, "k2", replace(DRAFT, in_reply_to=""))
    assert len(server.mail.drafts()) == 2


def test_there_is_never_a_second_one(server: GraphServer, box: MicrosoftSource) -> None:
    server.mail.put(mail(1))
    place(box)
    place(box)
    place(MicrosoftSource(server.settings(drafts=True)))
    assert len(server.mail.drafts()) == 1


def test_f40_one_whose_making_was_not_confirmed_is_found_again(server: GraphServer, box: MicrosoftSource) -> None:
    """The server has made it, and the line broke before it could say so."""
    broken = iter([True])

    def break_once(asked: Asked) -> Answered:
        told = server.answered(asked)
        if asked.method == "POST" and next(broken, False):
            return Answered(status=504)
        return told

    server.mail.put(mail(1))
    server.through = break_once
    with pytest.raises(Unavailable):
        place(box)
    place(box)
    assert len(server.mail.drafts()) == 1


def test_what_is_moot_is_withdrawn_and_what_was_edited_stays(server: GraphServer, box: MicrosoftSource) -> None:
    server.mail.put(mail(1))
    place(box)
    place(box, "k2")
    edited = server.mail.drafts()[1]
    server.mail.touch(edited["id"], body={"contentType": "text", "content": "Dear Anna, it was a pleasure.\r\n"})
    box.withdraw_draft("k1")
    box.withdraw_draft("k2")
    box.withdraw_draft("k1")
    assert server.mail.drafts() == [edited]


def test_nothing_is_ever_sent(server: GraphServer, box: MicrosoftSource) -> None:
    server.mail.put(mail(1))
    place(box)
    box.withdraw_draft("k1")
    assert not [each.path for each in server.asked if "send" in each.path.lower()]
