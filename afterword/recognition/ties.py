"""Ties: what can match a reading to an application; and an index of the known applications by their ties."""

import re
from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from functools import cache, lru_cache
from itertools import islice
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

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
    NewTimeProposed,
    OfferReceived,
    RejectionReceived,
    UserWrote,
)
from .messages.addresses import company_of_domain, domain_of, is_desk, is_freemail, is_service
from .messages.subjects import without_prefixes
from .parties.names import (
    company_key,
    comparable_role,
    is_kind_of_house,
    is_similar_role,
    is_within,
    shortened_keys,
    spelling_in,
    without_additions,
)
from .parties.proper_names import is_no_name
from .parties.requisitions import are_of_two_jobs, requisitions_in
from .parties.roles import has_role_word
from .words.folding import fold
from .words.mail_words import any_of

_OPENS = (
    ApplicationAcknowledged,
    AssessmentRequested,
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    NewTimeProposed,
    OfferReceived,
)
_LAST_REFERENCES = 50
_PART_ENDS = re.compile(r"\s[–—|/-]\s|:\s|[,;(]")
_LONGEST_SUBJECT = 200
_LONGEST_NAME = 5
_MOST_FOUND = 50
_SHORTEST_EDGE = 6

Key = TypeVar("Key", bound=Hashable)


