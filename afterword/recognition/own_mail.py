"""What the user's own mail says: what it is for, and an interview that they agree to or cancel."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from ..eventlog.events import UserWrote
from .changes import cancellation
from .mail_context import AGREED, MOST_PEOPLE, NO_INTERVIEWS, MailContext, colleagues, meeting_agreed_on
from .meaning.classify import classify
from .meaning.purposes import intents
from .meaning.weighing import HIGHEST
from .messages.addresses import company_of_domain, domain_of
from .messages.trust import sender_fails
from .parties.people import people_met, with_addresses
from .parties.roles import find_role
from .reading import Finding
from .words.folding import fold


def findings_of_the_user(context: MailContext) -> Iterator[Finding]:
    """A UserWrote, and the interview that the user agrees to or cancels; nothing if it is uncertain that the mail is theirs."""
    message, user = context.message, context.user
    to = tuple(dict.fromkeys(address for address in message.recipients if not user.owns(address)))
    if not to or context.nature != "person" or sender_fails(message, user.authserv_ids):
        return
    answered, is_over = context.quoted_kinds, context.answers_what_is_over
    found = intents(message.subject, context.text, answers=answered, after_its_time=is_over)
    event = UserWrote(
        company=next(filter(None, (company_of_domain(domain_of(address)) for address in to)), ""),
        role=find_role(message.subject, ""),
        sender=message.sender,
        subject=message.subject,
        message_id=message.message_id,
        references=context.references,
        to=to,
        purposes=tuple(each.purpose for each in found),
    )
    cues = tuple(chain.from_iterable(each.cues for each in found))
    confidence = min((each.confidence for each in found), default=1.0)
    evidence = context.evidence(context.opening, cues=cues, confidence=confidence)
    yield Finding(event=event, evidence=evidence, tentative=True)
    meeting = _cancelled_meeting(context, event)
    if meeting is None and not context.quoted_kinds & NO_INTERVIEWS:
        meeting = _agreed_meeting(context, event)
    if meeting is not None:
        yield meeting


def _agreed_meeting(context: MailContext, written: UserWrote) -> Finding | None:
    """The interview at a time that the user accepts."""
    agreed = context.agreement
    if agreed is None:
        return None
    role = find_role("", agreed.time.quote) or written.role
    event = meeting_agreed_on(agreed, **_parties(context, written) | {"role": role})
    evidence = context.evidence(context.opening, cues=(AGREED,), confidence=HIGHEST)
    return Finding(event=event, evidence=evidence, tentative=True)


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
