"""The memory twins keep to the same contracts as what they stand for."""

from datetime import UTC, datetime
from typing import Any

import pytest

from afterword.eventlog.events import Answer
from afterword.ports import Draft, DraftBox, Mail
from tests.contract.channel_contract import ChannelContract
from tests.contract.source_contract import MailSourceContract
from tests.memory import MemoryChannel, MemoryDraftBox, MemorySource


class TestMemorySource(MailSourceContract):
    @pytest.fixture(autouse=True)
    def source(self) -> MemorySource:
        self.memory = MemorySource()
        return self.memory

    def put(self, *mails: bytes) -> None:
        self.memory.items += [Mail(raw=each, ref="memory") for each in mails]


class TestMemoryChannel(ChannelContract):
    @pytest.fixture(autouse=True)
    def channel(self) -> MemoryChannel:
        self.memory = MemoryChannel()
        return self.memory

    def shown(self) -> dict[str, Any]:
        return dict(self.memory.invites)

    def delete(self, uid: str) -> None:
        del self.memory.invites[uid]

    def move(self, uid: str, start: datetime, end: datetime) -> None:
        self.memory.edit(uid, start=start, end=end)

    def rewrite(self, uid: str, description: str) -> None:
        self.memory.edit(uid, description=description)

    def answer(self, uid: str, answer: Answer) -> None:
        self.memory.answers[uid] = answer

    def lose(self) -> None:
        self.memory.reachable = False


def test_a_draft_is_placed_once_for_each_key() -> None:
    box = MemoryDraftBox()
    assert isinstance(box, DraftBox)
    draft = Draft(to=("anna@acme.example",), subject="Thank you", body="Dear Anna,")
    for _ in range(2):
        box.place_draft("k", draft, sender="jane@home.example", at=datetime(2026, 3, 5, tzinfo=UTC))
    assert box.drafts == {"k": draft}
    for _ in range(2):
        box.withdraw_draft("k")
    assert box.drafts == {}
