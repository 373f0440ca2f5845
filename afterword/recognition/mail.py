"""Reads a mail: from its bytes (RFC 5322) to findings, by the calendar entries in it and by its text."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

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
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    InterviewTime,
    NewTimeProposed,
    OfferReceived,
    Person,
    PositionPaused,
    RejectionReceived,
    WaitAnnounced,
)
from .changes import cancellation, moves
from .entries.answers import read_answers
from .entries.meeting import read_calendar
from .mail_context import (
    AGREED,
    MOST_PEOPLE,
    MailContext,
    colleagues,
    meeting_agreed_on,
    passed_on,
    span,
)
from .meaning.classify import REPORTED_FROM, Classification, classify
from .meaning.meanings import MEETINGS, Kind, Meaning
from .meaning.weighing import HIGHEST, with_time
from .messages.addresses import (
    company_of_domain,
    domain_of,
    is_desk,
    is_employment_office,
    is_hiring_desk,
    is_personal,
    is_service,
    makes_domain,
    says_office,
    tracks_applications,
)
from .messages.message import occurred_at, parse_message
from .messages.trust import is_bulk, nature, reply_address, sender_fails
from .messages.visible import is_forward, prose, written_now
from .own_mail import findings_of_the_user
from .parties.companies import find_company, says_desk
from .parties.names import company_key, is_shortened_to, role_key
from .parties.people import named_by_signature, people_met, sender_part, with_addresses
from .parties.roles import find_role, role_above, without_company
from .reading import UNSURE_BELOW, Finding, Reading, Unreadable, User
from .several_jobs import each_with_its_role, is_for_another_job
from .times.appointments import Appointment
from .times.meetings_held import meeting_held, tells_of_an_interview
from .times.offers import extended_until, reply_wanted_by
from .times.promises import Promise, find_promises
from .times.waits import announced_wait
from .words.folding import fold
from .words.sentences import Sentence

LONGEST_FEEDBACK = 2000
_LONGEST_SIGNATURE = 200
ABOUT_HIRING = "hiring is spoken of"
"""The cue of a person's mail that is about hiring and says nothing that is recognised."""

HELD = "they thank for a meeting"
"""The cue of an interview that is known from thanks for it."""

WAIT = "no answer before a day"
"""The cue of a wait that is announced."""

_EVENTS: dict[Kind, type[ApplicationAcknowledged | AssessmentRequested | PositionPaused]] = {
    "acknowledged": ApplicationAcknowledged,
    "assessment": AssessmentRequested,
    "paused": PositionPaused,
}
_SET_BY_AGREEMENT: frozenset[Kind] = frozenset({"scheduled", "invited"})
_DECISIONS: frozenset[Kind] = frozenset({"rejection", "offer"})
_WITH_TIME = (InterviewScheduled, InterviewRescheduled, NewTimeProposed)
_BY_ANYBODY = (EmployerWrote, DecisionPromised, WaitAnnounced)


def read_mail(
    raw: bytes, *, user: User, received_at: datetime | None, now: datetime, sent_folder: bool = False, thread: str = ""
) -> Reading:
    """What a mail (RFC 5322) says; no findings if it has nothing to do with hiring. Raises Unreadable for one over the limits.

    `received_at` is the store's time for it, `sent_folder` that it lies among the user's sent mails, `thread` the store's own id of
    the conversation.
    """
    message = parse_message(raw)
    occurred, zone = occurred_at(message, received_at, now)
    if answers := read_answers(message, user):
        return Reading(identity=message.identity, occurred_at=occurred, zone=zone, answers=answers)
    is_own = sent_folder or user.owns(message.sender.address)
    written = written_now(message.text)
    of_another = None if is_own else passed_on(message, user, written)
    context = MailContext(
        message=message,
        user=user,
        text=f"{written}\n\n{of_another[1]}" if of_another else written,
        nature=nature(message),
        occurred_at=occurred,
        zone=zone,
        now=now,
        thread=thread,
        author=of_another[0] if of_another else None,
    )
    findings = findings_of_the_user(context) if is_own else _findings_of_others(context)
    return Reading(identity=message.identity, occurred_at=occurred, zone=zone, findings=tuple(findings))


# ---- what others write


