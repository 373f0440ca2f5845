"""Fetching of mails by UID: the first part of each in one command, the rest only of those that are new and not too large."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from imaplib import IMAP4
from typing import Any, Literal

from afterword.ports import Item, Mail, UnreadableItem
from afterword.recognition.messages.header_stage import FIELDS
from afterword.recognition.messages.message import has_arrived
from afterword.recognition.messages.mime import LARGEST_MAIL

from ..large_mails import too_large
from ..seen import GIVE_UP_AFTER, SeenDigests, is_batch_full, short_digest
from .cursor import FolderCursor
from .folders import Folder
from .session import Client, is_temporary

FIRST_PART_SIZE = 64 * 1024
"""Bytes of the first part: most mails are not longer."""

PIECE_SIZE = 1024 * 1024
"""Bytes of each further part: small enough to arrive in time over a slow connection."""

HEADER_FIELDS = f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS)})]<0.{FIRST_PART_SIZE}>"
FetchResponse = Mapping[bytes, Any]
DEFERRED: Literal["waits"] = "waits"


class MessageFetcher:
    """Fetches from the currently examined folder. `failing` counts the mails that the server refused for the first time.

    The `fresh` UIDs are those of mails that are wanted whatever their headers say.
    """

    def __init__(
        self, client: Client, folder: Folder, until: datetime, seen: SeenDigests, fresh: frozenset[int] = frozenset()
    ) -> None:
        self._fresh = fresh
        self._client = client
        self._folder = folder
        self._until = until
        self._seen = seen
        self._refused: set[int] = set()
        self.failing = 0

    def fetch(
        self, uids: list[int], cursor: FolderCursor, is_wanted: Callable[[bytes], bool] | None
    ) -> Iterator[tuple[Item, ...]]:
        """Yield the items of these UIDs in batches, and advance the cursor; expunged mails are skipped.

        With `is_wanted`, headers are fetched first, and bodies only of the mails that are wanted.
        """
        wanted = uids if is_wanted is None else self._wanted(uids, is_wanted)
        response = self._fetch(wanted, f"BODY.PEEK[]<0.{FIRST_PART_SIZE}>")
        deferred, items = set(cursor.deferred).difference(uids), list[Item]()
        for uid in uids:
            result = self._classify(uid, response.get(uid, {}), cursor)
            if result == DEFERRED:
                deferred.add(uid)
            elif result is not None:
                items.append(result)
            cursor.uid_next = max(cursor.uid_next, uid + 1)
            cursor.deferred = sorted(deferred.union(each for each in cursor.deferred if each > uid))
            if is_batch_full(items) or uid == uids[-1]:
                yield tuple(items)
                items = []

    def give_up(self, uid: int, cursor: FolderCursor) -> tuple[Item, ...]:
        """Defer a mail whose FETCH lost the connection; return it as unreadable if it has been failing for GIVE_UP_AFTER."""
        result = self._defer(uid, cursor)
        if result == DEFERRED:
            return ()
        cursor.deferred.remove(uid)
        return (result,)

    def _wanted(self, uids: list[int], is_wanted: Callable[[bytes], bool]) -> list[int]:
        to_look_at = [uid for uid in uids if uid not in self._fresh]
        headers = self._fetch(to_look_at, HEADER_FIELDS) if to_look_at else {}
        wanted = {uid for uid in to_look_at if is_wanted(_body(headers.get(uid, {})) or b"")}
        return [uid for uid in uids if uid not in self._refused and (uid in self._fresh or uid in wanted)]

    def _classify(self, uid: int, response: FetchResponse, cursor: FolderCursor) -> Item | Literal["waits"] | None:
        item = self._item_of(uid, response)
        if uid in self._refused:
            return self._defer(uid, cursor)
        cursor.failing.pop(uid, None)
        return item

    def _item_of(self, uid: int, response: FetchResponse) -> Item | Literal["waits"] | None:
        """None if it was expunged, is a draft, or was read before under another UID; DEFERRED if it arrived after `until`."""
        body, size = _body(response), response.get(b"RFC822.SIZE", 0)
        if body is None or b"\\Draft" in response.get(b"FLAGS", ()):
            return None
        digest = short_digest(body if len(body) < FIRST_PART_SIZE else body + str(size).encode())
        if digest in self._seen:
            return None
        if not has_arrived(body, self._until):
            return DEFERRED
        raw = body if len(body) < FIRST_PART_SIZE or size > LARGEST_MAIL else self._fetch_whole(uid, size)
        if raw is None:
            return None
        self._seen.add(digest)
        return self._item(uid, raw, response)

    def _defer(self, uid: int, cursor: FolderCursor) -> UnreadableItem | Literal["waits"]:
        """A mail that the server refuses is retried at later reads, and is unreadable after GIVE_UP_AFTER."""
        self._refused.discard(uid)
        self.failing += uid not in cursor.failing
        if self._until - cursor.failing.setdefault(uid, self._until) < GIVE_UP_AFTER:
            return DEFERRED
        del cursor.failing[uid]
        ref = f"{self._folder.name}:{uid}"
        return UnreadableItem(
            raw=ref.encode(), ref=ref, reason="the server does not give it, however often it is asked"
        )

    def _item(self, uid: int, raw: bytes, response: FetchResponse) -> Item:
        ref = f"{self._folder.name}:{uid}"
        size = response.get(b"RFC822.SIZE", 0) if len(raw) >= FIRST_PART_SIZE else 0
        if max(size, len(raw)) > LARGEST_MAIL:
            return too_large(raw, ref)
        return Mail(raw=raw, ref=ref, mailbox=self._folder.role, received_at=_internal_date(response))

    def _fetch_whole(self, uid: int, size: int) -> bytes | None:
        """In partial FETCHes. Some servers report a wrong size, some refuse a part behind the end, some ignore partial requests."""
        whole = bytearray()
        while len(whole) <= LARGEST_MAIL:
            piece = _body(self._fetch([uid], f"BODY.PEEK[]<{len(whole)}.{PIECE_SIZE}>").get(uid, {}))
            if piece is None and not 0 < size <= len(whole):
                return None
            whole += piece or b""
            if piece is None or len(piece) != PIECE_SIZE:
                break
        self._refused.discard(uid)
        return bytes(whole)

    def _fetch(self, uids: list[int], part: str) -> dict[int, FetchResponse]:
        """The FETCH data by UID; a refused command is split (RFC 2180, 4.1.2). Raises IMAP4.error for a temporary refusal."""
        try:
            response: dict[int, FetchResponse] = self._client.fetch(
                uids, ["RFC822.SIZE", "INTERNALDATE", "FLAGS", part]
            )
        except IMAP4.abort:
            raise
        except IMAP4.error as error:
            if is_temporary(error):
                raise
            if len(uids) == 1:
                self._refused.update(self._client.search(["UID", str(uids[0])]))
                return {}
            middle = len(uids) // 2
            return self._fetch(uids[:middle], part) | self._fetch(uids[middle:], part)
        return response


def _body(response: FetchResponse) -> bytes | None:
    value = next((value for key, value in response.items() if key.startswith(b"BODY[")), None)
    return value if isinstance(value, bytes) else None


def _internal_date(response: FetchResponse) -> datetime | None:
    stored = response.get(b"INTERNALDATE")
    return stored.astimezone(UTC) if isinstance(stored, datetime) else None
