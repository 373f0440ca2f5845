"""Gmail beside a model of it: whatever happens to mails and answers between two reads, each mail is read once."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afterword.ports import Unavailable
from connectors.google import gmail, gmail_api, mailbox_sync
from connectors.google.source import GoogleSource
from tests.contract.source_contract import Reader, mail, subjects
from tests.servers.google import Google, GoogleAccount, refused
from tests.servers.web import Answered, Asked

UNREAD = {"SPAM", "TRASH", "DRAFT"}
STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(["INBOX", "SENT", "SPAM", "TRASH", "DRAFT"])),
    st.tuples(st.just("move"), st.integers(0, 5), st.sampled_from(["INBOX", "SPAM", "TRASH", "STARRED"])),
    st.tuples(st.just("forget")),
    st.tuples(st.just("fail"), st.integers(0, 6)),
    st.tuples(st.just("read")),
)


@pytest.fixture(autouse=True)
def _small_and_quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connectors.google.execution.time.sleep", lambda _: None)
        patch.setattr(gmail, "UNITS_PER_MINUTE", 10**9)
        patch.setattr(mailbox_sync, "BATCH_SIZE", 2)
        patch.setattr(gmail_api, "PAGE_SIZE", 3)
        yield


class Model:
    """The mails, each with the one label that counts, and which of them must have been read."""

    def __init__(self, account: GoogleAccount) -> None:
        self.account = account
        self.reader = Reader(GoogleSource(account.settings()))
        self.labels: dict[str, str] = {}
        self.read: list[str] = []
        self._forgets = False
        self._good_answers = 10**9

    def put(self, label: str) -> None:
        (name,) = self.account.put(mail(len(self.labels)).replace(b"\n", b"\r\n"), labels=(label,))
        self.labels[name] = label

    def move(self, number: int, label: str) -> None:
        if not self.labels:
            return
        name = list(self.labels)[number % len(self.labels)]
        change = {"addLabelIds": [label], "removeLabelIds": [each for each in [self.labels[name]] if each != label]}
        self.account.ask("POST", f"/gmail/v1/users/me/messages/{name}/modify", change)
        self.labels[name] = label

    def forget(self) -> None:
        self._forgets = True

    def fail(self, good_answers: int) -> None:
        self._good_answers = good_answers

    def answer(self, asked: Asked) -> Answered | None:
        if self._good_answers <= 0:
            return refused(503, "backendError")
        self._good_answers -= 1
        if self._forgets and "/history" in asked.path:
            self._forgets = False
            return refused(404, "notFound")
        return None

    def look(self) -> None:
        try:
            for batch in self.reader.batches():
                self.read += subjects(batch.items)
        except Unavailable:
            self._good_answers = 10**9

    def must_be_read(self) -> set[str]:
        return {f"Mail {number}" for number, label in enumerate(self.labels.values()) if label not in UNREAD}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=14))
def test_each_mail_is_read_once_whatever_happens_in_between(google: Google, steps: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        account = google.account(Path(folder))
        account.settings()
        model = Model(account)
        for name, *given_to in steps:
            if name == "read":
                google.answering.append(model.answer)
                model.look()
                google.answering.remove(model.answer)
            else:
                getattr(model, name)(*given_to)
        model.fail(10**9)
        model.look()
    assert len(model.read) == len(set(model.read))
    assert model.must_be_read() <= set(model.read)
