"""What all findings of a mail have in common: its message and user, what its sender wrote now, its thread and its evidence."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from msgspec import Struct

from ..eventlog.events import Evidence, InterviewRescheduled, InterviewScheduled, Person
from .meaning.classify import classify
from .meaning.meanings import Kind
from .messages.addresses import company_of_domain, domain_of
from .messages.message import Message
from .messages.trust import Nature, is_out_of_office
from .messages.visible import QuotedMail, is_forward, quoted_mail, quoted_mail_in_html, tidy
from .reading import UNSURE_BELOW, User, recogniser
from .times.agreements import Agreement, agreement, sent_at
from .times.appointments import Appointment, find_appointments
from .times.shifts import Shift

LONGEST_QUOTE = 300
MOST_PEOPLE = 12
MOST_REFERENCES = 20
_LONGEST_GREETING = 6
_MOST_WORDS_ABOVE = 25
"""With at most so many words somebody passes a mail on."""

_ADDRESS = re.compile(r"[^\s<>:;,\"'()\[\]]+@[^\s<>:;,\"'()\[\]]+")

_LONGEST_QUOTED = 4000
_MOST_QUOTED_MAILS = 4
_LONGEST_QUESTION = 300
"""Of at most so many characters is a mail that may only ask for the hour, after one that names the day."""

NO_INTERVIEWS: frozenset[Kind] = frozenset({"rejection", "offer", "feedback"})
"""What the answered mail must not say: it may then propose to talk, but no interview."""

AGREED = "yes to the time that the answered mail proposes"
"""The cue of an interview at a time that the sender accepts."""


class MailContext(Struct, frozen=True, kw_only=True, dict=True):
    """A mail that is being read. `text` is what its sender wrote now, `thread` the store's id of the conversation; `occurred_at` is in UTC.

    Of `author` is most of the text where the sender passes on a third person's mail ("see below").
    """

    message: Message
    user: User
    text: str
    nature: Nature
    occurred_at: datetime
    zone: str
    now: datetime
    thread: str = ""
    author: Person | None = None

    @property
    def sent(self) -> datetime:
        """When it was sent, in the sender's zone, or in the user's if that is unknown."""
        message = self.message
        return self.occurred_at.astimezone(
            message.sent.tzinfo if message.sent and message.zone_known else self.user.zone
        )

    @property
    def opening(self) -> str:
        """The first two lines behind the greeting, if there is one."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        greeted = len(lines) > 1 and len(lines[0].split()) <= _LONGEST_GREETING and _may_greet(lines[0])
        return " ".join(lines[1:3] if greeted else lines[:2])

    @property
    def references(self) -> tuple[str, ...]:
        """The ids of the thread; last that of the answered mail, first the store's id of the conversation.

        The latter is left out for mails by machines: those about two applications are often so alike that a store puts them into one.
        """
        answered_id = self.message.in_reply_to[:1]
        conversation = [self.thread] if self.thread and self.nature == "person" else []
        earlier = [each for each in dict.fromkeys(self.message.references) if each not in answered_id]
        return (*conversation, *earlier[-MOST_REFERENCES:], *answered_id)

    @cached_property
    def is_answer(self) -> bool:
        """Whether it answers another mail, and does not forward it."""
        return bool(self.message.in_reply_to) and not is_forward(self.message.subject, self.message.text)

    def evidence(self, quote: str, **fields: Any) -> Evidence:
        """The evidence of a finding, with the quote cut to 300 characters; `fields` are the other fields of Evidence."""
        return Evidence(message_id=self.message.message_id, quote=_shortened(quote), recogniser=recogniser(), **fields)

    @cached_property
    def is_out_of_office(self) -> bool:
        """Whether it is an out-of-office reply by its text."""
        return is_out_of_office(self.message, self.text)

    @cached_property
    def appointments(self) -> tuple[Appointment, ...]:
        """The appointments after the mail that it names, without the old time of one that moves."""
        return tuple(each for each in self.times_to_come if not each.replaced)

    @property
    def times_to_come(self) -> tuple[Appointment, ...]:
        """The appointments after the mail, with the old time of one that moves."""
        return tuple(each for each in self._times if each.start > self.occurred_at)

    @property
    def times_that_are_over(self) -> tuple[Appointment, ...]:
        """The appointments that it names and that had begun when it was sent."""
        return tuple(each for each in self._times if each.start <= self.occurred_at)

    @property
    def replaces_a_time(self) -> bool:
        """Whether a sentence names an old time and a new one: "on Friday at 11, not on Thursday at 10"."""
        return any(each.replaced and each.quote == new.quote for each in self._times for new in self.appointments)

    @property
    def old_time(self) -> Appointment | None:
        """The old time of a meeting that moves, where it names one."""
        return next((each for each in self._times if each.replaced), None)

    @cached_property
    def _times(self) -> tuple[Appointment, ...]:
        message = self.message
        text = self.text if message.in_reply_to else f"{message.subject}\n\n{self.text}"
        return find_appointments(text, sent=self.sent, zone=self.user.zone)

    @cached_property
    def agreement(self) -> Agreement | None:
        """The time that the sender accepts, of those that the answered mail proposes; behind a mail of their own, of the one before it."""
        if not self.is_answer:
            return None
        quoted, sender = self.quoted_mail, self.message.sender.address
        addresses = _ADDRESS.findall(quoted.attribution.lower())
        if sender and sender in addresses[:1]:  # behind the writer's, Outlook has the recipient's
            quoted = quoted.answered
        agreed = agreement(
            self.text,
            quoted.text,
            sent=self.sent,
            zone=self.user.zone,
            proposed_at=sent_at(quoted.attribution, self.sent),
            before=quoted.answered.text if len(quoted.text) <= _LONGEST_QUESTION else "",
        )
        if agreed is None:
            return None
        asks_to_move = _asks_to_move(quoted.text)
        if agreed.shift is not None and not asks_to_move:
            return None
        return agreed._replace(moves=agreed.moves or asks_to_move)

    @cached_property
    def quoted_mail(self) -> QuotedMail:
        """The mail that this one answers, as far as it stands quoted."""
        quoted = self.message.quoted
        return quoted_mail_in_html(quoted) if quoted else quoted_mail(self.message.text)

    @cached_property
    def quoted_kinds(self) -> frozenset[Kind]:
        """What the mails say that are quoted below the sender's text, as far as it is sure."""
        if not self.is_answer:
            return frozenset()
        below = "\n".join((*_left_out(self.message.text, self.text), self.message.quoted))
        quoted = "\n".join(line.lstrip("> ") for line in below[:_LONGEST_QUOTED].splitlines())
        return frozenset(
            each.kind for each in classify("", quoted, vouched=True).meanings if each.confidence >= UNSURE_BELOW
        )

    @cached_property
    def answers_what_is_over(self) -> bool:
        """Whether the quoted mails name times of meetings, all of them before this mail."""
        times = [each for quoted in self._quoted_mails() for each in self._times_in(quoted)]
        return bool(times) and all(each.start < self.occurred_at for each in times)

    def _quoted_mails(self) -> Iterator[QuotedMail]:
        """The answered mail, the one that this answers, and so on."""
        quoted = self.quoted_mail
        for _ in range(_MOST_QUOTED_MAILS):
            if not quoted.text:
                return
            yield quoted
            quoted = quoted.answered

    def _times_in(self, quoted: QuotedMail) -> tuple[Appointment, ...]:
        proposed_at = sent_at(quoted.attribution, self.sent) or self.sent
        return find_appointments(quoted.text, sent=proposed_at, zone=self.user.zone)


