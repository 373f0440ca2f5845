"""What the user's own mail says: that they apply, what else it is for, and an interview that they agree to or cancel."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from ..eventlog.events import Person, UserWrote
from .changes import cancellation
from .mail_context import AGREED, MOST_PEOPLE, NO_INTERVIEWS, MailContext, colleagues, meeting_agreed_on
from .meaning.applying import applies_for_a_job
from .meaning.classify import classify
from .meaning.meanings import Kind
from .meaning.purposes import intents, passes_thanks_on_to
from .meaning.weighing import HIGHEST
from .messages.trust import sender_fails
from .messages.visible import is_forward
from .parties.companies import company_written_to, find_company
from .parties.people import people_met, with_addresses
from .parties.roles import find_role, has_role_word
from .reading import SUREST_QUESTION, Finding
from .words.folding import fold

APPLIES = "they apply for a job"
"""The cue of a mail by which the user applies."""

_TALKS: frozenset[Kind] = frozenset({"scheduled", "invited"})


def findings_of_the_user(context: MailContext) -> Iterator[Finding]:
    """A UserWrote, and the interview that the user agrees to or cancels; nothing if it is uncertain that the mail is theirs.

    The UserWrote is tentative, unless it applies for a job.
    """
    message, user = context.message, context.user
    to = tuple(dict.fromkeys(address for address in message.recipients if not user.owns(address)))
    if not to or context.nature != "person" or sender_fails(message, user.authserv_ids):
        return
    found = intents(
        message.subject,
        context.text,
        answers=context.quoted_kinds,
        after_its_time=context.answers_what_is_over,
        agrees_to_a_time=context.agreement is not None,
    )
    applies = _applies(context)
    thanked = (
        passes_thanks_on_to(message.subject, context.text) if "thank_you" in {each.purpose for each in found} else ()
    )
    event = UserWrote(
        company=_company_applied_to(context, to) if applies else next(filter(None, _companies_written_to(context)), ""),
        role=find_role(message.subject, context.text if applies else ""),
        people=tuple(Person(name=each) for each in thanked[:MOST_PEOPLE]),
        sender=message.sender,
        subject=message.subject,
        message_id=message.message_id,
        references=context.references,
        to=to,
        purposes=tuple(each.purpose for each in found),
    )
    cues = (*((APPLIES,) if applies else ()), *chain.from_iterable(each.cues for each in found))
    confidence = min((each.confidence for each in found), default=1.0)
    evidence = context.evidence(context.opening, cues=cues, confidence=confidence)
    yield Finding(event=event, evidence=evidence, tentative=not applies)
    meeting = _cancelled_meeting(context, event)
    if meeting is None and not context.quoted_kinds & NO_INTERVIEWS:
        meeting = _agreed_meeting(context, event)
    if meeting is not None:
        yield meeting


def _applies(context: MailContext) -> bool:
    message = context.message
    return not is_forward(message.subject, message.text) and applies_for_a_job(message.subject, context.text)


def _company_applied_to(context: MailContext, to: Sequence[str]) -> str:
    """The company as an application names it: its first recipient's, as if that one had written."""
    recipients = (*context.message.to, *context.message.cc)
    first = next((each for each in recipients if each.address == to[0]), Person(address=to[0]))
    return find_company(sender=first, subject=context.message.subject, text=context.text)


def _companies_written_to(context: MailContext) -> Iterator[str]:
    message = context.message
    others = (each for each in (*message.to, *message.cc) if not context.user.owns(each.address))
    return (company_written_to(each, subject=message.subject, text=context.text) for each in others)


def _agreed_meeting(context: MailContext, written: UserWrote) -> Finding | None:
    """The interview at a time that the user accepts, in the words in which that was proposed; without a known application a question, and
    only where it is about a job.
    """
    agreed = context.agreement
    if agreed is None:
        return None
    role = find_role("", agreed.time.quote) or written.role
    event = meeting_agreed_on(agreed, **_parties(context, written) | {"role": role})
    said = agreed.time.quote or context.opening
    if _is_about_a_job(context):
        evidence = context.evidence(said, cues=(AGREED,), confidence=SUREST_QUESTION, doubt="confidence")
        return Finding(event=event, evidence=evidence, confidence_if_matched=HIGHEST)
    return Finding(event=event, evidence=context.evidence(said, cues=(AGREED,), confidence=HIGHEST), tentative=True)


def _is_about_a_job(context: MailContext) -> bool:
    """Whether the answered mail sets or invites to a talk, in a thread that is named like a job or speaks of hiring in several words."""
    subject, answered = context.message.subject, context.quoted_mail.text
    said = classify(subject, answered)
    if said.unrelated or not any(each.kind in _TALKS and each.is_firm for each in said.meanings):
        return False
    return said.clearly_hiring or has_role_word(subject)


def _cancelled_meeting(context: MailContext, written: UserWrote) -> Finding | None:
    """That the next interview will not take place, where the user says so in the words that an employer cancels it with."""
    cancelled = classify("", context.text).says("cancelled")
    if cancelled is None or not cancelled.is_sure or cancelled.quote.endswith("?"):
        return None
    event = cancellation(cancelled, context, declined=True, **_parties(context, written))
    evidence = context.evidence(cancelled.quote, cues=cancelled.cues, confidence=HIGHEST)
    return Finding(event=event, evidence=evidence, tentative=True)


def _parties(context: MailContext, written: UserWrote) -> dict[str, Any]:
    """The fields of an interview with those to whom the user writes, and those whom the answered mail says they will meet. It has no
    more ties than the user's mail.
    """
    recipients = [each for each in (*context.message.to, *context.message.cc) if each.address in written.to]
    met = with_addresses(people_met(context.quoted_mail.text), recipients)
    named = {fold(each.name) for each in met if each.name}
    further = [each for each in recipients if fold(each.name) not in named or not each.name]
    people = (*met, *colleagues(further, of=context.message.to))[:MOST_PEOPLE]
    return {"company": written.company, "role": written.role, "people": people, "subject": written.subject}
