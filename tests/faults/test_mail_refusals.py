"""IMAP servers that say no: to one mail, to all for a while, to a folder that they have listed, or to the state that they had."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from afterword.ports import Mail, NeedsUser, Unavailable, UnreadableItem
from connectors.imap import ImapSource
from tests.contract.source_contract import NOW, Reader, mail, subjects
from tests.servers.between import Listening, relayed
from tests.servers.dovecot import Account, Dovecot

MAILS = [mail(number) for number in range(5)]
ALL = [f"Mail {number}" for number in range(5)]
DAY = timedelta(days=1)


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.account()


def reader(account: Account, **settings: object) -> Reader:
    return Reader(ImapSource(account.settings(**settings)))  # type: ignore[arg-type]


def refusing(account: Account, words: bytes, is_refused: Callable[[bytes], bool]) -> Listening:
    """Before the server: it says NO to the fetches whose UIDs are refused."""
    asked = [b""]

    def answer(told: bytes) -> bytes:
        wanted = re.search(rb"UID FETCH (\S+)", asked[-1])
        refused = wanted is not None and is_refused(wanted[1])
        return asked[-1].split(b" ")[0] + b" NO " + words + b"\r\n" if refused else told

    return relayed(account.server.port, answer, asked.append)


def gather(reading: Reader, read: list[str], until: datetime = NOW) -> None:
    """What is yielded before a reading fails stands: subjects of mails, and where what is set aside lies."""
    for batch in reading.batches(until):
        read += subjects(batch.items)
        read += [each.ref for each in batch.items if isinstance(each, UnreadableItem)]


def noted(asked: list[bytes]) -> Callable[[bytes], bool]:
    """Refuses whatever is asked, and keeps it."""

    def refused(uids: bytes) -> bool:
        asked.append(uids)
        return True

    return refused


def expunge(account: Account, *uids: int) -> None:
    with account.program() as program:
        program.select_folder("INBOX")
        program.delete_messages(list(uids))
        program.expunge()


# ---- a mail


def test_f23_a_server_that_refuses_all_for_one_that_is_gone_gives_the_others(account: Account) -> None:
    account.put(*MAILS)
    gone = iter([3])

    def refused(uids: bytes) -> bool:
        for uid in gone:
            expunge(account, uid)
        return b"3" in uids

    with refusing(account, b"Some messages are gone", refused) as between:
        reading = reader(account, port=between.port)
        assert reading.subjects() == [each for each in ALL if each != "Mail 2"]
        assert reading.subjects() == []


@pytest.mark.parametrize("first", [90, 1])
def test_f23_a_mail_that_is_there_and_is_refused_holds_up_no_other_and_is_read_later(
    account: Account, first: int
) -> None:
    account.put(*MAILS, stored=NOW)
    with refusing(account, b"It could not be converted", lambda uids: b"3" in uids) as between:
        reading, read = reader(account, port=between.port, first_days=first), list[str]()
        for number in range(2):
            account.put(mail(10 + number), folder="Gesendet")
            with pytest.raises(Unavailable, match="does not give 1 of the mails: they are asked for again"):
                gather(reading, read)
        assert sorted(read) == sorted([*(each for each in ALL if each != "Mail 2"), "Mail 10", "Mail 11"])
    reading.source = reader(account).source
    assert reading.subjects() == ["Mail 2"]


def test_f23_a_mail_that_is_never_given_is_set_aside_after_three_days(account: Account) -> None:
    account.put(*MAILS)
    with refusing(account, b"It could not be converted", lambda uids: b"3" in uids) as between:
        reading = reader(account, port=between.port)
        for day in range(3):
            with pytest.raises(Unavailable):
                reading.items(NOW + day * DAY)
        (aside,) = reading.items(NOW + 3 * DAY)
        assert isinstance(aside, UnreadableItem)
        assert (aside.ref, aside.reason) == (
            "INBOX:3",
            "the server does not give it, however often it is asked",
        )
        assert reading.items(NOW + 4 * DAY) == []


def damage(account: Account, number: int) -> None:
    """Make a mail another than Dovecot knows it: it says so, and ends the connection, whenever the mail is asked for."""
    base = account.server.base / "mail" / account.user
    with account.program() as program:
        program.select_folder("INBOX")
    subject = f"Subject: Mail {number}".encode()
    (file,) = (each for each in (base / "cur").iterdir() if subject in each.read_bytes().splitlines())
    file.write_bytes(file.read_bytes() + b"More.\r\n" * 500)


@pytest.fixture
def damaged(account: Account) -> Account:
    account.put(*(mail(number, body="Hello.\r\n" * 500) for number in range(60)), stored=NOW)
    for number in (7, 59):
        damage(account, number)
    return account


def test_f24_a_mail_at_which_the_server_breaks_off_holds_up_no_other(damaged: Account) -> None:
    reading, read = reader(damaged), list[str]()
    for number in range(2):
        damaged.put(mail(100 + number), folder="Gesendet")
        with pytest.raises(Unavailable, match="localhost does not give 2 of the mails"):
            gather(reading, read, NOW + number * timedelta(minutes=1))
    assert sorted(read) == sorted(f"Mail {number}" for number in [*range(7), *range(8, 59), 100, 101])


def test_f24_a_mail_at_which_the_server_always_breaks_off_is_set_aside_after_three_days(damaged: Account) -> None:
    reading = reader(damaged)
    with pytest.raises(Unavailable):
        reading.items()
    aside: list[str] = []
    with pytest.raises(Unavailable, match="localhost does not give 1 of the mails"):
        gather(reading, aside, NOW + 3 * DAY)
    gather(reading, aside, NOW + 3 * DAY)
    assert sorted(aside) == ["INBOX:60", "INBOX:8"]
    assert reading.items(NOW + 4 * DAY) == []


SILENCE = b"Here it falls silent."


@pytest.fixture
def silenced(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    """Before the server: at a mail that says so, it says no more."""
    monkeypatch.setattr("connectors.imap.connection.READ_TIMEOUT", 0.3)
    is_over = threading.Event()

    def silent(told: bytes) -> bytes:
        if SILENCE in told:
            is_over.wait(20)
        return told

    with relayed(account.server.port, silent) as between:
        yield between
        is_over.set()


def test_f24_a_mail_at_which_the_server_falls_silent_holds_up_no_other(account: Account, silenced: Listening) -> None:
    account.put(*MAILS[:2], mail(2, body=SILENCE.decode()), *MAILS[3:])
    reading, read = reader(account, port=silenced.port), list[str]()
    for number in range(2):
        account.put(mail(100 + number), folder="Gesendet")
        with pytest.raises(Unavailable, match="localhost does not give 1 of the mails"):
            gather(reading, read, NOW + number * timedelta(minutes=1))
    assert sorted(read) == sorted([*(each for each in ALL if each != "Mail 2"), "Mail 100", "Mail 101"])

    gather(reading, read, NOW + 3 * DAY)
    assert read[-1] == "INBOX:3"


def test_f24_of_many_mails_at_which_the_server_falls_silent_each_reading_passes_some(
    account: Account, silenced: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not waited for at all of them at once: meanwhile nobody else is read."""
    monkeypatch.setattr("connectors.imap.disconnects.MAX_TIMEOUTS", 2)
    account.put(*(mail(number, body=SILENCE.decode()) for number in range(4)), mail(4))
    reading, read = reader(account, port=silenced.port), list[str]()
    for _ in range(3):
        with pytest.raises(Unavailable, match="did not answer in time"):
            gather(reading, read)
        assert read == []
    with pytest.raises(Unavailable, match="does not give 4"):
        gather(reading, read)
    assert read == ["Mail 4"]


