"""A mailbox in which anything may happen between two reads, and in the midst of one: each mail is told once, and none is left out."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count, islice

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from imapclient.exceptions import IMAPClientError
from imapclient.imap_utf7 import encode

from afterword.ports import Mail, Unavailable
from connectors.imap import ImapSource, disconnects
from tests.contract.source_contract import NOW, Reader, mail, subjects
from tests.servers.between import relayed
from tests.servers.dovecot import Dovecot

READ = [
    "INBOX",
    "Gesendet",
    "Ablage",
    'Archive/"a" \\ {5}',
    "Sent/\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} & ü",
]
NOT_READ = ["Trash", "Other", "Drafts"]
FOLDERS = st.sampled_from(READ + NOT_READ)
ALL = 10**6
SOON = NOW + timedelta(days=5)


class Mailbox(RuleBasedStateMachine):
    server: Dovecot

    @initialize()
    def begin(self) -> None:
        self.account = self.server.account()
        self.program = self.account.program()
        self.reader = Reader(ImapSource(self.account.settings()))
        self.now = NOW
        self.numbers = count(1)
        self.told: Counter[str] = Counter()
        for each in READ + NOT_READ:
            self.folder_is_made(each)
            self.arrives(each, 2, is_late=True)

    @rule(folder=FOLDERS)
    def folder_is_made(self, folder: str) -> None:
        with suppress(IMAPClientError):
            self.program.create_folder(folder)

    @rule(folder=FOLDERS, mails=st.integers(1, 4), is_late=st.booleans())
    def arrives(self, folder: str, mails: int, *, is_late: bool) -> None:
        with suppress(IMAPClientError):
            for number in islice(self.numbers, mails):
                sent = SOON if is_late and number % 2 else NOW
                self.program.append(folder, mail(number, sent).replace(b"\n", b"\r\n"))

    @rule(folder=FOLDERS, to=FOLDERS, how=st.sampled_from(["move", "copy"]))
    def is_moved_or_copied(self, folder: str, to: str, how: str) -> None:
        with suppress(IMAPClientError):
            self.program.select_folder(folder)
            getattr(self.program, how)(self.program.search()[:1], to)

    @rule(folder=FOLDERS)
    def is_deleted(self, folder: str) -> None:
        with suppress(IMAPClientError):
            self.program.select_folder(folder)
            self.program.delete_messages(self.program.search()[:1])
            self.program.expunge()

    @rule(folder=FOLDERS, to=FOLDERS)
    def folder_is_renamed(self, folder: str, to: str) -> None:
        if folder != "INBOX":
            with suppress(IMAPClientError):
                self.program.unselect_folder()
            with suppress(IMAPClientError):
                self.program.rename_folder(folder, to)

    @rule(folder=FOLDERS)
    def folder_is_made_anew(self, folder: str) -> None:
        with suppress(IMAPClientError):
            self.program.unselect_folder()
        with suppress(IMAPClientError):
            self.program.delete_folder(folder)
        self.folder_is_made(folder)

    @rule(folder=FOLDERS)
    def folder_is_numbered_anew(self, folder: str) -> None:
        self.program.logout()
        place = self.server.base / "mail" / self.account.user
        place = place / f".{encode(folder).decode().replace('/', '.')}" if folder != "INBOX" else place
        for each in [*place.glob("dovecot-uidlist*"), *place.glob("dovecot.index*")]:
            each.unlink()
        self.program = self.account.program()

    @rule()
    def time_goes(self) -> None:
        self.now = SOON + timedelta(days=1)

    @rule(batches=st.integers(0, 4))
    def is_read_in_part(self, batches: int) -> None:
        for each in islice(self.reader.batches(self.now), batches):
            self.told.update(subjects(each.items))
        assert all(times == 1 for times in self.told.values())

    @rule(allowed=st.integers(200, 9000))
    def line_is_cut(self, allowed: int) -> None:
        source = self.reader.source
        with relayed(self.account.server.port, allowed=allowed) as relay, suppress(Unavailable):
            self.reader.source = ImapSource(self.account.settings(port=relay.port))
            self.is_read_in_part(ALL)
        self.reader.source = source

    @rule(
        after=st.integers(0, 4), folder=FOLDERS, to=FOLDERS, what=st.sampled_from(["move", "delete", "rename", "anew"])
    )
    def something_happens_while_it_is_read(self, after: int, folder: str, to: str, what: str) -> None:
        with suppress(Unavailable):
            for number, each in enumerate(self.reader.batches(self.now)):
                self.told.update(subjects(each.items))
                if number == after:
                    self._happens(folder, to, what)
        assert all(times == 1 for times in self.told.values())

    @rule()
    def is_read(self) -> None:
        self.is_read_in_part(ALL)
        assert set(self._there()) <= self.told.keys()

    def _happens(self, folder: str, to: str, what: str) -> None:
        match what:
            case "move":
                self.is_moved_or_copied(folder, to, "move")
            case "delete":
                self.is_deleted(folder)
            case "rename":
                self.folder_is_renamed(folder, to)
            case _:
                self.folder_is_made_anew(folder)

    def _there(self) -> Iterator[str]:
        """The mails that have arrived in the folders that are read."""
        for folder in READ:
            with suppress(IMAPClientError):
                self.program.select_folder(folder, readonly=True)
                for each in self.program.fetch(self.program.search() or [1], ["BODY.PEEK[]"]).values():
                    raw = each[b"BODY[]"]
                    if self.now > SOON or f"{SOON:%d %b}".encode() not in raw:
                        yield from subjects([Mail(raw=raw, ref="")])

    def teardown(self) -> None:
        with suppress(IMAPClientError, OSError):
            self.program.logout()


def test_whatever_happens_each_mail_is_told_once(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disconnects, "CHUNK_SIZE", 3)
    machine = type("Machine", (Mailbox,), {"server": dovecot})
    run_state_machine_as_test(machine, settings=settings(max_examples=12, stateful_step_count=30, deadline=None))
