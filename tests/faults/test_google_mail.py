"""Gmail when its history is forgotten, answers are refused, lost, cut off or none, and permissions are taken away."""

import gzip
import random
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from afterword.ports import Mail, NeedsUser, Unavailable, UnreadableItem
from connectors import retries
from connectors.google import gmail_api, mailbox_sync, transport
from connectors.google.source import GoogleSource
from tests.contract.source_contract import NOW, Reader, mail, subjects
from tests.servers.google import Google, GoogleAccount, Handler, answered, asked_for, put, refused, times, to, unhurried
from tests.servers.google_discovery import checked
from tests.servers.unlucky import PORTAL, Unlucky
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


# ---- 35, 37 and 42: what goes away meanwhile


def test_f37_what_was_read_before_the_line_broke_is_not_read_again(
    account: GoogleAccount, reader: Reader, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_sync, "BATCH_SIZE", 2)
    sent = [mail(number, NOW - timedelta(hours=10 - number)).replace(b"\n", b"\r\n") for number in range(5)]
    ids = account.put(*sent)
    answering.append(to(f"/messages/{ids[-1]}", lambda: refused(500, "backendError")))
    with pytest.raises(Unavailable):
        reader.items()
    answering.pop()
    put(account, 5)
    assert reader.subjects() == ["Mail 4", "Mail 5"]


def test_f42_pages_without_an_end_are_left(account: GoogleAccount, reader: Reader, answering: Answering) -> None:
    answering.append(to("/messages", lambda: answered({"messages": [], "nextPageToken": "again"})))
    before = len(account.server.asked)
    with pytest.raises(Unavailable, match="no end"):
        reader.items()
    assert len(asked_for(account.server, "/messages", before)) == 2


def test_pages_that_are_too_many_are_left(account: GoogleAccount, reader: Reader, answering: Answering) -> None:
    numbers = iter(range(10**6))
    answering.append(to("/messages", lambda: answered({"messages": [], "nextPageToken": str(next(numbers))})))
    with pytest.raises(Unavailable, match="no end"):
        reader.items()
    assert next(numbers) <= gmail_api.MAX_PAGES + 1


# ---- 38 to 41: what is refused, and what is no answer


@pytest.mark.parametrize("told", [refused(403, "rateLimitExceeded"), refused(429, "x"), refused(503, "backendError")])
def test_f38_only_the_mails_that_were_too_many_are_asked_for_again(
    account: GoogleAccount, reader: Reader, answering: Answering, waits: list[float], told: Answered
) -> None:
    ids = put(account, 1, 2, 3)
    answering.append(to(f"/messages/{ids[1]}", times(2, told)))
    before = len(account.server.asked)
    assert reader.subjects() == ["Mail 1", "Mail 2", "Mail 3"]
    assert [len(asked_for(account.server, f"/messages/{each}", before)) for each in ids] == [1, 3, 1]
    assert len(waits) == 2


@pytest.mark.parametrize("reason", ["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"])
def test_f38_what_was_not_granted_asks_the_user(
    account: GoogleAccount, reader: Reader, answering: Answering, waits: list[float], reason: str
) -> None:
    answering.append(to("/gmail/", lambda: refused(403, reason)))
    before = len(account.server.asked)
    with pytest.raises(
        NeedsUser, match="does not let Afterword use your mail: sign in again by `afterword connect google`"
    ):
        reader.items()
    assert (len(account.server.asked) - before, waits) == (1, [])


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("accessNotConfigured", r"enable it \(docs/google\.md\)"), ("domainPolicy", "ask who administers")],
)
def test_an_api_that_may_not_be_used_is_told_with_what_to_do(
    account: GoogleAccount, reader: Reader, answering: Answering, reason: str, sentence: str
) -> None:
    answering.append(to("/gmail/", lambda: refused(403, reason)))
    with pytest.raises(NeedsUser, match=sentence):
        reader.items()