class Ties(Struct, kw_only=True):
    """The Message-IDs of a thread, UIDs of entries, addresses of people, starts of interviews, and the keys (names.py) of companies, of
    their short names, of domains and of roles.
    """

    thread: dict[str, None] = field(default_factory=dict)
    uids: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    companies: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    """Of the jobs, as an employer counts them (requisitions.py)."""
    starts: set[datetime] = field(default_factory=set)
    short_names: set[str] = field(default_factory=set)
    in_subjects: set[str] = field(default_factory=set)
    """The keys of the parts of subjects and of the titles of entries: an agency names its client there."""
    mailboxes: set[str] = field(default_factory=set)
    """The keys of what senders' addresses are called that are at anybody's domain: small employers call them after themselves."""
    full_names: set[str] = field(default_factory=set)
    """Of the people, folded."""
    texts: set[str] = field(default_factory=set)
    """What is quoted, the subjects, and the names of people: an entry of the user's own may be called after anything that they name."""

    @classmethod
    def of(cls, events: Iterable[AnyEvent], quotes: Iterable[str] = ()) -> "Ties":
        """All ties of these facts, whose evidence has the quotes. In `thread` the answered mail comes first."""
        ties = cls(texts={*quotes} - {""})
        for each in events:
            if isinstance(each, Fact):
                ties.update(_ties_of(each))
        return ties

    def update(self, other: "Ties") -> None:
        """Add the ties of another one."""
        self.thread |= other.thread
        self.uids |= other.uids
        self.addresses |= other.addresses
        self.companies |= other.companies
        self.domains |= other.domains
        self.roles |= other.roles
        self.numbers |= other.numbers
        self.starts |= other.starts
        self.short_names |= other.short_names
        self.in_subjects |= other.in_subjects
        self.mailboxes |= other.mailboxes
        self.full_names |= other.full_names
        self.texts |= other.texts

    def at_times_of(self, other: "Ties") -> "Ties":
        """These, with the interviews of the other one, and with what its texts name."""
        return replace(self, starts=self.starts | other.starts, texts=self.texts | other.texts)

    def agrees_on_company(self, other: "Ties") -> bool:
        """Whether both may be of the same company: one names none, both name the same, or one wrote from a domain named like the other.

        A name that begins with the other's counts within one domain, a short name as below, a domain's part of it for one role, and
        whatever an entry of the user's own may call the company for an interview at its time.
        """
        if not self.companies or not other.companies or self.companies & other.companies:
            return True
        if self.is_of_client(other) or other.is_of_client(self):
            return True
        if self.companies <= other.domains or other.companies <= self.domains or self.agrees_on_short_name(other):
            return True
        if self.is_one_interview_with(other) or self.agrees_on_part(other):
            return True
        return bool(self.domains & other.domains) and any(
            one.startswith(another) or another.startswith(one) for one in self.companies for another in other.companies
        )

    def knows(self, other: "Ties") -> bool:
        """Whether the other one's people, or somebody of their domain, are known of this one."""
        return bool(self.addresses & other.addresses or other.domains & (self.domains | self.companies))

    def is_of_client(self, other: "Ties") -> bool:
        """Whether a company's domain is named in a subject of the other one, as an agency's client is: "Kestrel & Vane - final round"."""
        return bool(self.companies & self.domains & other.in_subjects)

    def is_one_interview_with(self, other: "Ties") -> bool:
        """Whether one is an entry of the user's own at the time of an interview of the other one, and called after it: "Interview Utiel"."""
        return bool(self.starts & other.starts) and (self.is_called_after(other) or other.is_called_after(self))

    def is_called_after(self, other: "Ties") -> bool:
        """Whether it is an entry of the user's own, with a part of the other one's company for a name, a longer name of it, or what the
        other one's texts name; or with one of its people in the title: "st elta Ana Pardo".
        """
        if not self.uids or self.addresses or self.thread:
            return False
        names = self.companies | self.in_subjects
        return (
            any(is_within(one, another) for one in names for another in other.companies)
            or any(spelling_in(text, company) for company in self.companies for text in other.texts)
            or any(f" {name} " in f" {fold(title)} " for name in other.full_names for title in self.texts)
        )

    @property
    def domain_names(self) -> set[str]:
        """The names that a company's domain may have: the short ones, and those that came from a domain."""
        return self.short_names | self.companies & self.domains

    def agrees_on_short_name(self, other: "Ties") -> bool:
        """Whether one names the company as its domain does, the other in full: "Lindquist", "Lindquist Systems". Both name one role, or at
        most one does and nobody wrote for one of them but from a service.
        """
        shortly = self.names_in_domain & other.short_names or other.names_in_domain & self.short_names
        by_service = not (self.domains and other.domains)
        return bool(shortly) and self.agrees_on_role(other) and (bool(self.roles and other.roles) or by_service)

    @property
    def names_in_domain(self) -> set[str]:
        """The names that stand in the domain of who writes; none where that is of no company."""
        from_domain = self.companies & self.domains
        return from_domain | self.short_names if from_domain else set()

    def agrees_on_part(self, other: "Ties") -> bool:
        """Whether one names the company as its domain does, which has only the beginning or the end of the name that the other has, and
        both similar roles: "trilhopag" for "Trilho Pagamentos", "El Cóndor" for "Ferretería El Cóndor".
        """
        if not (self.roles and other.roles and self.agrees_on_role(other)):
            return False
        return self.has_longer_name_than(other) or other.has_longer_name_than(self)

    def has_longer_name_than(self, other: "Ties") -> bool:
        """Whether a company's name begins or ends with the name that the other one has from a domain."""
        in_domain = (each for each in other.companies if any(each in domain for domain in other.domains))
        parts = [each for each in in_domain if len(each) >= _SHORTEST_EDGE and not is_kind_of_house(each)]
        return any(name.startswith(each) or name.endswith(each) for name in self.companies for each in parts)

    def agrees_on_role(self, other: "Ties") -> bool:
        """Whether both may be of the same role: one names none, both share one, or all words of one are in the other; never of two that the
        employer has different numbers for.
        """
        if are_of_two_jobs(self.numbers, other.numbers):
            return False
        if not self.roles or not other.roles or self.roles & other.roles:
            return True
        return all(is_similar_role(one, another) for one in self.roles for another in other.roles)

    def agrees(self, other: "Ties") -> bool:
        return self.agrees_on_company(other) and self.agrees_on_role(other)


