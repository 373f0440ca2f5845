"""Outlook's mail by Graph: what each folder's delta tells, and each new mail as it stands in the standard ($value).

https://learn.microsoft.com/graph/delta-query-messages. A message keeps its immutable id when it is moved: it is read once.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from msgspec import Struct, field, msgpack

from afterword.ports import Batch, Item, Mail, Mailbox, NeedsUser, Unavailable, UnreadableItem
from afterword.recognition.message import has_arrived

from ..seen import DIGEST_SIZE, SeenDigests, decode_cursor, is_batch_full, short_digest
from .asking import MISSING, NO_SUCH_STATE, Asking, Opened
from .events import Page
from .failures import Failures
from .fetching import Failure, Place, fetched, ref
from .messages import SHOWN, SHOWN_WITH_HEAD, Folder, Message

FOLDERS: Mapping[str, Mailbox] = {"inbox": "inbox", "sentitems": "sent", "archive": "archive"}
"""Well-known names of folders, which are the same in every language."""

BATCH = 16
PAGE = 100
MOST_PAGES = 400
MOST_MARKS = 20_000
MOST_WAITING = 10_000
_MANY = {"Prefer": f"odata.maxpagesize={PAGE}"}
WHAT = "Outlook's mail"
ENDLESS = "Outlook's mail leads from page to page without an end, or to none: it is read anew."
MORE = "Outlook has more mails than are read at once: the next pass goes on."
NO_MAILBOX = "This Microsoft account has no mailbox that can be read by Graph: set mail = false, or read it by IMAP."


IsWanted = Callable[[bytes], bool]
"""Whether the mail with this head (RFC 5322) is to be fetched."""


class Cursor(Struct, kw_only=True):
    """The delta link of each folder (none while it is read for the first time: then `next` is its next page), the marks of
    the mails that were read or left out, and those that had not arrived yet, with where they lie. `failing` are those among
    them that could not be had, and since when; `was_ever_given` says whether any could. `read_until` is when all of it was read last.
    """

    links: dict[str, str] = field(default_factory=dict)
    next: dict[str, str] = field(default_factory=dict)
    seen: bytes = b""
    waiting: dict[str, Place] = field(default_factory=dict)
    failing: dict[str, datetime] = field(default_factory=dict)
    was_ever_given: bool = False
    read_until: datetime | None = None


class GraphMail:
    """Reads mail, and changes nothing in it: the part of an account that is its mail."""

    def __init__(self, opened: Opened, first_days: int, is_wanted: IsWanted | None = None) -> None:
        """What was received in the `first_days` before the first reading is fetched only where its head is wanted."""
        self._opened = opened
        self._first_days = first_days
        self._is_wanted = is_wanted or (lambda _: True)

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The mails that the cursor doesn't know, of inbox, sent and archive."""
        known = decode_cursor(cursor, Cursor, Cursor())
        before = min(known.read_until or until, until).astimezone(UTC)
        since = before - timedelta(days=self._first_days)
        with self._opened() as graph:
            yield from _Reading(graph, known, until, since, self._is_wanted).batches()

    def check(self) -> str:
        """How many mails there are, in which folders."""
        with self._opened() as graph:
            folders = [told for name in FOLDERS if (told := _folder(graph, name)) is not None]
        number = sum(each.total_item_count for each in folders)
        return f"{number} mails in {', '.join(each.display_name for each in folders)}"


