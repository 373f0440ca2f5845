"""Outlook's mail by Graph: delta queries of folders, and new mails as MIME.

https://learn.microsoft.com/graph/delta-query-messages. Immutable ids don't change when a message is moved, so that it is read once.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from msgspec import Struct, field, msgpack

from afterword.ports import Batch, Item, Mail, Mailbox, NeedsUser, Unavailable, UnreadableItem
from afterword.recognition.messages.message import has_arrived

from ..seen import MAX_DEFERRED, SeenDigests, decode_cursor, is_batch_full, short_digest
from .client import DELTA_EXPIRED, MISSING, Connect, GraphClient
from .events import Page
from .failures import FailureTracker
from .fetching import FetchError, MessageLocation, fetch_messages, message_ref
from .messages import FIELDS, FIELDS_WITH_HEADERS, Folder, Message

FOLDERS: Mapping[str, Mailbox] = {"inbox": "inbox", "sentitems": "sent", "archive": "archive"}
"""Well-known folder names, which are independent of the language."""

BATCH_SIZE = 16
PAGE_SIZE = 100
MAX_PAGES = 400
_PAGE_SIZE_HEADER = {"Prefer": f"odata.maxpagesize={PAGE_SIZE}"}
WHAT = "Outlook's mail"
ENDLESS_SENTENCE = "Outlook's mail leads from page to page without an end, or to none: it is read anew."
MORE_SENTENCE = "Outlook has more mails than are read at once: the next pass goes on."
NO_MAILBOX = "This Microsoft account has no mailbox that can be read by Graph: set mail = false, or read it by IMAP."


IsWanted = Callable[[bytes], bool]
"""Whether the mail with this header section (RFC 5322, 2.2) is to be fetched."""


class Cursor(Struct, kw_only=True):
    """The delta link of each folder, or, during its initial read, the link to its next page; the digests of ids that were read or left
    out; `deferred` mails that arrived after the last read's `until` or, since the time in `failing`, could not be fetched;
    `was_ever_given` as in `FailureTracker`; `read_until` is the time of the last complete read.
    """

    delta_links: dict[str, str] = field(default_factory=dict, name="links")
    next_links: dict[str, str] = field(default_factory=dict, name="next")
    seen: bytes = b""
    deferred: dict[str, MessageLocation] = field(default_factory=dict, name="waiting")
    failing: dict[str, datetime] = field(default_factory=dict)
    was_ever_given: bool = False
    read_until: datetime | None = None


class GraphMail:
    """The mail of an account, as a part of it; read without changing it."""

    def __init__(self, connect: Connect, first_days: int, is_wanted: IsWanted | None = None) -> None:
        """The initial read goes back `first_days`, and only fetches received mails whose headers are wanted."""
        self._connect = connect
        self._first_days = first_days
        self._is_wanted = is_wanted or (lambda _: True)

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`: mails of inbox, sent and archive."""
        state = decode_cursor(cursor, Cursor, Cursor())
        before = min(state.read_until or until, until).astimezone(UTC)
        since = before - timedelta(days=self._first_days)
        with self._connect() as client:
            yield from _MailboxSync(client, state, until, since, self._is_wanted).batches()

    def check(self) -> str:
        """Return how many mails there are, in which folders."""
        with self._connect() as client:
            folders = [folder for name in FOLDERS if (folder := _get_folder(client, name)) is not None]
        number = sum(each.total_item_count for each in folders)
        return f"{number} mail{'s' if number != 1 else ''} in {', '.join(each.display_name for each in folders)}"


