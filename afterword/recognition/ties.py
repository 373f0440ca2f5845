"""What can tie a reading to an application, and an index of the known applications by it."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from msgspec import Struct, field

from ..eventlog.events import (
    AnyEvent,
    ApplicationAcknowledged,
    ApplicationClosed,
    AssessmentRequested,
    Fact,
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    InterviewTime,
    OfferReceived,
    RejectionReceived,
    UserWrote,
)
from .names import company_key, company_of_domain, domain_of, is_service, role_key, short_key

_OPENS = (
    ApplicationAcknowledged,
    AssessmentRequested,
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    OfferReceived,
)
_SAME_WORD = {"developer": "engineer", "entwickler": "engineer", "ingenieur": "engineer", "programmer": "engineer"}
_LAST_REFERENCES = 50
_AT_MOST = 50

Key = TypeVar("Key", bound=Hashable)


class Ties(Struct, kw_only=True):
    """What ties: Message-IDs of threads, UIDs, addresses of people, and the keys of companies, of their short names and domains, and roles."""

    thread: dict[str, None] = field(default_factory=dict)
    uids: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    companies: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    starts: set[datetime] = field(default_factory=set)
    short: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, events: Iterable[AnyEvent]) -> "Ties":
        """The ties of these facts together; in `thread` the mail that was replied to comes first."""
        ties = cls()
        for each in events:
            if isinstance(each, Fact):
                ties.take(_ties(each))
        return ties

    def take(self, other: "Ties") -> None:
        """Let what ties the other tie this too."""
        self.thread |= other.thread
        self.uids |= other.uids
        self.addresses |= other.addresses
        self.companies |= other.companies
        self.domains |= other.domains
        self.roles |= other.roles
        self.starts |= other.starts
        self.short |= other.short

    def agrees_on_company(self, other: "Ties") -> bool:
        """Whether both may be of one company: one names none, or both the same; near names count within one domain, or for one role.
        An agency that takes part in the talk with its client is the one that wrote of it.
        """
        if not self.companies or not other.companies or self.companies & other.companies:
            return True
        if self.companies <= other.domains or other.companies <= self.domains or self.is_shortly(other):
            return True
        return bool(self.domains & other.domains) and any(
            one.startswith(another) or another.startswith(one) for one in self.companies for another in other.companies
        )

    @property
    def in_short(self) -> set[str]:
        """The names that a domain may have left of the company's: without what it does, and those that came from a domain."""
        return self.short | self.companies & self.domains

    def is_shortly(self, other: "Ties") -> bool:
        """Whether one names the company as its domain does, the other with what it does as well, and both the role: "Lindquist" and
        "Lindquist Systems".
        """
        if not self.roles & other.roles:
            return False
        return bool(self.companies & self.domains & other.short or other.companies & other.domains & self.short)

    def agrees_on_role(self, other: "Ties") -> bool:
        """Whether both may be of one role: one names none, both share one, or each is a longer name of the other's."""
        if not self.roles or not other.roles or self.roles & other.roles:
            return True
        return all(_is_similar(one, another) for one in self.roles for another in other.roles)

    def agrees(self, other: "Ties") -> bool:
        return self.agrees_on_company(other) and self.agrees_on_role(other)


class Known(Struct, kw_only=True):
    """An application as far as it is known; `opened` and `ended` are the last moments at which something did so."""

    id: str
    founded: datetime
    active: datetime
    opened: datetime | None = None
    ended: datetime | None = None
    ties: Ties = field(default_factory=Ties)

    def is_live(self, at: datetime) -> bool:
        """Whether it stood open at that moment."""
        if self.ended is None or self.ended >= at:
            return True
        return self.opened is not None and self.opened > self.ended

    def learn(self, event: AnyEvent, at: datetime) -> None:
        """Note what opens or ends it."""
        if isinstance(event, _OPENS):
            self.opened = max(at, self.opened or at)
        withdrawn = isinstance(event, UserWrote) and "withdrawal" in event.purposes
        if withdrawn or isinstance(event, RejectionReceived | ApplicationClosed):
            self.ended = max(at, self.ended or at)

    def take(self, other: "Known") -> None:
        """Become one with another."""
        self.founded = min(self.founded, other.founded)
        self.active = max(self.active, other.active)
        self.opened = max(filter(None, (self.opened, other.opened)), default=None)
        self.ended = max(filter(None, (self.ended, other.ended)), default=None)
        self.ties.take(other.ties)


