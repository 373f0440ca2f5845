"""The connector contract: terms, exchanged values, and errors.

A *source* yields items (a mail as RFC 5322 bytes, a calendar entry as RFC 5545 text) in batches. Each batch carries a *cursor*,
opaque bytes to pass to the next read. A *channel* keeps our invites in a calendar that the user sees. A *draft box* keeps our
drafts. A connector reads only what its settings name, and writes only items of ours.

A connector's class is named by an entry point of the group `afterword.sources` or `afterword.channels` under its `kind`. It has
a `Settings` type (a `msgspec.Struct`: the keys of its table in the configuration) and is constructed as `Class(settings)`, without
any I/O.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from msgspec import Struct

from .eventlog.events import Answer

Mailbox = Literal["inbox", "sent", "archive", "other"]


class Mail(Struct, frozen=True, kw_only=True):
    """A mail as stored. `received_at` is the store's own timestamp, if any; `ref` identifies the mail in messages to people;
    `thread` is the store's conversation id; `labels` are the store's labels, if it has any.
    """

    raw: bytes
    ref: str
    mailbox: Mailbox = "inbox"
    received_at: datetime | None = None
    thread: str = ""
    labels: tuple[str, ...] = ()


class CalendarEntry(Struct, frozen=True, kw_only=True):
    """All components of one UID, with the VTIMEZONEs they need, as one VCALENDAR."""

    raw: bytes
    ref: str


class RemovedEntry(Struct, frozen=True, kw_only=True):
    """An entry that was in the calendar at the last read and has been removed since."""

    uid: str
    ref: str


class UnreadableItem(Struct, frozen=True, kw_only=True):
    """Input that could not be parsed: its raw bytes, and one sentence that says why."""

    raw: bytes
    ref: str
    reason: str


Item = Mail | CalendarEntry | RemovedEntry | UnreadableItem


class Batch(Struct, frozen=True, kw_only=True):
    """Items, and the cursor after them. `total` is how many items the whole read will yield, where known."""

    items: tuple[Item, ...]
    cursor: bytes
    total: int | None = None


class BusyTime(Struct, frozen=True, order=True):
    start: datetime
    end: datetime


class Invite(Struct, frozen=True, kw_only=True):
    """One VEVENT of ours. Times are aware; `zone` is the user's IANA zone; `alarm` is in minutes before the start, None for no alarm."""

    uid: str
    sequence: int
    summary: str
    description: str
    start: datetime
    end: datetime
    zone: str
    stamp: datetime
    alarm: int | None = 0
    done: bool = False


class PlacedInvite(Struct, frozen=True, kw_only=True):
    """The last revision of an invite that was placed in the calendar."""

    uid: str
    sequence: int
    start: datetime
    end: datetime


class UserAction(Struct, frozen=True, kw_only=True):
    """What the user did to an invite in their calendar; `start` and `end` are the new times where they moved it."""

    uid: str
    answer: Answer
    start: datetime | None = None
    end: datetime | None = None


class Draft(Struct, frozen=True, kw_only=True):
    """A draft. `in_reply_to` is a Message-ID (RFC 5322, 3.6.4) without angle brackets; "" starts a new thread."""

    to: tuple[str, ...]
    subject: str
    body: str
    in_reply_to: str = ""


class ConnectorError(Exception):
    """Base of the errors below. The message is one sentence that says what to do, without secrets or text of mails.

    Any other exception that leaves a connector is reported as a temporary failure of its account, without the exception's own text.

    `mail_was_read` is set where the mail of the account was read completely, and only another part failed.
    """

    mail_was_read: bool = False


