"""Outlook's mail by Graph: what each folder's delta tells, and each new mail as it stands in the standard ($value).

https://learn.microsoft.com/graph/delta-query-messages. A message keeps its immutable id when it is moved: it is read once.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from msgspec import Struct, field, msgpack

from afterword.ports import Batch, Item, Mail, Mailbox, NeedsUser, SetAside, Unavailable
from afterword.recognition.message import has_arrived
from afterword.recognition.mime import LARGEST_MAIL

from ..seen import LENGTH, Seen, decoded, is_full, mark
from .calendars import MISSING, NO_SUCH_STATE, Asking, Reply
from .messages import Folder, Message, Page, told

FOLDERS: Mapping[str, Mailbox] = {"inbox": "inbox", "sentitems": "sent", "archive": "archive"}
"""Well-known names of folders, which are the same in every language."""

AT_ONCE = 4
"""So many requests are allowed for a mailbox at the same moment (https://learn.microsoft.com/graph/throttling-limits)."""

CHUNK = 4 * AT_ONCE
PAGE = 100
MOST_PAGES = 400
REFUSED_QUERY = 400
MOST_MARKS = 20_000
MOST_WAITING = 10_000
_MANY = {"Prefer": f"odata.maxpagesize={PAGE}"}
GIVES_UP_AFTER = timedelta(days=3)
MOST_FAILURES = 3
"""Mails that can't be had in one pass before it is the server that is at fault, and not they."""

NO_MAILBOX = "This Microsoft account has no mailbox that can be read by Graph: set mail = false, or read it by IMAP."


class Place(Struct, frozen=True, kw_only=True):
    """Where a mail lies, since when, and in which conversation."""

    mailbox: Mailbox
    received_at: datetime | None = None
    thread: str = ""


class Cursor(Struct, kw_only=True):
    """The delta link of each folder (none while it is read for the first time: then `next` is its next page), the marks of
    the mails that were read, and those that had not arrived yet, with where they lie. `failing` are those
    among them that could not be had, and since when. `read_until` is when all of it
    was read last.
    """

    links: dict[str, str] = field(default_factory=dict)
    next: dict[str, str] = field(default_factory=dict)
    seen: bytes = b""
    waiting: dict[str, Place] = field(default_factory=dict)
    failing: dict[str, datetime] = field(default_factory=dict)
    read_until: datetime | None = None


class GraphMail:
    """Reads mail, and changes nothing in it: the part of an account that is its mail."""

    def __init__(self, opened: Callable[[], AbstractContextManager[Asking]], first_days: int) -> None:
        self._opened = opened
        self._first_days = first_days

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The mails that the cursor doesn't know, of inbox, sent and archive."""
        known = decoded(cursor, Cursor, Cursor())
        before = min(known.read_until or until, until).astimezone(UTC)
        since = before - timedelta(days=self._first_days)
        with self._opened() as graph:
            yield from _Reading(graph, known, until, since).batches()

    def check(self) -> str:
        """How many mails there are, in which folders."""
        with self._opened() as graph:
            folders = [told for name in FOLDERS if (told := _folder(graph, name)) is not None]
        number = sum(each.total_item_count for each in folders)
        return f"{number} mails in {', '.join(each.display_name for each in folders)}"


class _Reading:
    """One pass over the folders."""

    def __init__(self, graph: Asking, known: Cursor, until: datetime, since: datetime) -> None:
        self._graph = graph
        self._known = known
        self._until = until
        self._since = since
        self._seen = Seen(known.seen)
        self._failures: list[Unavailable] = []

    def batches(self) -> Iterator[Batch]:
        yield from self._fetched(dict(self._known.waiting))
        for name, mailbox in FOLDERS.items():
            yield from self._folder(name, mailbox)
        if not self._failures:
            self._known.read_until = self._until
        yield Batch(items=(), cursor=self._packed())
        if self._failures:
            raise self._failures[0]

    def _folder(self, name: str, mailbox: Mailbox) -> Iterator[Batch]:
        """What is new in a folder, page by page. One that is not there holds nothing, but for the inbox."""
        page = self._first_page(name)
        if page is None and mailbox == "inbox":
            raise NeedsUser(NO_MAILBOX)
        if page is None:
            return
        for _ in range(MOST_PAGES):
            yield from self._fetched(dict(self._news(page, mailbox)))
            link = self._graph.followable(page.next_link)
            if not link:
                self._known.links[name] = self._graph.followable(page.delta_link)
                self._known.next.pop(name, None)
                return
            following = self._page(name, link) if link != self._known.next.get(name) else None
            if following is None:
                break
            self._known.next[name], page = link, following
        self._forget(name)
        yield Batch(items=(), cursor=self._packed())
        raise Unavailable("Outlook's mail leads from page to page without an end, or to none: it is read anew.")

    def _first_page(self, name: str) -> Page | None:
        """The page to go on with. A link that Graph knows no more begins the folder anew."""
        link = self._known.next.get(name) or self._known.links.get(name) or ""
        page = self._page(name, link)
        if page is not None or not link:
            return page
        self._forget(name)
        return self._page(name, "")

    def _forget(self, name: str) -> None:
        """Begin the folder anew: its mails are known by their marks."""
        self._known.next.pop(name, None)
        self._known.links.pop(name, None)

    def _news(self, page: Page, mailbox: Mailbox) -> Iterator[tuple[str, Place]]:
        """What may be new; that an old mail was marked as read is told as well, whatever was asked for at first."""
        for each in page.value:
            is_old = each.received_date_time is not None and each.received_date_time < self._since
            if each.removed is None and not each.is_draft and not is_old:
                yield each.id, Place(mailbox=mailbox, received_at=each.received_date_time, thread=_thread(each))

    def _page(self, name: str, link: str) -> Page | None:
        reply = self._graph.ask("GET", link, head=_MANY) if link else self._begun(name)
        if reply.status in (NO_SUCH_STATE if link else MISSING):
            return None
        return told(reply, Page)

    def _begun(self, name: str) -> Reply:
        """The newest first, for of many Graph tells but so many; and all of them where it takes no filter, as happens."""
        path, shown = f"me/mailFolders/{name}/messages/delta", {"$select": "id,receivedDateTime,isDraft,conversationId"}
        newest = {
            "$filter": f"receivedDateTime ge {self._since:%Y-%m-%dT%H:%M:%SZ}",
            "$orderby": "receivedDateTime desc",
        }
        reply = self._graph.ask("GET", path, query=shown | newest, head=_MANY)
        if reply.status != REFUSED_QUERY:
            return reply
        return self._graph.ask("GET", path, query=shown, head=_MANY)

    def _fetched(self, wanted: Mapping[str, Place]) -> Iterator[Batch]:
        """Each mail that is new, in batches of a bearable size."""
        items: list[Item] = []
        new = {each: place for each, place in wanted.items() if mark(each.encode()) not in self._seen}
        for each, found in self._items(new):
            item = self._failed(each, new[each], found) if isinstance(found, Unavailable) else found
            if item is None and isinstance(found, Unavailable):
                continue
            self._known.failing.pop(each, None)
            if isinstance(item, Mail) and not has_arrived(item.raw, self._until):
                if len(self._known.waiting) < MOST_WAITING:
                    self._known.waiting[each] = new[each]
                continue
            self._known.waiting.pop(each, None)
            self._seen.add(mark(each.encode()))
            items += [item] if item is not None else []
            if is_full(items) or len(items) >= CHUNK:
                yield Batch(items=tuple(items), cursor=self._packed())
                items = []
        if items:
            yield Batch(items=tuple(items), cursor=self._packed())

    def _failed(self, each: str, place: Place, failure: Unavailable) -> Item | None:
        """One that can't be had holds up no other. It is asked for again, until it is set aside; till then not all is read."""
        since = self._known.failing.setdefault(each, self._until)
        if self._until - since >= GIVES_UP_AFTER:
            return SetAside(
                raw=each.encode(), ref=_ref(each), reason="Outlook does not give it, however often it is asked"
            )
        self._failures.append(failure)
        if len(self._failures) >= MOST_FAILURES:
            raise failure
        self._known.waiting[each] = place
        return None

    def _items(self, new: Mapping[str, Place]) -> Iterator[tuple[str, Item | Unavailable | None]]:
        """Each with what it is; many are asked for several at once."""
        ids = list(new)
        if len(ids) <= CHUNK:
            yield from ((each, self._item(each, new[each])) for each in ids)
            return
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for start in range(0, len(ids), CHUNK):
                chunk = ids[start : start + CHUNK]
                yield from zip(chunk, pool.map(lambda each: self._item(each, new[each]), chunk), strict=True)

    def _item(self, each: str, place: Place) -> Item | Unavailable | None:
        try:
            reply = self._graph.ask("GET", f"me/messages/{quote(each, safe='')}/$value")
        except Unavailable as error:
            return error
        if reply.status in MISSING:
            return None
        if reply.status != 200:  # noqa: PLR2004 - HTTP's own
            return Unavailable(f"Outlook could not give a mail ({reply.status}).")
        if len(reply.body) > LARGEST_MAIL:
            return SetAside(raw=reply.body[: 64 * 1024], ref=_ref(each), reason="it is larger than 25 MB")
        return Mail(
            raw=reply.body, ref=_ref(each), mailbox=place.mailbox, received_at=place.received_at, thread=place.thread
        )

    def _packed(self) -> bytes:
        self._known.seen = self._seen.packed()[-MOST_MARKS * LENGTH :]
        return msgpack.encode(self._known)


def _thread(message: Message) -> str:
    return f"{message.conversation_id}@outlook" if message.conversation_id else ""


def _folder(graph: Asking, name: str) -> Folder | None:
    reply = graph.ask("GET", f"me/mailFolders/{name}", query={"$select": "displayName,totalItemCount"})
    return None if reply.status in MISSING else told(reply, Folder)


def _ref(each: str) -> str:
    return f"Outlook message {each[:40]}"