class Index:
    """The known applications by their ties; those that were merged are found as the one that they are now."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._merged_into: dict[str, str] = {}
        self._by_thread: dict[str, dict[str, None]] = {}
        self._by_uid: dict[str, dict[str, None]] = {}
        self._by_address: dict[str, dict[str, None]] = {}
        self._by_company: dict[str, dict[str, None]] = {}
        self._by_domain: dict[str, dict[str, None]] = {}
        self._by_short: dict[str, dict[str, None]] = {}
        self._by_start: dict[datetime, dict[str, None]] = {}

    def get(self, application: str, at: datetime) -> Known:
        """The application, from that moment at the latest."""
        name = self._root(application)
        known = self._known.setdefault(name, Known(id=name, founded=at, active=at))
        known.founded = min(known.founded, at)
        known.active = max(known.active, at)
        return known

    def tie(self, known: Known, ties: Ties) -> None:
        """From here on these find the application."""
        known.ties.take(ties)
        _note(self._by_thread, ties.thread, known)
        _note(self._by_uid, ties.uids, known)
        _note(self._by_address, ties.addresses, known)
        _note(self._by_company, ties.companies, known)
        _note(self._by_domain, ties.domains, known)
        _note(self._by_short, ties.in_short, known)
        _note(self._by_start, ties.starts, known)

    def merge(self, into: Known, other: Known) -> None:
        self._merged_into[other.id] = into.id
        del self._known[other.id]
        into.take(other)

    def by_thread_or_entry(self, ties: Ties) -> list[Known]:
        """The closest first."""
        return self._resolved((*_found(self._by_thread, ties.thread), *_found(self._by_uid, sorted(ties.uids))))

    def by_people(self, ties: Ties) -> list[Known]:
        return [each for each in self._resolved(_found(self._by_address, ties.addresses)) if each.ties.agrees(ties)]

    def by_company(self, ties: Ties) -> list[Known]:
        """Those of the same name; if there are none, those of a near name within the same domain, or for the same role."""
        if named := self._resolved(_found(self._by_company, ties.companies)):
            return named
        of_domain = self._resolved(_found(self._by_domain, ties.domains))
        if near := [each for each in of_domain if each.ties.agrees_on_company(ties)]:
            return near
        return [each for each in self._resolved(_found(self._by_short, ties.in_short)) if each.ties.is_shortly(ties)]

    def by_time(self, ties: Ties) -> list[Known]:
        """Nobody is in two interviews at once: the same start is the same one, if only one side says whose it is."""
        found = self._resolved(_found(self._by_start, ties.starts))
        return [each for each in found if each.ties.agrees(ties) and not (each.ties.companies and ties.companies)]

    def _resolved(self, names: Iterable[str]) -> list[Known]:
        return [self._known[root] for root in dict.fromkeys(map(self._root, names))]

    def _root(self, name: str) -> str:
        while name in self._merged_into:
            name = self._merged_into[name]
        return name


def _note(index: dict[Key, dict[str, None]], keys: Iterable[Key], known: Known) -> None:
    for key in keys:
        index.setdefault(key, {})[known.id] = None


def _found(index: dict[Key, dict[str, None]], keys: Iterable[Key]) -> Iterator[str]:
    """The newest first, and no more of them than any person has."""
    for key in keys:
        yield from islice(reversed(index.get(key, {})), _AT_MOST)


def _ties(fact: Fact) -> Ties:
    addresses = {each for each in _addresses(fact) if each and not is_service(domain_of(each))}
    sender = fact.sender.address if fact.sender and not isinstance(fact, UserWrote) else ""
    domains = {company_key(company_of_domain(domain_of(each))) for each in {*addresses, sender} if each}
    meeting = fact if isinstance(fact, InterviewTime) else InterviewTime()
    thread = (*fact.references[: -_LAST_REFERENCES - 1 : -1], fact.message_id)
    return Ties(
        thread=dict.fromkeys(filter(None, thread)),
        uids={meeting.uid} - {""},
        addresses=addresses,
        companies={company_key(fact.company)} - {""},
        domains=domains - {""},
        roles={_comparable(fact.role)} - {""},
        short={short_key(fact.company)} - {""},
        starts={meeting.start} if isinstance(meeting.start, datetime) else set(),
    )


def _addresses(fact: Fact) -> Iterator[str]:
    """Those of the people on the employer's side: of the user's own mail, all whom it went to."""
    if isinstance(fact, UserWrote):
        yield from fact.to
    elif fact.sender is not None and not fact.automatic:
        yield fact.sender.address
    for person in fact.people:
        yield person.address


@lru_cache(maxsize=4096)
def _comparable(role: str) -> str:
    return " ".join(_SAME_WORD.get(word, word) for word in role_key(role).split())


def _is_similar(one: str, other: str) -> bool:
    words, others = set(one.split()), set(other.split())
    return words <= others or others <= words