def _findings_of_others(context: MailContext) -> list[Finding]:
    if context.nature in ("bounce", "auto_reply", "list"):
        return []
    entries = list(_calendar_findings(context))
    classification = _classified(context)
    has_entry = any(not each.tentative for each in entries)
    findings = entries + [
        each
        for each in _text_findings(context, classification, has_entry=has_entry)
        if not (context.is_out_of_office and isinstance(each.event, ApplicationAcknowledged))
    ]
    if not findings and not context.is_out_of_office and context.nature == "person" and context.text.strip():
        cues = (ABOUT_HIRING,) if classification.about_hiring and not classification.unrelated else ()
        wrote = EmployerWrote(reply_by=extended_until(context.text, sent=context.sent) if context.is_answer else None)
        findings = [_finding(context, wrote, context.opening, cues, 1.0, tentative=True)]
    completed = [_complete(each, context) for each in findings]
    return [_verified(each, context) for each in each_with_its_role(completed, context.text)]


def _verified(finding: Finding, context: MailContext) -> Finding:
    """The finding, in doubt if its sender fails: whatever the mail says, by its text or an entry, somebody else may have written it. That
    somebody wrote is no question to the user, and gives them no more time.
    """
    if not sender_fails(context.message, context.user.authserv_ids):
        return finding
    if isinstance(finding.event, EmployerWrote):
        return replace(finding, event=replace(finding.event, reply_by=None))
    return replace(finding, evidence=replace(finding.evidence, doubt="sender"))


def _classified(context: MailContext) -> Classification:
    """What the mail says; a time that is over sets no interview: a receipt says to the minute when an application came in."""
    said = _classified_without(context)
    sets = said.says("scheduled")
    is_over = sets is not None and any(each.quote == sets.quote for each in context.times_that_are_over)
    return _classified_without(context, "scheduled") if is_over and not context.appointments else said


def _classified_without(context: MailContext, *kinds: Kind) -> Classification:
    message = context.message
    subject = "" if is_forward(message.subject, message.text) else message.subject
    address = message.sender.address
    return classify(
        subject,
        context.text,
        listed=is_bulk(message),
        tracked=tracks_applications(domain_of(address)),
        vouched=_is_vouched_for(message.sender),
        personal=context.nature == "person",
        without=kinds,
    )


def _is_vouched_for(sender: Person) -> bool:
    """Whether those write who hire, or somebody under their own name: shops and schools turn people down by a desk or a machine."""
    return is_hiring_desk(sender.address, sender.name) or is_personal(sender.address, sender.name)


def _calendar_findings(context: MailContext) -> Iterator[Finding]:
    for raw in context.message.calendars:
        try:
            readings = read_calendar(raw, user=context.user, now=context.now, sender=context.message.sender.address)
        except Unreadable:
            continue
        for reading in readings:
            yield from reading.findings


def _text_findings(context: MailContext, classification: Classification, *, has_entry: bool) -> Iterator[Finding]:
    """What the text says. Where a calendar entry of the mail has the meeting (`has_entry`), the text adds none; and what is only late,
    as wording sounds like, is not paused where a day is promised.
    """
    agreed = [] if has_entry else list(_agreed_meeting(context, classification))
    held = list(_held_meeting(context, classification))
    promised = [] if classification.unrelated else list(_promise_beside_no(context, classification))
    said: list[Finding] = []
    for meaning in _without_other_talks(_without_same_interview(classification, context), context):
        is_said_already = (
            (has_entry and meaning.kind in MEETINGS)
            or (agreed and meaning.kind in _SET_BY_AGREEMENT)
            or (held and meaning.kind == "acknowledged" and meaning.is_by_wording)
            or (promised and meaning.kind == "paused" and meaning.is_by_wording)
        )
        if not is_said_already and _counts(meaning, classification, context):
            said += filter(_is_likely, _meaning_findings(meaning, classification, context))
    yield from (*agreed, *_without_moved(said), *held, *promised)


def _promise_beside_no(context: MailContext, classification: Classification) -> Iterator[Finding]:
    """The promise of a mail; beside a no to one job, that for another job which its sentence names."""
    no = classification.says("rejection")
    refused = role_key(find_role("", no.quote)) if no is not None else ""
    if no is None or refused:
        promised = _promise(context, classification)
        yield from (each for each in promised if no is None or is_for_another_job(each.evidence.quote, refused))


