"""The projection of applications: the facts of each in the order of their time, whatever the order in which they were read."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import get_args

from msgspec import Struct, ValidationError, convert, field, to_builtins
from msgspec.structs import replace

from afterword.eventlog.events import (
    AnyEvent,
    ApplicationForgotten,
    ApplicationsMerged,
    DraftPlaced,
    DraftWithdrawn,
    Event,
    Evidence,
    Fact,
    HighlightNoted,
    InterviewCancelled,
    InterviewRescheduled,
    InterviewTime,
    InviteChanged,
    InvitePlaced,
    InviteWithdrawn,
    Person,
    RecognitionConfirmed,
    RecognitionCorrected,
    Recorded,
    ReviewWritten,
    UserWrote,
)
from afterword.recognition.matching import application_id
from afterword.recognition.messages.addresses import company_of_domain, domain_of
from afterword.recognition.parties.names import company_key, role_key
from afterword.recognition.ties import role_named
from afterword.recognition.words.folding import fold

from .drafts.names import is_desk
from .interviews import Interview
from .joined_interviews import join_interviews

NOTHING = "nothing"
"""The meaning that a correction gives to a mail that says nothing about an application."""

_DELIVERED = (InvitePlaced, InviteChanged, InviteWithdrawn, DraftPlaced, DraftWithdrawn)
_SPEAKS = (Fact, HighlightNoted, ReviewWritten)
_BY_NAME: dict[str, type[Event]] = {each.__name__: each for each in get_args(AnyEvent)}


class Ledger(Struct):
    """The fold's state: each stream's events, which streams are one, what the user said of single facts, and the company and role
    that an application goes by since the user merged another into it.
    """

    streams: dict[str, list[Recorded]] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    corrected: dict[str, RecognitionCorrected] = field(default_factory=dict)
    named: dict[str, tuple[str, str]] = field(default_factory=dict)

    def root(self, stream: str) -> str:
        """The stream that this one was merged into, or itself."""
        seen = {stream}
        while (into := self.merged.get(stream)) and into not in seen:
            stream = into
            seen.add(stream)
        return stream

    def home(self, recorded: Recorded) -> str:
        """The stream that the application of an event ends in, corrections and merges applied."""
        correction = self.corrected.get(recorded.source_key)
        return self.root(correction.application if correction and correction.application else recorded.stream)

    def merge(self, stream: str, merger: ApplicationsMerged) -> None:
        """Make the other application part of the one in this stream, which goes by its own name where the user said so."""
        into, gone = self.root(stream), self.root(merger.other)
        if into == gone:
            return
        self.merged[gone] = into
        before = self.named.pop(gone, ("", ""))
        name = (merger.company, merger.role)
        if any(name):
            self.named[into] = name
        elif any(before):
            self.named.setdefault(into, before)

    def forget(self, stream: str) -> None:
        """Drop what was recorded so far of the application in this stream: what comes later begins anew."""
        forgotten = self.root(stream)
        kept = {
            name: [each for each in events if self.home(each) != forgotten] for name, events in self.streams.items()
        }
        self.streams = {name: events for name, events in kept.items() if events}
        self.named.pop(forgotten, None)


class Applications:
    """The projection of every application's events."""

    name = "applications"
    version = 3
    State = Ledger

    def initial(self) -> Ledger:
        return Ledger()

    def apply(self, state: Ledger, recorded: Recorded) -> None:
        match recorded.event:
            case ApplicationsMerged() as merger:
                state.merge(recorded.stream, merger)
            case ApplicationForgotten():
                state.forget(recorded.stream)
            case RecognitionConfirmed(fact=fact):
                state.confirmed.add(fact)
            case RecognitionCorrected(fact=fact) as correction:
                state.corrected[fact] = _combined(correction, state.corrected.get(fact))
            case Event() as event if not isinstance(event, _DELIVERED):
                state.streams.setdefault(recorded.stream, []).append(recorded)
            case _:
                pass


def _combined(now: RecognitionCorrected, before: RecognitionCorrected | None) -> RecognitionCorrected:
    """What a mail means, and of which application it is, are said one by one: either leaves the other as it was."""
    if before is None:
        return now
    return replace(now, meaning=now.meaning or before.meaning, application=now.application or before.application)


