"""Synchronization of a Gmail mailbox: a full list at first, then its history
(https://developers.google.com/workspace/gmail/api/guides/sync).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from http import HTTPStatus

from googleapiclient.errors import HttpError
from msgspec import Struct, field, msgpack

from afterword.ports import Batch, Item, Mail, Mailbox, Unavailable, UnreadableItem
from afterword.recognition.messages.message import has_arrived
from afterword.recognition.messages.mime import LARGEST_MAIL

from ..large_mails import EXCERPT_SIZE, too_large
from ..seen import GIVE_UP_AFTER, MAX_DEFERRED, SeenDigests, decode_cursor, short_digest
from .gmail_api import BATCH_SIZE, GmailApi, HistoryPage, Message, Profile, message_bytes

HISTORY_EXPIRED = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}
"""Statuses for an expired or invalid history id."""

MIN_BATCH_FAILURES = 3
"""If so many mails or more are requested and all fail, the server is at fault, not the mails."""

EXCLUDED_LABELS = frozenset({"DRAFT", "SPAM", "TRASH", "CHAT"})


class Cursor(Struct, kw_only=True):
    """`history_id` is where the next read continues; "" during the initial read, which continues at `initial_history_id`.

    `seen` has digests of the ids that were read, `deferred` the ids of mails that arrived after the last read's `until` or, since the
    time in `failing`, could not be fetched. `read_until` is the time of the last complete read, `address` the mailbox's owner.
    """

    address: str = ""
    history_id: str = field(default="", name="history")
    initial_history_id: str = field(default="", name="begun")
    seen: bytes = b""
    deferred: list[str] = field(default_factory=list, name="waiting")
    failing: dict[str, datetime] = field(default_factory=dict)
    read_until: datetime | None = None


def decode_state(cursor: bytes | None, profile: Profile) -> Cursor:
    """Decode the cursor; one of another mailbox, that somebody signed in to before, is discarded."""
    state = decode_cursor(cursor, Cursor, Cursor())
    if state.address not in {"", profile.email_address}:
        state = Cursor()
    state.address = profile.email_address
    state.initial_history_id = state.initial_history_id or profile.history_id
    return state


class MailboxSync:
    """One read. `since` is how far back mails are listed where there is no history."""

    def __init__(self, api: GmailApi, state: Cursor, until: datetime, since: datetime) -> None:
        self._api = api
        self._state = state
        self._until = until
        self._since = since
        self._seen = SeenDigests(state.seen)
        self._deferred = dict.fromkeys(state.deferred)
        self._failures: list[Unavailable] = []

    def batches(self) -> Iterator[Batch]:
        state = self._state
        changes = self._list_changes(state.history_id) if state.history_id else None
        if changes is None:
            state.history_id, changes = "", (self._list_recent(), state.initial_history_id)
        yield from self._batches(changes[0])
        state.history_id, state.initial_history_id = changes[1], ""
        if not self._failures:
            state.read_until = self._until
        yield Batch(items=(), cursor=self._encode())
        if self._failures:
            raise self._failures[0]

    def _list_changes(self, start: str) -> tuple[list[str], str] | None:
        """The ids of new mails, and the next history id; None if the start expired.

        The next history id is that of the first page: later pages may have a higher one, with changes made meanwhile.
        """
        ids: dict[str, None] = {}
        history_id = ""
        try:
            for page in self._api.list_history(start):
                history_id = history_id or page.history_id
                ids |= dict.fromkeys(_added_ids(page))
        except HttpError as error:
            if error.status_code in HISTORY_EXPIRED:
                return None
            raise
        return list(ids), history_id

    def _list_recent(self) -> list[str]:
        """The ids of all mails since the start date, oldest first."""
        query = f"after:{self._since.timestamp():.0f}"
        return [each.id for each in self._api.list_messages(query)][::-1]

    def _batches(self, ids: Iterable[str]) -> Iterator[Batch]:
        wanted = [
            each for each in dict.fromkeys([*ids, *self._deferred]) if short_digest(each.encode()) not in self._seen
        ]
        for start in range(0, len(wanted), BATCH_SIZE):
            items = tuple(self._items(wanted[start : start + BATCH_SIZE]))
            yield Batch(items=items, cursor=self._encode(), total=len(wanted))

    def _items(self, ids: Sequence[str]) -> Iterator[Item]:
        """The items of these ids. Drafts and spam are not marked as seen: they may become mails."""
        for each, item in self._classify(ids):
            self._deferred.pop(each, None)
            self._state.failing.pop(each, None)
            if item is not None:
                self._seen.add(short_digest(each.encode()))
                yield item

    def _classify(self, ids: Sequence[str]) -> Iterator[tuple[str, Item | None]]:
        """Each id with its item (None: nothing to read), except for deferred ones."""
        messages = self._api.get_messages(ids)
        failures = [each for each in messages.values() if isinstance(each, Unavailable)]
        if len(failures) == len(messages) >= MIN_BATCH_FAILURES:
            raise failures[0]
        for each in ids:
            message = messages.get(each)
            item = self._give_up(each, message) if isinstance(message, Unavailable) else _item(message)
            is_too_early = isinstance(item, Mail) and not has_arrived(item.raw, self._until)
            is_failing = isinstance(message, Unavailable) and item is None
            if (is_too_early or is_failing) and len(self._deferred) < MAX_DEFERRED:
                self._deferred[each] = None
            else:
                yield each, item

    def _give_up(self, each: str, failure: Unavailable) -> UnreadableItem | None:
        """A mail that can't be fetched is retried at later reads, which stay incomplete, and is unreadable after GIVE_UP_AFTER."""
        since = self._state.failing.setdefault(each, self._until)
        if self._until - since < GIVE_UP_AFTER:
            self._failures.append(failure)
            return None
        return UnreadableItem(
            raw=each.encode(), ref=_ref(each), reason="Google does not give it, however often it is asked"
        )

    def _encode(self) -> bytes:
        self._state.seen = self._seen.newest()
        self._state.deferred = list(self._deferred)
        return msgpack.encode(self._state)


def _added_ids(page: HistoryPage) -> Iterator[str]:
    """The ids of new mails, and of mails that are no draft or spam any more."""
    for change in page.history:
        for each in change.messages_added:
            if EXCLUDED_LABELS.isdisjoint(each.message.label_ids):
                yield each.message.id
        for each in change.labels_removed:
            if not EXCLUDED_LABELS.isdisjoint(each.label_ids):
                yield each.message.id


def _item(message: Message | None) -> Item | None:
    labels = frozenset(message.label_ids) if message is not None else EXCLUDED_LABELS
    if message is None or labels & EXCLUDED_LABELS:
        return None
    ref = _ref(message.id)
    raw = message_bytes(message)
    if message.is_too_large or (raw is not None and len(raw) > LARGEST_MAIL):
        return too_large(raw or b"", ref)
    if raw is None:
        return UnreadableItem(
            raw=message.raw[:EXCERPT_SIZE].encode(), ref=ref, reason="Google gave it in a form that can't be read"
        )
    thread = f"{message.thread_id}@gmail" if message.thread_id else ""
    received_at = _parse_internal_date(message.internal_date)
    return Mail(
        raw=raw,
        ref=ref,
        mailbox=_mailbox(labels),
        received_at=received_at,
        thread=thread,
        labels=tuple(sorted(labels)),
    )


def _ref(each: str) -> str:
    return f"Gmail message {each}"


def _parse_internal_date(milliseconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _mailbox(labels: frozenset[str]) -> Mailbox:
    if "SENT" in labels:
        return "sent"
    return "inbox" if "INBOX" in labels else "archive"
