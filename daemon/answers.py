"""The answers to commands: one sentence with what was understood, and whether it was known already."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.events import (
    DecisionPromised,
    Fact,
    HighlightNoted,
    InterviewCancelled,
    InterviewRescheduled,
    InterviewScheduled,
    Recorded,
    UserWrote,
)
from projections.applications import NOTHING, Application

from . import words
from .dates import full_day, full_moment
from .lookup import name_of

TOLD_CUE = "told"
"""The cue in the evidence of what the user tells."""

ALREADY_KNOWN = "That was known already"

_CHANGED_BY: dict[type[Fact], tuple[type[Fact], ...]] = {
    InterviewScheduled: (InterviewRescheduled, InterviewCancelled),
    DecisionPromised: (DecisionPromised,),
}
"""After which facts the same may be told anew; after any, where nothing stands here: a later word opens an application again."""


class Home(Struct, frozen=True, kw_only=True):
    """Where the user says that a fact belongs: an application's stream, and what it is called."""

    stream: str
    name: str


class Correction(Struct, frozen=True, kw_only=True):
    """What the user says of a fact of a known application: an event's name, NOTHING or "" for its `meaning`, None for the same `home`."""

    known: Application
    fact: Recorded
    meaning: str
    home: Home | None

    @property
    def changes_nothing(self) -> bool:
        """Whether it was held for just that, and without a doubt."""
        same_home = self.home is None or self.home.stream == self.known.stream
        return same_home and self.meaning in {"", self._was} and self.fact not in self.known.doubtful

    @property
    def sentence(self) -> str:
        """The answer to the command: what is kept by it, or that nothing is."""
        was, now, name = words.shown(self._was), words.shown(self.meaning or self._was), name_of(self.known)
        if self.changes_nothing:
            return f"{ALREADY_KNOWN}: {name}, {now}."
        if self.home is not None and self.home.stream != self.known.stream:
            return f"Corrected: {now} of {self.home.name}, not {was} of {name}."
        if self._was == NOTHING:
            return f"Corrected: {name}, {now} after all."
        return f"Confirmed: {name}, {now}." if now == was else f"Corrected: {name}, not {was} but {now}."

    @property
    def _was(self) -> str:
        return NOTHING if self.fact in self.known.ruled_out else type(self.fact.event).__name__


def description(fact: Fact, zone: ZoneInfo, now: datetime) -> str:
    """What the user told, in a sentence, with its times in `zone`."""
    match fact:
        case InterviewScheduled(start=datetime() as start, end=datetime() as end):
            held = "held " if end <= now else ""
            people = " and ".join(each.name or each.address for each in fact.people)
            whom = f" with {people}" if people else ""
            return (
                f"interview {held}on {full_moment(start.astimezone(zone), now)} to {end.astimezone(zone):%H:%M}{whom}"
            )
        case DecisionPromised(until=until):
            return f"decision promised by {full_day(until, now)}"
        case UserWrote():
            return "you withdrew"
        case _:
            return words.shown(type(fact).__name__)


def is_known(application: Application, fact: Fact) -> bool:
    """Whether the user told the same before, and nothing has come since after which it says something new."""
    changed_by = _CHANGED_BY.get(type(fact), (Fact,))
    for each in reversed(application.facts):
        if _is_told_by_user(each) and _without_company(each.event) == _without_company(fact):
            return True
        if isinstance(each.event, changed_by):
            return False
    return False


def is_noted(application: Application, text: str) -> bool:
    """Whether the same highlight stands already among those of the last interview, or of the one to come."""
    ends = sorted(each.end for each in application.interviews if each.held)
    before = ends[-2] if ends[1:] else None
    return any(
        each.event == HighlightNoted(text=text) and (before is None or each.occurred_at >= before)
        for each in application.facts
    )


def _is_told_by_user(recorded: Recorded) -> bool:
    return recorded.evidence is not None and TOLD_CUE in recorded.evidence.cues


def _without_company(event: object) -> object:
    return replace(event, company="") if isinstance(event, Fact) else event