class Application(Struct, frozen=True, kw_only=True):
    """One application. `stream` is where its events are appended; `facts` count, `doubtful` ones wait for the user, and those that
    are `ruled_out` are nothing, as the user said. `companies` and `ids` are all that it was ever known by; `shares_company` says whether
    there is another one at its company.
    """

    id: str
    stream: str
    company: str
    role: str
    companies: frozenset[str]
    ids: frozenset[str]
    facts: tuple[Recorded, ...]
    doubtful: tuple[Recorded, ...]
    ruled_out: tuple[Recorded, ...]
    interviews: tuple[Interview, ...]
    people: tuple[Person, ...]
    shares_company: bool = False

    @property
    def called(self) -> str:
        """What commands find it by, and no other."""
        return self.id if self.shares_company else self.company or self.id

    @property
    def exists(self) -> bool:
        """Whether anything is left that speaks of it; what the clock said of a meeting that was none does not."""
        return any(isinstance(each.event, _SPEAKS) for each in (*self.facts, *self.doubtful))

    @property
    def last_event_at(self) -> datetime:
        return max((*self.facts, *self.doubtful), key=lambda each: each.occurred_at).occurred_at

    def of(self, *types: type[Event]) -> list[Recorded]:
        """The facts of these types, oldest first."""
        return [each for each in self.facts if isinstance(each.event, types)]


def events_by_application(ledger: Ledger) -> dict[str, list[Recorded]]:
    """All events by the stream that their application ends in, corrections and merges applied."""
    grouped: dict[str, list[Recorded]] = {}
    for events in ledger.streams.values():
        for each in events:
            grouped.setdefault(ledger.home(each), []).append(each)
    return grouped


def separated_pairs(ledger: Ledger) -> frozenset[frozenset[str]]:
    """The pairs of streams of which the user called a fact of the one the other's, and has not merged them since."""
    moved = (each for events in ledger.streams.values() for each in events if _is_moved_here(each, ledger))
    homes = ((each.stream, ledger.corrected[each.source_key].application) for each in moved)
    return frozenset(frozenset(map(ledger.root, pair)) for pair in homes)


def applications(ledger: Ledger, also: Iterable[Recorded] = ()) -> list[Application]:
    """All applications, by id. `also` are events that are not in the log (yet), such as what the clock would say."""
    grouped = events_by_application(ledger)
    for each in also:
        grouped.setdefault(ledger.root(each.stream), []).append(each)
    built = [_build(stream, events, ledger) for stream, events in grouped.items() if events]
    return sorted(_told_apart(_with_unique_ids(built)), key=lambda each: each.id)


def _with_unique_ids(built: list[Application]) -> Iterator[Application]:
    taken: set[str] = set()
    for each in sorted(built, key=_begins_at):
        own = next(name for name in (each.id, each.stream, application_id(each.id, each.stream)) if name not in taken)
        taken.add(own)
        yield replace(each, id=own)


def _told_apart(known: Iterable[Application]) -> Iterator[Application]:
    """The applications, each of which knows whether there is another one at its company."""
    everyone = list(known)
    there = Counter(company_key(each.company) for each in everyone if each.exists)
    for each in everyone:
        shares = each.exists and bool(each.company) and there[company_key(each.company)] > 1
        yield replace(each, shares_company=True) if shares else each


def _begins_at(application: Application) -> tuple[bool, datetime]:
    """Those of which nothing is left come last: they take no other's id."""
    known = application.facts or application.doubtful or application.ruled_out
    return not application.exists, known[0].occurred_at


def _build(stream: str, events: list[Recorded], ledger: Ledger) -> Application:
    known_facts, doubtful, ruled_out = _classified(events, ledger)
    joined = join_interviews(known_facts, ledger.confirmed)
    facts = [each for each in known_facts if each not in joined.unclear]
    doubtful = sorted([*doubtful, *map(_doubted, joined.unclear)], key=_by_time)
    own = [each for each in facts if not _is_moved_here(each, ledger)]
    known = next(filter(None, map(_fact_events, (own, facts, doubtful, ruled_out))), [])
    company, role = ledger.named.get(stream, ("", ""))
    people = _people(_fact_events(facts) or known)
    return Application(
        id=_own_id(known, stream),
        stream=stream,
        company=company or _own_spelling(_most_frequent(known, "company"), known),
        role=role or _most_frequent(known, "role") or next(filter(None, map(role_named, known)), ""),
        companies=frozenset(each.company for each in _fact_events((*own, *doubtful)) if each.company),
        ids=frozenset(_ids([*own, *doubtful])),
        facts=tuple(facts),
        doubtful=tuple(doubtful),
        ruled_out=tuple(ruled_out),
        interviews=tuple(_with_whole_people(joined.interviews, people)),
        people=people,
    )


def _classified(events: list[Recorded], ledger: Ledger) -> tuple[list[Recorded], list[Recorded], list[Recorded]]:
    """What counts, what is in doubt, and what the user ruled out, each in the order of its time."""
    facts: list[Recorded] = []
    doubtful: list[Recorded] = []
    ruled_out: list[Recorded] = []
    for each in sorted(events, key=_by_time):
        corrected = _corrected(each, ledger.corrected.get(each.source_key))
        if corrected is None:
            ruled_out.append(each)
        else:
            doubts = each.evidence is not None and each.evidence.doubt is not None
            settled = each.source_key in ledger.confirmed or each.source_key in ledger.corrected
            (doubtful if doubts and not settled else facts).append(corrected)
    return facts, doubtful, ruled_out


