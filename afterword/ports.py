"""What a connector is: the terms, the values that are exchanged, and the errors.

Terms: a *source* yields items (a mail as RFC 5322 bytes, a calendar entry as RFC 5545 text) in batches, each with the
*cursor* after it, opaque bytes that are handed back at the next read. A *channel* holds our invites in a calendar that the
user sees. A *draft box* holds our drafts. A connector writes only what is ours, and reads only what it is pointed at.

A connector's class is named by an entry point of the group `afterword.sources` or `afterword.channels` under its `kind`. It has
a `Settings` type (a `msgspec.Struct`: the keys of its table in the configuration) and is made as `Class(settings)`. Making one
does no I/O.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from msgspec import Struct

from .eventlog.events import Answer

Mailbox = Literal["inbox", "sent", "archive", "other"]


class Mail(Struct, frozen=True, kw_only=True):
    """A mail as it stands in the mailbox. `received_at` is the store's own time for it, if it keeps one; `ref` is for people,
    `thread` names the conversation that the store takes it for a part of, and `labels` are what the store has put on it, if it tells.
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


class VanishedEntry(Struct, frozen=True, kw_only=True):
    """An entry that stood in the calendar at the last read, and is gone while the others are still there."""

    uid: str
    ref: str


class SetAside(Struct, frozen=True, kw_only=True):
    """Input that could not be read: its raw bytes, and one sentence that says why."""

    raw: bytes
    ref: str
    reason: str


Item = Mail | CalendarEntry | VanishedEntry | SetAside


class Batch(Struct, frozen=True, kw_only=True):
    """Items, and the cursor that stands behind them. `total`, where known, counts what this read will yield in all."""

    items: tuple[Item, ...]
    cursor: bytes
    total: int | None = None


class BusyTime(Struct, frozen=True, order=True):
    start: datetime
    end: datetime


class Invite(Struct, frozen=True, kw_only=True):
    """One VEVENT of ours. Times are aware; `zone` is the IANA zone that the user sees them in; `alarm` is minutes before."""

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
    url: str = ""


class Standing(Struct, frozen=True, kw_only=True):
    """What was last placed for a UID: where it should still be, unless the user acted."""

    uid: str
    sequence: int
    start: datetime
    end: datetime


class UserAct(Struct, frozen=True, kw_only=True):
    """What the user did to an invite of ours in their calendar."""

    uid: str
    answer: Answer
    start: datetime | None = None
    end: datetime | None = None


class Draft(Struct, frozen=True, kw_only=True):
    """A draft for one recipient or more, in a thread where `in_reply_to` names its last message (without angle brackets)."""

    to: tuple[str, ...]
    subject: str
    body: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


class ConnectorError(Exception):
    """Base of the errors below. The message is one sentence that says what to do; it holds no secret and no mail text.

    `mail_was_read` says that it concerns another part of the account: its mail was read to the end.
    """

    mail_was_read: bool = False


