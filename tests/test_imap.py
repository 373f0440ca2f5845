"""IMAP beyond what all sources keep to: nothing changes there, who may be talked to, which folders are read, and how far back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import ValidationError, convert

from afterword.ports import Mail, NeedsUser, Unavailable, UnreadableItem, WatchableSource
from connectors.imap import ImapSource, idle
from connectors.imap.settings import ImapSettings
from connectors.secrets import Secret
from tests.contract.source_contract import LATER, NOW, TOO_LARGE, Reader, mail
from tests.servers.between import relayed, silent
from tests.servers.dovecot import PASSWORD, Account, Dovecot, free_port

TOLD_WITHIN = 5
OTHERS = ["INBOX", "Gesendet", "Ablage", "Trash", "Drafts"]


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.account()


def reader(account: Account, **settings: object) -> Reader:
    return Reader(ImapSource(account.settings(**settings)))  # type: ignore[arg-type]


def test_reading_changes_nothing(account: Account) -> None:
    account.put(mail(1), mail(2), mail(3, body="a" * 100_000))
    with account.program() as program:
        program.select_folder("INBOX")
        program.add_flags([2], [b"\\Seen", b"\\Flagged"])
        program.unselect_folder()

        def shown() -> object:
            there = program.folder_status("INBOX", ["MESSAGES", "UNSEEN", "UIDNEXT", "HIGHESTMODSEQ"])
            program.select_folder("INBOX", readonly=True)
            flags = program.get_flags([1, 2, 3])
            program.unselect_folder()
            return there, flags, sorted(program.list_folders())

        before = shown()
        assert len(reader(account).items()) == 3
        assert ImapSource(account.settings()).check()
        assert shown() == before


@pytest.mark.parametrize("tls", ["implicit", "starttls", "none"])
def test_it_connects_in_each_way(account: Account, tls: str) -> None:
    account.put(mail(1))
    assert reader(account, tls=tls).subjects() == ["Mail 1"]


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_server_that_nobody_vouches_for_is_told_nothing(account: Account, tls: str) -> None:
    with pytest.raises(NeedsUser, match=r"certificate of localhost can't be trusted .*ca_file"):
        reader(account, tls=tls, ca_file="").items()


def test_a_certificate_for_another_name_is_not_believed(account: Account) -> None:
    with pytest.raises(NeedsUser, match=r"certificate of 127\.0\.0\.1 can't be trusted"):
        reader(account, tls="starttls", host="127.0.0.1").items()


def test_without_tls_only_this_machine_is_talked_to(account: Account) -> None:
    with pytest.raises(ValidationError, match="this machine only"):
        convert(
            {"host": "imap.example.org", "user": "jane", "password": {"file": "p"}, "tls": "none"}, type=ImapSettings
        )


def test_starttls_that_is_stripped_is_no_reason_to_go_without(account: Account) -> None:
    with (
        relayed(account.server.port, lambda told: told.replace(b"STARTTLS", b"XSTRIPPD")) as between,
        pytest.raises(NeedsUser, match="offers no STARTTLS"),
    ):
        reader(account, tls="starttls", port=between.port).items()


def test_what_was_said_before_tls_began_is_not_believed_after(account: Account) -> None:
    """RFC 3501, 6.2.1. Whoever stands between could tell us which folders there are."""
    told_too = b'* LIST (\\Sent) "/" "Trash"\r\n'

    def adding(told: bytes) -> bytes:
        return told_too + told + told_too if b"Begin TLS" in told else told

    account.put(mail(1))
    with relayed(account.server.port, adding) as between:
        source = ImapSource(account.settings("starttls", port=between.port))
        assert source.check() == "1 mail in INBOX, Gesendet, Ablage"


def test_a_server_that_has_no_room_for_another_session_refused_no_password(account: Account, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hunter2\n", encoding="utf-8")

    def full(told: bytes) -> bytes:
        return told.replace(
            b"NO [AUTHENTICATIONFAILED] Authentication failed.", b"NO [ALERT] Too many simultaneous connections."
        )

    with relayed(account.server.port, full) as between, pytest.raises(Unavailable, match="can't sign anybody in"):
        reader(account, port=between.port, password=Secret(file=str(tmp_path / "password"))).items()


def test_a_wrong_password_needs_the_user_and_is_not_repeated(account: Account, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hunter2\n", encoding="utf-8")
    with pytest.raises(NeedsUser, match="refused the user name or the password: check both") as refused:
        reader(account, password=Secret(file=str(tmp_path / "password"))).items()
    assert "hunter2" not in str(refused.value)


def test_a_server_that_is_not_there_is_unavailable(account: Account) -> None:
    with pytest.raises(Unavailable, match="localhost can't be reached"):
        ImapSource(account.settings(port=free_port())).check()


def test_a_server_whose_name_nobody_knows_is_unavailable(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_knows(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody_knows)
    with pytest.raises(Unavailable, match=r"nowhere\.example can't be found"):
        ImapSource(account.settings(host="nowhere.example", tls="implicit")).check()


def test_tls_to_a_port_without_it_is_told(account: Account) -> None:
    with pytest.raises(Unavailable, match="no TLS that can be understood: check the account's port"):
        reader(account, tls="implicit", port=account.server.port).items()


def test_each_mail_has_the_role_of_its_folder_and_others_are_not_read(account: Account) -> None:
    for number, folder in enumerate(OTHERS):
        account.put(mail(number), folder=folder)
    found = [(each.ref, each.mailbox) for each in reader(account).items() if isinstance(each, Mail)]
    assert found == [("INBOX:1", "inbox"), ("Gesendet:1", "sent"), ("Ablage:1", "archive")]


@pytest.mark.parametrize(
    ("folder", "role"),
    [
        ("Éléments envoyés", "sent"),
        ("Sent Items", "sent"),
        ("Skickade objekt", "sent"),
        ("Отправленные", "sent"),
        ("送信済みアイテム", "sent"),
        ("Archiv/2025", "archive"),
        ("Archives", "archive"),
        ("Arşiv", "archive"),
    ],
)
def test_f27_a_folder_without_a_special_use_is_known_by_its_name(account: Account, folder: str, role: str) -> None:
    with account.program() as program:
        program.create_folder(folder)
    account.put(mail(1), folder=folder)
    assert [each.mailbox for each in reader(account).items() if isinstance(each, Mail)] == [role]


def test_what_others_share_is_not_read_unless_it_is_named(own_dovecot: Dovecot) -> None:
    """What lies in Bob's Sent was not written by Jane."""
    account = own_dovecot.account()
    account.put(mail(1))
    account.share("bob/INBOX", mail(2))
    account.share("bob/Sent", mail(3))
    with account.program() as program:
        assert [each for _, _, each in program.list_folders() if "bob/Sent" in each] == ["Shared/bob/Sent"]
    assert reader(account).subjects() == ["Mail 1"]
    assert reader(account, folders=("INBOX", "Shared/bob/INBOX")).subjects() == ["Mail 1", "Mail 2"]


