"""The first reading of a full mailbox by IMAP: headers before bodies, and nothing lost of what the log knows or hiring says."""

import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from afterword.ports import HeadersFirstSource
from afterword.recognition.messages.header_stage import worth_reading
from connectors.imap import ImapSource
from tests.full_mailbox import ACME, BULK_OF_ACME, JANE, LONG, NOW, RECEIPT, RECEIVED, bulk
from tests.homes import Home
from tests.servers.between import Listening, relayed
from tests.servers.dovecot import Account, Dovecot
from tests.terminal import in_a_terminal


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.account()


@pytest.fixture
def answers() -> list[bytes]:
    return []


@pytest.fixture
def line(account: Account, answers: list[bytes]) -> Iterator[Listening]:
    def noted(told: bytes) -> bytes:
        answers.append(told)
        return told

    with relayed(account.server.port, noted) as between:
        yield between


def wanted(headers: bytes) -> bool:
    return worth_reading(headers, user=JANE)


def test_of_bulk_mail_no_body_is_fetched_at_first(account: Account, line: Listening, answers: list[bytes]) -> None:
    account.put(*(bulk(number) for number in range(10, 30)), RECEIVED)
    source = ImapSource(account.settings(port=line.port))
    assert isinstance(source, HeadersFirstSource)
    items = [each for batch in source.read_headers_first(None, NOW, wanted) for each in batch.items]
    assert [each.ref for each in items] == ["INBOX:21"]
    assert b"lamps" not in b"".join(answers)


def test_whatever_the_headers_say_all_is_read_of_what_was_sent_and_of_what_comes_later(account: Account) -> None:
    account.put(bulk(10))
    account.put(bulk(11), folder="Gesendet")
    source = ImapSource(account.settings())
    (*_, last) = batches = list(source.read_headers_first(None, NOW, wanted))
    assert [each.ref for batch in batches for each in batch.items] == ["Gesendet:1"]
    account.put(bulk(12))
    later = source.read_headers_first(last.cursor, NOW, wanted)
    assert [each.ref for batch in later for each in batch.items] == ["INBOX:2"]


def test_a_bar_reaches_its_end_whatever_is_left_out(account: Account) -> None:
    account.put(*(bulk(number) for number in range(10, 80)), RECEIVED, bulk(80))
    batches = list(ImapSource(account.settings()).read_headers_first(None, NOW, wanted))
    given = 0
    for batch in batches:
        given += len(batch.items)
        assert batch.total is not None
        assert given <= batch.total
    assert [each.total for each in batches] == [22, 1, 1]
    assert given == 1


def test_a_first_reading_that_was_cut_short_goes_on_with_the_headers(account: Account) -> None:
    account.put(*(bulk(number) for number in range(10, 80)), RECEIVED)
    source = ImapSource(account.settings())
    first = next(source.read_headers_first(None, NOW, wanted))
    assert first.items == ()
    rest = source.read_headers_first(first.cursor, NOW, wanted)
    assert [each.ref for batch in rest for each in batch.items] == ["INBOX:71"]


def test_f19_in_a_folder_that_is_numbered_anew_all_is_read_of_what_came_since(account: Account) -> None:
    account.put(*(bulk(number) for number in range(10, 15)), stored=NOW - timedelta(days=9))
    source = ImapSource(account.settings())
    (*_, last) = source.read_headers_first(None, NOW - timedelta(days=2), wanted)
    account.put(bulk(20), stored=NOW)
    answers: list[bytes] = []

    def numbered_anew(told: bytes) -> bytes:
        answers.append(told)
        return re.sub(rb"UIDVALIDITY \d+", b"UIDVALIDITY 99", told)

    with relayed(account.server.port, numbered_anew) as between:
        again = ImapSource(account.settings(port=between.port))
        items = [each for batch in again.read_headers_first(last.cursor, NOW, wanted) for each in batch.items]
    assert [each.ref for each in items] == ["INBOX:6"]
    assert b"".join(answers).count(b"lamps") == LONG.count("lamps")


def with_post(home: Home, account: Account) -> Home:
    text = home.path.read_text(encoding="utf-8").replace(
        "[[accounts]]", f'[[accounts]]\nname = "post"\n{account.keys()}\n[[accounts]]', 1
    )
    home.path.write_text(text, encoding="utf-8")
    return home


@pytest.mark.parametrize(("is_known", "read"), [(False, 0), (True, 1)])
def test_what_somebody_whom_the_log_knows_wrote_is_never_left_out(
    account: Account, tmp_path: Path, *, is_known: bool, read: int
) -> None:
    home = Home(tmp_path)
    if is_known:
        home.receives("receipt", NOW - timedelta(days=1), ACME, RECEIPT)
        home.sync(NOW - timedelta(hours=20))
        assert home.events()
    account.put(BULK_OF_ACME)
    report = with_post(home, account).sync(NOW)
    assert (report.read["post"], report.troubles) == (read, [])


def test_a_terminal_shows_how_far_the_first_reading_is(account: Account, tmp_path: Path) -> None:
    account.put(*(bulk(number) for number in range(10, 80)), RECEIVED)
    home = with_post(Home(tmp_path), account)
    command = [sys.executable, "-m", "daemon.cli", "sync", "--config", str(home.path), "--now", NOW.isoformat()]
    assert re.search(r"post\s+[━╺╸]+\s+1/1", in_a_terminal(command))
