"""One pass over the folders of an account: which UIDs to read in each, and reading them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from imaplib import IMAP4

from msgspec import Struct, msgpack

from afterword.ports import Batch, Item, Unavailable

from ..seen import MAX_DEFERRED, SeenDigests
from .cursor import Cursor, FolderCursor
from .disconnects import Disconnected, DisconnectTracker
from .examining import FolderStatus, examine, examine_all
from .fetching import MessageFetcher
from .folders import Folder
from .session import Client
from .settings import ImapSettings

UID_VALIDITY_RETRIES = 3
MAX_FAILING = 20
_LOST = (IMAP4.abort, ConnectionError, TimeoutError)
"""Errors after which a connection is good for nothing."""


class Plan(Struct, frozen=True, kw_only=True):
    """What to read in a folder: new `uids` in ascending order, failed ones to `retry`, and the cursor's `uid_next` afterwards.

    In a folder that is read anew, `fresh` are the UIDs of mails that came since the last complete read.
    """

    folder: Folder
    cursor: FolderCursor
    uids: list[int]
    fresh: frozenset[int]
    retry: list[int]
    uid_next: int


class MailboxSync:
    """One pass over the folders in one session; `state` is the decoded cursor, which it updates."""

    def __init__(
        self,
        client: Client,
        state: Cursor,
        tracker: DisconnectTracker,
        settings: ImapSettings,
        is_wanted: Callable[[bytes], bool],
    ) -> None:
        self._client = client
        self._tracker = tracker
        self._is_wanted = is_wanted
        self._remaining = 0
        self._is_disconnected = False
        self._state = state
        self._until = until = tracker.until
        self._settings = settings
        self._seen = SeenDigests(state.seen)
        before = min(state.read_until or until, until)
        self._since = (before - timedelta(days=settings.first_days)).date()

    def batches(self) -> Iterator[Batch]:
        failed: dict[str, Unavailable] = {}
        examined = examine_all(self._client, self._settings.folders, failed)
        plans = [self._plan(folder, status) for folder, status in examined]
        not_opened = {name: each for name, each in self._state.folders.items() if name in failed}
        self._state.folders = not_opened | {each.folder.name: each.cursor for each in plans}
        self._remaining = sum(len(each.uids) for each in plans)
        if self._failing_count:
            yield self._batch(())  # which mails are broken is kept, even if no other can be fetched
        for plan in plans:
            yield from self._read_folder(plan)
        self._state.read_until = self._until if not failed else self._state.read_until
        yield self._batch(())
        for plan in plans:
            if not self._is_disconnected:
                yield from self._retry_failing(plan)
        if self._failing_count:
            raise self._incomplete_error()
        for each in failed.values():
            raise each

    def _plan(self, folder: Folder, status: FolderStatus) -> Plan:
        cursor = self._state.folders.get(folder.name)
        if cursor is None:
            cursor = FolderCursor(uid_validity=status.uid_validity, since=self._since)
        elif _is_renumbered(cursor, status):
            status = self._await_stable_uid_validity(folder, status)
            cursor = FolderCursor(uid_validity=status.uid_validity, since=self._since)
        self._tracker.defer_broken(folder.name, cursor)
        uids = [each for each in self._new_uids(cursor, status) if each not in cursor.failing]
        retry = [each for each in cursor.failing if not self._tracker.is_broken(folder.name, each)]
        fresh = self._fresh_uids(cursor) if uids else frozenset[int]()
        return Plan(folder=folder, cursor=cursor, uids=uids, fresh=fresh, retry=retry, uid_next=status.uid_next)

    def _await_stable_uid_validity(self, folder: Folder, status: FolderStatus) -> FolderStatus:
        """Examine until UIDVALIDITY is the same twice in a row. Raises Unavailable: some servers change it every time."""
        for _ in range(UID_VALIDITY_RETRIES):
            again = examine(self._client, folder)
            if again.uid_validity == status.uid_validity:
                return again
            status = again
        raise Unavailable(
            f"{self._settings.host} numbers the mails of {folder.name} anew each time: tell its administrator."
        )

    def _new_uids(self, cursor: FolderCursor, status: FolderStatus) -> list[int]:
        """New and deferred UIDs. The range n:* always includes the last UID, even below n (RFC 3501, 6.4.8)."""
        if 0 < status.uid_next <= cursor.uid_next or not status.exists:
            return cursor.deferred
        criteria: list[object] = ["UID", f"{cursor.uid_next}:*"]
        if cursor.since is not None:
            criteria += ["SINCE", cursor.since]
        found = {each for each in self._client.search(criteria) if each >= cursor.uid_next}
        return sorted(found.union(cursor.deferred))

    def _fresh_uids(self, cursor: FolderCursor) -> frozenset[int]:
        """Searched from the day before, because SINCE disregards the time zone (RFC 3501, 6.4.4)."""
        if cursor.since is None or self._state.read_until is None:
            return frozenset()
        day_before = (self._state.read_until - timedelta(days=1)).date()
        return frozenset(self._client.search(["UID", f"{cursor.uid_next}:*", "SINCE", day_before]))

    def _read_folder(self, plan: Plan) -> Iterator[Batch]:
        cursor, fetcher = plan.cursor, self._fetcher(plan)
        headers_first = cursor.since is not None and plan.folder.role != "sent"
        if plan.uids:
            self._examine(plan)
        remaining = plan.uids
        while remaining and len(cursor.deferred) < MAX_DEFERRED:
            count = self._tracker.chunk_size(plan.folder.name, remaining[0])
            uids, remaining = remaining[:count], remaining[count:]
            self._remaining -= len(uids)
            with self._translate_disconnects(plan, uids):
                for items in fetcher.fetch(uids, cursor, self._is_wanted if headers_first else None):
                    yield self._batch(items)
            if fetcher.failing >= MAX_FAILING:
                raise self._incomplete_error()
        if not remaining:
            cursor.uid_next = max(cursor.uid_next, plan.uid_next)
            cursor.since = None

    def _retry_failing(self, plan: Plan) -> Iterator[Batch]:
        """Fetch mails that failed before one by one, after all others: each may lose the connection."""
        cursor, fetcher = plan.cursor, self._fetcher(plan)
        if plan.retry:
            self._examine(plan)
        for uid in plan.retry:
            try:
                for items in fetcher.fetch([uid], cursor, None):
                    yield self._batch(items)
            except _LOST:
                self._is_disconnected = True
                yield self._batch(fetcher.give_up(uid, cursor))
                return

    def _fetcher(self, plan: Plan) -> MessageFetcher:
        return MessageFetcher(self._client, plan.folder, self._until, self._seen, plan.fresh)

    def _examine(self, plan: Plan) -> None:
        if examine(self._client, plan.folder).uid_validity != plan.cursor.uid_validity:
            raise Unavailable(
                f"{self._settings.host} numbered the mails of {plan.folder.name} anew: they are read next time."
            )

    @contextmanager
    def _translate_disconnects(self, plan: Plan, uids: list[int]) -> Iterator[None]:
        try:
            yield
        except _LOST as error:
            timed_out = isinstance(error, TimeoutError)
            raise Disconnected(self._settings.host, plan.folder.name, uids, timed_out=timed_out) from error

    @property
    def _failing_count(self) -> int:
        return sum(len(each.failing) for each in self._state.folders.values())

    def _incomplete_error(self) -> Unavailable:
        host, failing = self._settings.host, self._failing_count
        return Unavailable(f"{host} does not give {failing} of the mails: they are asked for again.")

    def _batch(self, items: tuple[Item, ...]) -> Batch:
        """`total` decreases with each mail that is left out."""
        self._tracker.yielded += len(items)
        return Batch(items=items, cursor=self._encode(), total=self._tracker.yielded + self._remaining)

    def _encode(self) -> bytes:
        self._state.seen = self._seen.newest()
        return msgpack.encode(self._state)


def _is_renumbered(cursor: FolderCursor, status: FolderStatus) -> bool:
    """Whether UIDVALIDITY changed; or, on a server without it or restored from a backup, whether UIDNEXT went backwards."""
    if cursor.uid_validity != status.uid_validity:
        return True
    return status.uid_next != cursor.uid_next if status.uid_validity == 0 else 0 < status.uid_next < cursor.uid_next