class _Reading:
    """One pass over the folders."""

    def __init__(self, graph: Asking, known: Cursor, until: datetime, since: datetime, is_wanted: IsWanted) -> None:
        self._graph = graph
        self._is_wanted = is_wanted
        self._known = known
        self._until = until
        self._since = since
        self._seen = SeenDigests(known.seen)
        self._failures = Failures(known.failing, until, was_ever_given=known.was_ever_given)

    def batches(self) -> Iterator[Batch]:
        """Those that wait come last: it is known by then whether others can be had."""
        for name, mailbox in FOLDERS.items():
            yield from self._folder(name, mailbox)
        yield from self._fetched(dict(self._known.waiting))
        failed = next(self._failures.told(), None)
        if failed is None:
            self._known.read_until = self._until
        yield Batch(items=(), cursor=self._packed())
        if failed is not None:
            raise failed

    def _folder(self, name: str, mailbox: Mailbox) -> Iterator[Batch]:
        """What is new in a folder, page by page. One that is not there holds nothing, but for the inbox."""
        page = self._first_page(name)
        if page is None and mailbox == "inbox":
            raise NeedsUser(NO_MAILBOX)
        if page is None:
            return
        told: set[str] = set()
        for _ in range(MOST_PAGES):
            yield from self._fetched(
                {each: at for each, at in self._news(name, page) if each not in self._known.waiting}
            )
            if not page.next_link:
                self._known.links[name] = self._graph.followable(page.delta_link)
                self._known.next.pop(name, None)
                return
            following = self._following(name, page)
            leads_on = following is not None and not told.issuperset(each.id for each in page.value)
            if following is None:
                break
            told.update(each.id for each in page.value)
            page = following
            yield Batch(items=(), cursor=self._packed())  # a page of heads may leave all of its mails out
        if not leads_on:
            self._forget(name)
        yield Batch(items=(), cursor=self._packed())
        raise Unavailable(MORE if leads_on else ENDLESS)

    def _first_page(self, name: str) -> Page[Message] | None:
        """The page to go on with. A link that Graph knows no more begins the folder anew."""
        link = self._known.next.get(name) or self._known.links.get(name) or ""
        page = self._page(name, link)
        if page is not None or not link:
            return page
        self._forget(name)
        return self._page(name, "")

    def _following(self, name: str, page: Page[Message]) -> Page[Message] | None:
        """The page that it leads to; None where that is itself, or is no more."""
        link = self._graph.followable(page.next_link)
        following = self._page(name, link) if link != self._known.next.get(name) else None
        if following is not None:
            self._known.next[name] = link
        return following

    def _forget(self, name: str) -> None:
        """Begin the folder anew: its mails are known by their marks."""
        self._known.next.pop(name, None)
        self._known.links.pop(name, None)

    def _news(self, name: str, page: Page[Message]) -> Iterator[tuple[str, Place]]:
        """What may be new; that an old mail was marked as read is told as well, whatever was asked for at first."""
        for each in page.value:
            is_old = each.received_date_time is not None and each.received_date_time < self._since
            if each.removed is not None or each.is_draft or is_old:
                continue
            if self._is_first(name) and each.head is not None and not self._is_wanted(each.head):
                self._seen.add(short_digest(each.id.encode()))
                continue
            yield each.id, Place(mailbox=FOLDERS[name], received_at=each.received_date_time, thread=_thread(each))

    def _is_first(self, name: str) -> bool:
        """Whether the first reading of what was received lasts: then the heads are looked at before the bodies."""
        return self._known.read_until is None and name not in self._known.links and FOLDERS[name] != "sent"

    def _page(self, name: str, link: str) -> Page[Message] | None:
        for query in [None] if link else self._queries(name):
            path = link or f"me/mailFolders/{name}/messages/delta"
            reply = self._graph.ask("GET", path, query=query, head=_MANY)
            if reply.status != HTTPStatus.BAD_REQUEST:
                break
        if reply.status in (NO_SUCH_STATE if link else MISSING):
            return None
        return reply.told(Page[Message], WHAT)

    def _queries(self, name: str) -> Iterator[dict[str, str]]:
        """The newest first, for of many Graph tells but so many; and less of it where it does not take that, as happens."""
        newest = {
            "$filter": f"receivedDateTime ge {self._since:%Y-%m-%dT%H:%M:%SZ}",
            "$orderby": "receivedDateTime desc",
        }
        if self._is_first(name):
            yield {"$select": SHOWN_WITH_HEAD, **newest}
        yield {"$select": SHOWN, **newest}
        yield {"$select": SHOWN}

    def _fetched(self, wanted: Mapping[str, Place]) -> Iterator[Batch]:
        """Each mail that is new, in batches of a bearable size."""
        items: list[Item] = []
        new = {each: place for each, place in wanted.items() if short_digest(each.encode()) not in self._seen}
        for each, found in fetched(self._graph, new):
            items += self._taken(each, new[each], found)
            if self._failures.are_of_the_server:
                yield Batch(items=tuple(items), cursor=self._packed())
                raise self._failures.last
            if is_batch_full(items) or len(items) >= BATCH:
                yield Batch(items=tuple(items), cursor=self._packed())
                items = []
        if items:
            yield Batch(items=tuple(items), cursor=self._packed())

    def _taken(self, each: str, place: Place, found: Item | Failure | None) -> list[Item]:
        """What it is, at most one; one that has not arrived yet, or can't be had, waits for another pass."""
        self._known.waiting.pop(each, None)
        if isinstance(found, Failure):
            if not self._failures.is_given_up(each, found):
                self._known.waiting[each] = place
                return []
            reason = "Outlook does not give it, however often it is asked"
            found = UnreadableItem(raw=each.encode(), ref=ref(each), reason=reason)
        elif found is not None:
            self._failures.had(each)
        else:
            self._failures.gone(each)
        if isinstance(found, Mail) and not has_arrived(found.raw, self._until):
            if len(self._known.waiting) < MOST_WAITING:
                self._known.waiting[each] = place
            return []
        self._seen.add(short_digest(each.encode()))
        return [found] if found is not None else []

    def _packed(self) -> bytes:
        self._known.seen = self._seen.to_bytes()[-MOST_MARKS * DIGEST_SIZE :]
        self._known.was_ever_given = self._failures.was_ever_given
        return msgpack.encode(self._known)


def _thread(message: Message) -> str:
    return f"{message.conversation_id}@outlook" if message.conversation_id else ""


def _folder(graph: Asking, name: str) -> Folder | None:
    reply = graph.ask("GET", f"me/mailFolders/{name}", query={"$select": "displayName,totalItemCount"})
    return None if reply.status in MISSING else reply.told(Folder, WHAT)