class KnownApplication(Struct, kw_only=True):
    """What is known of an application: the times of its first and last fact, and of the last ones that opened and ended it; `role` as
    it was first named.
    """

    id: str
    first_seen: datetime
    last_seen: datetime
    opened: datetime | None = None
    ended: datetime | None = None
    role: str = ""
    ties: Ties = field(default_factory=Ties)

    def is_live(self, at: datetime) -> bool:
        """Whether it had not ended at that time, or was opened again since."""
        if self.ended is None or self.ended >= at:
            return True
        return self.opened is not None and self.opened > self.ended

    def apply(self, event: AnyEvent, at: datetime) -> None:
        """Apply a fact that names its role, or opens or ends it."""
        if isinstance(event, Fact):
            self.role = self.role or event.role
        if isinstance(event, _OPENS):
            self.opened = max(at, self.opened or at)
        withdrawn = isinstance(event, UserWrote) and "withdrawal" in event.purposes
        if withdrawn or isinstance(event, RejectionReceived | ApplicationClosed):
            self.ended = max(at, self.ended or at)

    def is_named_in(self, sentence: str) -> bool:
        """Whether a sentence says its role."""
        said = f" {comparable_role(sentence)} "
        return any(f" {role} " in said for role in self.ties.roles)

    def update(self, other: "KnownApplication") -> None:
        """Merge another one into this one."""
        self.first_seen = min(self.first_seen, other.first_seen)
        self.last_seen = max(self.last_seen, other.last_seen)
        self.opened = max(filter(None, (self.opened, other.opened)), default=None)
        self.ended = max(filter(None, (self.ended, other.ended)), default=None)
        self.role = self.role or other.role
        self.ties.update(other.ties)


