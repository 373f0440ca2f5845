"""The overview of one moment: the status of every application, and what the command `status` makes of them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.events import (
    ApplicationAcknowledged,
    AssessmentRequested,
    DecisionPromised,
    EmployerWrote,
    Event,
    Fact,
    InterviewCancelled,
    InterviewInvited,
    InterviewTime,
    NewTimeProposed,
    OfferReceived,
    Recorded,
    UserWrote,
)

from .applications import Application, applications
from .catalogue import ReadModel
from .followups import ApplicationStatus, Given, Item, because, derive_status
from .interviews import Interview
from .status import (
    MORE_THAN_ONE_FITS,
    ApplicationLine,
    Closed,
    Coming,
    ItemText,
    Owed,
    StandingInvite,
    Status,
    Unanswered,
    Unsure,
)
from .workdays import WorkCalendar

_REASONS = {
    "confidence": "the words leave it open",
    "sender": "the sender could not be verified",
    "application": MORE_THAN_ONE_FITS,
    "time": "the time zone is not clear",
    "interview": "which interview it means is open: the next, if you confirm it",
}
_OFF = ("rejected", "withdrawn")
"""The stages in which what was set up before won't take place: a later word would have opened the application again."""
_DECIDED = (*_OFF, "offered", "paused", "closed")
"""The stages in which nobody waits for a word about an interview or an assessment."""
_ANSWERABLE_FOR = 15
"""Business days for which an invitation, an assessment or an offer is shown as one to answer."""
_WEIGHT = ("RejectionReceived", "OfferReceived", "DecisionPromised", "InterviewCancelled", "InterviewRescheduled")


class Overview(Struct, frozen=True, kw_only=True):
    """The status of every application, and the read model that it was read from. `emptied` are the applications that do not exist
    any more: all that spoke of them is nothing, as the user said. `known_since` is when the first event was recorded, where that is after `given.now`.
    """

    model: ReadModel
    given: Given
    statuses: tuple[ApplicationStatus, ...]
    emptied: tuple[Application, ...] = ()
    known_since: datetime | None = None

    def pairs(self) -> Iterator[tuple[Application, Item]]:
        """Each item of each application, with it."""
        yield from ((each.application, item) for each in self.statuses for item in each.items)

    def items(self) -> Iterator[Item]:
        """Each item of each application."""
        yield from (item for _, item in self.pairs())

    def streams(self) -> dict[str, str]:
        """By item id, the stream to which the events of that item are appended."""
        return {item.id: application.stream for application, item in self.pairs()}


def derive_overview(model: ReadModel, given: Given, also: Iterable[Recorded] = ()) -> Overview:
    """Derive the status of every application as of `given.now`. `also` are events that are not in the log (yet), such as what the clock would say."""
    known = applications(model.applications, also)
    return Overview(
        model=model,
        given=given,
        statuses=tuple(_each_item_once(derive_status(each, given) for each in known if each.exists)),
        emptied=tuple(each for each in known if not each.exists),
    )


def _each_item_once(statuses: Iterable[ApplicationStatus]) -> Iterator[ApplicationStatus]:
    """One interview that is known of two applications is owed once: where it was acted on, else in the first of them."""
    found = list(statuses)
    names = [item.id for each in found for item in each.items]
    if len(set(names)) == len(names):
        yield from found
        return
    chosen: dict[str, Item] = {}
    for item in sorted((item for each in found for item in each.items), key=_as_acted_on):
        chosen.setdefault(item.id, item)
    for each in found:
        yield replace(each, items=tuple(item for item in each.items if chosen[item.id] is item))


def _as_acted_on(item: Item) -> tuple[bool, bool]:
    """What was acted on comes first. What is moot in the one may be owed in the other: it comes last."""
    return item.how == "moot", item.state != "closed"


def status_of(overview: Overview, texts: Mapping[str, ItemText], troubles: Iterable[str] = ()) -> Status:
    """The status, with the `texts` of the items by their ids; what is due first comes first."""
    pairs = list(overview.pairs())
    live = sorted((pair for pair in pairs if pair[1].live), key=lambda pair: (pair[1].due, pair[1].id))
    closed = sorted(
        (pair for pair in pairs if pair[1].state == "closed"), key=lambda pair: (_ended(pair[1]), pair[1].id)
    )
    waits = [each.waiting for each in overview.statuses if each.waiting is not None]
    view = _UserView(overview.model, overview.given.rules.work.zone)
    return Status(
        now=view.local(overview.given.now),
        owed=tuple(view.owed(application, item, texts.get(item.id, ItemText())) for application, item in live),
        waiting=tuple(sorted(waits, key=lambda each: (each.until, each.application))),
        unsure=tuple(question for each in overview.statuses for question in questions(each)),
        closed=tuple(
            view.closed(application, item, texts.get(item.id, ItemText())) for application, item in reversed(closed)
        ),
        applications=tuple(view.line(each) for each in overview.statuses if each.application.facts),
        offers=tuple(offers(overview)),
        invitations=tuple(unanswered(overview, InterviewInvited)),
        new_times=tuple(unanswered(overview, NewTimeProposed)),
        assessments=tuple(unanswered(overview, AssessmentRequested)),
        coming=tuple(sorted(view.coming(overview), key=lambda each: (each.start, each.application))),
        troubles=tuple(troubles),
        known_since=view.local(overview.known_since) if overview.known_since is not None else None,
    )


