"""The words for what mails and meetings say, beside the event names of the log: as they are typed, and as they are shown."""

from collections.abc import Mapping
from datetime import date, timedelta, tzinfo
from typing import NamedTuple

from afterword.eventlog.events import (
    DeadlinePassed,
    DecisionPromised,
    EmployerWrote,
    Fact,
    HighlightNoted,
    InterviewCancelled,
    InterviewMove,
    InterviewScheduled,
    InterviewTime,
    InviteAnswered,
    OfferReceived,
    Recorded,
    TaskDismissed,
    TaskDone,
    TaskSnoozed,
    UserWrote,
    WaitAnnounced,
)
from projections.applications import NOTHING
from projections.interviews import is_retrospective

from .dates import day_with_year, moment_with_year


def counted(number: int, thing: str) -> str:
    """So many of it: "1 event", "2 events"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


class Word(NamedTuple):
    """`typed` on the command line, `shown` in a sentence."""

    typed: str
    shown: str


WORDS = {
    "RejectionReceived": Word("rejection", "a rejection"),
    "OfferReceived": Word("offer", "an offer"),
    "DecisionPromised": Word("promise", "a promise of a decision"),
    "WaitAnnounced": Word("wait", "word that there is no answer before a day"),
    "InterviewInvited": Word("invitation", "an invitation to an interview"),
    "InterviewScheduled": Word("interview", "an interview"),
    "InterviewRescheduled": Word("move", "a moved interview"),
    "NewTimeProposed": Word("new-time", "a proposal of a new time"),
    "InterviewCancelled": Word("cancellation", "a cancelled interview"),
    "AssessmentRequested": Word("assessment", "an assessment"),
    "PositionPaused": Word("pause", "a position on hold"),
    "ApplicationClosed": Word("closure", "a closed application"),
    "FeedbackReceived": Word("feedback", "feedback"),
    "ApplicationAcknowledged": Word("receipt", "a receipt for your application"),
    "EmployerWrote": Word("message", "a message from the employer"),
    "UserWrote": Word("own-mail", "a mail of your own"),
    NOTHING: Word(NOTHING, "nothing that counts"),
}
_ITEMS = {
    "thank_you": "say thanks",
    "nudge": "ask for news",
    "connect": "connect",
    "review": "look back at the interview",
    "rejection_reply": "reply to the rejection",
    "feedback_request": "ask for feedback",
}
"""What is to be done, by the kind that an item's id begins with."""
_ANSWERS = {
    "accepted": "you accepted the invite",
    "tentative": "you accepted the invite tentatively",
    "declined": "you declined the invite",
    "deleted": "you deleted the invite",
    "moved": "you moved the invite",
    "completed": "you marked as done",
}
_EVENTS = {each.typed: event for event, each in WORDS.items()} | {event.casefold(): event for event in WORDS}


def typed(event: str) -> str:
    """The word that is typed for an event of that name; its own name where there is none."""
    return WORDS[event].typed if event in WORDS else event


def shown(event: str) -> str:
    """The words that are shown for an event of that name; its own name where there are none."""
    return WORDS[event].shown if event in WORDS else event


def event_of(said: str) -> str:
    """The event's name for what was typed, be it a word or the name itself; "" for what is neither."""
    return _EVENTS.get(said.casefold(), "")


_BY: Mapping[type[object], str] = {
    DecisionPromised: "decision promised by",
    WaitAnnounced: "no answer before",
    OfferReceived: "offer, to be answered by",
    EmployerWrote: "more time to answer, until",
}
"""How a timeline says a day that somebody named."""


def happened(recorded: Recorded, zone: tzinfo) -> str:
    """What happened, as a line of a timeline says it, with its times in `zone`."""
    match recorded.event:
        case InterviewTime() as event if event.start is not None or (
            isinstance(event, InterviewMove) and not event.is_open
        ):
            told_of = "a mail tells of an interview on " if _names_a_day(recorded, event) else f"{_bare(event)}: "
            return told_of + time_of(recorded, event, zone)
        case (
            DecisionPromised(until=wanted)
            | WaitAnnounced(until=wanted)
            | OfferReceived(reply_by=date() as wanted)
            | EmployerWrote(reply_by=date() as wanted)
        ):
            return f"{_BY[type(recorded.event)]} {day_with_year(wanted)}"
        case UserWrote(purposes=purposes):
            return _with("you wrote", ", ".join(purposes).replace("_", " "))
        case Fact(subject=subject) as event:
            is_quoted = recorded.evidence is not None and subject == recorded.evidence.quote
            return _with(_bare(event), "" if is_quoted else subject)
        case event:
            return _not_recognised(event, zone)


def time_of(recorded: Recorded, event: InterviewTime, zone: tzinfo) -> str:
    """The start of a meeting in `zone`: its day alone where no more is known, "" where not even that is."""
    if event.start is None:
        return moved_from(event) if isinstance(event, InterviewMove) else ""
    start = event.start.astimezone(zone)
    return day_with_year(start) if _names_a_day(recorded, event) else moment_with_year(start)


def moved_from(event: InterviewMove) -> str:
    """Where something moves by where it was."""
    if event.same_hour_on is not None:
        return f"{day_with_year(event.same_hour_on)}, at the same hour"
    if event.same_day_at is not None:
        return f"{event.same_day_at:%H:%M}, on the same day"
    return _duration(event.later_by) if event.later_by is not None else ""


def _duration(later_by: timedelta) -> str:
    """How much later something is, or earlier if it is negative: "2 days later", "30 minutes earlier"."""
    minutes = abs(later_by) // timedelta(minutes=1)
    number, unit = next((minutes // each, name) for each, name in _UNITS if minutes % each == 0)
    return f"{counted(number, unit)} {'later' if later_by > timedelta(0) else 'earlier'}"


_UNITS = ((24 * 60, "day"), (60, "hour"), (1, "minute"))


def _names_a_day(recorded: Recorded, event: InterviewTime) -> bool:
    return isinstance(event, InterviewScheduled) and is_retrospective(recorded, event)


def _not_recognised(event: object, zone: tzinfo) -> str:
    """What the clock saw, or the user said."""
    match event:
        case TaskDone(item=item) | TaskDismissed(item=item):
            did = "marked as done" if isinstance(event, TaskDone) else "dismissed"
            return f"you {did}: {_item(item)}"
        case TaskSnoozed(item=item, until=until):
            return f"you put off: {_item(item)}, until {moment_with_year(until.astimezone(zone))}"
        case InviteAnswered(item=item, answer=answer, start=start):
            to = f", to {moment_with_year(start.astimezone(zone))}" if start is not None else ""
            return f"{_ANSWERS[answer]}: {_item(item)}{to}"
        case DeadlinePassed(until=until):
            return f"promised day passed: {day_with_year(until)}"
        case HighlightNoted(text=text):
            return f"you noted: {text}"
        case _:
            return split(type(event).__name__)


def _item(item: str) -> str:
    return _ITEMS.get(item.rpartition("-")[0], item)


def _bare(event: Fact) -> str:
    """The shown words without their article, or what the user did."""
    if isinstance(event, InterviewCancelled) and event.declined:
        return "you declined the interview"
    return shown(type(event).__name__).removeprefix("a ").removeprefix("an ")


def split(name: str) -> str:
    """The name of an event in lower case, with spaces between its words."""
    return "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()


def _with(name: str, detail: str) -> str:
    return f"{name}: {detail}" if detail else name
