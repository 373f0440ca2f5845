"""The author of all texts for the user: the drafts of an item, its title, and the text of its invite."""

import shlex
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo

from msgspec import Struct

from afterword.eventlog.events import (
    DecisionPromised,
    Evidence,
    Fact,
    HighlightNoted,
    InterviewTime,
    Person,
    Recorded,
    RejectionReceived,
    UserWrote,
)

from .applications import Application
from .drafts import TO_ONESELF, About, Writer, joined, language, manner_of, role_of, shown_name
from .followups import Item
from .invites import InviteText
from .status import DraftText, ItemText

_TITLES = {
    "thank_you": "Thank {people} ({company})",
    "nudge": "Ask {company} whether there is news",
    "connect": "Connect with the people of {company}",
    "review": "Look back at the interview with {company}",
    "rejection_reply": "Reply to {whose} rejection",
    "feedback_request": "Ask {company} for feedback",
}
_HOW_TO_BE_DONE = {
    False: "Done? It is seen in your sent mail; or say: afterword done {item}",
    True: "Done? Say: afterword done {item}",
}
_IN_ONE_MAIL = ", in the reply to the rejection"
UNNAMED = "the company"
_MOST_NAMED = 4
"""Whoever is one of more is told of as one of the others: a title is a line of a calendar."""

_ANY_DAY = timedelta(days=2)
"""An invite is read on a day that nobody knows: its draft says "on Thursday", and neither "today" nor "yesterday"."""


def how_to_tell_an_address(app: str) -> str:
    """What stands in the place of an address that nobody knows: the command that adds it."""
    return f'no address is known; add it: afterword tell {shlex.quote(app)} interview --with "NAME <ADDRESS>"'


class Author(Struct, frozen=True):
    """Writes for one user: their templates, their name, and the zone that they read times in."""

    writer: Writer
    name: str
    zone: tzinfo

    def drafts(self, item: Item, application: Application, now: datetime) -> tuple[DraftText, ...]:
        """A draft for each person whom the item is for, to be sent at that moment; one to nobody where none is known by name."""
        people: tuple[Person | None, ...] = item.to or item.meant_for or (None,)
        if item.kind in TO_ONESELF:
            people = (None,)
        kind = "rejection_reply" if item.asks_feedback else item.kind
        return tuple(self.writer.write(kind, self._about(item, application, each, now)) for each in people)

    def lasting_drafts(self, item: Item, application: Application) -> tuple[DraftText, ...]:
        """Its drafts as they can be sent on a day that nobody knows yet."""
        return self.drafts(item, application, item.not_before + _ANY_DAY)

    def item_text(self, item: Item, application: Application, now: datetime) -> ItemText:
        """The item's title, and its drafts as they can be sent at `now`: none where there is nothing to do for it."""
        drafts = self.drafts(item, application, now) if item.live else ()
        return ItemText(title=self.title(item, application), drafts=drafts)

    def title(self, item: Item, application: Application) -> str:
        """What is to be done, in a line."""
        company = application.company or UNNAMED
        people, whose = (
            _names(item, company) or "the interviewers",
            f"{company}'" if company.endswith("s") else f"{company}'s",
        )
        title = _TITLES[item.kind].format(people=people, company=company, whose=whose)
        if item.kind == "feedback_request" and item.asks_feedback:
            title += _IN_ONE_MAIL
        return _with_role(title, role_of(application.role, company)) if application.shares_company else title

    def invite_text(self, item: Item, application: Application) -> InviteText:
        """The summary and description of the item's invite: why, to whom, the drafts, and how to be done with it."""
        parts = [*self._reasons(item), *self._draft_parts(item, application)]
        if item.live:
            parts.append(_HOW_TO_BE_DONE[item.kind in TO_ONESELF].format(item=item.id))
        return InviteText(summary=self.title(item, application), description="\n\n".join(parts))

    def _reasons(self, item: Item) -> Iterator[str]:
        for each in item.because:
            if each.evidence is not None and each.evidence.quote:
                yield f"{self._day(each.occurred_at)}: “{each.evidence.quote}”"

    def _draft_parts(self, item: Item, application: Application) -> Iterator[str]:
        if not item.live:
            return
        for draft in self.lasting_drafts(item, application):
            to = draft.to or how_to_tell_an_address(application.called)
            yield draft.body if item.kind in TO_ONESELF else f"To: {to}\nSubject: {draft.subject}\n\n{draft.body}"

    def _about(self, item: Item, application: Application, to: Person | None, now: datetime) -> About:
        answered = item.answers.event if item.answers is not None else None
        fact = answered if isinstance(answered, Fact) and not isinstance(answered, InterviewTime) else None
        return About(
            user_name=self.name,
            to=to,
            company=application.company,
            called=application.called,
            role=application.role,
            people=item.meant_for or item.to,
            highlights=_highlights(application, item, self.zone),
            interview_at=item.interview_at.astimezone(self.zone) if item.interview_at else None,
            promised_until=item.promised_until,
            promised_quote=_promise_quote(item),
            promised_by_them=to is not None and to.address in _promisers(item),
            asks_feedback=item.asks_feedback,
            thread_subject=fact.subject if fact else "",
            in_reply_to=fact.message_id if fact else "",
            via_recruiter=item.via_recruiter,
            told_by_them=_is_from(to, item),
            manner=manner_of(*_mails(item, application, to)),
            now=now.astimezone(self.zone),
        )

    def _day(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone)
        return f"{local:%A}, {local.day} {local:%B %Y}"


