"""Gmail's history when it is forgotten, leaps, tells of what nobody knows, or breaks off; and what became of its mails meanwhile."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from afterword.ports import Unavailable
from connectors.google import gmail_api
from connectors.google.source import GoogleSource
from tests.contract.source_contract import NOW, Reader
from tests.servers.google import Google, GoogleAccount, Handler, answered, asked_for, put, refused, times, to, unhurried
from tests.servers.google_discovery import checked
from tests.servers.web import Answered

Answering = list[Handler]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return unhurried(monkeypatch)


@pytest.fixture
def account(google: Google, tmp_path: Path) -> GoogleAccount:
    account = google.account(tmp_path)
    account.settings()
    return account


@pytest.fixture
def reader(account: GoogleAccount) -> Reader:
    return Reader(GoogleSource(account.settings()))


@pytest.mark.parametrize("told", [refused(404, "notFound"), refused(400, "invalidArgument")])
def test_f33_a_history_that_is_forgotten_leads_to_a_bounded_list_and_repeats_nothing(
    account: GoogleAccount, reader: Reader, answering: Answering, told: Answered
) -> None:
    put(account, 1, 2)
    assert reader.subjects() == ["Mail 1", "Mail 2"]
    put(account, 3)
    answering.append(to("/history", times(1, told)))
    before = len(account.server.asked)
    assert reader.subjects() == ["Mail 3"]
    (listed,) = asked_for(account.server, "/messages", before)[:1]
    (query,) = parse_qs(urlsplit(listed.path).query)["q"]
    assert query == f"after:{(NOW - timedelta(days=90)).timestamp():.0f}"
    put(account, 4)
    assert reader.subjects() == ["Mail 4"]


def test_f33_the_history_of_another_mailbox_is_not_gone_on_with(google: Google, tmp_path: Path) -> None:
    first, second = (google.account(tmp_path / name) for name in ("first", "second"))
    readers = []
    for number, each in enumerate((first, second), start=1):
        each.folder.mkdir()
        readers.append(Reader(GoogleSource(each.settings())))
        put(each, number)
    reader, other = readers
    assert reader.subjects() == ["Mail 1"]
    other.cursor = reader.cursor
    assert other.subjects() == ["Mail 2"]
    put(second, 3)
    assert other.subjects() == ["Mail 3"]


def test_f34_a_history_with_leaps_and_things_unknown_is_followed(
    account: GoogleAccount, reader: Reader, answering: Answering
) -> None:
    reader.items()
    (new,) = put(account, 1)
    head = {"id": new, "threadId": "t", "labelIds": ["INBOX"]}
    leaps: dict[str, Any] = checked(
        "gmail.v1",
        "ListHistoryResponse",
        {
            "history": [
                {"id": "5"},
                {"id": "9000000000000000000", "messages": [head]},
                {"id": "90000000000000000000", "labelsAdded": [{"message": head, "labelIds": ["STARRED"]}]},
                {"id": "7", "messagesDeleted": [{"message": {"id": "gone"}}]},
                {"id": "900000000000000000001", "messagesAdded": [{"message": head}]},
            ],
            "historyId": "900000000000000000002",
        },
    )
    unknown = {"id": "8", "messagesFolded": [{"message": head}]}
    answering.append(to("/history", times(1, answered({**leaps, "history": [*leaps["history"], unknown]}))))
    assert reader.subjects() == ["Mail 1"]
    reader.items()
    (last,) = asked_for(account.server, "/history")[-1:]
    assert parse_qs(urlsplit(last.path).query)["startHistoryId"] == ["900000000000000000002"]


def test_f34_what_comes_while_the_history_is_read_is_told_by_the_next_reading(
    account: GoogleAccount, reader: Reader, answering: Answering
) -> None:
    reader.items()
    first = answered({"history": [], "nextPageToken": "2", "historyId": "90000"})
    last = answered({"history": [], "historyId": "90007"})
    pages = iter([first, last])
    answering.append(to("/history", lambda: next(pages, None)))
    reader.items()
    reader.items()
    (asked,) = asked_for(account.server, "/history")[-1:]
    assert parse_qs(urlsplit(asked.path).query)["startHistoryId"] == ["90000"]


def test_f77_after_half_a_year_asleep_nothing_that_came_meanwhile_is_too_old(
    account: GoogleAccount, reader: Reader, answering: Answering
) -> None:
    reader.items()
    later = NOW + timedelta(days=180)
    answering.append(to("/history", lambda: refused(404, "notFound")))
    before = len(account.server.asked)
    reader.items(later)
    (listed,) = asked_for(account.server, "/messages", before)
    assert parse_qs(urlsplit(listed.path).query)["q"] == [f"after:{(NOW - timedelta(days=90)).timestamp():.0f}"]


def test_f35_a_mail_that_is_gone_when_it_is_asked_for_is_passed_over(
    account: GoogleAccount, reader: Reader, answering: Answering
) -> None:
    _, second, _ = put(account, 1, 2, 3)
    answering.append(to(f"/messages/{second}", times(1, refused(404, "notFound"))))
    assert reader.subjects() == ["Mail 1", "Mail 3"]
    assert reader.items() == []


@pytest.mark.parametrize("part", ["/messages", "/history"])
def test_f37_pages_that_break_off_are_begun_again(
    account: GoogleAccount, reader: Reader, answering: Answering, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(gmail_api, "PAGE_SIZE", 2)
    if part == "/history":
        reader.items()
    kept = reader.cursor
    put(account, *range(5))
    answering.append(
        lambda asked: refused(500, "backendError") if part in asked.path and "pageToken" in asked.path else None
    )
    with pytest.raises(Unavailable):
        reader.items()
    assert reader.cursor == kept
    answering.pop()
    assert reader.subjects() == [f"Mail {number}" for number in range(5)]
