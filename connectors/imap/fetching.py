"""Mails by their UIDs: the first part of each in one go, the rest only of those that are new, there, and not too large."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from imaplib import IMAP4
from typing import Any, Literal

from afterword.ports import Item, Mail, UnreadableItem
from afterword.recognition.header_stage import FIELDS
from afterword.recognition.message import has_arrived
from afterword.recognition.mime import LARGEST_MAIL

from ..large_mails import too_large
from ..seen import SeenDigests, is_batch_full, short_digest
from .cursor import FolderCursor
from .folders import Folder
from .session import Client, is_passing

HEAD = 64 * 1024
"""So many bytes of each mail are looked at first: most are no longer than that."""

PIECE = 1024 * 1024
"""So many bytes of a longer one are asked for at once: on a slow line each piece comes in time, where the whole would not."""

GIVES_UP_AFTER = timedelta(days=3)

FIRST_FIELDS = f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS)})]<0.{HEAD}>"
Fetched = Mapping[bytes, Any]
WAITS: Literal["waits"] = "waits"


class Fetching:
    """Reads from the folder that is examined. `failing` counts the mails that are there and were not given, for the first time."""

    def __init__(self, client: Client, folder: Folder, until: datetime, seen: SeenDigests) -> None:
        self._client = client
        self._folder = folder
        self._until = until
        self._seen = seen
        self._withheld: set[int] = set()
        self.failing = 0

    def chunk(
        self, uids: list[int], here: FolderCursor, is_wanted: Callable[[bytes], bool] | None
    ) -> Iterator[tuple[Item, ...]]:
        """The items among these UIDs, with the cursor moved behind each; one that is gone meanwhile is none.

        Where it is asked which are wanted, their heads are fetched before, and of the others nothing else.
        """
        worth = uids if is_wanted is None else self._worth(uids, is_wanted)
        told = self._fetched(worth, f"BODY.PEEK[]<0.{HEAD}>")
        waiting, items = set(here.waiting).difference(uids), list[Item]()
        for uid in uids:
            found = self._found(uid, told.get(uid, {}), here)
            if found == WAITS:
                waiting.add(uid)
            elif found is not None:
                items.append(found)
            here.next = max(here.next, uid + 1)
            here.waiting = sorted(waiting.union(each for each in here.waiting if each > uid))
            if is_batch_full(items) or uid == uids[-1]:
                yield tuple(items)
                items = []

    def given_up(self, uid: int, here: FolderCursor) -> tuple[Item, ...]:
        """One at which the line broke: it is set aside if that lasts for too long already."""
        found = self._put_off(uid, here)
        if found == WAITS:
            return ()
        here.waiting.remove(uid)
        return (found,)

    def _worth(self, uids: list[int], is_wanted: Callable[[bytes], bool]) -> list[int]:
        heads = self._fetched(uids, FIRST_FIELDS)
        return [uid for uid in uids if uid not in self._withheld and is_wanted(_text(heads.get(uid, {})) or b"")]

    def _found(self, uid: int, told: Fetched, here: FolderCursor) -> Item | Literal["waits"] | None:
        found = self._read(uid, told)
        if uid in self._withheld:
            return self._put_off(uid, here)
        here.failing.pop(uid, None)
        return found

    def _read(self, uid: int, told: Fetched) -> Item | Literal["waits"] | None:
        """None for one that is gone, is a draft, or was read before under another number; "waits" for one that has not arrived yet."""
        head, size = _text(told), told.get(b"RFC822.SIZE", 0)
        if head is None or b"\\Draft" in told.get(b"FLAGS", ()):
            return None
        key = short_digest(head if len(head) < HEAD else head + str(size).encode())
        if key in self._seen:
            return None
        if not has_arrived(head, self._until):
            return WAITS
        raw = head if len(head) < HEAD or size > LARGEST_MAIL else self._whole(uid, size)
        if raw is None:
            return None
        self._seen.add(key)
        return self._item(uid, raw, told)

    def _put_off(self, uid: int, here: FolderCursor) -> UnreadableItem | Literal["waits"]:
        """One that is there and can't be had holds up no other: it is asked for again, until it is set aside."""
        self._withheld.discard(uid)
        self.failing += uid not in here.failing
        if self._until - here.failing.setdefault(uid, self._until) < GIVES_UP_AFTER:
            return WAITS
        del here.failing[uid]
        ref = f"{self._folder.name}:{uid}"
        return UnreadableItem(
            raw=ref.encode(), ref=ref, reason="the server does not give it, however often it is asked"
        )

    def _item(self, uid: int, raw: bytes, told: Fetched) -> Item:
        ref = f"{self._folder.name}:{uid}"
        size = told.get(b"RFC822.SIZE", 0) if len(raw) >= HEAD else 0
        if max(size, len(raw)) > LARGEST_MAIL:
            return too_large(raw, ref)
        return Mail(raw=raw, ref=ref, mailbox=self._folder.role, received_at=_stored_at(told))

    def _whole(self, uid: int, size: int) -> bytes | None:
        """In pieces. Some servers are wrong about the size, some refuse what lies behind the end, some know no pieces."""
        whole = bytearray()
        while len(whole) <= LARGEST_MAIL:
            piece = _text(self._fetched([uid], f"BODY.PEEK[]<{len(whole)}.{PIECE}>").get(uid, {}))
            if piece is None and not 0 < size <= len(whole):
                return None
            whole += piece or b""
            if piece is None or len(piece) != PIECE:
                break
        self._withheld.discard(uid)
        return bytes(whole)

    def _fetched(self, uids: list[int], part: str) -> dict[int, Fetched]:
        """What the server tells of each; one by one where it refuses all for one (RFC 2180, 4.1.2). Raises IMAP4.error where it gives none."""
        try:
            told: dict[int, Fetched] = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE", "FLAGS", part])
        except IMAP4.abort:
            raise
        except IMAP4.error as error:
            if is_passing(error):
                raise
            if len(uids) == 1:
                self._withheld.update(self._client.search(["UID", str(uids[0])]))
                return {}
            middle = len(uids) // 2
            return self._fetched(uids[:middle], part) | self._fetched(uids[middle:], part)
        return told


def _text(told: Fetched) -> bytes | None:
    found = next((value for key, value in told.items() if key.startswith(b"BODY[")), None)
    return found if isinstance(found, bytes) else None


def _stored_at(told: Fetched) -> datetime | None:
    stored = told.get(b"INTERNALDATE")
    return stored.astimezone(UTC) if isinstance(stored, datetime) else None
