"""In-memory connectors, to test what uses a connector."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.events import Answer
from afterword.ports import Batch, Draft, Invite, Item, Mail, PlacedInvite, Unavailable, UserAction
from afterword.recognition.messages.message import has_arrived


class MemorySettings(Struct, frozen=True, kw_only=True):
    pass


class MemorySource:
    """Yields each of `items` once."""

    Settings: ClassVar[type[MemorySettings]] = MemorySettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: MemorySettings | None = None, items: Sequence[Item] = ()) -> None:
        self.settings = settings
        self.items: list[Item] = list(items)

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`. The cursor holds the indexes of the items that were read."""
        seen = set((cursor or b"").split())
        keyed = {str(n).encode(): each for n, each in enumerate(self.items)}
        new = {n: each for n, each in keyed.items() if n not in seen and _has_arrived(each, until)}
        yield Batch(items=tuple(new.values()), cursor=b" ".join(sorted(seen | new.keys())), total=len(new))

    def check(self) -> str:
        return f"{len(self.items)} items"


class MemoryChannel:
    """Stores invites, and the user's changes to them."""

    Settings: ClassVar[type[MemorySettings]] = MemorySettings

    def __init__(self, settings: MemorySettings | None = None) -> None:
        self.settings = settings
        self.invites: dict[str, Invite] = {}
        self.edits: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, Answer] = {}
        self.reachable = True

    def place(self, invite: Invite) -> None:
        self._check_reachable()
        if invite.done and invite.uid not in self.invites:
            return
        self.invites[invite.uid] = replace(invite, **self.edits.get(invite.uid, {}))

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        _ = at
        self._check_reachable()
        for each in (self.invites, self.edits, self.answers):
            each.pop(placed.uid, None)

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        self._check_reachable()
        for each in placed:
            invite = self.invites.get(each.uid)
            if invite is None:
                yield UserAction(uid=each.uid, answer="deleted")
            elif invite.start == each.start and "start" in self.edits.get(each.uid, {}):
                self.edits[each.uid] = {k: v for k, v in self.edits[each.uid].items() if k not in {"start", "end"}}
            elif each.uid in self.answers:
                yield UserAction(uid=each.uid, answer=self.answers[each.uid])
            elif invite.start != each.start:
                yield UserAction(uid=each.uid, answer="moved", start=invite.start, end=invite.end)

    def check(self) -> str:
        self._check_reachable()
        return f"{len(self.invites)} invites"

    def edit(self, uid: str, **changes: Any) -> None:
        """Change an invite as the user: `start` and `end`, `summary`, `description`."""
        self.edits.setdefault(uid, {}).update(changes)
        self.invites[uid] = replace(self.invites[uid], **changes)

    def _check_reachable(self) -> None:
        if not self.reachable:
            raise Unavailable("The calendar is out of reach: make it reachable again.")


class MemoryDraftBox:
    """Stores drafts by their keys."""

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        _ = sender, at
        self.drafts.setdefault(key, draft)

    def withdraw_draft(self, key: str) -> None:
        self.drafts.pop(key, None)


def _has_arrived(item: Item, until: datetime) -> bool:
    if not isinstance(item, Mail):
        return True
    return has_arrived(item.raw, until)
