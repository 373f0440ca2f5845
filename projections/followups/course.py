"""The course of an application: the words exchanged, the decisions, and what made earlier ones moot."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from afterword.eventlog.events import (
    WITHDRAWN,
    ApplicationAcknowledged,
    ApplicationClosed,
    AssessmentRequested,
    DecisionPromised,
    EmployerWrote,
    Fact,
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    InterviewTime,
    NewTimeProposed,
    OfferReceived,
    PositionPaused,
    Recorded,
    RejectionReceived,
    UserWrote,
)

from ..applications import Application
from ..interviews import InterviewDay, days_held
from ..workdays import WorkCalendar

_NEXT_STEP = (
    InterviewInvited,
    InterviewScheduled,
    InterviewRescheduled,
    NewTimeProposed,
    AssessmentRequested,
    DecisionPromised,
    OfferReceived,
)
"""After a rejection or a withdrawal a friendly line changes nothing: only a next step opens the application again."""

_OVER_FOR_GOOD = timedelta(days=15)
_SILENT_FOR_GOOD = timedelta(days=90)
"""How long after an end, or after the last word, a receipt is that of a new application: nothing is owed for the old one any more."""

_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Course(Struct, frozen=True, kw_only=True):
    """What the follow-ups need to know of one application. All lists are in the order of time.

    `over` is the rejection, withdrawal, acceptance or closing that stands; `offer` and `pause` are those that stand.
    `overturned` are rejections that did not last, each with the next step that came after it; `anew` are the receipts of later
    applications there.
    """

    application: Application
    days: tuple[InterviewDay, ...]
    employer_words: tuple[Recorded, ...]
    user_words: tuple[Recorded, ...]
    over: Recorded | None
    offer: Recorded | None
    pause: Recorded | None
    overturned: tuple[tuple[Recorded, Recorded], ...] = ()
    anew: tuple[Recorded, ...] = ()

    @property
    def began_at(self) -> datetime:
        """When the user last applied anew, if they did."""
        return self.anew[-1].occurred_at if self.anew else _EVER

    def days_about(self, moment: datetime) -> tuple[InterviewDay, ...]:
        """The interview days since the user last applied by then, until they next did."""
        applied = [each.occurred_at for each in self.anew]
        began = max((each for each in applied if each <= moment), default=_EVER)
        ended = min((each for each in applied if each > moment), default=_NEVER)
        return tuple(day for day in self.days if began < day.end <= ended)

    def written(self, purpose: str, after: datetime) -> list[Recorded]:
        """The user's mails for a purpose since then."""
        return [each for each in self.user_words if each.occurred_at >= after and has_purpose(each, purpose)]

    @property
    def rejection(self) -> Recorded | None:
        """The rejection that ended it, if that is what did."""
        return self.over if self.over and isinstance(self.over.event, RejectionReceived) else None


def course_of(application: Application, work: WorkCalendar) -> Course:
    """The course of an application, from its facts; its interview days are those of `work`'s zone."""
    words = [each for each in application.facts if isinstance(each.event, Fact)]
    decisions = _Decisions(application.facts)
    return Course(
        application=application,
        days=tuple(days_held(application.interviews, work)),
        employer_words=tuple(each for each in (*words, *application.doubtful) if is_employers_word(each)),
        user_words=tuple(each for each in words if isinstance(each.event, UserWrote)),
        over=decisions.over,
        offer=decisions.offer,
        pause=decisions.pause,
        overturned=tuple(decisions.overturned),
        anew=tuple(decisions.anew),
    )


def is_employers_word(recorded: Recorded) -> bool:
    """Whether a person, or a decision, spoke: no receipt, no calendar entry, nothing from an unverified sender."""
    event = recorded.event
    if not isinstance(event, Fact) or isinstance(event, UserWrote):
        return False
    if recorded.evidence is not None and recorded.evidence.doubt == "sender":
        return False
    if isinstance(event, InterviewTime) and not event.message_id:
        return False
    return not (event.automatic and isinstance(event, ApplicationAcknowledged | EmployerWrote))


def has_purpose(recorded: Recorded, purpose: str) -> bool:
    """Whether it is a mail of the user's for that purpose."""
    return isinstance(recorded.event, UserWrote) and purpose in recorded.event.purposes