def _with_role(title: str, role: str) -> str:
    """A title that tells this application from another one at its company."""
    if not role:
        return title
    return f"{title[:-1]}, {role})" if title.endswith(")") else f"{title} ({role})"


def _names(item: Item, company: str) -> str:
    called = (shown_name(each, company) or each.address for each in item.meant_for or item.to)
    names = [each for each in called if each]
    if len(names) > _MOST_NAMED:
        names[_MOST_NAMED - 1 :] = [f"{len(names) - _MOST_NAMED + 1} others"]
    return joined(names, language("en").enumeration)


def _highlights(application: Application, item: Item, zone: tzinfo) -> tuple[str, ...]:
    """What the user noted of this interview: since it began, until the next day with one; of the first, also what they noted before."""
    noted = [
        (each.occurred_at, each.event.text)
        for each in application.of(HighlightNoted)
        if isinstance(each.event, HighlightNoted)
    ]
    since = item.interview_at
    if since is None:
        return tuple(text for _, text in noted)
    others = [each.start for each in application.interviews if each.held and not _on_one_day(each.start, since, zone)]
    is_first = all(start > since for start in others)
    until = min((start for start in others if start > since), default=None)
    return tuple(text for at, text in noted if (is_first or at >= since) and (until is None or at < until))


def _on_one_day(one: datetime, other: datetime, zone: tzinfo) -> bool:
    return one.astimezone(zone).date() == other.astimezone(zone).date()


def _promise_quote(item: Item) -> str:
    promises = (each.evidence for each in item.because if isinstance(each.event, DecisionPromised))
    return next((each.quote for each in promises if each is not None), "")


def _promisers(item: Item) -> set[str]:
    promises = (each.event for each in item.because if isinstance(each.event, DecisionPromised))
    return {address for each in promises for address in (each.reply_to, each.sender.address if each.sender else "")}


def _is_from(to: Person | None, item: Item) -> bool:
    """Whether they wrote of the rejection, or no mail did: not where a machine wrote, and they are asked in its place."""
    rejections = (
        each.event for each in item.because if isinstance(each.event, RejectionReceived) and each.event.message_id
    )
    return all(to is not None and each.reply_to == to.address for each in rejections)


def _mails(item: Item, application: Application, to: Person | None) -> tuple[list[Evidence], ...]:
    """Those that a letter is to be like, the most telling first: what the user and its addressee wrote to each other; all of the user's
    own, the one that it answers, then the latest of theirs; and what machines wrote.
    """
    mails = [each for each in reversed(application.facts) if isinstance(each.event, Fact) and each.event.message_id]
    own = [each for each in mails if isinstance(each.event, UserWrote)]
    answered = [item.answers] if item.answers is not None else []
    theirs = [each for each in mails if each not in own]
    machines = [each for each in theirs if isinstance(each.event, Fact) and each.event.automatic]
    people = [*own, *answered, *(each for each in theirs if each not in machines)]
    with_them = [each for each in people if to is not None and to.address and _is_between(to.address, each.event)]
    return _evidence(with_them), _evidence(people), _evidence(machines)


def _is_between(address: str, event: object) -> bool:
    """Whether somebody with this address wrote a mail, or the user to them."""
    if isinstance(event, UserWrote):
        return address in event.to
    return isinstance(event, Fact) and event.sender is not None and event.sender.address == address


def _evidence(facts: Iterable[Recorded]) -> list[Evidence]:
    return [each.evidence for each in facts if each.evidence is not None]
