"""A mail from its bytes to its findings: who wrote it decides how it is read, its calendar parts come before its words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..eventlog.events import (
    WITHDRAWN,
    AnyEvent,
    ApplicationAcknowledged,
    ApplicationClosed,
    AssessmentRequested,
    DecisionPromised,
    Doubt,
    EmployerWrote,
    Evidence,
    Fact,
    FeedbackReceived,
    InterviewCancelled,
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    InterviewTime,
    OfferReceived,
    Person,
    PositionPaused,
    RejectionReceived,
    UserWrote,
)
from .answers import read_answers
from .appointments import Appointment, find_appointments
from .classify import Assessed, classify
from .companies import find_company, says_desk
from .meanings import MEETINGS, Kind, Meaning
from .meeting import read_calendar
from .message import Message, occurred_at, parse_message
from .names import company_key, company_of_domain, domain_of, fold, is_desk, tracks_applications
from .people import named_by_signature, people_met, sender_part, with_addresses
from .promises import Promise, find_promises
from .purposes import purposes
from .reading import RECOGNISER, UNSURE_BELOW, Finding, Reading, Unreadable, User
from .roles import find_role
from .trust import Nature, is_bulk, is_out_of_office, nature, reply_address, sender_fails
from .visible import is_forward, written_now
from .weighing import with_time

LONGEST_QUOTE = 300
LONGEST_FEEDBACK = 2000
MOST_PEOPLE = 12
MOST_REFERENCES = 20
_LONGEST_GREETING = 6
_LONGEST_SIGNATURE = 200
ABOUT_HIRING = "hiring is spoken of"
"""The cue of a person's mail that says nothing in particular, but speaks of hiring."""

_EVENTS: dict[Kind, type[Fact]] = {
    "acknowledged": ApplicationAcknowledged,
    "assessment": AssessmentRequested,
    "rejection": RejectionReceived,
    "offer": OfferReceived,
    "paused": PositionPaused,
}
_NEEDS_TRUST = (RejectionReceived, OfferReceived, DecisionPromised, ApplicationClosed)
_WORDS = (EmployerWrote, DecisionPromised)


class _Context(Struct, frozen=True, kw_only=True):
    """What every finding of a mail shares. `text` is what its sender wrote now."""

    message: Message
    user: User
    text: str
    nature: Nature
    occurred_at: datetime
    zone: str
    now: datetime
    thread: str = ""


def read_mail(
    raw: bytes, *, user: User, received_at: datetime | None, now: datetime, sent_folder: bool = False, thread: str = ""
) -> Reading:
    """Say what a mail (RFC 5322) means. `received_at` is the store's time for it, `sent_folder` that the user sent it, `thread` the
    store's own name for the conversation.

    Raises Unreadable for a mail over the limits. One that has nothing to do with hiring has no findings.
    """
    message = parse_message(raw)
    occurred, zone = occurred_at(message, received_at, now)
    if answers := read_answers(message, user):
        return Reading(identity=message.identity, occurred_at=occurred, zone=zone, answers=answers)
    context = _Context(
        message=message,
        user=user,
        text=written_now(message.text),
        nature=nature(message),
        occurred_at=occurred,
        zone=zone,
        now=now,
        thread=thread,
    )
    own = sent_folder or user.owns(message.sender.address)
    findings = _of_the_user(context) if own else _of_others(context)
    return Reading(identity=message.identity, occurred_at=occurred, zone=zone, findings=tuple(findings))


# ---- the user's own mail


def _of_the_user(context: _Context) -> Iterator[Finding]:
    message, user = context.message, context.user
    to = tuple(dict.fromkeys(address for address in message.recipients if not user.owns(address)))
    if not to or context.nature != "person" or sender_fails(message, user.authserv_ids):
        return
    event = UserWrote(
        company=next(filter(None, (company_of_domain(domain_of(address)) for address in to)), ""),
        role=find_role(message.subject, ""),
        sender=message.sender,
        subject=message.subject,
        message_id=message.message_id,
        references=_references(context),
        to=to,
        purposes=purposes(message.subject, context.text, answers=_answers(context)),
    )
    yield Finding(event=event, evidence=_evidence(context, _opening(context.text)), tentative=True)


