"""A mail from its bytes to its findings: who wrote it decides how it is read, its calendar parts come before its words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

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
)
from .answers import read_answers
from .appointments import Appointment, find_appointments
from .classify import Assessed, classify
from .companies import find_company, says_desk
from .mail_context import AGREED, MOST_PEOPLE, MailContext, meeting_agreed_on, span
from .meanings import MEETINGS, Kind, Meaning
from .meeting import read_calendar
from .meetings_held import meeting_held
from .message import occurred_at, parse_message
from .names import company_key, company_of_domain, domain_of, fold, is_desk, tracks_applications
from .own_mail import findings_of_the_user
from .people import named_by_signature, people_met, sender_part, with_addresses
from .promises import Promise, find_promises
from .reading import UNSURE_BELOW, Finding, Reading, Unreadable, User
from .roles import find_role
from .trust import is_bulk, is_out_of_office, nature, reply_address, sender_fails
from .visible import is_forward, written_now
from .weighing import MOST, with_time

LONGEST_FEEDBACK = 2000
_LONGEST_SIGNATURE = 200
ABOUT_HIRING = "hiring is spoken of"
"""The cue of a person's mail that says nothing in particular, but speaks of hiring."""

HELD = "they thank for a meeting"
"""The cue of an interview that is known from what was said after it."""