class Unavailable(ConnectorError):
    """A temporary failure. `retry_after` is the number of seconds that the server asked to wait, 0.0 if it did not."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after or 0.0


class NeedsUser(ConnectorError):
    """A failure that only the user can fix: a wrong password, a missing permission, a path that does not exist."""


@runtime_checkable
class Source(Protocol):
    """A place that mails or calendar entries are read from."""

    Settings: ClassVar[type[Any]]
    holds_mail: ClassVar[bool]

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """Yield the items that are new since `cursor` (None: all items) and arrived no later than `until`.

        No item is yielded twice along a chain of cursors, even if flags or folders change meanwhile. A cursor that can't be decoded
        is treated as None. Raises Unavailable or NeedsUser; batches yielded before that remain valid.
        """
        ...

    def check(self) -> str:
        """Describe the contents in a few words ("812 mails in 4 folders"). Raises Unavailable or NeedsUser."""
        ...


@runtime_checkable
class HeadersFirstSource(Protocol):
    """A source of mail that can fetch the headers of messages before their bodies."""

    def read_headers_first(
        self, cursor: bytes | None, until: datetime, is_wanted: Callable[[bytes], bool]
    ) -> Iterator[Batch]:
        """See `Source.read`. During the initial read, received mails whose header section (RFC 5322, 2.2) is not wanted are left out."""
        ...


@runtime_checkable
class WatchableSource(Protocol):
    """A source that can wait for push notifications of new items."""

    def watch(self, notify: Callable[[], None], is_stopping: Callable[[], bool]) -> None:
        """Call `notify` once at the start and whenever there may be new items, until `is_stopping`, which is polled every second.

        Runs in its own thread, concurrently with `read`. Returns at once where notifications are not supported. Raises Unavailable or
        NeedsUser.
        """
        ...


class Prompt(Protocol):
    """How a sign-in talks to the user, who may be on another machine."""

    def say(self, sentence: str) -> None:
        """Show a sentence to the user; an address in it can be copied."""
        ...

    def open_page(self, address: str) -> bool:
        """Open the page in the user's browser. False where there is no browser: then `say` the address."""
        ...


@runtime_checkable
class SignInSource(Protocol):
    """A source whose account the user signs in to by OAuth 2.0 (RFC 6749); the source stores the tokens."""

    def sign_in(self, prompt: Prompt) -> str:
        """Run the sign-in for the scopes that the settings need, and return who is signed in, in a few words.

        Waits ten minutes at most. Raises NeedsUser where the user refuses or something is missing, and Unavailable.
        """
        ...

    def access_token(self, refused: str = "") -> str:
        """Return a valid access token, refreshed if necessary, and other than `refused`, which a server has rejected.

        Raises NeedsUser where only a new sign-in helps, and Unavailable.
        """
        ...


@runtime_checkable
class DelegatedSignInSource(Protocol):
    """A source that can use the sign-in of another account, a `SignInSource`."""

    @property
    def sign_in_account(self) -> str:
        """The name of that account in the configuration; empty where the source signs in by itself."""
        ...

    def use_access_token(self, access_token: Callable[[str], str]) -> None:
        """Use that account's `access_token` from now on; called once, before the first read."""
        ...


@runtime_checkable
class FreeBusySource(Protocol):
    """A calendar source that can list the user's busy times."""

    def busy(self, start: datetime, end: datetime) -> Iterable[BusyTime]:
        """Return the busy times that overlap [start, end), in UTC, recurrences expanded, without TRANSPARENT and CANCELLED events.

        Floating times (RFC 5545, 3.3.5) are read in the zone of `start`, which is the user's.
        """
        ...


@runtime_checkable
class CalendarChannel(Protocol):
    """A calendar of ours that the user sees. All calls are idempotent."""

    Settings: ClassVar[type[Any]]

    def place(self, invite: Invite) -> None:
        """Create the invite, or update the one with its UID, without overwriting what the user changed in it.

        An invite that is done is only updated: where it is missing, the user deleted it, and it is not created again.
        """
        ...

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Remove the invite; one that is missing is no error. `at` is the DTSTAMP of the cancellation, where one is sent."""
        ...

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterable[UserAction]:
        """Compare what was placed with the calendar, and return what the user did."""
        ...

    def check(self) -> str:
        """Describe in a few words where invites go. Raises Unavailable or NeedsUser."""
        ...


@runtime_checkable
class DraftBox(Protocol):
    """A mailbox that stores our drafts. All calls are idempotent."""

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """Store the draft where the user's mail program shows drafts, unless there is one with that `key` already."""
        ...

    def withdraw_draft(self, key: str) -> None:
        """Remove the draft; one that was sent or deleted is no error."""
        ...
