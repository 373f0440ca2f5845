"""The memory twins: the same contracts without a disk, to try things out with, and to test what uses a connector."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from afterword.ports import Batch, Draft, Invite, Item, Mail, Standing, UserAct


class MemorySettings(Struct, frozen=True, kw_only=True):
    pass


class MemorySource:
    """Yields the items that were put in, once each."""

    Settings = MemorySettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: MemorySettings | None = None, items: Sequence[Item] = ()) -> None:
        self.settings = settings
        self.items: list[Item] = list(items)

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """What has arrived by then and whose number the cursor doesn't hold."""
        seen = set((cursor or b"").split())
        fresh = {str(n).encode(): each for n, each in enumerate(self.items)}
        ready = {n: each for n, each in fresh.items() if n not in seen and _has_arrived(each, until)}
        yield Batch(items=tuple(ready.values()), cursor=b" ".join(sorted(seen | ready.keys())), total=len(ready))

    def check(self) -> str:
        return f"{len(self.items)} items"


class MemoryChannel:
    """Keeps invites, and what a user does to them."""

    Settings = MemorySettings

    def __init__(self, settings: MemorySettings | None = None) -> None:
        self.settings = settings
        self.invites: dict[str, Invite] = {}
        self.moved: set[str] = set()
        self.answers: dict[str, str] = {}

    def place(self, invite: Invite) -> None:
        there = self.invites.get(invite.uid)
        if there is not None and invite.uid in self.moved and there.start != invite.start:
            invite = replace(invite, start=there.start, end=there.end)
        self.invites[invite.uid] = invite

    def withdraw(self, uid: str) -> None:
        self.invites.pop(uid, None)

    def observe(self, standing: Sequence[Standing]) -> Iterator[UserAct]:
        for each in standing:
            there = self.invites.get(each.uid)
            if there is None:
                yield UserAct(uid=each.uid, answer="deleted")
            elif there.start != each.start:
                yield UserAct(uid=each.uid, answer="moved", start=there.start, end=there.end)

    def check(self) -> str:
        return f"{len(self.invites)} invites"


class MemoryDraftBox:
    """Keeps drafts by their keys."""

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        _ = sender, at
        self.drafts.setdefault(key, draft)

    def withdraw_draft(self, key: str) -> None:
        self.drafts.pop(key, None)


def _has_arrived(item: Item, until: datetime) -> bool:
    return not isinstance(item, Mail) or item.received_at is None or item.received_at <= until