def _counts(meaning: Meaning, classification: Classification, context: MailContext) -> bool:
    """Whether a meaning is reported: in bulk mail only a likely one, from a machine none in a mail that does not speak of hiring."""
    is_likely = meaning.confidence >= UNSURE_BELOW or not is_bulk(context.message)
    return is_likely and (context.nature == "person" or classification.about_hiring)


def _without_moved(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Without an interview that seems to be set, in a mail that surely moves one: it is the same."""
    one_moves = any(isinstance(each.event, InterviewRescheduled) and each.evidence.doubt is None for each in findings)
    yield from (each for each in findings if not (one_moves and isinstance(each.event, InterviewScheduled)))


def _is_likely(finding: Finding) -> bool:
    """Whether it is likely enough: an interview that a time would have made so is not, where the mail names none."""
    return max(finding.evidence.confidence, finding.confidence_if_matched) >= REPORTED_FROM


def _meaning_findings(meaning: Meaning, classification: Classification, context: MailContext) -> Iterator[Finding]:
    """What a meaning says: who calls off an interview and asks whether another time would do moves it."""
    if _moves(meaning, classification, context):
        yield from (_meaning_finding(meaning, each, context) for each in moves(meaning, classification, context))
    else:
        yield _meaning_finding(meaning, _event(meaning, classification, context), context)


def _moves(meaning: Meaning, classification: Classification, context: MailContext) -> bool:
    match meaning.kind:
        case "scheduled":
            return context.replaces_a_time and not _is_open(meaning, classification, context)
        case "cancelled":
            return classification.proposes_times or any(each.is_asked_about for each in context.appointments)
        case kind:
            return kind == "rescheduled"


def _meaning_finding(meaning: Meaning, event: AnyEvent, context: MailContext) -> Finding:
    is_set = isinstance(event, _WITH_TIME) and event.start is not None
    is_asked_about = meaning.kind == "scheduled" and any(each.is_asked_about for each in context.appointments)
    confidence, if_matched = meaning.confidence, meaning.confidence_if_matched
    if is_set or is_asked_about:
        confidence, if_matched = with_time(confidence), with_time(if_matched)
    finding = _finding(context, event, meaning.quote, meaning.cues, confidence, tentative=meaning.tentative)
    return replace(finding, confidence_if_matched=if_matched)


def _agreed_meeting(context: MailContext, classification: Classification) -> Iterator[Finding]:
    """The interview at a time that the sender accepts, where the mail says nothing else and sets no time of its own."""
    kinds = {each.kind for each in classification.meanings}
    if context.nature != "person" or not kinds <= _SET_BY_AGREEMENT or classification.proposes_times:
        return
    agreed = context.agreement
    if agreed is None or context.is_out_of_office or context.quoted_kinds & _DECISIONS:
        return
    if agreed.moves or not (kinds and context.appointments):
        event, tentative = meeting_agreed_on(agreed), not classification.clearly_hiring
        yield _finding(context, event, context.opening, (AGREED,), HIGHEST, tentative=tentative)


def _held_meeting(context: MailContext, classification: Classification) -> Iterator[Finding]:
    """The meeting that somebody gives thanks for; tentative, for people meet for other things than interviews."""
    if classification.unrelated or not classification.meeting_hits or is_bulk(context.message):
        return
    zone = context.user.zone
    held = meeting_held(classification.meeting_hits, classification.sentences, sent=context.sent, zone=zone)
    if held is not None:
        event = InterviewScheduled(start=held.start, end=held.end, zone=str(zone))
        yield _finding(context, event, held.quote, (HELD,), HIGHEST, tentative=True)


def _without_same_interview(classification: Classification, context: MailContext) -> list[Meaning]:
    """An interview that is scheduled was also invited to: without the latter, or without the former if it is unsure and its time open."""
    meanings = classification.meanings
    scheduled, invited = classification.says("scheduled"), classification.says("invited")
    if scheduled is None or invited is None:
        return list(meanings)
    is_unsure = scheduled.confidence < UNSURE_BELOW <= invited.confidence
    dropped = scheduled if is_unsure and _is_open(scheduled, classification, context) else invited
    return [meaning for meaning in meanings if meaning is not dropped]


def _without_other_talks(meanings: Sequence[Meaning], context: MailContext) -> list[Meaning]:
    """Without interviews in the mail of an offer, in an answer to an offer or a rejection that does not itself speak of hiring, and in
    that of a counsellor.
    """
    offers = any(each.kind == "offer" and each.confidence >= UNSURE_BELOW for each in meanings)
    sets = any(each.kind in _SET_BY_AGREEMENT for each in meanings)
    if not sets or not (offers or _is_after_a_decision(context) or _is_a_counsellors(context)):
        return list(meanings)
    return [each for each in meanings if each.kind not in _SET_BY_AGREEMENT]


def _is_after_a_decision(context: MailContext) -> bool:
    """Whether a decision is answered; the subject, which each answer repeats, does not say that the text speaks of hiring."""
    return bool(context.quoted_kinds & _DECISIONS) and not classify("", context.text).clearly_hiring


def _is_a_counsellors(context: MailContext) -> bool:
    """Whether an employment office writes and names no job: it has people come to talk about their search for one."""
    message = context.message
    return is_employment_office(domain_of(message.sender.address)) and not find_role(message.subject, context.text)


def _promise(context: MailContext, classification: Classification) -> Iterator[Finding]:
    """The latest day that the text promises, or else the one before which it says that there will be no answer."""
    is_by_who_hires = is_hiring_desk(context.message.sender.address, context.message.sender.name)
    tentative = not (classification.clearly_hiring or (classification.about_hiring and is_by_who_hires))
    if tentative and (context.nature != "person" or not (classification.about_hiring or classification.brief)):
        return
    text = prose(context.text)
    promises = find_promises(text, sent=context.sent, holidays=context.user.holidays)
    if promises:
        promise: Promise = max(promises, key=lambda each: each.until)
        event = DecisionPromised(until=promise.until, zone=context.zone)
        yield _finding(context, event, promise.quote, (promise.cue,), promise.confidence, tentative=tentative)
    elif wait := announced_wait(text, sent=context.sent):
        waits = WaitAnnounced(until=wait.until, zone=context.zone)
        yield _finding(context, waits, wait.quote, (WAIT,), HIGHEST, tentative=tentative)


def _event(meaning: Meaning, classification: Classification, context: MailContext) -> AnyEvent:
    if meaning.kind in MEETINGS:
        return _meeting_event(meaning, classification, context)
    if meaning.kind == "withdrawn":
        return ApplicationClosed(reason=WITHDRAWN)
    if meaning.kind == "offer":
        said, sent = context.text, context.sent
        return OfferReceived(reply_by=reply_wanted_by(said, sent=sent) or extended_until(said, sent=sent))
    if meaning.kind == "feedback":
        return FeedbackReceived(text=context.text.strip()[:LONGEST_FEEDBACK])
    if meaning.kind == "rejection":
        return RejectionReceived(after_interview=tells_of_an_interview(classification.meeting_hits))
    return _EVENTS[meaning.kind]()


def _meeting_event(meaning: Meaning, classification: Classification, context: MailContext) -> AnyEvent:
    """The meeting, with the time that the text names. One that is scheduled for an open time is only invited to."""
    if meaning.kind == "cancelled":
        return cancellation(meaning, context)
    is_open = _is_open(meaning, classification, context)
    return InterviewInvited() if is_open else InterviewScheduled(**span(context.appointments))


def _is_open(meaning: Meaning, classification: Classification, context: MailContext) -> bool:
    """Whether the time is open: the text names none, asks whether one suits, or lets choose between several."""
    times = context.appointments
    asks = classification.proposes_times or any(each.is_asked_about for each in times)
    is_set = meaning.kind == "scheduled" and meaning.is_sure and not all(each.is_asked_about for each in times)
    return not times or (asks and not is_set) or _are_choices(times, classification)


def _are_choices(times: Sequence[Appointment], classification: Classification) -> bool:
    """Whether one of the times is to be chosen: times are proposed, one sentence names several days, or a question is right above them."""
    days = {each.start.date() for each in times if each.quote == times[0].quote}
    proposed = classification.proposes_times and len({each.start for each in times}) > 1
    return len(days) > 1 or proposed or _are_below_a_question(times, classification.sentences)


def _are_below_a_question(times: Sequence[Appointment], sentences: Sequence[Sentence]) -> bool:
    """Whether the times are of several days, line by line below a question: "Are you free on one of these days?"."""
    lines = [each.text for each in sentences]
    if len({each.start.date() for each in times}) <= 1 or times[0].quote not in lines:
        return False
    first = lines.index(times[0].quote)
    below = {each.quote for each in times}
    return first > 0 and lines[first - 1].endswith("?") and not below.isdisjoint(lines[first + 1 : first + 2])


# ---- what every finding has


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
    evidence = context.evidence(quote, cues=cues, confidence=confidence, doubt=doubt)
    return Finding(event=event, evidence=evidence, tentative=tentative or context.author is not None)


def _complete(finding: Finding, context: MailContext) -> Finding:
    """The finding with the company, the role, the people and the place in the thread, as far as a calendar entry had none of its own.

    For a tentative word of somebody the text is not searched for them: who wrote it is enough to match it to an application.
    """
    event, message = finding.event, context.message
    if not isinstance(event, Fact):
        return finding
    text = "" if finding.tentative and isinstance(event, _BY_ANYBODY) else context.text
    met_in = finding.evidence.quote if HELD in finding.evidence.cues else text
    is_entry = isinstance(event, InterviewTime) and bool(event.uid)
    company = event.company or find_company(sender=message.sender, subject=message.subject, text=text)
    sender = _sender(context)
    complete = replace(
        event,
        company=company,
        role=event.role or _role(context, company, text),
        people=event.people if is_entry and event.people else _people(context, sender, met_in),
        sender=event.sender if is_entry and event.sender else sender,
        reply_to=event.reply_to or reply_address(message),
        subject=event.subject or message.subject,
        message_id=event.message_id or message.message_id,
        references=event.references or context.references,
        automatic=event.automatic or context.nature == "automatic",
    )
    evidence = replace(finding.evidence, message_id=finding.evidence.message_id or message.message_id)
    return replace(finding, event=complete, evidence=evidence)


def _role(context: MailContext, company: str, text: str) -> str:
    message = context.message
    domain = domain_of(message.sender.address)
    is_job_boards = is_service(domain) and not tracks_applications(domain)
    on_a_card = role_above(company, text) if company and is_job_boards else ""
    return on_a_card or without_company(find_role(message.subject, text), company)


def _sender(context: MailContext) -> Person:
    sender = context.message.sender
    if context.nature != "person":
        return Person(address=sender.address, name=sender.name)
    return Person(address=sender.address, name=_name(context), part=sender_part(sender, context.text))


def _name(context: MailContext) -> str:
    """The sender's name; for a shared address whose name is no person's (recruiting@), or an employer's name, that of whoever signed."""
    sender = context.message.sender
    company = company_of_domain(domain_of(sender.address))
    is_shared = is_desk(sender.address.partition("@")[0]) and _is_no_persons(sender.name, company)
    is_employers = makes_domain(sender.name, sender.address) and not is_personal(sender.address, sender.name)
    if not (is_shared or is_employers or says_office(sender.name)):
        return sender.name
    return named_by_signature(_with_signature(context), company, sender.name) or sender.name


def _is_no_persons(name: str, company: str) -> bool:
    is_companys = company_key(name).startswith(company_key(company) or "\n") or is_shortened_to(name, company)
    return not name or says_desk(name) or is_companys


def _with_signature(context: MailContext) -> str:
    """The text with the first lines of the signature that was cut from it (RFC 3676, 4.3)."""
    signature = context.message.text.partition(context.text)[2].lstrip() if context.text else ""
    return context.text + "\n" + signature[:_LONGEST_SIGNATURE] if signature.startswith("--") else context.text


def _people(context: MailContext, sender: Person, text: str) -> tuple[Person, ...]:
    """Whom one will meet by the text, who wrote it, and which of the sender's colleagues were copied; each once, without the user and
    machines.
    """
    message = context.message
    writer = [each for each in (sender, context.author) if each is not None] if context.nature == "person" else []
    others = [person for person in (*message.to, *message.cc) if not context.user.owns(person.address)]
    copied = colleagues(others, of=(message.sender,))
    interviewers = with_addresses(people_met(text), (message.sender, *others))
    return tuple(_each_once((*interviewers, *writer, *copied), context.user))[:MOST_PEOPLE]


def _each_once(people: Iterable[Person], user: User) -> Iterator[Person]:
    seen: set[str] = {fold(user.name)} if user.name else set()
    for person in people:
        names = {name for name in (person.address, fold(person.name)) if name}
        if names and not names & seen:
            seen |= names
            yield person
