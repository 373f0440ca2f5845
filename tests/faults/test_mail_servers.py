"""IMAP servers that renumber, lose, cut, flood, or say what is not so. What they do is done between us and a real one."""

import itertools
import re
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from afterword.eventlog.events import UserWrote
from afterword.ports import ConnectorError, Mail, Unavailable
from afterword.recognition.messages.message import parse_message
from connectors.imap import ImapSource
from connectors.secrets import Secret
from connectors.seen import DIGEST_SIZE
from tests.contract.source_contract import NOW, Reader, mail, subjects
from tests.faults.bounded import bounded
from tests.homes import Home
from tests.servers.between import flooding, relayed
from tests.servers.dovecot import Account, Dovecot

MAILS = [mail(number) for number in range(5)]
ALL = [f"Mail {number}" for number in range(5)]


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.account()


def reader(account: Account, **settings: object) -> Reader:
    return Reader(ImapSource(account.settings(**settings)))  # type: ignore[arg-type]


def test_f19_mails_that_are_numbered_anew_are_not_new(account: Account) -> None:
    account.put(*MAILS, folder="Ablage")
    reading = reader(account)
    assert reading.subjects() == ALL
    with account.program() as program:
        program.delete_folder("Ablage")
        program.create_folder("Ablage")
    account.put(*reversed(MAILS), mail(9), folder="Ablage")
    assert reading.subjects() == ["Mail 9"]
    assert reading.subjects() == []


def test_f19_after_a_long_absence_what_came_meanwhile_is_found(account: Account) -> None:
    account.put(mail(1), folder="Ablage", stored=NOW)
    reading = reader(account)
    reading.items()
    with account.program() as program:
        program.delete_folder("Ablage")
        program.create_folder("Ablage")
    account.put(mail(2), folder="Ablage", stored=NOW + timedelta(days=1))
    assert reading.subjects(NOW + timedelta(days=200)) == ["Mail 2"]


def test_f20_a_server_that_renumbers_at_each_look_is_given_up_for_now(account: Account) -> None:
    account.put(*MAILS)
    numbers = itertools.count(1)

    def renumbered(told: bytes) -> bytes:
        return re.sub(rb"UIDVALIDITY \d+", lambda _: b"UIDVALIDITY %d" % next(numbers), told)

    reading = reader(account)
    reading.items()
    with relayed(account.server.port, renumbered) as between:
        reading.source = reader(account, port=between.port).source
        with pytest.raises(Unavailable, match="numbers the mails of INBOX anew each time"):
            reading.items()
        assert 2 < next(numbers) < 10


@pytest.mark.parametrize("said", [b"[UIDVALIDITY 0]", b"[XNOTHING 1]"])
def test_f21_without_a_uidvalidity_each_mail_is_read_once(account: Account, said: bytes) -> None:
    account.put(*MAILS)
    with relayed(account.server.port, lambda told: re.sub(rb"\[UIDVALIDITY \d+\]", said, told)) as between:
        reading = reader(account, port=between.port)
        assert reading.subjects() == ALL
        assert reading.subjects() == []
        account.put(mail(9))
        assert reading.subjects() == ["Mail 9"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (rb"\[HIGHESTMODSEQ \d+\]", b"[HIGHESTMODSEQ 1]"),
        (rb"\[HIGHESTMODSEQ \d+\]", b"[NOMODSEQ]"),
        (rb"CONDSTORE|QRESYNC|ESEARCH|UIDPLUS", b"XNOTHING"),
    ],
)
def test_f22_what_a_server_counts_or_offers_besides_does_not_matter(account: Account, word: bytes, said: bytes) -> None:
    account.put(*MAILS)
    with relayed(account.server.port, lambda told: re.sub(word, said, told)) as between:
        reading = reader(account, port=between.port)
        assert reading.subjects() == ALL
        account.put(mail(9))
        assert reading.subjects() == ["Mail 9"]


def test_f23_a_mail_that_goes_while_others_are_fetched_is_no_fault(account: Account) -> None:
    account.put(*MAILS)

    def taken_away(asked: bytes) -> None:
        if b"FETCH" in asked:
            with account.program() as program:
                program.select_folder("INBOX")
                program.delete_messages([2, 4])
                program.expunge()

    with relayed(account.server.port, ask=taken_away) as between:
        reading = reader(account, port=between.port)
        assert reading.subjects() == ["Mail 0", "Mail 2", "Mail 4"]
        assert reading.subjects() == []