def test_the_folders_that_are_configured_are_the_ones_that_are_read(account: Account) -> None:
    with account.program() as program:
        program.create_folder("Bewerbungen/Größe & mehr")
    account.put(mail(1))
    account.put(mail(2), folder="Bewerbungen/Größe & mehr")
    account.put(mail(3), folder="Gesendet")
    (other, sent) = reader(account, folders=("Bewerbungen/Größe & mehr", "Gesendet")).items()
    assert isinstance(other, Mail)
    assert isinstance(sent, Mail)
    assert (other.mailbox, sent.mailbox) == ("other", "sent")


def test_a_configured_folder_that_is_not_there_needs_the_user(account: Account) -> None:
    with pytest.raises(NeedsUser, match=r"no folder 'Jobs' on localhost: .*INBOX"):
        reader(account, folders=("Jobs",)).items()


def test_the_first_reading_goes_back_as_far_as_is_said(account: Account) -> None:
    for number, days in enumerate([5, 60, 89, 95, 400]):
        account.put(mail(number), stored=NOW - timedelta(days=days))
    assert reader(account).subjects() == ["Mail 0", "Mail 1", "Mail 2"]
    assert reader(account, first_days=30).subjects() == ["Mail 0"]


def test_after_the_first_reading_age_does_not_matter(account: Account) -> None:
    account.put(mail(1), stored=NOW)
    reading = reader(account)
    reading.items()
    account.put(mail(2), stored=NOW - timedelta(days=400))
    assert reading.subjects() == ["Mail 2"]


def test_a_first_reading_that_was_cut_short_goes_back_no_further(account: Account) -> None:
    account.put(*(mail(number) for number in range(60)), stored=NOW)
    account.put(mail(100), stored=NOW - timedelta(days=400))
    reading = reader(account)
    next(reading.batches())
    assert len(reading.items()) == 10


def test_the_time_of_its_arrival_is_the_servers(account: Account) -> None:
    arrived = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    account.put(mail(1), stored=arrived)
    (only,) = reader(account).items()
    assert isinstance(only, Mail)
    assert only.received_at == arrived


def test_a_long_mail_is_read_whole_and_one_that_is_too_large_set_aside(account: Account) -> None:
    long = mail(2, body="Hello.\r\n" * 100_000)
    account.put(mail(1), long, mail(3, body="a" * TOO_LARGE), mail(4))
    reading = reader(account)
    first, second, third, fourth = reading.items()
    assert isinstance(second, Mail)
    assert second.raw.splitlines() == long.splitlines()
    assert isinstance(third, UnreadableItem)
    assert (len(third.raw), third.reason) == (64 * 1024, "it is larger than 25 MB")
    assert isinstance(first, Mail)
    assert isinstance(fourth, Mail)
    assert reading.items() == []