class _MailboxSync:
    """One pass over the folders."""

    def __init__(
        self, client: GraphClient, state: Cursor, until: datetime, since: datetime, is_wanted: IsWanted
    ) -> None:
        self._client = client
        self._is_wanted = is_wanted
        self._state = state
        self._until = until
        self._since = since
        self._seen = SeenDigests(state.seen)
        self._tracker = FailureTracker(state.failing, until, was_ever_given=state.was_ever_given)

    def batches(self) -> Iterator[Batch]:
        """Deferred mails come last: by then it is known whether others can be fetched."""
        for name, mailbox in FOLDERS.items():
            yield from self._read_folder(name, mailbox)
        yield from self._fetch(dict(self._state.deferred))
        failed = next(self._tracker.errors(), None)
        if failed is None:
            self._state.read_until = self._until
        yield Batch(items=(), cursor=self._encode())
        if failed is not None:
            raise failed

    def _read_folder(self, name: str, mailbox: Mailbox) -> Iterator[Batch]:
        """Read a folder page by page. A missing one is skipped, except for the inbox."""
        page = self._resume_page(name)
        if page is None and mailbox == "inbox":
            raise NeedsUser(NO_MAILBOX)
        if page is None:
            return
        seen_ids: set[str] = set()
        for _ in range(MAX_PAGES):
            yield from self._fetch(
                {each: at for each, at in self._new_messages(name, page) if each not in self._state.deferred}
            )
            if not page.next_link:
                self._state.delta_links[name] = self._client.check_link(page.delta_link)
                self._state.next_links.pop(name, None)
                return
            next_page = self._next_page(name, page)
            has_progress = next_page is not None and not seen_ids.issuperset(each.id for each in page.value)
            if next_page is None:
                break
            seen_ids.update(each.id for each in page.value)
            page = next_page
            yield Batch(items=(), cursor=self._encode())  # a page of headers may leave all of its mails out
        if not has_progress:
            self._reset(name)
        yield Batch(items=(), cursor=self._encode())
        raise Unavailable(MORE_SENTENCE if has_progress else ENDLESS_SENTENCE)

    def _resume_page(self, name: str) -> Page[Message] | None:
        """The page to continue with; an expired link restarts the folder."""
        link = self._state.next_links.get(name) or self._state.delta_links.get(name) or ""
        page = self._page(name, link)
        if page is not None or not link:
            return page
        self._reset(name)
        return self._page(name, "")

    def _next_page(self, name: str, page: Page[Message]) -> Page[Message] | None:
        """The next page; None if the link leads to the same page, or expired."""
        link = self._client.check_link(page.next_link)
        following = self._page(name, link) if link != self._state.next_links.get(name) else None
        if following is not None:
            self._state.next_links[name] = link
        return following

    def _reset(self, name: str) -> None:
        """Restart the folder; mails that were read are skipped by their digests."""
        self._state.next_links.pop(name, None)
        self._state.delta_links.pop(name, None)

    def _new_messages(self, name: str, page: Page[Message]) -> Iterator[tuple[str, MessageLocation]]:
        """Mails that may be new; a delta also reports old mails whose flags changed."""
        for each in page.value:
            is_old = each.received_date_time is not None and each.received_date_time < self._since
            if each.removed is not None or each.is_draft or is_old:
                continue
            if self._is_initial(name) and each.header_section is not None and not self._is_wanted(each.header_section):
                self._seen.add(short_digest(each.id.encode()))
                continue
            yield (
                each.id,
                MessageLocation(mailbox=FOLDERS[name], received_at=each.received_date_time, thread=_thread_name(each)),
            )

    def _is_initial(self, name: str) -> bool:
        """Whether the folder is in its initial read, in which headers are read before bodies."""
        return self._state.read_until is None and name not in self._state.delta_links and FOLDERS[name] != "sent"

    def _page(self, name: str, link: str) -> Page[Message] | None:
        for query in [None] if link else self._queries(name):
            path = link or f"me/mailFolders/{name}/messages/delta"
            response = self._client.request("GET", path, query=query, headers=_PAGE_SIZE_HEADER)
            if response.status != HTTPStatus.BAD_REQUEST:
                break
        if response.status in (DELTA_EXPIRED if link else MISSING):
            return None
        return response.decode(Page[Message], WHAT)

    def _queries(self, name: str) -> Iterator[dict[str, str]]:
        """Queries from specific to general, because Graph rejects some; newest first, because it limits the number of results."""
        newest = {
            "$filter": f"receivedDateTime ge {self._since:%Y-%m-%dT%H:%M:%SZ}",
            "$orderby": "receivedDateTime desc",
        }
        if self._is_initial(name):
            yield {"$select": FIELDS_WITH_HEADERS, **newest}
        yield {"$select": FIELDS, **newest}
        yield {"$select": FIELDS}

    def _fetch(self, wanted: Mapping[str, MessageLocation]) -> Iterator[Batch]:
        """Fetch the new mails in batches."""
        items: list[Item] = []
        new = {each: location for each, location in wanted.items() if short_digest(each.encode()) not in self._seen}
        for each, found in fetch_messages(self._client, new):
            items += self._items(each, new[each], found)
            if self._tracker.is_server_failing:
                yield Batch(items=tuple(items), cursor=self._encode())
                raise self._tracker.last
            if is_batch_full(items) or len(items) >= BATCH_SIZE:
                yield Batch(items=tuple(items), cursor=self._encode())
                items = []
        if items:
            yield Batch(items=tuple(items), cursor=self._encode())

    def _items(self, each: str, location: MessageLocation, found: Item | FetchError | None) -> list[Item]:
        """At most one item; a mail that arrived after `until` or can't be fetched is deferred."""
        self._state.deferred.pop(each, None)
        if isinstance(found, FetchError):
            if not self._tracker.record_failure(each, found):
                self._state.deferred[each] = location
                return []
            reason = "Outlook does not give it, however often it is asked"
            found = UnreadableItem(raw=each.encode(), ref=message_ref(each), reason=reason)
        elif found is not None:
            self._tracker.record_success(each)
        else:
            self._tracker.record_missing(each)
        if isinstance(found, Mail) and not has_arrived(found.raw, self._until):
            if len(self._state.deferred) < MAX_DEFERRED:
                self._state.deferred[each] = location
            return []
        self._seen.add(short_digest(each.encode()))
        return [found] if found is not None else []

    def _encode(self) -> bytes:
        self._state.seen = self._seen.newest()
        self._state.was_ever_given = self._tracker.was_ever_given
        return msgpack.encode(self._state)


def _thread_name(message: Message) -> str:
    return f"{message.conversation_id}@outlook" if message.conversation_id else ""


def _get_folder(client: GraphClient, name: str) -> Folder | None:
    response = client.request("GET", f"me/mailFolders/{name}", query={"$select": "displayName,totalItemCount"})
    return None if response.status in MISSING else response.decode(Folder, WHAT)
