"""Queries, which change nothing: the status at a moment, one application's timeline, and the lessons.

They read the current states without SQLAlchemy; those of an earlier moment are folded from the log in memory.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.codec import SourceState
from afterword.eventlog.events import (
    DeadlinePassed,
    DecisionPromised,
    Fact,
    HighlightNoted,
    InterviewHeld,
    InterviewTime,
    Recorded,
    UserWrote,
)
from afterword.eventlog.read_only import read_events
from projections.applications import Application
from projections.catalogue import PROJECTIONS, ReadModel
from projections.current_states import load_current_states
from projections.followups import ApplicationStatus, Given, Rules
from projections.interviews import MAX_DIFFERENCE
from projections.lessons import Lesson
from projections.lessons import lessons as lessons_of
from projections.overview import Overview, derive_overview, status_of
from projections.projection import fold
from projections.status import Mailbox, Owed, Stage, Status

from . import clock, troubles, wiring, words
from .config import Config
from .dates import day_with_year
from .lookup import find_application


class Entry(Struct, frozen=True, kw_only=True):
    """One line of a timeline, and how it is `said`. `id` is what `correct` takes; "" for what was not recognised, but seen by the clock or
    said by the user. `doubt` is why it is not sure, "" once the user has said that it is so.
    """

    id: str
    occurred_at: datetime
    type: str
    quote: str
    detail: str
    said: str = ""
    doubt: str = ""
    ruled_out: bool = False


class Timeline(Struct, frozen=True, kw_only=True):
    """One application: where it stands, what happened, and what is owed. `called` is what commands find it by."""

    id: str
    called: str
    company: str
    role: str
    stage: Stage
    entries: tuple[Entry, ...]
    owed: tuple[Owed, ...]


def overview_of_log(config: Config, model: ReadModel, sources: Mapping[str, SourceState], now: datetime) -> Overview:
    """The overview at `now`, by what is in the log."""
    given = Given(rules=_rules(config, sources), acts=model.followups.acts, now=now, placed=model.invites.placed)
    return derive_overview(model, given)


def overview_at(
    config: Config,
    model: ReadModel,
    sources: Mapping[str, SourceState],
    now: datetime,
    *,
    recorded_later: Collection[str] = (),
) -> Overview:
    """The overview at `now`, with what the clock would say by then, but for the source keys of what it `recorded_later`."""
    overview = overview_of_log(config, model, sources, now)
    coming = clock.due_events([each.application for each in overview.statuses], overview.given.rules, now)
    also = [clock.as_recorded(each, now) for each in coming if each.source_key not in recorded_later]
    return derive_overview(model, overview.given, also) if also else overview


def status(config: Config, now: datetime, app: str | None = None, *, as_known_then: bool = True) -> Status:
    """What is owed, waited for and unsure at `now`; at an earlier moment, what was known then. `app` names one application.

    Who asks for the present counts all that is known: a clock that was ahead may have recorded it later than now. A moment after the
    last reading is answered as if every mailbox had been read until then, and nobody had written.
    Raises LogError, and Refused where no application fits.
    """
    overview = _overview(config, now, as_known_then=as_known_then)
    if app is not None:
        named = find_application(overview, app)
        overview = replace(overview, statuses=tuple(each for each in overview.statuses if each.application == named))
    return _status(config, overview, now)


def was_read(config: Config) -> bool:
    """Whether any account was read so far. Raises LogError."""
    current = load_current_states(config.log.url, PROJECTIONS, config.log.owner)
    return current is not None and any(each.name in current.sources for each in config.accounts)


def timeline(config: Config, app: str, now: datetime, *, as_known_then: bool = True) -> Timeline:
    """What happened in one application, oldest first, and the why of each item, as `status` does."""
    overview = _overview(config, now, as_known_then=as_known_then)
    application = find_application(overview, app)
    (found,) = (each for each in overview.statuses if each.application == application)
    status_now = _status(config, replace(overview, statuses=(found,)), now)
    return _timeline(found, status_now, overview.given.rules.work.zone)


def everything(config: Config, now: datetime) -> tuple[Status, tuple[Timeline, ...], tuple[Lesson, ...]]:
    """The status, the timeline of each application, and the lessons, by all that is known at one moment: what is recorded meanwhile is
    in none of them. Raises LogError.
    """
    overview = _overview(config, now, as_known_then=False)
    status_now = _status(config, overview, now)
    timelines = tuple(_timeline(each, status_now, overview.given.rules.work.zone) for each in overview.statuses)
    return status_now, timelines, _lessons(overview)


def lessons(config: Config, now: datetime) -> tuple[Lesson, ...]:
    """What was learned in all interviews, oldest first, at times in the user's zone."""
    return _lessons(_overview(config, now, as_known_then=False))


def _lessons(overview: Overview) -> tuple[Lesson, ...]:
    zone = overview.given.rules.work.zone
    learned = (lesson for each in overview.statuses for lesson in lessons_of(each.application))
    local = (replace(each, occurred_at=each.occurred_at.astimezone(zone)) for each in learned)
    return tuple(sorted(local, key=lambda each: each.occurred_at))


