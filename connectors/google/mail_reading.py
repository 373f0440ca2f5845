"""One pass over a mailbox of Gmail's: listed once, then followed by its history
(https://developers.google.com/workspace/gmail/api/guides/sync).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from googleapiclient.errors import HttpError
from msgspec import Struct, field, msgpack

from afterword.ports import Batch, Item, Mail, Mailbox, Unavailable, UnreadableItem
from afterword.recognition.message import has_arrived
from afterword.recognition.mime import LARGEST_MAIL

from ..large_mails import EXCERPT_SIZE, too_large
from ..seen import DIGEST_SIZE, SeenDigests, decode_cursor, short_digest
from .messages import AT_ONCE, HistoryPage, Message, Messages, Profile, content

MOST_MARKS = 20_000
MOST_WAITING = 10_000
FORGOTTEN = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}
"""How Gmail says that it knows nothing of a history's start."""

GIVES_UP_AFTER = timedelta(days=3)
TELLING = 3
"""Where so many mails or more are asked for, and not one of them can be had, it is the server that is at fault, and not they."""

LEFT_OUT = frozenset({"DRAFT", "SPAM", "TRASH", "CHAT"})


class Cursor(Struct, kw_only=True):
    """The history up to which all was read ("" while the first reading lasts: then `begun` is where the history starts).

    `seen` holds marks of the mails that were read, `waiting` the ids of those that had not arrived yet, or could not be had: `failing`
    says since when. `read_until` is when all of it was read last, and `address` whose mailbox it was.
    """

    address: str = ""
    history: str = ""
    begun: str = ""
    seen: bytes = b""
    waiting: list[str] = field(default_factory=list)
    failing: dict[str, datetime] = field(default_factory=dict)
    read_until: datetime | None = None


def known_of(cursor: bytes | None, profile: Profile) -> Cursor:
    """What the cursor knows of that mailbox; nothing of another, to which somebody signed in before. Its history may begin now."""
    known = decode_cursor(cursor, Cursor, Cursor())
    if known.address not in {"", profile.email_address}:
        known = Cursor()
    known.address = profile.email_address
    known.begun = known.begun or profile.history_id
    return known


class Reading:
    """`since` is how far back mails are listed where no history tells of them."""

    def __init__(self, messages: Messages, known: Cursor, until: datetime, since: datetime) -> None:
        self._messages = messages
        self._known = known
        self._until = until
        self._since = since
        self._seen = SeenDigests(known.seen)
        self._waiting = dict.fromkeys(known.waiting)
        self._failures: list[Unavailable] = []

    def batches(self) -> Iterator[Batch]:
        known = self._known
        news = self._news(known.history) if known.history else None
        if news is None:
            known.history, news = "", (self._listed(), known.begun)
        yield from self._fetched(news[0])
        known.history, known.begun = news[1], ""
        if not self._failures:
            known.read_until = self._until
        yield Batch(items=(), cursor=self._packed())
        if self._failures:
            raise self._failures[0]

    def _news(self, history: str) -> tuple[list[str], str] | None:
        """The ids of what came since, and where the history stood then; None where the server has forgotten that far back.

        What comes while the pages are read is told by the next reading: the last page may say that the history is further on.
        """
        ids: dict[str, None] = {}
        stood = ""
        try:
            for page in self._messages.history(history):
                stood = stood or page.history_id
                ids |= dict.fromkeys(_added(page))
        except HttpError as error:
            if error.status_code in FORGOTTEN:
                return None
            raise
        return list(ids), stood

    def _listed(self) -> list[str]:
        """The ids of all mails of the last days, the oldest first; the words of a query would know less than recognition does."""
        query = f"after:{self._since.timestamp():.0f}"
        return [each.id for each in self._messages.listed(query)][::-1]

    def _fetched(self, ids: Iterable[str]) -> Iterator[Batch]:
        wanted = [
            each for each in dict.fromkeys([*ids, *self._waiting]) if short_digest(each.encode()) not in self._seen
        ]
        for start in range(0, len(wanted), AT_ONCE):
            items = tuple(self._taken(wanted[start : start + AT_ONCE]))
            yield Batch(items=items, cursor=self._packed(), total=len(wanted))

    def _taken(self, ids: Sequence[str]) -> Iterator[Item]:
        """What is settled. A draft may still be sent, and junk turn out to be none: those are not seen yet."""
        for each, item in self._settled(ids):
            self._waiting.pop(each, None)
            self._known.failing.pop(each, None)
            if item is not None:
                self._seen.add(short_digest(each.encode()))
                yield item

    def _settled(self, ids: Sequence[str]) -> Iterator[tuple[str, Item | None]]:
        """Each mail with what comes of it, but for those that are to be asked for again."""
        found = self._messages.mails(ids)
        failures = [each for each in found.values() if isinstance(each, Unavailable)]
        if len(failures) == len(found) >= TELLING:
            raise failures[0]
        for each in ids:
            mail = found.get(each)
            item = self._given_up(each, mail) if isinstance(mail, Unavailable) else _item(mail)
            is_early = isinstance(item, Mail) and not has_arrived(item.raw, self._until)
            is_failing = isinstance(mail, Unavailable) and item is None
            if (is_early or is_failing) and len(self._waiting) < MOST_WAITING:
                self._waiting[each] = None
            else:
                yield each, item

    def _given_up(self, each: str, failure: Unavailable) -> UnreadableItem | None:
        """One that can't be had holds up no other. It is asked for again, until it is set aside; till then not all is read."""
        since = self._known.failing.setdefault(each, self._until)
        if self._until - since < GIVES_UP_AFTER:
            self._failures.append(failure)
            return None
        return UnreadableItem(
            raw=each.encode(), ref=_ref(each), reason="Google does not give it, however often it is asked"
        )

    def _packed(self) -> bytes:
        self._known.seen = self._seen.to_bytes()[-MOST_MARKS * DIGEST_SIZE :]
        self._known.waiting = list(self._waiting)
        return msgpack.encode(self._known)


def _added(page: HistoryPage) -> Iterator[str]:
    """What a history adds: new mails, and those that are no draft and no spam any more."""
    for change in page.history:
        for each in change.messages_added:
            if LEFT_OUT.isdisjoint(each.message.label_ids):
                yield each.message.id
        for each in change.labels_removed:
            if not LEFT_OUT.isdisjoint(each.label_ids):
                yield each.message.id


def _item(message: Message | None) -> Item | None:
    labels = frozenset(message.label_ids) if message is not None else LEFT_OUT
    if message is None or labels & LEFT_OUT:
        return None
    ref = _ref(message.id)
    raw = content(message)
    if message.is_too_large or (raw is not None and len(raw) > LARGEST_MAIL):
        return too_large(raw or b"", ref)
    if raw is None:
        return UnreadableItem(
            raw=message.raw[:EXCERPT_SIZE].encode(), ref=ref, reason="Google gave it in a form that can't be read"
        )
    thread = f"{message.thread_id}@gmail" if message.thread_id else ""
    received_at = _moment(message.internal_date)
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


def _moment(milliseconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _mailbox(labels: frozenset[str]) -> Mailbox:
    if "SENT" in labels:
        return "sent"
    return "inbox" if "INBOX" in labels else "archive"