def passed_on(message: Message, user: User, written: str) -> tuple[Person, str] | None:
    """A third person and what they wrote, whose mail the sender passes on with a line or two; None if they pass on none."""
    answers = message.in_reply_to and not is_forward(message.subject, message.text)
    if answers or len(written.split()) > _MOST_WORDS_ABOVE:
        return None
    quoted = quoted_mail(message.text)
    authors = _ADDRESS.findall(quoted.attribution.lower())[:1]
    is_a_thirds = authors and authors[0] != message.sender.address and not user.owns(authors[0])
    return (Person(address=authors[0]), quoted.text) if is_a_thirds and quoted.text else None


def _may_greet(line: str) -> bool:
    """Whether it ends as a greeting does ("Hi Jane!"), and says nothing ("Confirmed, Friday at 3. Thanks!")."""
    return line[-1] in ",!:" and not re.search(r"\d|[,.!?] .*!$", line)


def colleagues(people: Iterable[Person], *, of: Iterable[Person]) -> list[Person]:
    """Those at the company of the others: whoever else gets a copy, as the friend who introduced the user, takes no part. All of them
    where an address of the others names no company.
    """
    companies = {company_of_domain(domain_of(each.address)) for each in of}
    return [each for each in people if "" in companies or company_of_domain(domain_of(each.address)) in companies]


def _left_out(text: str, written: str) -> Iterator[str]:
    """The lines of a mail's text that are not of those that its sender wrote now, which stand in it in this order."""
    own = [line.strip() for line in written.splitlines() if line.strip()]
    place = 0
    for line in tidy(text).splitlines():
        if place < len(own) and line.strip() == own[place]:
            place += 1
        else:
            yield line


def _asks_to_move(answered: str) -> bool:
    moved = classify("", answered).says("rescheduled")
    return moved is not None and max(moved.confidence, moved.confidence_if_matched) >= UNSURE_BELOW


def meeting_agreed_on(agreed: Agreement, **fields: Any) -> InterviewScheduled | InterviewRescheduled:
    """The interview that an agreement sets, or moves; `fields` are the other fields of the event."""
    if agreed.shift is not None:
        return InterviewRescheduled(**shifted(agreed.shift, agreed.time.zone), **fields)
    kind = InterviewRescheduled if agreed.moves else InterviewScheduled
    return kind(**span((agreed.time,)), **fields)


def shifted(shift: Shift | None, zone: str) -> dict[str, Any]:
    """The fields of an interview that moves by where it was; {} without a shift."""
    return shift.fields | {"zone": zone} if shift is not None else {}


def span(times: Sequence[Appointment]) -> dict[str, Any]:
    """The `start`, `end` and `zone` of a meeting: from the first appointment to the last on the same day; {} without appointments."""
    if not times:
        return {}
    first = times[0]
    day = [each for each in times if each.start.date() == first.start.date() and each.start >= first.start]
    return {"start": first.start, "end": max(each.end for each in day), "zone": first.zone}


def _shortened(quote: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in quote)
    words = " ".join(printable.split())
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1].rstrip() + "…"
