"""What the user says: each command appends its events in one short transaction of its own, and answers with one sentence.

The service may be running meanwhile: it sees what was said at its next step, and is woken for it.
"""

from collections.abc import Callable
from datetime import datetime

from msgspec.json import encode as to_json
from msgspec.structs import replace

from afterword.digests import digest
from afterword.eventlog.events import (
    AnyEvent,
    ApplicationForgotten,
    ApplicationsMerged,
    DecisionPromised,
    Evidence,
    HighlightNoted,
    InterviewScheduled,
    NewEvent,
    OfferReceived,
    RecognitionConfirmed,
    RecognitionCorrected,
    Recorded,
    RejectionReceived,
    ReviewWritten,
    TaskDismissed,
    TaskDone,
    TaskSnoozed,
    UserWrote,
    WaitAnnounced,
)
from afterword.recognition.matching import application_id
from afterword.recognition.parties.names import company_key, comparable_role, is_similar_role, role_key
from afterword.recognition.reading import USUAL_LENGTH
from projections.applications import NOTHING, Application
from projections.followups import Item
from projections.overview import Overview, doubtful_together

from . import answers, wiring, words
from .config import Config
from .dates import full_day, full_moment
from .journal import Journal, Step
from .lookup import (
    NotFound,
    Refused,
    check_new,
    find_application,
    find_application_named_in_full,
    find_item,
    find_question,
    name_of,
)
from .queries import overview_at
from .service import wake

Tellable = InterviewScheduled | DecisionPromised | RejectionReceived | OfferReceived | UserWrote
TOLD_BY_USER = Evidence(account="user", cues=(answers.TOLD_CUE,))
_DONE = frozenset({"done", "seen_sent"})
_WITH_A_DAY = frozenset({DecisionPromised.__name__, WaitAnnounced.__name__})
"""What no recognition can be corrected to that names no day until which one waits."""


def done(config: Config, item: str, now: datetime) -> str:
    """Mark an item as done, by its id or the beginning of it. Raises Refused, as every command here does for what can't be done."""

    def command(step: Step, overview: Overview) -> str:
        found, stream, title = _find_item(config, overview, item)
        if found.how in _DONE:
            return f"That was done already: {title}."
        _check_not_closed(config, found, "mark as done", now)
        _append(step, stream, TaskDone(item=found.id), found.id)
        return f"Done: {title}."

    return _execute(config, now, command)


def dismiss(config: Config, item: str, now: datetime) -> str:
    """Mark an item as not wanted: it is never asked for again."""

    def command(step: Step, overview: Overview) -> str:
        found, stream, title = _find_item(config, overview, item)
        if found.how == "dismissed":
            return f"That was dismissed already: {title}."
        _check_not_closed(config, found, "dismiss", now)
        _append(step, stream, TaskDismissed(item=found.id), found.id)
        return f"Dismissed, and not to be asked for again: {title}."

    return _execute(config, now, command)


def snooze(config: Config, item: str, until: datetime, now: datetime) -> str:
    """Put an item off until a later moment."""
    if until <= now:
        raise Refused(f"{until:%Y-%m-%d %H:%M} is in the past: name a later time.")

    def command(step: Step, overview: Overview) -> str:
        found, stream, title = _find_item(config, overview, item)
        _check_not_closed(config, found, "put off", now)
        when = full_moment(until.astimezone(config.user.timezone), now)
        if found.state == "snoozed" and found.snoozed_until == until:
            return f"That was put off until {when} already: {title}."
        _append(
            step,
            stream,
            TaskSnoozed(item=found.id, until=until),
            found.id,
            until.isoformat(),
            now.isoformat(),
        )
        return f"Put off until {when}: {title}."

    return _execute(config, now, command)