def is_withdrawal(recorded: Recorded) -> bool:
    """Whether the user withdrew, by a mail of their own or as the employer says."""
    event = recorded.event
    is_closed_so = isinstance(event, ApplicationClosed) and event.reason == WITHDRAWN
    return is_closed_so or has_purpose(recorded, "withdrawal")


def has_no_purpose(recorded: Recorded) -> bool:
    """Whether what the user wrote is for none of the things that are known."""
    return isinstance(recorded.event, UserWrote) and not recorded.event.purposes


class _Decisions:
    """The decisions that stand, fact by fact."""

    def __init__(self, facts: Iterable[Recorded]) -> None:
        self.over: Recorded | None = None
        self.offer: Recorded | None = None
        self.pause: Recorded | None = None
        self.overturned: list[tuple[Recorded, Recorded]] = []
        self.anew: list[Recorded] = []
        self._last_word_at: datetime | None = None
        self._asked: Recorded | None = None
        self._has_met = False
        for each in sorted(facts, key=_receipts_first):
            self._reopen(each)
            self._decide(each)

    def _reopen(self, each: Recorded) -> None:
        applies_anew = self._applies_anew(each)
        if applies_anew:
            self.anew.append(each)
        opens = applies_anew or (self.over is not None and _is_next_step(each, self.over))
        if isinstance(each.event, Fact):
            self._last_word_at = each.occurred_at
        if opens and not self._is_taken:
            if self.over is not None and isinstance(self.over.event, RejectionReceived):
                self.overturned.append((self.over, each))
            self.over = self.offer = self.pause = None

    def _applies_anew(self, each: Recorded) -> bool:
        if not isinstance(each.event, ApplicationAcknowledged) or self._is_taken or self._last_word_at is None:
            return False
        is_long_over = self.over is not None and each.occurred_at - self.over.occurred_at >= _OVER_FOR_GOOD
        return is_long_over or each.occurred_at - self._last_word_at >= _SILENT_FOR_GOOD

    @property
    def _is_taken(self) -> bool:
        """Whether the user took an offer: what is sent and set after that is about the first day, and no step to a decision."""
        return self.offer is not None and self.over is not None and has_purpose(self.over, "acceptance")

    def _decide(self, each: Recorded) -> None:
        may_end = self.over is None or (is_withdrawal(self.over) and self._accepts(each))
        if may_end and self._ends(each):
            self.over = each
        elif isinstance(each.event, OfferReceived):
            self.offer = each
        if isinstance(each.event, PositionPaused):
            self.pause = each
        elif is_employers_word(each) and not self._is_in_the_mail_of_the_pause(each):
            self.pause = None
        if isinstance(each.event, _NEXT_STEP):
            self._asked = each
        self._has_met = self._has_met or isinstance(each.event, InterviewTime)

    def _is_in_the_mail_of_the_pause(self, each: Recorded) -> bool:
        """Whether it is said in the same breath: a pause calls off the interview that was to come."""
        pause = self.pause.event if self.pause is not None else None
        if not isinstance(pause, Fact) or not isinstance(each.event, Fact):
            return False
        return pause.message_id != "" and pause.message_id == each.event.message_id

    def _ends(self, each: Recorded) -> bool:
        closes = isinstance(each.event, RejectionReceived | ApplicationClosed)
        return closes or is_withdrawal(each) or self._accepts(each)

    def _accepts(self, each: Recorded) -> bool:
        is_offered = self.offer is not None or (self._has_met and not self._is_invited(each.occurred_at))
        return has_purpose(each, "acceptance") and is_offered

    def _is_invited(self, moment: datetime) -> bool:
        """Whether what they asked for last is to come: a yes is to that, where no offer is known."""
        asked = self._asked.event if self._asked is not None else None
        if isinstance(asked, InterviewTime):
            return asked.start is None or asked.start > moment
        return isinstance(asked, InterviewInvited | AssessmentRequested)


def _receipts_first(each: Recorded) -> tuple[datetime, bool]:
    """In the order of their time: of what one mail says, the receipt before the promise in it."""
    return each.occurred_at, not isinstance(each.event, ApplicationAcknowledged)


def _is_next_step(each: Recorded, over: Recorded) -> bool:
    """An entry that a calendar shows only now, of a meeting that lay before the end, is none."""
    if isinstance(each.event, InterviewTime) and each.event.start and each.event.start <= over.occurred_at:
        return False
    return isinstance(each.event, _NEXT_STEP)