def test_bytes_that_are_no_mail_are_handed_on(account: Account) -> None:
    account.put(mail(1), b"\xff\xfe\x80 no mail at all\r\n")
    assert sorted(each.raw[:3] for each in reader(account).items(LATER) if isinstance(each, Mail)) == [
        b"Fro",
        b"\xff\xfe\x80",
    ]


def test_it_says_what_is_there(account: Account) -> None:
    account.put(mail(1), mail(2))
    assert ImapSource(account.settings()).check() == "2 mails in INBOX, Gesendet, Ablage"


def test_it_says_where_no_sent_mail_is_read(account: Account) -> None:
    """A thank-you that is not seen is asked for although it was sent."""
    with account.program() as program:
        program.create_folder("Ausgegangenes")
    without, by_name = (
        ImapSource(account.settings(folders=each)).check() for each in (("INBOX", "Ablage"), ("INBOX", "Ausgegangenes"))
    )
    assert without.startswith("0 mails in INBOX, Ablage; none of them holds sent mail, so what you send is not seen: ")
    assert by_name == "0 mails in INBOX, Ausgegangenes"


@contextmanager
def watched(source: ImapSource) -> Iterator["Watch"]:
    watch = Watch(source)
    try:
        yield watch
    finally:
        watch.stop()


class Watch:
    """A source that is watched, in a thread."""

    def __init__(self, source: ImapSource) -> None:
        assert isinstance(source, WatchableSource)
        self.told = threading.Semaphore(0)
        self.failure: Exception | None = None
        self._source = source
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(TOLD_WITHIN)
        assert not self._thread.is_alive()

    def ends(self) -> Exception | None:
        self._thread.join(TOLD_WITHIN)
        assert not self._thread.is_alive()
        return self.failure

    def _watch(self) -> None:
        try:
            self._source.watch(self.told.release, self._stopping.is_set)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.failure = error


def test_a_new_mail_is_told_at_once(account: Account) -> None:
    with watched(ImapSource(account.settings("implicit"))) as watch:
        assert watch.told.acquire(timeout=TOLD_WITHIN)
        account.put(mail(1))
        assert watch.told.acquire(timeout=TOLD_WITHIN)


def test_f25_a_watch_is_renewed_and_goes_on(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    assert idle.IDLE_RENEWAL < 29 * 60
    monkeypatch.setattr(idle, "IDLE_RENEWAL", 0.2)
    monkeypatch.setattr(idle, "POLL_INTERVAL", 0.1)
    renewed = threading.Semaphore(0)
    with (
        relayed(account.server.port, ask=lambda asked: renewed.release() if b"IDLE" in asked else None) as between,
        watched(ImapSource(account.settings(port=between.port))) as watch,
    ):
        for _ in range(3):
            assert renewed.acquire(timeout=TOLD_WITHIN)
        assert watch.told.acquire(timeout=TOLD_WITHIN)
        account.put(mail(1))
        assert watch.told.acquire(timeout=TOLD_WITHIN)


def test_f25_a_line_that_died_in_silence_is_found_out(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "IDLE_RENEWAL", 0.5)
    monkeypatch.setattr(idle, "POLL_INTERVAL", 0.1)
    monkeypatch.setattr("connectors.imap.connection.READ_TIMEOUT", 0.3)
    dead = threading.Event()
    with (
        relayed(account.server.port, lambda told: b"" if dead.is_set() else told) as between,
        watched(ImapSource(account.settings(port=between.port))) as watch,
    ):
        assert watch.told.acquire(timeout=TOLD_WITHIN)
        dead.set()
        failure = watch.ends()
    assert isinstance(failure, Unavailable)
    assert str(failure) == "localhost did not answer in time."


def test_a_server_that_tells_nothing_is_not_watched(account: Account) -> None:
    with (
        relayed(account.server.port, lambda told: told.replace(b" IDLE", b" XDLE")) as between,
        watched(ImapSource(account.settings(port=between.port))) as watch,
    ):
        assert watch.ends() is None


def test_a_server_that_says_nothing_is_given_up(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.imap.connection.READ_TIMEOUT", 0.3)
    with silent() as server, pytest.raises(Unavailable, match="did not answer in time"):
        reader(account, port=server.port).items()


def test_no_error_holds_the_password(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.imap.connection.READ_TIMEOUT", 0.3)

    def refusing(told: bytes) -> bytes:
        return b"* BYE " + PASSWORD.encode() + b"\r\n" if b"CAPABILITY" not in told else told

    with relayed(account.server.port, refusing) as between, pytest.raises(Unavailable) as failed:
        reader(account, port=between.port).items()
    assert PASSWORD not in str(failed.value)
