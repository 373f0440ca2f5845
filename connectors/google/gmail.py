"""Gmail as the mail of an account: listed once, then followed by its history (https://developers.google.com/workspace/gmail/api/guides/sync)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from googleapiclient.errors import HttpError
from msgspec import Struct, field, msgpack

from afterword.ports import Batch, Draft, Item, Mail, Mailbox, SetAside
from afterword.recognition.message import has_arrived
from afterword.recognition.mime import LARGEST_MAIL

from ..seen import LENGTH, Seen, decoded, mark
from . import drafts
from .asking import Quota
from .messages import AT_ONCE, NOT_FOUND, UNITS_A_MINUTE, HistoryPage, Message, Messages, content
from .service import opened
from .settings import GoogleSettings

MOST_MARKS = 20_000
MOST_WAITING = 10_000
LEFT_OUT = frozenset({"DRAFT", "SPAM", "TRASH", "CHAT"})
_ASIDE = 64 * 1024
_WHAT = "your mail"


class Cursor(Struct, kw_only=True):
    """The history up to which all was read ("" while the first reading lasts: then `begun` is where the history starts).

    `seen` holds marks of the mails that were read, `waiting` the ids of those that had not arrived yet.
    """

    history: str = ""
    begun: str = ""
    seen: bytes = b""
    waiting: list[str] = field(default_factory=list)


class Gmail:
    """Reads mail, and changes nothing in it but drafts of ours, where the user allows them."""

    def __init__(self, settings: GoogleSettings) -> None:
        self._settings = settings
        self._quota = Quota(UNITS_A_MINUTE)

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The mails that the cursor doesn't know, without drafts, spam and what was thrown away."""
        known = decoded(cursor, Cursor, Cursor())
        since = until.astimezone(UTC) - timedelta(days=self._settings.first_days)
        with self._opened() as messages:
            yield from _Reading(messages, since).batches(known, until)

    def check(self) -> str:
        """Whose mailbox it is, and how many mails are in it."""
        with self._opened() as messages:
            profile = messages.profile()
        return f"{profile.messages_total} mails of {profile.email_address}"

    def address(self) -> str:
        """The address that was signed in with."""
        with self._opened() as messages:
            return messages.profile().email_address

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """See `DraftBox`."""
        with self._opened("your drafts") as messages:
            drafts.place(messages, key, draft, sender=sender, at=at)

    def withdraw_draft(self, key: str) -> None:
        """See `DraftBox`."""
        with self._opened("your drafts") as messages:
            drafts.withdraw(messages, key)

    @contextmanager
    def _opened(self, what: str = _WHAT) -> Iterator[Messages]:
        with opened("gmail", self._settings, what) as client:
            yield Messages(client, self._quota)


class _Reading:
    """One pass over the mailbox; `since` is how far back its mails are listed where no history tells of them."""

    def __init__(self, messages: Messages, since: datetime) -> None:
        self._messages = messages
        self._since = since

    def batches(self, known: Cursor, until: datetime) -> Iterator[Batch]:
        news = self._news(known.history) if known.history else None
        if news is None:
            known.begun = known.begun or self._messages.profile().history_id
            known.history, news = "", (self._listed(), known.begun)
        yield from self._fetched(known, news[0], until)
        known.history, known.begun = news[1], ""
        yield Batch(items=(), cursor=msgpack.encode(known))

    def _news(self, history: str) -> tuple[list[str], str] | None:
        """The ids of what came since, and the history's new end; None where the server has forgotten that far back."""
        ids: dict[str, None] = {}
        try:
            for page in self._messages.history(history):
                history = page.history_id
                ids |= dict.fromkeys(_added(page))
        except HttpError as error:
            if error.status_code == NOT_FOUND:
                return None
            raise
        return list(ids), history

    def _listed(self) -> list[str]:
        """The ids of all mails of the last days, the oldest first; the words of a query would know less than recognition does."""
        query = f"after:{self._since.timestamp():.0f}"
        return [each.id for each in self._messages.listed(query)][::-1]

    def _fetched(self, known: Cursor, ids: Iterable[str], until: datetime) -> Iterator[Batch]:
        seen, waiting = Seen(known.seen), dict.fromkeys(known.waiting)
        wanted = [each for each in dict.fromkeys([*waiting, *ids]) if mark(each.encode()) not in seen]
        for start in range(0, len(wanted), AT_ONCE):
            items = tuple(self._taken(wanted[start : start + AT_ONCE], seen, waiting, until))
            known.seen, known.waiting = seen.packed()[-MOST_MARKS * LENGTH :], list(waiting)
            yield Batch(items=items, cursor=msgpack.encode(known), total=len(wanted))

    def _taken(self, ids: Sequence[str], seen: Seen, waiting: dict[str, None], until: datetime) -> Iterator[Item]:
        """What has arrived; a draft may still be sent, and junk turn out to be none: those are not seen yet."""
        mails = self._messages.mails(ids)
        for each in ids:
            item = _item(mails[each]) if each in mails else None
            if isinstance(item, Mail) and not has_arrived(item.raw, until) and len(waiting) < MOST_WAITING:
                waiting[each] = None
                continue
            waiting.pop(each, None)
            if item is not None:
                seen.add(mark(each.encode()))
                yield item


def _added(page: HistoryPage) -> Iterator[str]:
    """What a history adds: new mails, and those that are no draft and no spam any more."""
    for change in page.history:
        for each in change.messages_added:
            if LEFT_OUT.isdisjoint(each.message.label_ids):
                yield each.message.id
        for each in change.labels_removed:
            if not LEFT_OUT.isdisjoint(each.label_ids):
                yield each.message.id


def _item(message: Message) -> Item | None:
    labels = frozenset(message.label_ids)
    if labels & LEFT_OUT:
        return None
    ref = f"Gmail message {message.id}"
    raw = content(message)
    if message.is_too_large or (raw is not None and len(raw) > LARGEST_MAIL):
        return SetAside(raw=(raw or b"")[:_ASIDE], ref=ref, reason="it is larger than 25 MB")
    if raw is None:
        return SetAside(
            raw=message.raw[:_ASIDE].encode(), ref=ref, reason="Google gave it in a form that can't be read"
        )
    thread = f"{message.thread_id}@gmail" if message.thread_id else ""
    received_at = _moment(message.internal_date)
    return Mail(raw=raw, ref=ref, mailbox=_mailbox(labels), received_at=received_at, thread=thread)


def _moment(milliseconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _mailbox(labels: frozenset[str]) -> Mailbox:
    if "SENT" in labels:
        return "sent"
    return "inbox" if "INBOX" in labels else "archive"