def note(config: Config, app: str, text: str, now: datetime) -> str:
    """Note a highlight for the thank-you note."""
    if not text.strip():
        raise Refused("There is nothing in this note: say what was good.")

    def command(step: Step, overview: Overview) -> str:
        application = find_application(overview, app)
        if answers.is_noted(application, text):
            return f"That was noted already for the thank-you note to {name_of(application)}: “{text}”."
        _append(step, application.stream, HighlightNoted(text=text), text, now.isoformat())
        if not _has_thanks_to_come(overview, application, now):
            return f"Noted of {name_of(application)}: “{text}”. No thank-you note is open that it could go into."
        return f"Noted for the thank-you note to {name_of(application)}: “{text}”."

    return _execute(config, now, command)


def _has_thanks_to_come(overview: Overview, application: Application, now: datetime) -> bool:
    """Whether a thank-you note is open, or is to be for an interview that goes on, or for the first one."""
    items = (item for each, item in overview.pairs() if each.stream == application.stream)
    is_open = any(item.kind == "thank_you" and item.live for item in items)
    held = [each for each in application.interviews if each.held]
    return is_open or not held or any(each.stands and each.start <= now < each.end for each in application.interviews)


def application_to_review(config: Config, app: str, now: datetime) -> Application:
    """Look up the application, and open the log, before the user is asked to write a review of it. Raises Refused, LogError and ConfigError."""
    _check_settings(config)
    with Journal.open(config.log) as journal, journal.step(now) as step:
        return find_application(overview_at(config, step.model, step.cursors(), now), app)


def review(config: Config, app: str, went_well: str, to_improve: str, now: datetime) -> str:
    """Keep a review of the last interview."""

    def command(step: Step, overview: Overview) -> str:
        application = find_application(overview, app)
        _append(step, application.stream, ReviewWritten(went_well=went_well, to_improve=to_improve), now.isoformat())
        return f"Kept your review of {name_of(application)}. There is nothing more to think over."

    return _execute(config, now, command)


def confirm(config: Config, question: str, now: datetime) -> str:
    """Say that an unsure recognition is right, and everything in doubt that stands in the same mail."""

    def command(step: Step, overview: Overview) -> str:
        application, fact = find_question(overview, question)
        if fact in application.ruled_out:
            word = words.typed(type(fact.event).__name__)
            raise Refused(f"You said that it is nothing: `afterword correct {question} {word}` takes that back.")
        together = doubtful_together(application, fact.source_key)
        for each in together:
            event = RecognitionConfirmed(fact=each.source_key)
            _append(step, application.stream, event, each.source_key)
        meant = " and ".join(words.shown(type(each.event).__name__) for each in together or [fact])
        return f"{'Confirmed' if together else answers.ALREADY_KNOWN}: {name_of(application)}, {meant}."

    return _execute(config, now, command)


def correct(config: Config, question: str, meaning_word: str, application: str, now: datetime) -> str:
    """Say what a recognition should have been, by its word or event type or as "nothing", or of which application it is."""
    meaning = words.event_of(meaning_word)

    def command(step: Step, overview: Overview) -> str:
        known, fact = find_question(overview, question)
        if meaning_word:
            _check_meaning(meaning_word, meaning, type(_as_recognised(step, fact).event).__name__)
        home = _home(overview, fact, application) if application else None
        correction = answers.Correction(known=known, fact=fact, meaning=meaning, home=home)
        if correction.changes_nothing:
            return correction.sentence
        stream = home.stream if home is not None else ""
        for each in doubtful_together(known, fact.source_key) or [fact]:
            own = meaning if each.source_key == fact.source_key or not meaning else NOTHING
            event = RecognitionCorrected(fact=each.source_key, meaning=own, application=stream)
            _append(step, known.stream, event, each.source_key, own, stream, now.isoformat())
        return correction.sentence

    return _execute(config, now, command)