def test_f24_a_line_too_slow_for_many_mails_at_once_brings_one_after_the_other(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.imap.connection.COMMAND_TIMEOUT", 1.0)
    account.put(*(mail(number, body="Hello.\r\n" * 7_000) for number in range(30)))

    def slowly(told: bytes) -> bytes:
        threading.Event().wait(len(told) / 1_000_000)
        return told

    with relayed(account.server.port, slowly) as between:
        assert len(reader(account, port=between.port).items()) == 30


@pytest.mark.parametrize("words", [b"[UNAVAILABLE] Try later", b"[THROTTLED]", b"Server Unavailable. 15"])
def test_f24_a_server_that_is_busy_loses_us_nothing(account: Account, words: bytes) -> None:
    account.put(*MAILS)
    asked: list[bytes] = []
    with refusing(account, words, noted(asked)) as between:
        reading = reader(account, port=between.port)
        with pytest.raises(Unavailable, match="could not do what it was asked"):
            reading.items()
    assert len(asked) == 1
    reading.source = reader(account).source
    assert reading.subjects() == ALL


def test_f24_a_server_that_gives_nothing_any_more_is_not_asked_for_all(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.imap.disconnects.CHUNK_SIZE", 2)
    monkeypatch.setattr("connectors.imap.mailbox_sync.MAX_FAILING", 2)
    account.put(*MAILS)
    asked: list[bytes] = []
    with refusing(account, b"Something is wrong", noted(asked)) as between:
        reading = reader(account, port=between.port)
        with pytest.raises(Unavailable, match="does not give 2"):
            reading.items()
    assert len(asked) == 3
    reading.source = reader(account).source
    assert reading.subjects() == ALL


def test_f24_a_large_mail_comes_by_a_slow_line_too(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it would take longer than an answer may."""
    monkeypatch.setattr("connectors.imap.connection.COMMAND_TIMEOUT", 1.2)
    large = mail(1, body="Hello.\r\n" * 400_000)
    account.put(large)
    clock = threading.Event()

    def slowly(told: bytes) -> bytes:
        clock.wait(len(told) / 2_000_000)
        return told

    with relayed(account.server.port, slowly) as between:
        (only,) = reader(account, port=between.port).items()
    assert isinstance(only, Mail)
    assert only.raw.splitlines() == large.splitlines()


# ---- a folder


def test_f27_a_folder_whose_name_nobody_can_read_holds_up_no_other(account: Account) -> None:
    account.put(*MAILS)
    odd = b"".join(b'* LIST () "/" "%s"\r\n' % name for name in (b"Archive/&AA", b"Envoy\xe9s", b"&AOk-t&AOk-/&-&"))

    def with_odd_ones(told: bytes) -> bytes:
        return re.sub(rb"^\* LIST ", lambda found: odd + found[0], told, count=1, flags=re.MULTILINE)

    with relayed(account.server.port, with_odd_ones) as between:
        assert reader(account, port=between.port).subjects() == ALL


def test_f27_a_folder_that_is_listed_and_can_not_be_opened_is_left_out(account: Account) -> None:
    account.put(*MAILS)
    with account.program() as program:
        program.create_folder("Archive")
    account.show_only("Archive")
    assert reader(account).subjects() == ALL
    assert ImapSource(account.settings()).check() == "5 mails in INBOX, Gesendet, Ablage"
    with pytest.raises(NeedsUser, match=r"localhost does not open the folder 'Archive': see what you may do in it"):
        reader(account, folders=("Archive",)).items()


# ---- a state


def test_f27_a_folder_at_which_the_server_fails_holds_up_no_other_and_is_read_later(account: Account) -> None:
    account.put(mail(1), stored=NOW - 2 * DAY)
    account.put(mail(2), folder="Ablage", stored=NOW - 2 * DAY)
    reading, told = reader(account), r"localhost can't open the folder 'Ablage' \(SERVERBUG\)\."
    index = account.server.base / "mail" / account.user / ".Ablage" / "dovecot-uidlist"
    whole = index.read_bytes()
    for each in index.parent.glob("dovecot*"):
        each.unlink()
        each.mkdir()
    for number in range(2):
        read: list[str] = []
        account.put(mail(10 + number))
        with pytest.raises(Unavailable, match=told):
            gather(reading, read)
        assert read == [*(["Mail 1"] if not number else []), f"Mail {10 + number}"]
    with pytest.raises(Unavailable, match=told):
        reading.source.check()

    for each in index.parent.glob("dovecot*"):
        each.rmdir()
    index.write_bytes(whole)
    account.server.own(index)
    assert reading.subjects() == ["Mail 2"]
    assert reading.subjects() == []


def test_f19_a_server_that_was_set_back_to_an_older_state_loses_us_nothing(account: Account) -> None:
    """A backup keeps its UIDVALIDITY: the next UIDs are those of mails that we have read, and that are gone."""
    account.put(*MAILS)
    reading = reader(account)
    assert reading.subjects() == ALL
    account.put(*(mail(number) for number in range(10, 15)))
    set_back = re.compile(rb"\[UIDNEXT \d+\]")
    with relayed(account.server.port, lambda told: set_back.sub(b"[UIDNEXT 20]", told)) as between:
        reading.source = reader(account, port=between.port).source
        assert reading.subjects() == [f"Mail {number}" for number in range(10, 15)]
    expunge(account, *range(6, 11))
    account.put(mail(20))
    reading.source = reader(account).source
    assert reading.subjects() == ["Mail 20"]
