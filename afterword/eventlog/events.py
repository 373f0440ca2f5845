"""Every event there is: past tense, frozen, tagged by name, and versioned.

All times are aware and in UTC; the zone in which a time was said stands beside it as an IANA name or an offset ("+01:00").
"""

from datetime import date, datetime, time, timedelta
from typing import ClassVar, Literal

from msgspec import Struct

Part = Literal["recruiter", "hiring_manager", "interviewer", "coordinator", "unknown"]
Purpose = Literal["thank_you", "nudge", "rejection_reply", "feedback_request", "withdrawal", "acceptance"]
Answer = Literal["accepted", "tentative", "declined", "deleted", "moved", "completed"]
ItemKind = Literal["thank_you", "nudge", "connect", "review", "rejection_reply", "feedback_request"]
Doubt = Literal["confidence", "sender", "application", "time", "interview"]


class Person(Struct, frozen=True, omit_defaults=True):
    """Somebody on the employer's side: a lower-case address, a display name, and the part they play."""

    address: str = ""
    name: str = ""
    part: Part = "unknown"


class Evidence(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Why a fact is believed: where it stands, the words that say it (300 characters at most), and how sure that is.

    `labels` are those that the mail bore when it was read, where its store puts some on it.
    `doubt` names what makes it a question for the user instead of a fact; None means that it counts.
    """

    account: str = ""
    message_id: str = ""
    uid: str = ""
    quote: str = ""
    cues: tuple[str, ...] = ()
    confidence: float = 1.0
    recogniser: str = ""
    labels: tuple[str, ...] = ()
    doubt: Doubt | None = None


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every event is. `schema` is the version of its fields; older ones are upcast by `codec`."""

    schema: ClassVar[int] = 1


class Fact(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What a mail, a calendar entry or the user's own word says about an application.

    `sender` wrote it, `reply_to` is the address at which a person can be answered ("" where there is none), `message_id` and
    `references` are its place in a thread (RFC 5322, without angle brackets), `automatic` says that no person wrote it.
    """

    company: str = ""
    role: str = ""
    people: tuple[Person, ...] = ()
    sender: Person | None = None
    reply_to: str = ""
    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    automatic: bool = False


class InterviewTime(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A fact about a meeting. `uid`, `recurrence_id`, `sequence` and `stamp` are RFC 5545's; a mail without an entry has none."""

    start: datetime | None = None
    end: datetime | None = None
    zone: str = ""
    title: str = ""
    uid: str = ""
    recurrence_id: str = ""
    sequence: int = 0
    stamp: datetime | None = None


class ApplicationAcknowledged(Fact, frozen=True, kw_only=True, tag="ApplicationAcknowledged"):
    pass


class InterviewInvited(Fact, frozen=True, kw_only=True, tag="InterviewInvited"):
    """An interview is wanted; its time is not set yet."""


class InterviewScheduled(InterviewTime, frozen=True, kw_only=True, tag="InterviewScheduled"):
    pass


class InterviewChange(InterviewTime, frozen=True, kw_only=True, omit_defaults=True):
    """A fact about an interview that was set before: a mail may name the time at which, or the day (in `zone`) on which, it was to be."""

    old_start: datetime | None = None
    old_day: date | None = None


class InterviewMove(InterviewChange, frozen=True, kw_only=True, omit_defaults=True):
    """It moves to `start`; or, from where it was and in `zone`, to its hour on another day, to another hour on its day, or so much later.
    All are None where nothing is said yet.
    """

    same_hour_on: date | None = None
    same_day_at: time | None = None
    later_by: timedelta | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not said where it moves."""
        return all(each is None for each in (self.start, self.same_hour_on, self.same_day_at, self.later_by))


class InterviewRescheduled(InterviewMove, frozen=True, kw_only=True, tag="InterviewRescheduled"):
    pass


class NewTimeProposed(InterviewMove, frozen=True, kw_only=True, tag="NewTimeProposed"):
    """They only ask whether it may move: until that is agreed, it stands where it was."""


class InterviewCancelled(InterviewChange, frozen=True, kw_only=True, tag="InterviewCancelled"):
    """It will not take place; `declined` says that the user was the one to say so."""

    declined: bool = False


class AssessmentRequested(Fact, frozen=True, kw_only=True, tag="AssessmentRequested"):
    pass


class DecisionPromised(Fact, frozen=True, kw_only=True, tag="DecisionPromised"):
    """They said by when they would write: the last day of it, in the employer's `zone` ("" if unknown)."""

    until: date
    zone: str = ""


class WaitAnnounced(Fact, frozen=True, kw_only=True, tag="WaitAnnounced"):
    """They said before which day there will be no answer: it is the later reading of it. It promises nothing."""

    until: date
    zone: str = ""


class RejectionReceived(Fact, frozen=True, kw_only=True, omit_defaults=True, tag="RejectionReceived"):
    """They will not go on. `after_interview` says that the words themselves tell of an interview before it."""

    after_interview: bool = False


class OfferReceived(Fact, frozen=True, kw_only=True, omit_defaults=True, tag="OfferReceived"):
    """They want the user. `reply_by` is the last day on which they want an answer, None where they name none: it promises nothing."""

    reply_by: date | None = None


class PositionPaused(Fact, frozen=True, kw_only=True, tag="PositionPaused"):
    pass


WITHDRAWN = "withdrawn"


class ApplicationClosed(Fact, frozen=True, kw_only=True, tag="ApplicationClosed"):
    """It is over, and nothing is owed for it; `reason` is WITHDRAWN where the employer writes that the user withdrew."""

    reason: str = ""


class FeedbackReceived(Fact, frozen=True, kw_only=True, tag="FeedbackReceived"):
    text: str = ""


class EmployerWrote(Fact, frozen=True, kw_only=True, omit_defaults=True, tag="EmployerWrote"):
    """Another word from the employer, of no kind that has its own event. `reply_by` is the day until which they will wait for the answer to
    their offer, if they have made one; None where they name none.
    """

    reply_by: date | None = None


class UserWrote(Fact, frozen=True, kw_only=True, tag="UserWrote"):
    """The user's own mail to the employer; `to` are all its recipients, `people` those whom it asks to thank, by their names."""

    to: tuple[str, ...] = ()
    purposes: tuple[Purpose, ...] = ()


class InterviewHeld(Event, frozen=True, kw_only=True, tag="InterviewHeld"):
    """The clock: an interview's end has passed, and it was neither cancelled nor declined."""

    start: datetime
    end: datetime
    uid: str = ""


class DeadlinePassed(Event, frozen=True, kw_only=True, tag="DeadlinePassed"):
    """The clock: the time of the promise whose source key is `promise` lapsed in silence, in every mailbox."""

    until: date
    promise: str


class HighlightNoted(Event, frozen=True, kw_only=True, tag="HighlightNoted"):
    text: str


class ReviewWritten(Event, frozen=True, kw_only=True, tag="ReviewWritten"):
    went_well: str
    to_improve: str


class TaskDone(Event, frozen=True, kw_only=True, tag="TaskDone"):
    item: str


class TaskSnoozed(Event, frozen=True, kw_only=True, tag="TaskSnoozed"):
    item: str
    until: datetime


class TaskDismissed(Event, frozen=True, kw_only=True, tag="TaskDismissed"):
    item: str


class RecognitionConfirmed(Event, frozen=True, kw_only=True, tag="RecognitionConfirmed"):
    """The user says that the fact with this source key is so."""

    fact: str


class RecognitionCorrected(Event, frozen=True, kw_only=True, tag="RecognitionCorrected"):
    """The user says what the fact with this source key really is: another event type, "nothing", or of another application."""

    fact: str
    meaning: str = ""
    application: str = ""


class ApplicationsMerged(Event, frozen=True, kw_only=True, tag="ApplicationsMerged"):
    """What was held for two applications is one: all of `other` belongs to the stream that this event stands in.

    Where the user said so, it goes on under the `company` and `role` of the one that they named first; "" leaves either to the mails.
    """

    other: str
    company: str = ""
    role: str = ""


class ApplicationForgotten(Event, frozen=True, kw_only=True, tag="ApplicationForgotten"):
    """The user wants nothing to be known any more of what was recorded so far for the application in this stream."""


class InvitePlaced(Event, frozen=True, kw_only=True, tag="InvitePlaced"):
    """`digest` is of what the invite said, so that a difference can be seen without reading it back."""

    item: str
    uid: str
    sequence: int
    start: datetime
    end: datetime
    digest: str


class InviteChanged(Event, frozen=True, kw_only=True, tag="InviteChanged"):
    item: str
    uid: str
    sequence: int
    start: datetime
    end: datetime
    digest: str


class InviteWithdrawn(Event, frozen=True, kw_only=True, tag="InviteWithdrawn"):
    item: str
    uid: str


class InviteAnswered(Event, frozen=True, kw_only=True, tag="InviteAnswered"):
    """What the user did to an invite in their calendar; `start` and `end` are where they moved it."""

    item: str
    uid: str
    answer: Answer
    start: datetime | None = None
    end: datetime | None = None


class DraftPlaced(Event, frozen=True, kw_only=True, tag="DraftPlaced"):
    item: str
    account: str
    draft: str


class DraftWithdrawn(Event, frozen=True, kw_only=True, tag="DraftWithdrawn"):
    item: str
    account: str
    draft: str


AnyEvent = (
    ApplicationAcknowledged
    | InterviewInvited
    | InterviewScheduled
    | InterviewRescheduled
    | NewTimeProposed
    | InterviewCancelled
    | AssessmentRequested
    | DecisionPromised
    | WaitAnnounced
    | RejectionReceived
    | OfferReceived
    | PositionPaused
    | FeedbackReceived
    | EmployerWrote
    | UserWrote
    | InterviewHeld
    | DeadlinePassed
    | HighlightNoted
    | ReviewWritten
    | TaskDone
    | TaskSnoozed
    | TaskDismissed
    | RecognitionConfirmed
    | RecognitionCorrected
    | ApplicationsMerged
    | ApplicationClosed
    | ApplicationForgotten
    | InvitePlaced
    | InviteChanged
    | InviteWithdrawn
    | InviteAnswered
    | DraftPlaced
    | DraftWithdrawn
)


class UnknownEvent(Struct, frozen=True, kw_only=True, tag_field="type", rename={"type": "unknown_type"}):
    """An event of a type or version that this program doesn't know: kept as it is, and skipped."""

    type: str
    schema: int
    payload: bytes


class NewEvent(Struct, frozen=True, kw_only=True):
    """An event that is to be appended. `source_key` names what it stems from: the log takes one event for each, for ever."""

    stream: str
    event: AnyEvent
    occurred_at: datetime
    source_key: str
    zone: str = ""
    evidence: Evidence | None = None


class Recorded(Struct, frozen=True, kw_only=True):
    """An event as it stands in the log: `position` counts its owner's events, `version` those of its stream, both from 1."""

    position: int
    stream: str
    version: int
    source_key: str
    occurred_at: datetime
    recorded_at: datetime
    event: AnyEvent | UnknownEvent
    zone: str = ""
    evidence: Evidence | None = None
