"""The values of `status`, as its JSON has them. The times of items and interviews are in the user's zone."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from afterword.eventlog.events import ItemKind

Stage = Literal["applied", "interviewing", "waiting", "rejected", "offered", "paused", "withdrawn", "closed"]
How = Literal["seen_sent", "done", "dismissed", "lapsed", "moot"]


class Because(Struct, frozen=True, kw_only=True):
    """A fact that something follows from: the event's type, when it occurred, and the words."""

    event: str
    occurred_at: datetime
    quote: str


class DraftText(Struct, frozen=True, kw_only=True):
    """A draft as the user would send it; `in_reply_to` is a Message-ID without angle brackets, "" for a new thread."""

    to: str
    subject: str
    in_reply_to: str
    body: str


class ItemText(Struct, frozen=True, kw_only=True):
    """The title of an item, and its drafts; a closed one has none."""

    title: str = ""
    drafts: tuple[DraftText, ...] = ()


class StandingInvite(Struct, frozen=True, kw_only=True):
    """The invite of an item that stands in the calendar, where the user has it now."""

    uid: str
    start: datetime
    end: datetime


class Owed(Struct, frozen=True, kw_only=True):
    """An item that is open, or snoozed until `snoozed_until`. It can be done from `not_before` on, should be by `due`, and `lapses`; `to` are
    addresses, `title` is the summary of its invite.
    """

    id: str
    kind: ItemKind
    title: str = ""
    application: str
    company: str
    role: str
    state: Literal["open", "snoozed"]
    not_before: datetime
    due: datetime
    lapses: datetime
    snoozed_until: datetime | None = None
    to: tuple[str, ...]
    because: tuple[Because, ...]
    drafts: tuple[DraftText, ...] = ()
    invite: StandingInvite | None = None


class Mailbox(Struct, frozen=True, kw_only=True):
    """An account that holds mail, and the moment up to which all of it was read: None for one that never was."""

    account: str
    read_until: datetime | None


class Waiting(Struct, frozen=True, kw_only=True):
    """`until` is a day (ISO 8601), the last on which there is nothing to do. Where the time is over, but the answer may lie in a mailbox
    that has not been read since, `unread` are those, and `note` says so.
    """

    application: str
    company: str
    role: str
    until: str
    because: tuple[Because, ...]
    note: str = ""
    unread: tuple[Mailbox, ...] = ()


MORE_THAN_ONE_FITS = "more than one application fits"


class Unsure(Struct, frozen=True, kw_only=True):
    """A question: `id` is what `confirm` and `correct` take, `guess` an event type, `reason` a sentence. `confirm` takes it to be of
    the application whose `company` and `role` are named.
    """

    id: str
    application: str
    guess: str
    confidence: float
    quote: str
    reason: str = ""
    company: str = ""
    role: str = ""


class Closed(Struct, frozen=True, kw_only=True):
    """An item that ended: `how`, and `at` which moment. `title` is as in `Owed`."""

    id: str
    kind: ItemKind
    title: str = ""
    application: str
    how: How
    at: datetime
    company: str = ""


class Coming(Struct, frozen=True, kw_only=True):
    """An interview that is not over."""

    application: str
    company: str
    role: str
    start: datetime
    end: datetime


class Unanswered(Struct, frozen=True, kw_only=True):
    """An offer, an invitation to an interview, a new time for one, or an assessment that stands, and that the user has not answered.

    `reply_by` is the last day (ISO 8601) on which an offer wants its answer, None where it names none.
    """

    application: str
    company: str
    role: str
    because: tuple[Because, ...]
    reply_by: str | None = None


class ApplicationLine(Struct, frozen=True, kw_only=True):
    """One application, its stage, and when the last that is known of it occurred."""

    id: str
    company: str
    role: str
    stage: Stage
    last_event_at: datetime


class Status(Struct, frozen=True, kw_only=True):
    """All of it, for the moment `now`. `troubles` are sentences about what does not work, such as an account that could not be read.
    Where nothing was known yet, `known_since` is the moment since when something is.
    """

    now: datetime
    owed: tuple[Owed, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    closed: tuple[Closed, ...] = ()
    applications: tuple[ApplicationLine, ...] = ()
    coming: tuple[Coming, ...] = ()
    offers: tuple[Unanswered, ...] = ()
    invitations: tuple[Unanswered, ...] = ()
    new_times: tuple[Unanswered, ...] = ()
    assessments: tuple[Unanswered, ...] = ()
    troubles: tuple[str, ...] = ()
    known_since: datetime | None = None
