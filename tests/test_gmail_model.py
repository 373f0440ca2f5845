"""A mailbox of Gmail's in which anything may happen between two reads, and between two batches: each mail is told once, and none is left out."""

from collections import Counter
from contextlib import suppress
from itertools import count, islice
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test

from afterword.ports import Unavailable
from connectors.google import mailbox_sync
from connectors.google.mailbox_sync import EXCLUDED_LABELS
from connectors.google.source import GoogleSource
from tests.contract.source_contract import NOW, subjects
from tests.servers.google import Google, Handler, put, refused, unhurried
from tests.servers.web import Answered, Asked

MESSAGES = "/gmail/v1/users/me/messages"
LABELS = st.sampled_from(["INBOX", "SENT", "SPAM", "TRASH", "DRAFT", "UNREAD"])


class Gmail(RuleBasedStateMachine):
    mails = Bundle("mails")
    google: Google
    folder: Path
    accounts = count(1)

    @initialize()
    def begin(self) -> None:
        folder = self.folder / str(next(self.accounts))
        folder.mkdir()
        self.account = self.google.account(folder)
        self.source = GoogleSource(self.account.settings())
        self.cursor: bytes | None = None
        self.numbers = count(1)
        self.there: dict[str, tuple[int, set[str]]] = {}
        self.told: Counter[str] = Counter()
        self.fails: set[str] = set()
        self.forgets = False
        self.google.answering.append(self.fault)

    def teardown(self) -> None:
        self.google.answering.remove(self.fault)

    def fault(self, asked: Asked) -> Answered | None:
        path = asked.path.partition("?")[0]
        if self.forgets and path.endswith("/history"):
            return refused(404, "notFound")
        return refused(500, "backendError") if asked.method == "GET" and path.rpartition("/")[2] in self.fails else None

    @rule(target=mails, labels=st.sets(LABELS, min_size=1, max_size=2), number=st.integers(1, 3))
    def arrive(self, labels: set[str], number: int) -> object:
        numbers = list(islice(self.numbers, number))
        ids = put(self.account, *numbers, labels=tuple(labels))
        self.there |= {each: (number, set(labels)) for each, number in zip(ids, numbers, strict=True)}
        return multiple(*ids)

    @rule(mail=mails, put_there=LABELS, taken=LABELS)
    def is_labelled(self, mail: str, put_there: str, taken: str) -> None:
        if mail in self.there:
            change = {"addLabelIds": [put_there], "removeLabelIds": [taken]}
            told = self.account.ask("POST", f"{MESSAGES}/{mail}/modify", change if put_there != taken else {})
            self.there[mail] = self.there[mail][0], set(told["labelIds"])

    @rule(mail=mails, act=st.sampled_from(["trash", "untrash"]))
    def is_trashed_or_restored(self, mail: str, act: str) -> None:
        if mail in self.there:
            told = self.account.ask("POST", f"{MESSAGES}/{mail}/{act}", {})
            self.there[mail] = self.there[mail][0], set(told["labelIds"])

    @rule(mail=mails)
    def is_deleted_for_good(self, mail: str) -> None:
        if self.there.pop(mail, None) is not None:
            self.account.ask("DELETE", f"{MESSAGES}/{mail}")

    @rule(mail=mails)
    def can_not_be_had(self, mail: str) -> None:
        self.fails.add(mail)

    @rule()
    def history_is_forgotten(self) -> None:
        self.forgets = True

    @rule(batches=st.integers(0, 3))
    def is_read_in_part(self, batches: int) -> None:
        with suppress(Unavailable):
            self.read(batches)

    @rule()
    def is_read(self) -> None:
        self.fails.clear()
        self.read(10**6)
        self.forgets = False
        there = {f"Mail {number}" for number, labels in self.there.values() if not labels & EXCLUDED_LABELS}
        assert there <= self.told.keys()

    def read(self, batches: int) -> None:
        try:
            for batch in islice(self.source.read(self.cursor, NOW), batches):
                self.cursor = batch.cursor
                self.told.update(subjects(batch.items))
        finally:
            assert all(times == 1 for times in self.told.values())


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)
    monkeypatch.setattr(mailbox_sync, "BATCH_SIZE", 2)


@pytest.mark.usefixtures("patient")
def test_each_mail_is_told_once_whatever_happens_in_between(
    google: Google, answering: list[Handler], tmp_path: Path
) -> None:
    _ = answering
    Gmail.google, Gmail.folder = google, tmp_path
    run_state_machine_as_test(Gmail, settings=settings(max_examples=15, stateful_step_count=15, deadline=None))