def _answers(context: _Context) -> frozenset[Kind]:
    """What the mail says that stands quoted below the user's words."""
    message = context.message
    if not message.in_reply_to or is_forward(message.subject, message.text):
        return frozenset()
    quoted = message.text.removeprefix(context.text)
    below = "\n".join(line.lstrip("> ") for line in quoted[:4000].splitlines())
    return frozenset(said.kind for said in classify("", below).meanings if said.confidence >= UNSURE_BELOW)


def _opening(text: str) -> str:
    """The first lines behind the greeting, where there is one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    greeted = len(lines) > 1 and lines[0][-1] in ",!:" and len(lines[0].split()) <= _LONGEST_GREETING
    return " ".join(lines[1:3] if greeted else lines[:2])


# ---- what others write


def _of_others(context: _Context) -> list[Finding]:
    if context.nature in ("bounce", "auto_reply", "list"):
        return []
    away = is_out_of_office(context.message, context.text)
    meetings = list(_calendar_findings(context))
    assessed = _assessed(context)
    words = list(_word_findings(context, assessed, said_by_entry=any(not each.tentative for each in meetings)))
    found = meetings + [each for each in words if not (away and isinstance(each.event, ApplicationAcknowledged))]
    if not found and not away and context.nature == "person" and context.text.strip():
        cues = (ABOUT_HIRING,) if assessed.about_hiring and not assessed.unrelated else ()
        found = [_finding(context, EmployerWrote(), _opening(context.text), cues, 1.0, tentative=True)]
    return [_complete(each, context) for each in found]


def _assessed(context: _Context) -> Assessed:
    message = context.message
    subject = "" if is_forward(message.subject, message.text) else message.subject
    tracked = tracks_applications(domain_of(message.sender.address))
    personal = context.nature == "person"
    return classify(subject, context.text, listed=is_bulk(message), tracked=tracked, personal=personal)


def _calendar_findings(context: _Context) -> Iterator[Finding]:
    for raw in context.message.calendars:
        try:
            readings = read_calendar(raw, user=context.user, now=context.now, sender=context.message.sender.address)
        except Unreadable:
            continue
        for reading in readings:
            yield from (_trusted(each, context) for each in reading.findings)


def _trusted(finding: Finding, context: _Context) -> Finding:
    """What an unverified sender's entry says is but a question."""
    if not sender_fails(context.message, context.user.authserv_ids):
        return finding
    return replace(finding, evidence=replace(finding.evidence, doubt="sender"))


def _word_findings(context: _Context, assessed: Assessed, *, said_by_entry: bool) -> Iterator[Finding]:
    certain_only = is_bulk(context.message)
    for meaning in _one_of_each(assessed.meanings, context):
        if certain_only and meaning.confidence < UNSURE_BELOW:
            continue
        if meaning.kind in MEETINGS and said_by_entry:
            continue
        if meaning.tentative and context.nature != "person":
            continue
        event = _event(meaning, assessed, context)
        timed = isinstance(event, InterviewScheduled | InterviewRescheduled) and event.start is not None
        sure, at_home = (with_time(each) if timed else each for each in (meaning.confidence, meaning.at_home))
        found = _finding(context, event, meaning.quote, meaning.cues, sure, tentative=meaning.tentative)
        yield replace(found, at_home=at_home)
    if not assessed.unrelated and assessed.says("rejection") is None:
        yield from _promised(context, assessed)


