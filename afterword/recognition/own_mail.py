"""What the user's own mail says: what it is for, and the interview that their yes sets."""

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
"""A mail that says one of these proposes no interview, though it may propose to talk."""


def findings_of_the_user(context: MailContext) -> Iterator[Finding]:
    """What the user wrote, and the interview that their yes to a time sets; nothing where the mail is not surely theirs."""
    message, user = context.message, context.user
    to = tuple(dict.fromkeys(address for address in message.recipients if not user.owns(address)))
    if not to or context.nature != "person" or sender_fails(message, user.authserv_ids):
        return
    quoted = _answers(context)
    event = UserWrote(
        company=next(filter(None, (company_of_domain(domain_of(address)) for address in to)), ""),
        role=find_role(message.subject, ""),
        sender=message.sender,
        subject=message.subject,
        message_id=message.message_id,
        references=context.references,
        to=to,
        purposes=purposes(message.subject, context.text, answers=quoted),
    )
    yield Finding(event=event, evidence=context.evidence(context.opening), tentative=True)
    if not quoted & _NO_INTERVIEWS:
        yield from _users_yes(context, event)


def _users_yes(context: MailContext, written: UserWrote) -> Iterator[Finding]:
    """The interview that the user's yes to a time sets. It is with whom they write to, and ties nothing that their mail doesn't."""
    agreed = context.agreement()
    if agreed is not None:
        people = tuple(Person(address=address) for address in written.to[:MOST_PEOPLE])
        event = meeting_agreed_on(
            agreed, company=written.company, role=written.role, people=people, subject=written.subject
        )
        evidence = context.evidence(context.opening, cues=(AGREED,), confidence=HIGHEST)
        yield Finding(event=event, evidence=evidence, tentative=True)


def _answers(context: MailContext) -> frozenset[Kind]:
    """What the mail says that stands quoted below the user's words."""
    if not context.is_answer:
        return frozenset()
    quoted = context.message.text.removeprefix(context.text) + context.message.quoted
    below = "\n".join(line.lstrip("> ") for line in quoted[:_LONGEST_QUOTED].splitlines())
    return frozenset(said.kind for said in classify("", below).meanings if said.confidence >= UNSURE_BELOW)
