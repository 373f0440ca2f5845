"""What the user's own mail says: what it is for, and an interview at a time that they accept."""

from collections.abc import Iterator

from ..eventlog.events import Person, UserWrote
from .classify import classify
from .mail_context import AGREED, MOST_PEOPLE, MailContext, meeting_agreed_on
from .meanings import Kind
from .names import company_of_domain, domain_of
from .purposes import purposes
from .reading import UNSURE_BELOW, Finding
from .roles import find_role
from .trust import sender_fails
from .weighing import HIGHEST

_LONGEST_QUOTED = 4000
_NO_INTERVIEWS: frozenset[Kind] = frozenset({"rejection", "offer", "feedback"})
"""What the answered mail must not say: it may then propose to talk, but no interview."""


def findings_of_the_user(context: MailContext) -> Iterator[Finding]:
    """A UserWrote, and the interview at a time that the user accepts; nothing if it is uncertain that the mail is theirs."""
    message, user = context.message, context.user
    to = tuple(dict.fromkeys(address for address in message.recipients if not user.owns(address)))
    if not to or context.nature != "person" or sender_fails(message, user.authserv_ids):
        return
    answered_kinds = _kinds_in_answered_mail(context)
    event = UserWrote(
        company=next(filter(None, (company_of_domain(domain_of(address)) for address in to)), ""),
        role=find_role(message.subject, ""),
        sender=message.sender,
        subject=message.subject,
        message_id=message.message_id,
        references=context.references,
        to=to,
        purposes=purposes(message.subject, context.text, answers=answered_kinds),
    )
    yield Finding(event=event, evidence=context.evidence(context.opening), tentative=True)
    if not answered_kinds & _NO_INTERVIEWS:
        yield from _agreed_meeting(context, event)


def _agreed_meeting(context: MailContext, written: UserWrote) -> Iterator[Finding]:
    """The interview at a time that the user accepts, with those to whom they write. It has no more ties than their mail."""
    agreed = context.agreement()
    if agreed is not None:
        people = tuple(Person(address=address) for address in written.to[:MOST_PEOPLE])
        event = meeting_agreed_on(
            agreed, company=written.company, role=written.role, people=people, subject=written.subject
        )
        evidence = context.evidence(context.opening, cues=(AGREED,), confidence=HIGHEST)
        yield Finding(event=event, evidence=evidence, tentative=True)


def _kinds_in_answered_mail(context: MailContext) -> frozenset[Kind]:
    """What the mail says that is quoted below the user's text, as far as it is sure."""
    if not context.is_answer:
        return frozenset()
    below = context.message.text.removeprefix(context.text) + context.message.quoted
    quoted = "\n".join(line.lstrip("> ") for line in below[:_LONGEST_QUOTED].splitlines())
    return frozenset(meaning.kind for meaning in classify("", quoted).meanings if meaning.confidence >= UNSURE_BELOW)