def _one_of_each(meanings: Sequence[Meaning], context: _Context) -> list[Meaning]:
    """An interview that is set was also invited to: one fact says both, the surer one where no time is named."""
    by_kind = {meaning.kind: meaning for meaning in meanings}
    is_set, invited = by_kind.get("scheduled"), by_kind.get("invited")
    if is_set is None or invited is None:
        return list(meanings)
    doubtful = is_set.confidence < UNSURE_BELOW <= invited.confidence and not _times(context)
    return [meaning for meaning in meanings if meaning is not (is_set if doubtful else invited)]


def _promised(context: _Context, assessed: Assessed) -> Iterator[Finding]:
    """The latest day that they name: a later one is the one that counts."""
    tentative = not assessed.clearly_hiring
    if tentative and (context.nature != "person" or not (assessed.about_hiring or assessed.brief)):
        return
    promises = find_promises(context.text, sent=_sent(context), holidays=context.user.holidays)
    if promises:
        promise: Promise = max(promises, key=lambda each: each.until)
        event = DecisionPromised(until=promise.until, zone=context.zone)
        yield _finding(context, event, promise.quote, (promise.cue,), promise.confidence, tentative=tentative)


def _sent(context: _Context) -> datetime:
    sent = context.message.sent
    return context.occurred_at.astimezone(sent.tzinfo if sent and context.message.zone_known else context.user.zone)


def _event(meaning: Meaning, assessed: Assessed, context: _Context) -> AnyEvent:
    if meaning.kind in MEETINGS:
        return _meeting_event(meaning, assessed, context)
    if meaning.kind == "withdrawn":
        return ApplicationClosed(reason=WITHDRAWN)
    if meaning.kind == "feedback":
        return FeedbackReceived(text=context.text.strip()[:LONGEST_FEEDBACK])
    event: Any = _EVENTS[meaning.kind]()
    found: AnyEvent = event
    return found


def _meeting_event(meaning: Meaning, assessed: Assessed, context: _Context) -> AnyEvent:
    """A meeting with the time that the words name; one whose time is only proposed, or not named, is but invited to."""
    times, kind = _times(context), meaning.kind
    proposed = assessed.proposes_times and not (kind == "scheduled" and meaning.plain)
    open_time = not times or proposed or _are_choices(times, assessed)
    if kind == "cancelled":
        return InterviewCancelled(**_when(times[:1]))
    if kind == "rescheduled":
        return InterviewRescheduled(**_when(() if assessed.proposes_times and len(times) > 1 else times[:1]))
    return InterviewInvited() if open_time else InterviewScheduled(**_when(times))


def _times(context: _Context) -> tuple[Appointment, ...]:
    """The appointments that the mail names, as far as they lie ahead of it; the new one of two first."""
    said = f"{context.message.subject}\n\n{context.text}" if not context.message.in_reply_to else context.text
    found = find_appointments(said, sent=_sent(context), zone=context.user.zone)
    return tuple(each for each in found if each.end > context.occurred_at and not each.replaced)


def _are_choices(times: Sequence[Appointment], assessed: Assessed) -> bool:
    """Several times of which one is to be chosen: asked for, or days that stand in one sentence."""
    days = {each.start.date() for each in times if each.quote == times[0].quote}
    return len(days) > 1 or (assessed.proposes_times and len({each.start for each in times}) > 1)


def _when(times: Sequence[Appointment]) -> dict[str, Any]:
    """The span of the first appointment and of those that follow it on the same day."""
    if not times:
        return {}
    first = times[0]
    day = [each for each in times if each.start.date() == first.start.date() and each.start >= first.start]
    return {"start": first.start, "end": max(each.end for each in day), "zone": first.zone}


# ---- what every finding bears


def _finding(
    context: _Context,
    event: AnyEvent,
    quote: str,
    cues: tuple[str, ...],
    confidence: float,
    *,
    tentative: bool = False,
) -> Finding:
    doubt: Doubt | None = "confidence" if confidence < UNSURE_BELOW else None
    if isinstance(event, _NEEDS_TRUST) and sender_fails(context.message, context.user.authserv_ids):
        doubt = "sender"
    evidence = _evidence(context, quote, cues=cues, confidence=confidence, doubt=doubt)
    return Finding(event=event, evidence=evidence, tentative=tentative)