def offers(overview: Overview) -> Iterator[Unanswered]:
    """The offers that stand: nobody reminds of them, and nobody takes them for nothing to do. After three weeks of work without a word
    of either side, and after the day that they named, it is too late.
    """
    work, now = overview.given.rules.work, overview.given.now
    for each in overview.statuses:
        if each.stage == "offered":
            received = each.application.of(OfferReceived)
            reply_by = _reply_by(each.application, work)
            offer = _unanswered(each.application, received[-1:])
            last_word = max(word.occurred_at for word in each.application.of(Fact))
            asked_until = max(last_word, work.end_of(reply_by)) if reply_by is not None else last_word
            if work.add_business_days(asked_until, _ANSWERABLE_FOR) > now:
                yield replace(offer, reply_by=reply_by.isoformat() if reply_by is not None else None)


def _reply_by(application: Application, work: WorkCalendar) -> date | None:
    """The last day for an answer that they named, with the offer or later; one that was over, for the user, when they last sent the offer
    does not count.
    """
    offered = application.of(OfferReceived)
    words = application.of(OfferReceived, EmployerWrote)
    said = (each for each in words if each.occurred_at >= offered[0].occurred_at)
    named = (getattr(each.event, "reply_by", None) for each in said)
    days = [each for each in named if each is not None]
    return days[-1] if days and days[-1] >= work.local_day(offered[-1].occurred_at) else None


def unanswered(overview: Overview, what: type[Fact]) -> Iterator[Unanswered]:
    """The last invitation, proposal of a new time, or assessment of each application that is not decided, as long as nobody has answered
    it or set an interview; after three weeks of work it is too late.
    """
    work, now = overview.given.rules.work, overview.given.now
    for each in overview.statuses:
        for asked in each.application.of(what)[-1:] if each.stage not in _DECIDED else ():
            too_late = work.add_business_days(asked.occurred_at, _ANSWERABLE_FOR) <= now
            if not (too_late or _is_answered(each.application, asked)):
                yield _unanswered(each.application, [asked])


def _unanswered(application: Application, asked: list[Recorded]) -> Unanswered:
    return Unanswered(
        application=application.id, company=application.company, role=application.role, because=because(asked)
    )


def _is_answered(application: Application, asked: Recorded) -> bool:
    """Whether the user wrote since, or an interview was set or called off. Of an assessment that is done nobody writes: who promises an
    answer since has it.
    """
    promises = [DecisionPromised] if isinstance(asked.event, AssessmentRequested) else []
    answers = application.of(UserWrote, InterviewCancelled, *promises)
    later = (each for each in answers if each.occurred_at > asked.occurred_at)
    return any(later) or any(_is_set_for(asked, each) for each in application.interviews)


def _is_set_for(asked: Recorded, interview: Interview) -> bool:
    """Whether it is the interview that was asked for: one that was set since; for an invitation, one that its calendar entry had set
    before the mail came, too; for a new time, no other interview that only became known since.
    """
    if interview.start <= asked.occurred_at:
        return False
    times = [each for each in interview.facts if isinstance(each.event, InterviewTime) and each.event.start is not None]
    if isinstance(asked.event, NewTimeProposed) and interview.start != asked.event.start:
        times = times if any(each.occurred_at < asked.occurred_at for each in times) else []
    set_since = any(each.occurred_at >= asked.occurred_at for each in times)
    return set_since or (interview.stands and isinstance(asked.event, InterviewInvited))


def questions(status: ApplicationStatus) -> Iterator[Unsure]:
    """One question for each mail or entry that is in doubt: about the weightiest thing that it may say. Whether it may be an invitation
    is none where an interview is set anyway, whether it may be a receipt is none where more is known, whether it may be an offer is
    none behind one that is known, what an entry may be is none where a later revision of it is sure, and what was asked of the user is
    none once it is all over.
    """
    application = status.application
    asked: dict[str, Recorded] = {}
    for each in application.doubtful:
        if _is_settled(application, each) or _is_over(status, each):
            continue
        source = _source(each)
        if source not in asked or _weight(each) < _weight(asked[source]):
            asked[source] = each
    for each in asked.values():
        if each.evidence is not None:
            yield Unsure(
                id=each.source_key,
                application=application.id,
                guess=type(each.event).__name__,
                confidence=each.evidence.confidence,
                quote=each.evidence.quote,
                reason=_REASONS.get(each.evidence.doubt or "", ""),
                company=application.company,
                role=application.role,
            )