def merge(config: Config, app: str, other: str, now: datetime) -> str:
    """Say that two applications are one, which keeps the name of the first; it is found by that of the other, too."""

    def command(step: Step, overview: Overview) -> str:
        into, gone = (find_application_named_in_full(overview, each) for each in (app, other))
        if into.stream == gone.stream:
            raise Refused("They are already one application.")
        merger = ApplicationsMerged(other=gone.stream, company=into.company, role=into.role)
        _append(step, into.stream, merger, gone.stream)
        return f"Merged: {name_of(gone)} is now part of {name_of(into)}."

    return _execute(config, now, command)


def forget(config: Config, app: str, now: datetime) -> str:
    """Forget what was recorded of an application so far: it is owed nothing and shown nowhere; what comes later begins anew."""

    def command(step: Step, overview: Overview) -> str:
        application = find_application_named_in_full(overview, app)
        _append(step, application.stream, ApplicationForgotten(), now.isoformat())
        return f"Forgotten: {name_of(application)}. Only the log still holds what was recorded of it."

    return _execute(config, now, command)


def tell(config: Config, app: str, fact: Tellable, now: datetime, *, is_new: bool = False) -> str:
    """Tell what no mail and no calendar knows; a new name makes an application, and so does a part of a known one that `is_new`.

    An interview is an InterviewScheduled (without an end it lasts an hour, without a start it is the last one that has begun, or else
    the next), a withdrawal a UserWrote with that purpose.
    """
    if isinstance(fact, InterviewScheduled) and fact.start is not None:
        zone = str(config.user.timezone)
        fact = replace(fact, end=fact.end or fact.start + USUAL_LENGTH, zone=fact.zone or zone)

    def command(step: Step, overview: Overview) -> str:
        try:
            application = _find_told(overview, app, fact.role, is_new=is_new)
            event = _at_the_last_interview(fact, application, now)
        except NotFound:
            if _is_without_time(fact):
                raise
            if not is_new:
                check_new(overview, app)
            role = role_key(fact.role) if _known_there(overview, app) else ""
            company = " ".join(app.split())
            _append_fact(step, application_id(company_key(app), role), replace(fact, company=company))
            return f"{company}, a new application: {answers.description(fact, config.user.timezone, now)}."
        what = answers.description(event, config.user.timezone, now)
        if answers.is_known(application, event):
            return f"{answers.ALREADY_KNOWN}: {name_of(application)}, {what}."
        _append_fact(step, application.stream, event)
        return f"{name_of(application)}: {what}."

    return _execute(config, now, command)


def _find_told(overview: Overview, name: str, role: str, *, is_new: bool) -> Application:
    """The application of that name, and of that role where the company has several; of one that `is_new`, only by a whole name of it, and
    by no other role. Raises Refused.
    """
    there = _known_there(overview, name) if role else []
    of_role = [
        each for each in there if each.role and is_similar_role(comparable_role(each.role), comparable_role(role))
    ]
    if len(of_role) == 1:
        return of_role[0]
    if there and is_new:
        raise NotFound(f"There is no application {name} for {role}: see afterword status.")
    if there and all(each.role for each in there):
        known = ", ".join(sorted(map(name_of, there)))
        raise Refused(f"What is known is {known}. Leave out --role, or add --new if {role} is another application.")
    found = find_application(overview, name, may_be_new=True)
    if is_new and company_key(name) not in {company_key(each) for each in (found.company, *found.companies)}:
        raise NotFound(f"There is no application {name}: see afterword status.")
    return found


def _known_there(overview: Overview, name: str) -> list[Application]:
    """The applications at the company of that name."""
    known = (each.application for each in overview.statuses)
    return [each for each in known if company_key(each.company) == company_key(name)]


def _at_the_last_interview(fact: Tellable, application: Application, now: datetime) -> Tellable:
    """The fact, with the time of the last interview that has begun, or else of the next one, where it is one without a time. Raises
    Refused.
    """
    if not _is_without_time(fact):
        return fact
    standing = [each for each in application.interviews if each.stands]
    if not standing:
        raise Refused(f"No interview with {name_of(application)} is known yet: say when it is.")
    begun = [each for each in standing if each.start <= now]
    meant = begun[-1] if begun else standing[0]
    return replace(fact, start=meant.start, end=meant.end)