def test_an_account_without_gmail_is_no_server_that_is_busy(
    account: GoogleAccount, reader: Reader, answering: Answering
) -> None:
    error = {"code": 400, "message": "Mail service not enabled", "errors": [{"reason": "failedPrecondition"}]}
    answering.append(to("/gmail/", lambda: answered({"error": error}, 400)))
    with pytest.raises(NeedsUser, match="has no Gmail: set mail = false"):
        reader.items()


@pytest.mark.parametrize("after", ["0", "-5", "soon", "", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_f39_a_server_that_says_nothing_of_use_is_waited_for_a_little(
    account: GoogleAccount, reader: Reader, answering: Answering, waits: list[float], after: str
) -> None:
    put(account, 1)
    answering.append(to("/profile", times(1, refused(429, "x", {"Retry-After": after}))))
    assert reader.subjects() == ["Mail 1"]
    assert retries.FIRST_DELAY <= waits[0] <= 2 * retries.FIRST_DELAY


def test_f39_a_server_is_waited_for_as_long_as_it_says(
    reader: Reader, answering: Answering, waits: list[float]
) -> None:
    answering.append(to("/profile", times(1, refused(429, "x", {"Retry-After": "7"}))))
    reader.items()
    assert 7 <= waits[0] <= 10


@pytest.mark.parametrize("after", ["1000000000", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_f39_whoever_wants_to_be_left_alone_for_long_is(
    account: GoogleAccount, reader: Reader, answering: Answering, waits: list[float], after: str
) -> None:
    answering.append(to("/gmail/", lambda: refused(429, "x", {"Retry-After": after})))
    before = len(account.server.asked)
    with pytest.raises(Unavailable, match="left alone") as told:
        reader.items()
    assert (len(account.server.asked) - before, waits) == (1, [])
    assert told.value.retry_after >= 10**9


@pytest.mark.usefixtures("answering")
def test_f40_where_a_third_of_the_answers_fails_all_is_read_without_hammering(
    account: GoogleAccount, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_sync, "BATCH_SIZE", 5)
    put(account, *range(100))
    before = len(account.server.asked)
    assert len(Reader(reader.source).items()) == 100
    needed = len([each for each in account.server.asked[before:] if "/messages/" not in each.path])

    luck = account.server.through = Unlucky(account.server.told, in_a_while, random.Random(5))
    read: list[str] = []
    while len(read) < 100:
        with suppress(Unavailable):
            for batch in reader.batches():
                read += subjects(batch.items)
        assert luck.asked < 100
    assert sorted(read) == sorted(f"Mail {number}" for number in range(100))
    assert luck.asked <= 1.5 * needed


def in_a_while(status: int) -> Answered:
    return refused(status, "rateLimitExceeded")


@pytest.mark.parametrize(
    "told",
    [PORTAL, Answered(body=b'{"messages": [{"id"'), answered([]), answered({"messages": {"id": 3}, "historyId": 3})],
    ids=["a page for people", "cut off", "a list", "wrong types"],
)
@pytest.mark.parametrize("part", ["/messages", "/profile", "/history"])
def test_f41_what_is_no_answer_is_asked_for_again_later(
    account: GoogleAccount, reader: Reader, answering: Answering, part: str, told: Answered
) -> None:
    if part == "/history":
        reader.items()
    put(account, 1)
    kept = reader.cursor
    answering.append(to(part, lambda: told))
    with pytest.raises(Unavailable, match="does this network want you to log in first"):
        reader.items()
    assert reader.cursor == kept
    answering.pop()
    assert reader.subjects() == ["Mail 1"]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 412, 418, 511])
@pytest.mark.parametrize("part", ["/profile", "/messages"])
def test_f41_a_page_in_the_place_of_an_answer_is_no_word_of_googles(
    account: GoogleAccount, reader: Reader, answering: Answering, part: str, status: int
) -> None:
    put(account, 1)
    answering.append(to(part, lambda: replace(PORTAL, status=status)))
    with pytest.raises(Unavailable):
        reader.items()
    answering.pop()
    assert reader.subjects() == ["Mail 1"]


def test_f41_a_mail_in_no_form_that_can_be_read_is_set_aside(
    account: GoogleAccount, reader: Reader, answering: Answering
) -> None:
    first, _ = put(account, 1, 2)
    broken = checked("gmail.v1", "Message", {"id": first, "labelIds": ["INBOX"], "raw": "A"})
    answering.append(to(f"/messages/{first}", lambda: answered(broken)))
    items = reader.items()
    (aside,) = (each for each in items if isinstance(each, UnreadableItem))
    assert subjects(items) == ["Mail 2"]
    assert "can't be read" in aside.reason
    assert reader.items() == []


@pytest.mark.parametrize(
    "told", [refused(500, "backendError"), refused(400, "failedPrecondition"), answered({"id": 3}), PORTAL]
)
def test_f41_a_mail_that_google_can_not_give_holds_up_no_other(
    account: GoogleAccount, reader: Reader, answering: Answering, told: Answered
) -> None:
    _, second, _ = put(account, 1, 2, 3)
    answering.append(to(f"/messages/{second}", lambda: told))
    assert told_and_trouble(reader) == ["Mail 1", "Mail 3", "Google can't give a mail"]
    put(account, 4)
    assert told_and_trouble(reader) == ["Mail 4", "Google can't give a mail"]
    answering.pop()
    assert told_and_trouble(reader) == ["Mail 2"]


def test_f41_a_mail_that_google_never_gives_is_set_aside_after_some_days(
    account: GoogleAccount, reader: Reader, answering: Answering
) -> None:
    first, _ = put(account, 1, 2)
    answering.append(to(f"/messages/{first}", lambda: refused(500, "backendError")))
    assert told_and_trouble(reader) == ["Mail 2", "Google can't give a mail"]
    assert told_and_trouble(reader, NOW + timedelta(days=2)) == ["Google can't give a mail"]
    (aside,) = reader.items(NOW + timedelta(days=4))
    assert isinstance(aside, UnreadableItem)
    assert "does not give it" in aside.reason
    assert told_and_trouble(reader, NOW + timedelta(days=5)) == []


def test_f40_where_google_gives_no_mail_at_all_none_is_set_aside(
    account: GoogleAccount, reader: Reader, answering: Answering
) -> None:
    put(account, 1, 2, 3)
    answering.append(to("/messages/", lambda: refused(500, "backendError")))
    for day in range(7):
        assert told_and_trouble(reader, NOW + timedelta(days=day)) == ["Google can't give a mail"]
    answering.pop()
    assert told_and_trouble(reader, NOW + timedelta(days=7)) == ["Mail 1", "Mail 2", "Mail 3"]


@pytest.mark.parametrize("told", [refused(429, "rateLimitExceeded"), refused(403, "userRateLimitExceeded")])
def test_f38_a_mail_that_was_too_many_again_and_again_is_not_at_fault(
    account: GoogleAccount, reader: Reader, answering: Answering, told: Answered
) -> None:
    first, _ = put(account, 1, 2)
    answering.append(to(f"/messages/{first}", lambda: told))
    for day in range(5):
        trouble = told_and_trouble(reader, NOW + timedelta(days=day))
        assert trouble == ["Google has had too many requests for your mail: it is left alone for a while."]
    answering.pop()
    assert told_and_trouble(reader, NOW + timedelta(days=5)) == ["Mail 1", "Mail 2"]


def told_and_trouble(reader: Reader, until: datetime = NOW) -> list[str]:
    """The mails that a pass reads, in their order, and what it says in the end where something is wrong."""
    read: list[str] = []
    try:
        for batch in reader.batches(until):
            read += subjects(batch.items)
    except Unavailable as error:
        return [*sorted(read), str(error).partition(" (")[0]]
    return sorted(read)


@pytest.mark.parametrize("said", ["soon", "", "9" * 30])
def test_f78_a_time_of_receipt_that_makes_no_sense_is_none(
    account: GoogleAccount, reader: Reader, answering: Answering, said: str
) -> None:
    (first,) = put(account, 1)
    told = account.ask("GET", f"/gmail/v1/users/me/messages/{first}?format=raw")
    answering.append(to(f"/messages/{first}", lambda: answered({**told, "internalDate": said})))
    (only,) = reader.items()
    assert isinstance(only, Mail)
    assert only.received_at is None


def test_f24_mails_whose_answer_is_too_large_come_by_themselves_and_one_that_is_is_set_aside(
    account: GoogleAccount, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MAX_RESPONSE_SIZE", 100_000)
    sizes = [20_000, 20_000, 200_000, 20_000, 20_000]
    account.put(*(mail(number, body="a" * size).replace(b"\n", b"\r\n") for number, size in enumerate(sizes)))
    items = reader.items()
    (aside,) = (each for each in items if isinstance(each, UnreadableItem))
    assert sorted(subjects(items)) == ["Mail 0", "Mail 1", "Mail 3", "Mail 4"]
    assert "larger than" in aside.reason
    assert reader.items() == []


def test_f24_a_list_that_is_too_large_is_not_read(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_RESPONSE_SIZE", 20)
    with pytest.raises(Unavailable, match="too large"):
        reader.items()


def test_f24_an_answer_that_unpacks_to_too_much_is_not_unpacked(reader: Reader, answering: Answering) -> None:
    packed = gzip.compress(b"0" * 200 * 1024 * 1024, compresslevel=1)
    answering.append(to("/profile", lambda: Answered(head={"Content-Encoding": "gzip"}, body=packed)))
    with pytest.raises(Unavailable, match="too large"):
        reader.items()


def test_f44_a_redirect_is_not_followed(account: GoogleAccount, reader: Reader, answering: Answering) -> None:
    away = Answered(status=302, head={"Location": f"{account.server.url}/elsewhere"})
    answering.append(to("/gmail/", lambda: away))
    with pytest.raises(Unavailable):
        reader.items()
    assert asked_for(account.server, "/elsewhere") == []


# ---- what else mailboxes do


def test_a_mail_that_leaves_drafts_or_spam_is_read_then(account: GoogleAccount, reader: Reader) -> None:
    (spam,) = put(account, 1, labels=("SPAM",))
    (draft,) = put(account, 2, labels=("DRAFT",))
    assert reader.items() == []
    account.ask(
        "POST", f"/gmail/v1/users/me/messages/{spam}/modify", {"removeLabelIds": ["SPAM"], "addLabelIds": ["INBOX"]}
    )
    account.ask(
        "POST", f"/gmail/v1/users/me/messages/{draft}/modify", {"removeLabelIds": ["DRAFT"], "addLabelIds": ["SENT"]}
    )
    read = reader.items()
    assert sorted(subjects(read)) == ["Mail 1", "Mail 2"]
    assert {each.mailbox for each in read if isinstance(each, Mail)} == {"inbox", "sent"}
    account.ask("POST", f"/gmail/v1/users/me/messages/{spam}/modify", {"removeLabelIds": ["INBOX"]})
    assert reader.items() == []


def test_the_standins_answers_are_ones_that_gmail_could_give(account: GoogleAccount) -> None:
    checked("gmail.v1", "Profile", account.ask("GET", "/gmail/v1/users/me/profile"))


def test_a_first_reading_stays_within_the_quota(account: GoogleAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[int] = []
    monkeypatch.setattr("connectors.google.quota.Quota.spend", lambda _, units: spent.append(units))
    put(account, *range(30))
    Reader(GoogleSource(account.settings())).items()
    assert sum(spent) == 1 + 5 + 30 * 20