def _is_settled(application: Application, doubted: Recorded) -> bool:
    if isinstance(doubted.event, ApplicationAcknowledged):
        return bool(application.facts)
    if isinstance(doubted.event, OfferReceived):
        return any(each.occurred_at <= doubted.occurred_at for each in application.of(OfferReceived))
    if isinstance(doubted.event, InterviewTime):
        return any(_is_later_revision(each, doubted, doubted.event) for each in application.facts)
    is_set = any(each.stands and each.start > doubted.occurred_at for each in application.interviews)
    return is_set and isinstance(doubted.event, InterviewInvited)


def _is_over(status: ApplicationStatus, doubted: Recorded) -> bool:
    """Whether it asks for something that nobody waits for any more, since the application is over."""
    is_for_then = isinstance(doubted.event, InterviewInvited | AssessmentRequested | NewTimeProposed)
    return is_for_then and status.over_since is not None and doubted.occurred_at <= status.over_since


def _is_later_revision(fact: Recorded, doubted: Recorded, entry: InterviewTime) -> bool:
    event = fact.event
    if not entry.uid or not isinstance(event, InterviewTime) or fact.occurred_at < doubted.occurred_at:
        return False
    return (event.uid, event.recurrence_id) == (entry.uid, entry.recurrence_id)


def doubtful_together(application: Application, fact: str) -> list[Recorded]:
    """The facts in doubt that stand in one mail or entry with this one, itself among them."""
    source = next((_source(each) for each in application.doubtful if each.source_key == fact), None)
    return [each for each in application.doubtful if _source(each) == source]


def _source(recorded: Recorded) -> str:
    event = recorded.event
    return (event.message_id if isinstance(event, Fact) else "") or recorded.source_key


def _weight(recorded: Recorded) -> int:
    name = type(recorded.event).__name__ if isinstance(recorded.event, Event) else ""
    return _WEIGHT.index(name) if name in _WEIGHT else len(_WEIGHT)


def _ended(item: Item) -> float:
    return item.at.timestamp() if item.at else 0.0


class _UserView:
    """Items and applications as the values of `status`: all times in the user's zone."""

    def __init__(self, model: ReadModel, zone: tzinfo) -> None:
        self._placed = model.invites.placed
        self._zone = zone

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone)

    def coming(self, overview: Overview) -> Iterator[Coming]:
        """The interviews that are not over."""
        for each in overview.statuses:
            for interview in each.application.interviews if each.stage not in _OFF else ():
                if interview.stands and interview.end > overview.given.now:
                    yield Coming(
                        application=each.application.id,
                        company=each.application.company,
                        role=each.application.role,
                        start=self.local(interview.start),
                        end=self.local(interview.end),
                    )

    def owed(self, application: Application, item: Item, text: ItemText) -> Owed:
        return Owed(
            id=item.id,
            kind=item.kind,
            title=text.title,
            application=application.id,
            company=application.company,
            role=application.role,
            state="snoozed" if item.state == "snoozed" else "open",
            not_before=self.local(item.not_before),
            due=self.local(item.due),
            lapses=self.local(item.lapses),
            snoozed_until=self.local(item.snoozed_until) if item.state == "snoozed" and item.snoozed_until else None,
            to=tuple(each.address for each in item.to if each.address),
            because=because(item.because),
            drafts=text.drafts,
            invite=self._invite(item),
        )

    def closed(self, application: Application, item: Item, text: ItemText) -> Closed:
        assert item.how is not None
        assert item.at is not None
        return Closed(
            id=item.id,
            kind=item.kind,
            title=text.title,
            application=application.id,
            how=item.how,
            at=self.local(item.at),
            company=application.company,
        )

    def line(self, status: ApplicationStatus) -> ApplicationLine:
        return ApplicationLine(
            id=status.application.id,
            company=status.application.company,
            role=status.application.role,
            stage=status.stage,
            last_event_at=self.local(status.application.last_event_at),
        )

    def _invite(self, item: Item) -> StandingInvite | None:
        placed = self._placed.get(item.id)
        if placed is None or placed.withdrawn:
            return None
        return StandingInvite(uid=placed.uid, start=self.local(placed.start), end=self.local(placed.end))