def _is_without_time(fact: Tellable) -> bool:
    return isinstance(fact, InterviewScheduled) and fact.start is None


def meanings() -> list[str]:
    """The words for what a recognition can be corrected to: those that need no more than the mail's own fields."""
    return [each.typed for event, each in words.WORDS.items() if event not in _WITH_A_DAY]


def _check_meaning(word: str, meaning: str, recognised: str) -> None:
    """A promise and a wait need their day: either can be made of the other, but not of something else. Raises Refused."""
    if not meaning:
        raise Refused(f"{word} isn't one of: {', '.join(meanings())}.")
    if meaning in _WITH_A_DAY and recognised not in _WITH_A_DAY:
        raise Refused(f"A {words.typed(meaning)} needs its day: tell it by afterword tell APP promise DAY.")


def _as_recognised(step: Step, fact: Recorded) -> Recorded:
    """The fact as the log has it, whatever the user called it since."""
    recorded = step.model.applications.streams.get(fact.stream, [])
    return next((each for each in recorded if each.source_key == fact.source_key), fact)


def _home(overview: Overview, fact: Recorded, application: str) -> answers.Home:
    """That application; of one that all its mails were called another's, it is the fact's own."""
    try:
        found = find_application(overview, application)
    except NotFound:
        company = getattr(fact.event, "company", "")
        if application != fact.stream and company_key(application) != company_key(company):
            raise
        return answers.Home(stream=fact.stream, name=company or application)
    return answers.Home(stream=found.stream, name=name_of(found))


def _execute(config: Config, now: datetime, command: Callable[[Step, Overview], str]) -> str:
    """Run the command in one transaction, and have what it changed delivered; its answer, with what could not be delivered."""
    _check_settings(config)
    with Journal.open(config.log) as journal:
        with journal.step(now) as step:
            answer = command(step, overview_at(config, step.model, step.cursors(), now))
        troubles = wake(config, journal, now)
    undelivered = f" Not delivered yet: {' '.join(each.sentence for each in troubles)}" if troubles else ""
    return answer + undelivered


def _check_settings(config: Config) -> None:
    """A wrong setting is told before anything is kept, not behind it. Raises ConfigError."""
    wiring.sources_of(config)
    wiring.channel_of(config)


def _append(step: Step, stream: str, event: AnyEvent, *stems_from: str) -> None:
    key = digest(type(event).__name__, stream, *stems_from)
    step.append([NewEvent(stream=stream, event=event, occurred_at=step.now, source_key=key)])


def _append_fact(step: Step, stream: str, fact: Tellable) -> None:
    key = digest("told", stream, to_json(fact).decode(), step.now.isoformat())
    step.append([NewEvent(stream=stream, event=fact, occurred_at=step.now, source_key=key, evidence=TOLD_BY_USER)])


def _find_item(config: Config, overview: Overview, name: str) -> tuple[Item, str, str]:
    """The item, the stream of its application, and its title. Raises Refused."""
    application, item = find_item(overview, name)
    return item, application.stream, wiring.author_of(config).title(item, application)


def _check_not_closed(config: Config, item: Item, what: str, now: datetime) -> None:
    """The first ending of an item stands, whatever is said of it later. Raises Refused."""
    if item.how is None or item.at is None:
        return
    ended = full_day(item.at.astimezone(config.user.timezone).date(), now)
    match item.how:
        case "dismissed":
            raise Refused("That was dismissed already.")
        case "lapsed":
            raise Refused(f"That lapsed on {ended}: there is nothing to {what}.")
        case "moot":
            raise Refused(f"That is no longer needed since {ended}: there is nothing to {what}.")
        case _:
            raise Refused(f"{item.id} is done: there is nothing to {what}.")
