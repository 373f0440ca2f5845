"""What may go wrong with Outlook's mail: read anew where Graph has forgotten, in bounds where it has no end, and nothing twice."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from afterword.ports import ConnectorError, Mail, NeedsUser, Unavailable, UnreadableItem
from connectors import retries
from connectors.microsoft import failures
from connectors.microsoft import mail as outlook
from connectors.microsoft.graph import MAX_RESPONSE_SIZE
from connectors.microsoft.source import MicrosoftSource
from connectors.microsoft.throttle import MAX_CONCURRENT_REQUESTS
from tests.contract.source_contract import LATER, NOW, TOO_LARGE, Reader, mail, subjects
from tests.servers.entra import Entra
from tests.servers.graph import GraphServer
from tests.servers.graph_mail import failed
from tests.servers.web import Answered, Asked

MANY = 60


@pytest.fixture
def server(entra: Entra, signed_in: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphServer]:
    monkeypatch.setattr(retries, "FIRST_DELAY", 0.0)
    with GraphServer(entra, signed_in, tmp_path) as server:
        yield server


@pytest.fixture
def reader(server: GraphServer) -> Reader:
    return Reader(MicrosoftSource(server.settings()))


def put(server: GraphServer, *mails: bytes, folder: str = "inbox") -> list[str]:
    return [server.mail.put(each.replace(b"\n", b"\r\n"), folder) for each in mails]


def fetched(server: GraphServer) -> int:
    return sum(each.path.endswith("$value") for each in server.asked)


def test_f29_what_was_sent_is_known_as_sent_and_a_draft_is_no_mail(server: GraphServer, reader: Reader) -> None:
    put(server, mail(1), folder="sentitems")
    put(server, mail(2), folder="archive")
    put(server, mail(3), folder="drafts")
    put(server, mail(4), folder="deleteditems")
    told = {each.ref[-8:]: getattr(each, "mailbox", "") for each in reader.items()}
    assert sorted(told.values()) == ["archive", "sent"]


def test_f30_a_mail_that_is_moved_or_marked_is_not_new(server: GraphServer, reader: Reader) -> None:
    moved, marked, removed = put(server, mail(1), mail(2), mail(3))
    assert reader.subjects() == ["Mail 1", "Mail 2", "Mail 3"]
    server.mail.move(moved, "archive")
    server.mail.touch(marked, isRead=True)
    server.mail.move(removed, "deleteditems")
    assert reader.items() == []
    assert fetched(server) == 3


def test_an_old_mail_that_is_marked_as_read_is_not_fetched(server: GraphServer, reader: Reader) -> None:
    (old,) = put(server, mail(1, NOW - timedelta(days=400)))
    assert reader.items() == []
    server.mail.touch(old, isRead=True)
    assert reader.items() == []
    assert not fetched(server)


def test_f77_after_half_a_year_asleep_nothing_that_came_meanwhile_is_too_old(
    server: GraphServer, reader: Reader
) -> None:
    put(server, mail(1))
    assert reader.subjects() == ["Mail 1"]
    put(server, mail(2, NOW + timedelta(days=10)))
    assert reader.subjects(NOW + timedelta(days=180)) == ["Mail 2"]


def test_f78_when_a_mail_came_is_what_outlook_says(server: GraphServer, reader: Reader) -> None:
    """Also of one that has to wait, and whatever its own Date is."""
    sent = NOW + timedelta(days=2)
    put(server, mail(1, sent), mail(2, NOW - timedelta(hours=1)))
    assert [each.received_at for each in reader.items() if isinstance(each, Mail)] == [NOW - timedelta(hours=1)]
    assert [each.received_at for each in reader.items(LATER) if isinstance(each, Mail)] == [sent]


def test_f35_a_mail_that_is_gone_when_it_is_fetched_holds_up_nothing(server: GraphServer, reader: Reader) -> None:
    gone, _ = put(server, mail(1), mail(2))
    server.answering.append(lambda asked: failed(404, "ErrorItemNotFound") if gone[:6] in asked.path else None)
    assert reader.subjects() == ["Mail 2"]
    asked = len(server.asked)
    assert reader.items() == []
    assert fetched(server) == 2
    assert len(server.asked) - asked == 3


@pytest.mark.parametrize("page", [1, 7, 1000])
def test_f37_whoever_is_killed_between_two_pages_reads_the_rest_and_nothing_twice(
    server: GraphServer, reader: Reader, page: int
) -> None:
    server.mail.page = page
    put(server, *(mail(number) for number in range(MANY)))
    read: list[str] = []
    for _ in range(2 * MANY):
        batch = next(reader.batches(), None)
        read += subjects(batch.items) if batch is not None else []
    assert sorted(read) == sorted(f"Mail {number}" for number in range(MANY))


@pytest.mark.parametrize("broken", [Answered(body=b'{"value": [{"id": "A'), Answered(body=b'{"value": [{"id": 7}]}')])
def test_f41_an_answer_that_is_none_is_asked_for_again_later(
    server: GraphServer, reader: Reader, broken: Answered
) -> None:
    put(server, mail(1))
    server.answering.append(lambda asked: broken if "delta" in asked.path else None)
    with pytest.raises(Unavailable, match="can't be understood"):
        reader.items()
    server.answering.clear()
    assert reader.subjects() == ["Mail 1"]


def test_f41_a_mail_that_outlook_can_not_give_holds_up_no_other(server: GraphServer, reader: Reader) -> None:
    bad, _ = put(server, mail(1), mail(2))
    server.answering.append(lambda asked: failed(500, "ErrorInternalServerError") if bad[:6] in asked.path else None)
    for expected in (["Mail 2"], []):
        read: list[str] = []
        with pytest.raises(Unavailable, match="500"):
            read.extend(each for batch in reader.batches() for each in subjects(batch.items))
        assert read == expected
    server.answering.clear()
    assert reader.subjects() == ["Mail 1"]


def test_f41_a_mail_that_outlook_never_gives_is_set_aside_after_some_days(server: GraphServer, reader: Reader) -> None:
    (bad,) = put(server, mail(1))
    server.answering.append(lambda asked: failed(500, "ErrorInternalServerError") if bad[:6] in asked.path else None)
    with pytest.raises(Unavailable):
        reader.items()
    (aside,) = reader.items(NOW + timedelta(days=3))
    assert isinstance(aside, UnreadableItem)
    assert reader.items(NOW + timedelta(days=3)) == []


def test_f38_a_mail_that_nobody_may_have_holds_up_no_other_and_is_set_aside(
    server: GraphServer, reader: Reader
) -> None:
    """As those are that rights management protects."""
    protected, _ = put(server, mail(1), mail(2))
    server.answering.append(lambda asked: failed(403, "ErrorAccessDenied") if protected[:6] in asked.path else None)
    read: list[str] = []
    with pytest.raises(Unavailable, match="withholds a mail"):
        read.extend(each for batch in reader.batches() for each in subjects(batch.items))
    assert read == ["Mail 2"]
    (aside,) = reader.items(NOW + timedelta(days=3))
    assert isinstance(aside, UnreadableItem)


def test_f38_where_no_mail_may_be_had_the_user_is_asked_and_none_is_lost(server: GraphServer, reader: Reader) -> None:
    put(server, *(mail(number) for number in range(9)))
    server.answering.append(lambda asked: failed(403, "x") if asked.path.endswith("$value") else None)
    for days in range(6):
        with pytest.raises(NeedsUser, match="does not let Afterword use your mail"):
            reader.items(NOW + timedelta(days=days))
    server.answering.clear()
    assert len(reader.subjects()) == 9


def test_f40_where_no_mail_can_be_had_few_are_asked_for_and_none_is_lost(server: GraphServer, reader: Reader) -> None:
    put(server, *(mail(number) for number in range(9)))
    server.answering.append(lambda asked: failed(503, "x") if asked.path.endswith("$value") else None)
    for days in range(6):
        with pytest.raises(Unavailable):
            reader.items(NOW + timedelta(days=days))
    assert fetched(server) == 6 * failures.MAX_CONSECUTIVE_FAILURES * retries.MAX_ATTEMPTS
    server.answering.clear()
    assert len(reader.subjects()) == 9


@pytest.mark.parametrize("status", [403, 500])
def test_f38_many_mails_that_are_never_given_hold_up_no_other_and_are_set_aside(
    status: int, server: GraphServer, reader: Reader
) -> None:
    """The newest of all are among them, and nothing is given before they were asked for."""
    bad = put(server, *(mail(number) for number in range(12)))[7:]
    answer = failed(status, "ErrorMimeContentConversionFailed")
    server.answering.append(lambda asked: answer if any(each in unquote(asked.path) for each in bad) else None)
    read: list[str] = []
    aside = 0
    for days in range(9):
        with suppress(Unavailable) if days > 3 else suppress(ConnectorError):
            for batch in reader.batches(NOW + timedelta(days=days)):
                read += subjects(batch.items)
                aside += sum(isinstance(each, UnreadableItem) for each in batch.items)
        put(server, mail(100 + days))
    assert sorted(read) == sorted(f"Mail {number}" for number in (*range(7), *range(100, 108)))
    assert aside == len(bad)
    assert reader.subjects(NOW + timedelta(days=9)) == ["Mail 108"]


def test_f42_pages_without_an_end_are_told_and_all_is_read_anew(
    server: GraphServer, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlook, "MAX_PAGES", 20)
    put(server, mail(1))
    server.mail.endless = True
    batches = reader.batches()
    assert subjects(next(batches).items) == ["Mail 1"]
    with pytest.raises(Unavailable, match="without an end"):
        list(batches)
    assert len(server.asked) <= 22
    server.mail.endless = False
    put(server, mail(2))
    assert reader.subjects() == ["Mail 2"]


def test_f42_more_pages_than_are_read_at_once_are_read_on(
    server: GraphServer, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlook, "MAX_PAGES", 3)
    server.mail.page = 1
    put(server, *(mail(number) for number in range(7)))
    for _ in range(2):
        with pytest.raises(Unavailable, match="the next pass goes on"):
            reader.items()
    assert reader.subjects() == ["Mail 6"]
    assert fetched(server) == 7


def test_f42_a_page_that_leads_to_itself_is_seen_at_once(server: GraphServer, reader: Reader) -> None:
    def circling(asked: Asked) -> Answered | None:
        link = f"{server.endpoint}/me/mailFolders/inbox/messages/delta?$skiptoken=x"
        return (
            Answered(body=f'{{"value": [], "@odata.nextLink": "{link}"}}'.encode()) if "inbox" in asked.path else None
        )

    server.answering.append(circling)
    with pytest.raises(Unavailable, match="without an end"):
        reader.items()
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("status", "code"), [(410, "SyncStateNotFound"), (404, "syncStateNotFound"), (400, "ErrorInvalidSyncState")]
)
def test_f43_what_graph_has_forgotten_is_read_anew_and_no_mail_twice(
    server: GraphServer, reader: Reader, status: int, code: str
) -> None:
    put(server, mail(1))
    assert reader.subjects() == ["Mail 1"]
    put(server, mail(2))
    server.answering.append(lambda asked: failed(status, code) if "deltatoken" in asked.path else None)
    assert reader.subjects() == ["Mail 2"]
    server.answering.clear()
    assert reader.items() == []
    assert fetched(server) == 2


def test_f43_a_server_that_forgets_again_and_again_is_left_alone(server: GraphServer, reader: Reader) -> None:
    server.mail.page, server.mail.forgets_links = 1, True
    put(server, mail(1), mail(2))
    with pytest.raises(Unavailable, match="read anew"):
        reader.items()
    assert len(server.asked) < 10
    server.mail.forgets_links = False
    assert reader.subjects() == ["Mail 1", "Mail 2"][-1:]


def test_a_mailbox_without_an_archive_is_fine(server: GraphServer, reader: Reader) -> None:
    put(server, mail(1))
    server.answering.append(lambda asked: failed(404, "ErrorItemNotFound") if "archive" in asked.path else None)
    assert reader.subjects() == ["Mail 1"]
    assert reader.source.check() == "1 mail in Posteingang, Gesendete Elemente"


def test_where_graph_takes_no_filter_the_old_mails_are_listed_and_not_fetched(
    server: GraphServer, reader: Reader
) -> None:
    put(server, mail(1), mail(2, NOW - timedelta(days=400)))
    server.answering.append(lambda asked: failed(400, "ErrorInvalidUrlQuery") if "filter" in asked.path else None)
    assert reader.subjects() == ["Mail 1"]
    assert fetched(server) == 1


def test_an_account_without_a_mailbox_is_no_silent_one(server: GraphServer, reader: Reader) -> None:
    server.answering.append(
        lambda asked: failed(404, "MailboxNotEnabledForRESTAPI") if "mailFolders" in asked.path else None
    )
    with pytest.raises(NeedsUser, match="mail = false"):
        reader.items()


def test_an_inbox_that_is_refused_is_no_empty_one(server: GraphServer, reader: Reader) -> None:
    server.answering.append(lambda asked: failed(400, "ErrorInvalidRequest") if "inbox" in asked.path else None)
    with pytest.raises(Unavailable, match="400"):
        reader.items()


@pytest.mark.parametrize("name", ["@odata.nextLink", "@odata.deltaLink"])
def test_f44_a_link_to_another_host_is_not_kept(server: GraphServer, reader: Reader, name: str) -> None:
    put(server, mail(1))
    link = "https://graph.example.org/v1.0/me/mailFolders/inbox/messages/delta?$deltatoken=x"
    astray = Answered(body=f'{{"value": [], "{name}": "{link}"}}'.encode())
    server.answering.append(lambda asked: astray if "inbox" in asked.path else None)
    for _ in range(2):
        with pytest.raises(Unavailable, match="another host"):
            reader.items()
    server.answering.clear()
    assert reader.subjects() == ["Mail 1"]


def test_a_mail_that_is_too_large_is_set_aside_and_the_others_are_read(server: GraphServer, reader: Reader) -> None:
    put(server, mail(1), mail(2, body="a" * TOO_LARGE), mail(3))
    items = reader.items()
    assert subjects(items) == ["Mail 1", "Mail 3"]
    (aside,) = (each for each in items if isinstance(each, UnreadableItem))
    assert (len(aside.raw), aside.reason) == (64 * 1024, "it is larger than 25 MB")
    assert reader.items() == []


def test_f24_a_mail_without_an_end_is_cut_off_and_set_aside_at_once(server: GraphServer, reader: Reader) -> None:
    (endless,) = put(server, mail(1))
    large = Answered(body=b"a" * (MAX_RESPONSE_SIZE + 2**20))
    server.answering.append(lambda asked: large if endless[:6] in asked.path else None)
    (aside,) = reader.items()
    assert isinstance(aside, UnreadableItem)
    assert fetched(server) == 1


def test_f39_many_mails_are_fetched_no_more_than_four_at_once(server: GraphServer, reader: Reader) -> None:
    put(server, *(mail(number) for number in range(MANY)))
    lock, together = threading.Lock(), threading.Barrier(MAX_CONCURRENT_REQUESTS)
    running, most = 0, 0

    def counted(asked: Asked) -> Answered:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        if asked.path.endswith("$value"):
            together.wait(timeout=20)
        told = server.answered(asked)
        with lock:
            running -= 1
        return told

    server.through = counted
    assert len(reader.items(LATER)) == MANY
    assert most == MAX_CONCURRENT_REQUESTS