class Index:
    """The known applications by their ties. Merged ones are found as the one that they were merged into."""

    def __init__(self) -> None:
        self._known: dict[str, KnownApplication] = {}
        self._merged_into: dict[str, str] = {}
        self._by_thread: dict[str, dict[str, None]] = {}
        self._by_uid: dict[str, dict[str, None]] = {}
        self._by_address: dict[str, dict[str, None]] = {}
        self._by_company: dict[str, dict[str, None]] = {}
        self._by_domain: dict[str, dict[str, None]] = {}
        self._by_short_name: dict[str, dict[str, None]] = {}
        self._by_edge: dict[str, dict[str, None]] = {}
        self._by_subject: dict[str, dict[str, None]] = {}
        self._by_start: dict[datetime, dict[str, None]] = {}
        self._by_number: dict[str, dict[str, None]] = {}

    def get(self, application_id: str, at: datetime) -> KnownApplication:
        """The application with this id, created if it is new, with a fact at this time."""
        name = self._root(application_id)
        application = self._known.setdefault(name, KnownApplication(id=name, first_seen=at, last_seen=at))
        application.first_seen = min(application.first_seen, at)
        application.last_seen = max(application.last_seen, at)
        return application

    def tie(self, application: KnownApplication, ties: Ties) -> None:
        """Add ties by which the application is found."""
        application.ties.update(ties)
        _add(self._by_thread, ties.thread, application)
        _add(self._by_uid, ties.uids, application)
        _add(self._by_address, ties.addresses, application)
        _add(self._by_company, ties.companies, application)
        _add(self._by_domain, ties.domains, application)
        _add(self._by_short_name, ties.domain_names, application)
        _add(self._by_edge, _edges(ties.companies), application)
        _add(self._by_subject, ties.in_subjects, application)
        _add(self._by_start, ties.starts, application)
        _add(self._by_number, ties.numbers, application)

    def merge(self, into: KnownApplication, other: KnownApplication) -> None:
        self._merged_into[other.id] = into.id
        del self._known[other.id]
        into.update(other)

    def by_thread_or_entry(self, ties: Ties) -> list[KnownApplication]:
        """The closest in the thread first."""
        return self._resolved((*_lookup(self._by_thread, ties.thread), *_lookup(self._by_uid, sorted(ties.uids))))

    def by_people(self, ties: Ties) -> list[KnownApplication]:
        return [each for each in self._resolved(_lookup(self._by_address, ties.addresses)) if each.ties.agrees(ties)]

    def by_number(self, ties: Ties) -> list[KnownApplication]:
        """Those with the same number for the job, of which one side has written by a service only: its name may be another."""
        found = self._resolved(_lookup(self._by_number, sorted(ties.numbers)))
        return [each for each in found if each.ties.agrees_on_role(ties) and not (each.ties.domains and ties.domains)]

    def knows(self, application_id: str) -> bool:
        return self._root(application_id) in self._known

    def knows_people(self, ties: Ties) -> bool:
        return any(True for _ in _lookup(self._by_address, ties.addresses))

    def by_company(self, ties: Ties) -> list[KnownApplication]:
        """Those of the same company; if there are none, those of a similar name in the same domain; if none, of a shorter or longer
        name; if none, an agency's, whose client it is; if none, those of whose name the domain has a part.
        """
        if named := self._resolved(_lookup(self._by_company, ties.companies)):
            return named
        of_domain = self._resolved(_lookup(self._by_domain, ties.domains))
        if near := [each for each in of_domain if each.ties.agrees_on_company(ties)]:
            return near
        shortly = self._resolved(_lookup(self._by_short_name, ties.domain_names))
        of_client = self._resolved(_lookup(self._by_subject, ties.companies & ties.domains))
        return [each for each in shortly if each.ties.agrees_on_short_name(ties)] or of_client or self._by_part(ties)

    def _by_part(self, ties: Ties) -> list[KnownApplication]:
        if not (ties.companies and ties.roles):
            return []
        alike = self._resolved(_lookup(self._by_edge, sorted(_edges(ties.companies))))
        return [each for each in alike if each.ties.agrees_on_part(ties)]

    def by_mailbox(self, ties: Ties) -> list[KnownApplication]:
        """Those of the company that the sender's address is called after: "cornercafe@gmail.example" for "Corner Cafe"."""
        called = self._resolved(_lookup(self._by_company, ties.mailboxes))
        return [each for each in called if each.ties.agrees(ties)]

    def by_time(self, ties: Ties) -> list[KnownApplication]:
        """Those with an interview at the same start, if only one side names a company, or the user's entry is called after the other one's:
        nobody is in two interviews at once.
        """
        found = self._resolved(_lookup(self._by_start, ties.starts))
        return [each for each in found if each.ties.agrees(ties) and _may_be_one_interview(each.ties, ties)]

    def _resolved(self, names: Iterable[str]) -> list[KnownApplication]:
        return [self._known[root] for root in dict.fromkeys(map(self._root, names))]

    def _root(self, name: str) -> str:
        while name in self._merged_into:
            name = self._merged_into[name]
        return name


def _may_be_one_interview(one: Ties, other: Ties) -> bool:
    return not (one.companies and other.companies) or one.is_one_interview_with(other)


def _edges(companies: Iterable[str]) -> set[str]:
    """How names begin and end, as far as two must be alike of which one is the beginning or the end of the other."""
    names = [each for each in companies if len(each) >= _SHORTEST_EDGE]
    return {f"{each[:_SHORTEST_EDGE]}…" for each in names} | {f"…{each[-_SHORTEST_EDGE:]}" for each in names}


def _add(index: dict[Key, dict[str, None]], keys: Iterable[Key], application: KnownApplication) -> None:
    for key in keys:
        known = index.setdefault(key, {})
        known.pop(application.id, None)
        known[application.id] = None


def _lookup(index: dict[Key, dict[str, None]], keys: Iterable[Key]) -> Iterator[str]:
    """The ids under these keys, the last that were tied to them first, at most 50 for each key."""
    for key in keys:
        yield from islice(reversed(index.get(key, {})), _MOST_FOUND)


def role_named(fact: Fact) -> str:
    """Its role; where none was found, the job title that its subject names beside an agency's client: "Receptionist - Kestrel & Vane"."""
    if fact.role:
        return fact.role
    title, names = _title_beside_names(fact.subject)
    return title if title and names - _own_names(fact) else ""