def _status(config: Config, overview: Overview, now: datetime) -> Status:
    author = wiring.author_of(config)
    texts = {item.id: author.item_text(item, application, now) for application, item in overview.pairs()}
    return status_of(overview, texts, troubles.sentences(config, now))


def _timeline(found: ApplicationStatus, status_now: Status, zone: tzinfo) -> Timeline:
    application = found.application
    known = (*application.facts, *application.doubtful, *application.ruled_out)
    events_of_it = sorted(
        (each for each in known if not _was_undone(each, application)),
        key=lambda each: (each.occurred_at, each.source_key),
    )
    return Timeline(
        id=application.id,
        called=application.called,
        company=application.company,
        role=application.role,
        stage=found.stage,
        entries=tuple(_entry(each, found, zone) for each in events_of_it),
        owed=tuple(each for each in status_now.owed if each.application == application.id),
    )


def _overview(config: Config, now: datetime, *, as_known_then: bool) -> Overview:
    current = load_current_states(config.log.url, PROJECTIONS, config.log.owner)
    if current is None:
        return overview_at(config, ReadModel(), {}, now)
    if as_known_then and current.recorded_until is not None and current.recorded_until > now:
        return _as_known_then(config, current.sources, now)
    sources = _as_if_read_until(config, current.sources, now) if as_known_then else current.sources
    return overview_at(config, ReadModel.of(current.states), sources, now)


def _as_known_then(config: Config, sources: Mapping[str, SourceState], now: datetime) -> Overview:
    """By what was recorded until then. How far a mailbox had been read is not kept: as far as it is read now, and what the clock said
    later, once all had been read, it could not say yet.
    """
    recorded = list(read_events(config.log.url, config.log.owner))
    known = [each for each in recorded if each.recorded_at <= now]
    later = (each for each in recorded if each.recorded_at > now)
    lapsed = {each.source_key for each in later if isinstance(each.event, DeadlinePassed)}
    overview = overview_at(config, ReadModel.of(fold(PROJECTIONS, known)), sources, now, recorded_later=lapsed)
    return overview if known else replace(overview, known_since=min(each.recorded_at for each in recorded))


def _as_if_read_until(config: Config, sources: Mapping[str, SourceState], now: datetime) -> Mapping[str, SourceState]:
    """The sources; of a moment that lies after the last pass, as if that one had read them all."""
    passes = [*(each.read_at for each in sources.values()), *troubles.last_pass_at(config)]
    if any(each >= now for each in passes):
        return sources
    return {account: SourceState(cursor=b"", read_at=now) for account in wiring.mail_accounts(config)}


def _rules(config: Config, sources: Mapping[str, SourceState]) -> Rules:
    """Silence counts up to the moment at which the last of the mailboxes was read."""
    read = {name: state.read_at for name, state in sources.items()}
    names = wiring.mail_accounts(config)
    return wiring.rules_of(config, tuple(Mailbox(account=each, read_until=read.get(each)) for each in names))


def _as_it_counts(recorded: Recorded, found: ApplicationStatus) -> Recorded:
    """The fact; a yes of the user's that took no job is no acceptance."""
    event = recorded.event
    if not isinstance(event, UserWrote) or recorded.occurred_at == found.over_since:
        return recorded
    purposes = tuple(each for each in event.purposes if each != "acceptance")
    return replace(recorded, event=replace(event, purposes=purposes))


def _was_undone(recorded: Recorded, application: Application) -> bool:
    """Whether the clock took for held what was moved or called off, as is known since."""
    event = recorded.event
    return isinstance(event, InterviewHeld) and not any(
        each.stands and abs(each.start - event.start) <= MAX_DIFFERENCE for each in application.interviews
    )


def _entry(recorded: Recorded, found: ApplicationStatus, zone: tzinfo) -> Entry:
    evidence, application, counted = recorded.evidence, found.application, _as_it_counts(recorded, found)
    return Entry(
        id=recorded.source_key if isinstance(recorded.event, Fact) else "",
        occurred_at=recorded.occurred_at.astimezone(zone),
        type=type(recorded.event).__name__,
        quote=evidence.quote if evidence else "",
        detail=_detail(counted, zone),
        said=words.happened(counted, zone),
        doubt=(evidence.doubt or "") if evidence and recorded in application.doubtful else "",
        ruled_out=recorded in application.ruled_out,
    )


def _detail(recorded: Recorded, zone: tzinfo) -> str:
    """The one thing that a line of a timeline adds to its type."""
    match recorded.event:
        case InterviewTime() as event if when := words.time_of(recorded, event, zone):
            return when
        case DecisionPromised(until=until) | DeadlinePassed(until=until):
            return f"until {day_with_year(until)}"
        case UserWrote(purposes=purposes):
            return ", ".join(purposes).replace("_", " ")
        case HighlightNoted(text=text):
            return text
        case Fact(subject=subject):
            return subject
        case _:
            return ""