def _doubted(unclear: Recorded) -> Recorded:
    """A fact of which it is not clear which interview it changes."""
    return replace(unclear, evidence=replace(unclear.evidence or Evidence(), doubt="interview"))


def _by_time(recorded: Recorded) -> tuple[datetime, int, bool, str]:
    """The order of what happened. Of an entry's revisions that bear one DTSTAMP, the higher SEQUENCE is the later (RFC 5546, 2.1.4), and
    what changes an entry is later than the entry.
    """
    event = recorded.event
    sequence = event.sequence if isinstance(event, InterviewTime) else 0
    changes = isinstance(event, InterviewRescheduled | InterviewCancelled)
    return recorded.occurred_at, sequence, changes, recorded.source_key


def _corrected(recorded: Recorded, correction: RecognitionCorrected | None) -> Recorded | None:
    if correction is None or not correction.meaning or not isinstance(recorded.event, Event):
        return recorded
    if correction.meaning == NOTHING:
        return None
    fields = to_builtins(recorded.event) | {"type": correction.meaning}
    try:
        return replace(recorded, event=convert(fields, _BY_NAME[correction.meaning]))
    except (KeyError, ValidationError):  # said to another version: it stays what it was
        return recorded


def _is_moved_here(recorded: Recorded, ledger: Ledger) -> bool:
    """Whether the user said that it is of this application: it takes on its name, and gives it none."""
    correction = ledger.corrected.get(recorded.source_key)
    home = correction.application if correction is not None else ""
    return home != "" and ledger.root(home) != ledger.root(recorded.stream)


def _fact_events(events: Iterable[Recorded]) -> list[Fact]:
    return [each.event for each in events if isinstance(each.event, Fact)]


def _own_id(events: list[Fact], stream: str) -> str:
    """By what it was known as first; what had no name then has that of its stream, which no other can have."""
    company = company_key(events[0].company) if events else ""
    return application_id(company, role_key(events[0].role)) if company else stream


def _ids(own: list[Recorded]) -> Iterator[str]:
    """What these facts were known by, before another application was merged with theirs too."""
    for stream in {each.stream for each in own}:
        yield stream
        yield _own_id(_fact_events(each for each in own if each.stream == stream), stream)


def _most_frequent(events: list[Fact], name: str) -> str:
    """The spelling that most mails use; the first of them among equals."""
    values = [value for each in events if (value := getattr(each, name))]
    return max(dict.fromkeys(values), key=values.count, default="")


def _own_spelling(company: str, events: list[Fact]) -> str:
    """The name in letters of their own, where most mails only have it, or its beginning, from a domain: "Brückner" for "Brueckner",
    "Trilho Pagamentos" for "Trilhopag".
    """
    domains = {domain_of(person.address) for each in events for person in (*each.people, each.sender) if person}
    from_domains = {company_of_domain(each) for each in domains if each}
    if company not in from_domains:
        return company
    others = [each for each in events if each.company not in from_domains and not each.company.startswith(company)]
    same = [each for each in others if company_key(each.company).startswith(company_key(company))]
    return _most_frequent(same, "company") or company


def _with_whole_people(interviews: Iterable[Interview], known: Iterable[Person]) -> Iterator[Interview]:
    """The interviews; whoever is known by name only has the address of the one person who bears that name elsewhere, and whoever is known
    by address only has the name that it bears elsewhere.
    """
    named = [each for each in known if each.name]
    addresses = {fold(each.name): each.address for each in named if " " in each.name}
    names = {each.address: each.name for each in named}
    for each in interviews:
        found: dict[str, Person] = {}
        for person in each.people.values():
            address = person.address or addresses.get(fold(person.name), "")
            key = address or person.name.casefold()
            if key not in found or found[key].part == "unknown":
                elsewhere = Person(address, names.get(address, ""))
                found[key] = _named(replace(person, address=address), elsewhere, each.company)
        yield replace(each, people=found)


def _people(events: list[Fact]) -> tuple[Person, ...]:
    """Everybody on the employer's side who has an address, each with the most telling part that was seen, and with a name if one was."""
    known: dict[str, Person] = {}
    for each in events:
        by_them = each.sender if not isinstance(each, UserWrote) else None
        for person in (*each.people, *([by_them] if by_them else [])):
            if person.address:
                before = known.get(person.address, person)
                telling = before if before.part != "unknown" or person.part == "unknown" else person
                known[person.address] = _named(telling, person if telling is before else before, each.company)
    return tuple(known.values())


def _named(person: Person, otherwise: Person, company: str) -> Person:
    """The person, by the name that they bear otherwise where they have none here; a desk is whoever signs at the time."""
    if not _is_nameless(person) or is_desk(replace(person, name=""), company):
        return person
    return replace(person, name=otherwise.name)


def _is_nameless(person: Person) -> bool:
    """Some calendars put the address where a name belongs."""
    return not person.name or person.name.casefold() == person.address