@lru_cache(maxsize=4096)
def _title_beside_names(subject: str) -> tuple[str, frozenset[str]]:
    """The only part of a subject that is a job title, "" if there are none or more, and the keys of the other parts that may be names."""
    parts = _parts_of_subject(subject)
    titles = [each for each in parts if has_role_word(each)]
    if len(titles) != 1:
        return "", frozenset()
    names = (each for each in parts - set(titles) if not is_no_name(each.split(maxsplit=1)[0]))
    return titles[0], frozenset(company_key(each) for each in names if not _step_of_hiring().search(each)) - {""}


def _own_names(fact: Fact) -> set[str]:
    """The keys of those who write: their company, their names and their domains."""
    people = [each for each in (fact.sender, *fact.people) if each is not None]
    domains = (company_of_domain(domain_of(each.address)) for each in people if each.address)
    return set(map(company_key, (fact.company, *(each.name for each in people), *domains)))


@cache
def _step_of_hiring() -> re.Pattern[str]:
    words = any_of(lambda each: [*each.roles.subjects, *each.roles.meetings, *each.companies.subjects])
    return re.compile(rf"(?i)\b{words}")


def _ties_of(fact: Fact) -> Ties:
    addresses = {each for each in _addresses(fact) if each and not is_service(domain_of(each))}
    sender = fact.sender.address if fact.sender and not isinstance(fact, UserWrote) else ""
    written = {company_of_domain(domain_of(each)) for each in {*addresses, sender} if each}
    domains = {company_key(name) for each in written for name in (each, *without_additions(each))}
    meeting = fact if isinstance(fact, InterviewTime) else InterviewTime()
    thread = (*fact.references[: -_LAST_REFERENCES - 1 : -1], fact.message_id)
    title = fact.title if isinstance(fact, InterviewTime) else ""
    names = {*(each.name for each in fact.people), fact.sender.name if fact.sender else ""}
    return Ties(
        thread=dict.fromkeys(filter(None, thread)),
        uids={meeting.uid} - {""},
        addresses=addresses,
        companies={company_key(fact.company)} - {""},
        domains=domains - {""},
        roles={comparable_role(role_named(fact))} - {""},
        numbers=set(requisitions_in(fact.subject)),
        short_names=set(shortened_keys(fact.company)),
        in_subjects={company_key(each) for each in _parts_of_subject(fact.subject or title)} - {""},
        mailboxes={_name_of_mailbox(sender)} - {""},
        starts={meeting.start} if isinstance(meeting.start, datetime) else set(),
        full_names={fold(each) for each in names if " " in each.strip()},
        texts={fact.subject, title, *names} - {""},
    )


def _name_of_mailbox(address: str) -> str:
    """The key of what an address at anybody's domain is called, without initials and words of a desk: of "h.corner-cafe", "info.cornercafe"."""
    local, _, domain = address.partition("@")
    if not is_freemail(domain):
        return ""
    words = [each for each in re.split(r"[\W_\d]+", local) if len(each) > 1 and not is_desk(each)]
    return company_key(" ".join(words))


@lru_cache(maxsize=4096)
def _parts_of_subject(subject: str) -> frozenset[str]:
    """What stands between dashes, slashes and colons in a subject, as far as it may be a name."""
    parts = (each.strip() for each in _PART_ENDS.split(without_prefixes(subject[:_LONGEST_SUBJECT])))
    return frozenset(each for each in parts if each[:1].isupper() and len(each.split()) <= _LONGEST_NAME)


def _addresses(fact: Fact) -> Iterator[str]:
    """The addresses of people on the employer's side: the sender and who is named, or whom the user wrote to."""
    if isinstance(fact, UserWrote):
        yield from fact.to
    elif fact.sender is not None and not fact.automatic:
        yield fact.sender.address
    for person in fact.people:
        yield person.address