_EVENTS: dict[Kind, type[Fact]] = {
    "acknowledged": ApplicationAcknowledged,
    "assessment": AssessmentRequested,
    "rejection": RejectionReceived,
    "offer": OfferReceived,
    "paused": PositionPaused,
}
_SET_BY_YES: frozenset[Kind] = frozenset({"scheduled", "invited"})
_NEEDS_TRUST = (RejectionReceived, OfferReceived, DecisionPromised, ApplicationClosed)
_WORDS = (EmployerWrote, DecisionPromised)


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
    context = MailContext(
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
    findings = findings_of_the_user(context) if own else _of_others(context)
    return Reading(identity=message.identity, occurred_at=occurred, zone=zone, findings=tuple(findings))


# ---- what others write


def _of_others(context: MailContext) -> list[Finding]:
    if context.nature in ("bounce", "auto_reply", "list"):
        return []
    away = is_out_of_office(context.message, context.text)
    meetings = list(_calendar_findings(context))
    assessed = _assessed(context)
    words = list(_word_findings(context, assessed, said_by_entry=any(not each.tentative for each in meetings)))
    found = meetings + [each for each in words if not (away and isinstance(each.event, ApplicationAcknowledged))]
    if not found and not away and context.nature == "person" and context.text.strip():
        cues = (ABOUT_HIRING,) if assessed.about_hiring and not assessed.unrelated else ()
        found = [_finding(context, EmployerWrote(), context.opening, cues, 1.0, tentative=True)]
    return [_complete(each, context) for each in found]


def _assessed(context: MailContext) -> Assessed:
    message = context.message
    subject = "" if is_forward(message.subject, message.text) else message.subject
    tracked = tracks_applications(domain_of(message.sender.address))
    personal = context.nature == "person"
    return classify(subject, context.text, listed=is_bulk(message), tracked=tracked, personal=personal)


def _calendar_findings(context: MailContext) -> Iterator[Finding]:
    for raw in context.message.calendars:
        try:
            readings = read_calendar(raw, user=context.user, now=context.now, sender=context.message.sender.address)
        except Unreadable:
            continue
        for reading in readings:
            yield from (_trusted(each, context) for each in reading.findings)


def _trusted(finding: Finding, context: MailContext) -> Finding:
    """What an unverified sender's entry says is but a question."""
    if not sender_fails(context.message, context.user.authserv_ids):
        return finding
    return replace(finding, evidence=replace(finding.evidence, doubt="sender"))


def _word_findings(context: MailContext, assessed: Assessed, *, said_by_entry: bool) -> Iterator[Finding]:
    agreed = [] if said_by_entry else list(_employers_yes(context, assessed))
    met = list(_met(context, assessed))
    yield from agreed
    for meaning in _one_of_each(assessed, context):
        is_known = (
            (said_by_entry and meaning.kind in MEETINGS)
            or (agreed and meaning.kind in _SET_BY_YES)
            or (met and meaning.kind == "acknowledged" and meaning.worded)
        )
        if not is_known and _counts(meaning, context):
            yield _meant(meaning, assessed, context)
    yield from met
    if not assessed.unrelated and assessed.says("rejection") is None:
        yield from _promised(context, assessed)


def _counts(meaning: Meaning, context: MailContext) -> bool:
    """Whether it is sure enough for bulk mail, and a machine is not taken at a mere word."""
    is_likely = meaning.confidence >= UNSURE_BELOW or not is_bulk(context.message)
    return is_likely and (context.nature == "person" or not meaning.tentative)


def _meant(meaning: Meaning, assessed: Assessed, context: MailContext) -> Finding:
    event = _event(meaning, assessed, context)
    timed = isinstance(event, InterviewScheduled | InterviewRescheduled) and event.start is not None
    sure, at_home = (with_time(each) if timed else each for each in (meaning.confidence, meaning.at_home))
    found = _finding(context, event, meaning.quote, meaning.cues, sure, tentative=meaning.tentative)
    return replace(found, at_home=at_home)


def _employers_yes(context: MailContext, assessed: Assessed) -> Iterator[Finding]:
    """The interview that their yes to a time sets, where their mail names none that it sets by itself, and says nothing beyond."""
    kinds = {each.kind for each in assessed.meanings}
    if context.nature != "person" or not kinds <= _SET_BY_YES or assessed.proposes_times:
        return
    agreed = None if kinds and _times(context) else context.agreement()
    if agreed is not None:
        event, tentative = meeting_agreed_on(agreed), not assessed.clearly_hiring
        yield _finding(context, event, context.opening, (AGREED,), MOST, tentative=tentative)


def _met(context: MailContext, assessed: Assessed) -> Iterator[Finding]:
    """The meeting that is thanked for, in a mail of a known application: elsewhere people meet for other things."""
    if assessed.unrelated or not assessed.met or is_bulk(context.message):
        return
    zone = context.user.zone
    held = meeting_held(assessed.met, assessed.sentences, sent=context.sent, zone=zone)
    if held is not None:
        event = InterviewScheduled(start=held.start, end=held.end, zone=str(zone))
        yield _finding(context, event, held.quote, (HELD,), MOST, tentative=True)


def _one_of_each(assessed: Assessed, context: MailContext) -> list[Meaning]:
    """An interview that is set was also invited to: one fact says both, the surer one where no time is set."""
    by_kind = {meaning.kind: meaning for meaning in assessed.meanings}
    is_set, invited = by_kind.get("scheduled"), by_kind.get("invited")
    if is_set is None or invited is None:
        return list(assessed.meanings)
    doubtful = is_set.confidence < UNSURE_BELOW <= invited.confidence and _is_open(is_set, assessed, context)
    return [meaning for meaning in assessed.meanings if meaning is not (is_set if doubtful else invited)]


def _promised(context: MailContext, assessed: Assessed) -> Iterator[Finding]:
    """The latest day that they name: a later one is the one that counts."""
    tentative = not assessed.clearly_hiring
    if tentative and (context.nature != "person" or not (assessed.about_hiring or assessed.brief)):
        return
    promises = find_promises(context.text, sent=context.sent, holidays=context.user.holidays)
    if promises:
        promise: Promise = max(promises, key=lambda each: each.until)
        event = DecisionPromised(until=promise.until, zone=context.zone)
        yield _finding(context, event, promise.quote, (promise.cue,), promise.confidence, tentative=tentative)


def _event(meaning: Meaning, assessed: Assessed, context: MailContext) -> AnyEvent:
    if meaning.kind in MEETINGS:
        return _meeting_event(meaning, assessed, context)
    if meaning.kind == "withdrawn":
        return ApplicationClosed(reason=WITHDRAWN)
    if meaning.kind == "feedback":
        return FeedbackReceived(text=context.text.strip()[:LONGEST_FEEDBACK])
    event: Any = _EVENTS[meaning.kind]()
    found: AnyEvent = event
    return found


def _meeting_event(meaning: Meaning, assessed: Assessed, context: MailContext) -> AnyEvent:
    """A meeting with the time that the words name; one whose time is only proposed, or not named, is but invited to."""
    times, kind = _times(context), meaning.kind
    if kind == "cancelled":
        return InterviewCancelled(**span(times[:1]))
    if kind == "rescheduled":
        return InterviewRescheduled(**span(() if assessed.proposes_times and len(times) > 1 else times[:1]))
    return InterviewInvited() if _is_open(meaning, assessed, context) else InterviewScheduled(**span(times))


def _is_open(meaning: Meaning, assessed: Assessed, context: MailContext) -> bool:
    """Whether its time is still to be found: none is named, or they are asked whether it suits, or which."""
    times = _times(context)
    asked = assessed.proposes_times or any(each.quote.endswith("?") for each in times)
    is_plain = meaning.kind == "scheduled" and meaning.plain
    return not times or (asked and not is_plain) or _are_choices(times, assessed)


def _times(context: MailContext) -> tuple[Appointment, ...]:
    """The appointments that the mail names, as far as they lie ahead of it; the new one of two first."""
    said = f"{context.message.subject}\n\n{context.text}" if not context.message.in_reply_to else context.text
    found = find_appointments(said, sent=context.sent, zone=context.user.zone)
    return tuple(each for each in found if each.end > context.occurred_at and not each.replaced)


def _are_choices(times: Sequence[Appointment], assessed: Assessed) -> bool:
    """Several times of which one is to be chosen: asked for, or days that stand in one sentence."""
    days = {each.start.date() for each in times if each.quote == times[0].quote}
    return len(days) > 1 or (assessed.proposes_times and len({each.start for each in times}) > 1)


# ---- what every finding bears


def _finding(
    context: MailContext,
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
    evidence = context.evidence(quote, cues=cues, confidence=confidence, doubt=doubt)
    return Finding(event=event, evidence=evidence, tentative=tentative)


def _complete(finding: Finding, context: MailContext) -> Finding:
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
        references=event.references or context.references,
        automatic=event.automatic or context.nature == "automatic",
    )
    evidence = replace(finding.evidence, message_id=finding.evidence.message_id or message.message_id)
    return replace(finding, event=complete, evidence=evidence)


def _sender(context: MailContext) -> Person:
    sender = context.message.sender
    if context.nature != "person":
        return Person(address=sender.address, name=sender.name)
    return Person(address=sender.address, name=_name(context), part=sender_part(sender, context.text))


def _name(context: MailContext) -> str:
    """Of a desk that many read, the name of whoever signed, where its own is nobody's."""
    sender = context.message.sender
    company = company_of_domain(domain_of(sender.address))
    if not is_desk(sender.address.partition("@")[0]) or not _is_nobodys(sender.name, company):
        return sender.name
    return named_by_signature(_with_signature(context), company) or sender.name


def _is_nobodys(name: str, company: str) -> bool:
    return not name or says_desk(name) or company_key(name).startswith(company_key(company) or "\n")


def _with_signature(context: MailContext) -> str:
    """What was written now, and the first lines of the signature that is cut from it (RFC 3676, 4.3)."""
    signature = context.message.text.partition(context.text)[2].lstrip() if context.text else ""
    return context.text + "\n" + signature[:_LONGEST_SIGNATURE] if signature.startswith("--") else context.text


def _people(context: MailContext, text: str) -> tuple[Person, ...]:
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