def _evidence(context: _Context, quote: str, **known: Any) -> Evidence:
    return Evidence(message_id=context.message.message_id, quote=_clean(quote), recogniser=RECOGNISER, **known)


def _clean(quote: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in quote)
    words = " ".join(printable.split())
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1].rstrip() + "…"


def _complete(finding: Finding, context: _Context) -> Finding:
    """The finding with the parties and the place in the thread; what a calendar entry said itself stands.

    A word that may be anybody's names nobody: whoever it is from is enough to tell whether it belongs to an application.
    """
    event, message = finding.event, context.message
    if not isinstance(event, Fact):
        return finding
    text = "" if finding.tentative and isinstance(event, _WORDS) else context.text
    is_entry = isinstance(event, InterviewTime) and bool(event.uid)
    company, role = event.company, event.role
    complete: Any = replace(
        event,
        company=company or find_company(sender=message.sender, subject=message.subject, text=text),
        role=role or find_role(message.subject, text),
        people=event.people if is_entry and event.people else _people(context, text),
        sender=event.sender if is_entry and event.sender else _sender(context),
        reply_to=event.reply_to or reply_address(message),
        subject=event.subject or message.subject,
        message_id=event.message_id or message.message_id,
        references=event.references or _references(context),
        automatic=event.automatic or context.nature == "automatic",
    )
    evidence = replace(finding.evidence, message_id=finding.evidence.message_id or message.message_id)
    return replace(finding, event=complete, evidence=evidence)


def _sender(context: _Context) -> Person:
    sender = context.message.sender
    if context.nature != "person":
        return Person(address=sender.address, name=sender.name)
    return Person(address=sender.address, name=_name(context), part=sender_part(sender, context.text))


def _name(context: _Context) -> str:
    """Of a desk that many read, the name of whoever signed, where its own is nobody's."""
    sender = context.message.sender
    company = company_of_domain(domain_of(sender.address))
    if not is_desk(sender.address.partition("@")[0]) or not _is_nobodys(sender.name, company):
        return sender.name
    return named_by_signature(_with_signature(context), company) or sender.name


def _is_nobodys(name: str, company: str) -> bool:
    return not name or says_desk(name) or company_key(name).startswith(company_key(company) or "\n")


def _with_signature(context: _Context) -> str:
    """What was written now, and the first lines of the signature that is cut from it (RFC 3676, 4.3)."""
    signature = context.message.text.partition(context.text)[2].lstrip()
    return context.text + "\n" + signature[:_LONGEST_SIGNATURE] if signature.startswith("--") else context.text


def _people(context: _Context, text: str) -> tuple[Person, ...]:
    """Those who wrote, were copied, or will be met by the text, each once; not the user, no machine."""
    message = context.message
    writer = [_sender(context)] if context.nature == "person" else []
    copied = [person for person in (*message.to, *message.cc) if not context.user.owns(person.address)]
    met = with_addresses(people_met(text), (message.sender, *copied))
    return tuple(_each_once((*met, *writer, *copied), context.user))[:MOST_PEOPLE]


def _each_once(people: Iterable[Person], user: User) -> Iterator[Person]:
    seen: set[str] = {fold(user.name)} if user.name else set()
    for person in people:
        names = {name for name in (person.address, fold(person.name)) if name}
        if names and not names & seen:
            seen |= names
            yield person


def _references(context: _Context) -> tuple[str, ...]:
    """The ids of the thread, the mail that this one answers last. A store's own id counts among people: what machines write about
    two applications is often alike, and lies in one conversation for that.
    """
    message = context.message
    answered = message.in_reply_to[:1]
    conversation = [context.thread] if context.thread and context.nature == "person" else []
    earlier = [each for each in dict.fromkeys(message.references) if each not in answered]
    return (*conversation, *earlier[-MOST_REFERENCES:], *answered)