class Unavailable(ConnectorError):
    """The place can't be reached or read now; another try later may succeed, after so many seconds if it said so (`retry_after`)."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after or 0.0


class NeedsUser(ConnectorError):
    """Nothing but an act of the user mends it: a password, a permission, a path that does not exist."""


@runtime_checkable
class Source(Protocol):
    """A place that mails or calendar entries are read from."""

    Settings: ClassVar[type[Any]]
    holds_mail: ClassVar[bool]

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """Yield what came since `cursor` (None: everything) and had arrived by `until`; what arrives later is left for a later read.

        Nothing is yielded twice for the same cursor chain, whatever happens to flags or folders meanwhile. A cursor that can't
        be understood is treated as None. Raises Unavailable or NeedsUser; batches yielded before that stand.
        """
        ...

    def check(self) -> str:
        """Say in a few words what is there ("812 mails in 4 folders"). Raises Unavailable or NeedsUser."""
        ...


@runtime_checkable
class HeadsFirst(Protocol):
    """A source of mail that looks at the heads of a full mailbox before it fetches their bodies."""

    def read_heads_first(
        self, cursor: bytes | None, until: datetime, is_wanted: Callable[[bytes], bool]
    ) -> Iterator[Batch]:
        """See `Source.read`. While the first reading lasts, received mails whose head (RFC 5322) is not wanted are left out."""
        ...


@runtime_checkable
class Watching(Protocol):
    """A source that is told when something new has come, so that nobody has to ask again and again."""

    def watch(self, notice: Callable[[], None], is_stopping: Callable[[], bool]) -> None:
        """Call `notice` whenever something may have come, and once at the beginning, until `is_stopping`, asked every second.

        Runs in a thread of its own, beside `read`. Returns at once where the place can't tell. Raises Unavailable or NeedsUser.
        """
        ...


class Prompt(Protocol):
    """How a sign-in speaks with the user, who may sit at another machine."""

    def say(self, sentence: str) -> None:
        """Tell the user something; an address in it can be copied."""
        ...

    def open_page(self, address: str) -> bool:
        """Show the page in the user's browser. False where there is none: then the address must be said."""
        ...


@runtime_checkable
class SigningIn(Protocol):
    """A source whose account the user signs in to, in a browser (OAuth 2.0); what comes of it is kept by the source."""

    def sign_in(self, prompt: Prompt) -> str:
        """Lead the user through it, asking only for what the settings need. Gives who is signed in, in a few words.

        It waits for the user, ten minutes at most. Raises NeedsUser where they refuse or something is missing, and Unavailable.
        """
        ...

    def access_token(self, refused: str = "") -> str:
        """A token that is good now, refreshed where need be, and another one than `refused`, which a server would not have.

        Raises NeedsUser where only a new sign-in helps, and Unavailable.
        """
        ...


@runtime_checkable
class BorrowsSignIn(Protocol):
    """A source that may use the sign-in of another account, which is a `SigningIn`."""

    @property
    def lender(self) -> str:
        """The name of that account in the configuration; empty where the source signs in by itself."""
        ...

    def borrow(self, access_token: Callable[[str], str]) -> None:
        """Take the account's `access_token` into use; called once, before anything is read."""
        ...


@runtime_checkable
class KnowsBusyTimes(Protocol):
    """A calendar source that can tell when the user is taken."""

    def busy(self, start: datetime, end: datetime) -> Iterable[BusyTime]:
        """The user's taken times that touch [start, end), recurrences expanded, free (TRANSPARENT) and cancelled ones left out.

        `start` is in the user's zone: that is the one in which floating times are read. The times that are given are in UTC.
        """
        ...


@runtime_checkable
class CalendarChannel(Protocol):
    """A calendar of ours that the user sees. Every call can be repeated with the same effect."""

    Settings: ClassVar[type[Any]]

    def place(self, invite: Invite) -> None:
        """Create the invite, or bring the one with its UID to this state; what the user changed in it since is not overwritten.

        One that is done is only marked so: where it isn't there any more, the user took it away, and it is not made again.
        """
        ...

    def withdraw(self, standing: Standing, at: datetime) -> None:
        """Remove the invite that stands so; one that is gone already is no error. `at` is the moment of this word."""
        ...

    def observe(self, standing: Sequence[Standing]) -> Iterable[UserAct]:
        """Compare what was placed with what is there, and say what the user did."""
        ...

    def check(self) -> str:
        """Say in a few words where invites go. Raises Unavailable or NeedsUser."""
        ...


@runtime_checkable
class DraftBox(Protocol):
    """A mailbox that takes drafts of ours. Every call can be repeated with the same effect."""

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """Put the draft where the user's mail program shows drafts; `key` finds it again, one draft for each key."""
        ...

    def withdraw_draft(self, key: str) -> None:
        """Remove the draft; one that was sent, or is gone already, is no error."""
        ...