def test_f24_a_line_that_is_cut_anywhere_loses_and_doubles_nothing(account: Account) -> None:
    account.put(*MAILS, mail(5, body="Hello.\r\n" * 20_000))
    reading, read = reader(account), list[str]()
    for allowed in [*range(0, 6000, 331), 30_000, 100_000]:
        with relayed(account.server.port, allowed=allowed) as between:
            reading.source = reader(account, port=between.port).source
            with pytest.raises(Unavailable):
                read.extend(name for batch in reading.batches() for name in subjects(batch.items))
    reading.source = reader(account).source
    assert sorted(read + reading.subjects()) == [*ALL, "Mail 5"]


FLOODS: dict[str, tuple[bytes, Callable[[], Callable[[], bytes]]]] = {
    "a line of 10 MB": (b"UID SEARCH", lambda: iter([b"* SEARCH " + b"1 " * 5_000_000, b""]).__next__),
    "a line without an end": (b"LIST", lambda: lambda: b"* LIST " + b"x" * 100_000),
    "lines without an end": (b"LIST", lambda: lambda: b'* LIST () "/" a\r\n' * 10_000),
    "a greeting without an end": (b"CAPABILITY", lambda: lambda: b"* CAPABILITY IMAP4rev1\r\n" * 10_000),
    "mails without an end": (
        b"FETCH",
        lambda: lambda: b"* 1 FETCH (UID 1 BODY[]<0> {1000}\r\n" + b"x" * 1000 + b")\r\n",
    ),
    "a literal of 1 TB": (b"FETCH", lambda: lambda: b"* 1 FETCH (BODY[]<0> {1099511627776}\r\n" + b"x" * 100_000),
    "brackets": (b"FETCH", lambda: iter([b"* 1 FETCH " + b"(" * 100_000 + b"\r\nx1 OK\r\n", b""]).__next__),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_f24_a_server_that_floods_us_is_given_up(account: Account, kind: str) -> None:
    command, flood = FLOODS[kind]
    with flooding(command, flood()) as server:
        reading = reader(account, port=server.port, password=Secret(command="echo secret"))

        def failing() -> str:
            try:
                return f"read {len(reading.items())}"
            except ConnectorError as error:
                return type(error).__name__

        assert bounded(failing) == "Unavailable"


def test_f24_a_server_that_says_something_for_ever_is_given_up_in_time(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.imap.connection.COMMAND_TIMEOUT", 0.5)
    clock = threading.Event()

    def dripping() -> bytes:
        clock.wait(0.05)
        return b"* OK still busy\r\n"

    with flooding(b"LIST", dripping) as server:
        reading = reader(account, port=server.port, password=Secret(command="echo secret"))
        with pytest.raises(Unavailable, match=r"answers without an end|did not answer in time"):
            reading.items()


def test_f26_a_folder_that_is_suddenly_empty_tells_nothing(account: Account) -> None:
    account.put(*MAILS)
    reading = reader(account)
    reading.items()
    with account.program() as program:
        program.select_folder("INBOX")
        program.delete_messages([1, 2, 3, 4, 5])
        program.expunge()
    assert reading.items() == []
    account.put(mail(9))
    assert reading.subjects() == ["Mail 9"]


def test_f27_a_folder_that_was_renamed_holds_nothing_new(account: Account) -> None:
    with account.program() as program:
        program.create_folder("Archiv 2025")
        program.create_folder("Archiv")
        account.put(*MAILS, folder="Archiv")
        reading = reader(account)
        assert reading.subjects() == ALL
        program.rename_folder("Archiv", "Archives/Älteres & mehr")
    assert reading.subjects() == []


@pytest.mark.parametrize(
    "name",
    ["Jobs \N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}", "Jobs\N{NO-BREAK SPACE}2026", 'a"b\\c & {5} [%*]'],
)
def test_f27_a_folder_is_read_whatever_its_name_is_made_of(account: Account, name: str) -> None:
    with account.program() as program:
        program.create_folder(name)
    account.put(mail(1), folder=name)
    assert Reader(ImapSource(account.settings(folders=(name,)))).subjects() == ["Mail 1"]


def test_f27_without_special_uses_the_folders_are_known_by_their_names(account: Account) -> None:
    with account.program() as program:
        program.create_folder("Archiv")
    for number, folder in enumerate(["INBOX", "Gesendet", "Archiv", "Drafts", "Trash"]):
        account.put(mail(number), folder=folder)
    with relayed(
        account.server.port, lambda told: re.sub(rb"SPECIAL-USE|\\(Sent|Archive|Drafts|Trash) ?", b"", told)
    ) as between:
        found = [
            (each.ref, each.mailbox) for each in reader(account, port=between.port).items() if isinstance(each, Mail)
        ]
    assert found == [("INBOX:1", "inbox"), ("Gesendet:1", "sent"), ("Archiv:1", "archive")]


def test_f27_of_thousands_of_folders_only_those_that_are_read_are_opened(account: Account) -> None:
    account.put(*MAILS)
    asked: list[bytes] = []
    many = b"".join(b'* LIST (\\HasNoChildren) "/" "Kunden/%d"\r\n' % number for number in range(5000))

    def with_many(told: bytes) -> bytes:
        return re.sub(rb"^\* LIST ", lambda found: many + found[0], told, count=1, flags=re.MULTILINE)

    with relayed(account.server.port, with_many, asked.append) as between:
        assert reader(account, port=between.port).subjects() == ALL
    assert set(re.findall(rb'EXAMINE "(\w+)"', b"".join(asked))) == {b"INBOX", b"Gesendet", b"Ablage"}


def test_f28_one_message_id_on_two_mails_of_one_length_is_two_mails(account: Account) -> None:
    account.put(mail(1, body="One."), mail(1, body="Two."), mail(1, body="One."))
    assert len(reader(account).items()) == 2


def test_f29_a_mail_that_lies_in_sent_twice_has_one_identity(account: Account) -> None:
    account.put(mail(2), mail(2).replace(b"Subject:", b"X-Mailer: Other\nSubject:"), folder="Gesendet")
    found = [parse_message(each.raw).identity for each in reader(account).items() if isinstance(each, Mail)]
    assert (len(found), len(set(found))) == (2, 1)


HELD = datetime(2026, 3, 5, 13, tzinfo=UTC)
TALK = ("talk@acme.example", HELD, HELD + timedelta(hours=1), "Interview Acme: Backend Engineer", "carla@acme.example")
THANKS = (
    b"From: Jane Doe <jane@example.org>\r\nTo: carla@acme.example\r\nSubject: Thank you\r\nMessage-ID: <thanks@home.example>\r\n"
    b"Date: Thu, 05 Mar 2026 16:00:00 +0000\r\n\r\nDear Carla,\r\n\r\nthank you for your time today.\r\n\r\nJane\r\n"
)


@pytest.fixture
def home(account: Account, tmp_path: Path) -> Home:
    """A home whose mail lies on the server."""
    home = Home(tmp_path)
    head, _, rest = home.path.read_text(encoding="utf-8").partition('kind = "maildir"\npath = "Mail"\n')
    home.path.write_text(head + account.keys() + rest, encoding="utf-8")
    home.meet(TALK)
    return home


def told_by_mail(home: Home) -> int:
    return len([each for each in home.events() if isinstance(each.event, UserWrote)])


def test_f29_a_thank_you_that_lies_in_sent_twice_closes_its_item_once(account: Account, home: Home) -> None:
    home.sync(HELD + timedelta(hours=2))
    assert home.owed(HELD + timedelta(hours=2), "thank_you") is not None
    account.put(THANKS, THANKS.replace(b"Subject:", b"X-Mailer: Other\r\nSubject:"), folder="Gesendet")
    home.sync(HELD + timedelta(hours=4))
    assert told_by_mail(home) == 1
    assert home.owed(HELD + timedelta(hours=4), "thank_you") is None


def test_f19_a_mail_that_is_numbered_anew_tells_no_fact_again(account: Account, home: Home) -> None:
    account.put(THANKS, folder="Ablage")
    home.sync(HELD + timedelta(hours=4))
    before = len(home.events())
    with account.program() as program:
        program.delete_folder("Ablage")
        program.create_folder("Ablage")
    account.put(THANKS.replace(b"Subject:", b"X-Changed: by the server\r\nSubject:"), folder="Ablage")
    assert home.sync(HELD + timedelta(hours=5)).read["mail"] == 1
    assert (told_by_mail(home), len(home.events())) == (1, before)


def test_f30_a_mail_that_was_moved_is_not_new(account: Account) -> None:
    account.put(*MAILS, mail(5, body="Hello.\r\n" * 20_000))
    reading = reader(account)
    assert len(reading.items()) == 6
    with account.program() as program:
        program.select_folder("INBOX")
        program.move([1, 3, 6], "Ablage")
        program.copy([2], "Ablage")
    assert reading.items() == []


def test_a_server_that_is_killed_and_comes_back_goes_on(own_dovecot: Dovecot) -> None:
    account = own_dovecot.account()
    account.put(*MAILS)
    reading = reader(account)
    reading.items()
    account.put(mail(9))
    own_dovecot.stop(signal.SIGQUIT)
    with pytest.raises(Unavailable, match="localhost can't be reached"):
        reading.items()
    own_dovecot.start()
    assert reading.subjects() == ["Mail 9"]


def test_a_cursor_stays_small(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.seen.MAX_DIGESTS", 10)
    reading = reader(account)
    sizes = set()
    for number in range(20):
        account.put(mail(number))
        assert reading.subjects() == [f"Mail {number}"]
        sizes.add(len(reading.cursor or b""))
    assert max(sizes) - min(sizes) <= 10 * DIGEST_SIZE
