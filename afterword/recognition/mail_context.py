"""A mail as it is read: whose it is, what its sender wrote now, and what all findings in it have in common."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from ..eventlog.events import Evidence, InterviewRescheduled, InterviewScheduled
from .agreements import Agreement, agreement, sent_at
from .appointments import Appointment
from .message import Message
from .reading import RECOGNISER, User
from .trust import Nature
from .visible import Answered, answered, answered_element, is_forward

LONGEST_QUOTE = 300
MOST_PEOPLE = 12
MOST_REFERENCES = 20
_LONGEST_GREETING = 6

AGREED = "yes to the time that the answered mail proposes"
"""The cue of an interview whose time the sender says yes to."""


class MailContext(Struct, frozen=True, kw_only=True):
    """What every finding of a mail shares. `text` is what its sender wrote now."""

    message: Message
    user: User
    text: str
    nature: Nature
    occurred_at: datetime
    zone: str
    now: datetime
    thread: str = ""

    @property
    def sent(self) -> datetime:
        """When it was sent, in the sender's zone, or in the user's where that is not known."""
        message = self.message
        return self.occurred_at.astimezone(
            message.sent.tzinfo if message.sent and message.zone_known else self.user.zone
        )

    @property
    def opening(self) -> str:
        """The first lines behind the greeting, where there is one."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        greeted = len(lines) > 1 and lines[0][-1] in ",!:" and len(lines[0].split()) <= _LONGEST_GREETING
        return " ".join(lines[1:3] if greeted else lines[:2])

    @property
    def references(self) -> tuple[str, ...]:
        """The ids of the thread, the mail that this one answers last. A store's own id counts among people: what machines write
        about two applications is often alike, and lies in one conversation for that.
        """
        answered_id = self.message.in_reply_to[:1]
        conversation = [self.thread] if self.thread and self.nature == "person" else []
        earlier = [each for each in dict.fromkeys(self.message.references) if each not in answered_id]
        return (*conversation, *earlier[-MOST_REFERENCES:], *answered_id)

    @property
    def is_answer(self) -> bool:
        return bool(self.message.in_reply_to) and not is_forward(self.message.subject, self.message.text)

    def evidence(self, quote: str, **known: Any) -> Evidence:
        """The evidence of a finding, with the quote as short as it is kept."""
        return Evidence(message_id=self.message.message_id, quote=_clean(quote), recogniser=RECOGNISER, **known)

    def agreement(self) -> Agreement | None:
        """The time that the sender says yes to, of those that the mail which they answer proposes."""
        if not self.is_answer:
            return None
        quoted = self.quoted
        return agreement(
            self.text, quoted.text, sent=self.sent, zone=self.user.zone, proposed_at=sent_at(quoted.head, self.sent)
        )

    @property
    def quoted(self) -> Answered:
        """The mail that this one answers, as far as it stands quoted."""
        quoted = self.message.quoted
        return answered_element(quoted) if quoted else answered(self.message.text)


def meeting_agreed_on(agreed: Agreement, **known: Any) -> InterviewScheduled | InterviewRescheduled:
    """The interview that a yes sets, or moves."""
    kind = InterviewRescheduled if agreed.moves else InterviewScheduled
    return kind(**span((agreed.time,)), **known)


def span(times: Sequence[Appointment]) -> dict[str, Any]:
    """The fields of a meeting from the first appointment to the last of those that follow it on the same day."""
    if not times:
        return {}
    first = times[0]
    day = [each for each in times if each.start.date() == first.start.date() and each.start >= first.start]
    return {"start": first.start, "end": max(each.end for each in day), "zone": first.zone}


def _clean(quote: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in quote)
    words = " ".join(printable.split())
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1].rstrip() + "…"
