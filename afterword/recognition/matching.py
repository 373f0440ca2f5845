"""Which application a reading belongs to: by its thread or entry, its people, and then by company and role.

Threads and entries tie whatever a mail says. People, companies and times tie only what does not speak against itself: two
companies, or two roles, are two applications. What is in doubt ties nothing but its own thread and entry.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from ..eventlog.events import AnyEvent, EmployerWrote, Evidence, Fact, Recorded, UnknownEvent, UserWrote
from .names import company_key, role_key
from .reading import UNSURE_BELOW, Finding, Reading, digest
from .revisions import Entries
from .ties import Index, Known, Ties


def application_id(company_key: str, role_key: str) -> str:
    """The id of the application for a role at a company, by the keys of both."""
    return _id("application", company_key, role_key)


class Placement(Struct, frozen=True, kw_only=True):
    """Where a reading belongs ("" for nowhere), which others it shows to be that same application, and what it says anew."""

    application: str = ""
    merged: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class Directory:
    """The applications that are known, by whatever ties a reading to them. Pairs that the user set `apart` are never one."""

    def __init__(self, apart: Container[frozenset[str]] = ()) -> None:
        self._apart = apart
        self._index = Index()
        self._entries = Entries()

    @classmethod
    def of(cls, streams: Mapping[str, Sequence[Recorded]], apart: Container[frozenset[str]] = ()) -> "Directory":
        """From the recorded facts of each application, merges applied."""
        directory = cls(apart)
        recorded = [(each, stream) for stream, events in streams.items() for each in events]
        for each, stream in sorted(recorded, key=lambda pair: (pair[0].occurred_at, pair[0].position)):
            if not isinstance(each.event, UnknownEvent):
                directory.add(stream, each.event, each.occurred_at, each.evidence)
        return directory

    def add(self, application: str, event: AnyEvent, occurred_at: datetime, evidence: Evidence | None = None) -> None:
        """Let a fact of an application's tie those that come; one in doubt ties its own thread and its own entry only."""
        known = self._index.get(application, occurred_at)
        ties = Ties.of((event,))
        if evidence is not None and evidence.doubt is not None:
            own = event.message_id if isinstance(event, Fact) else ""
            ties = Ties(thread={own: None} if own else {}, uids=ties.uids)
        else:
            self._entries.add(event)
            known.learn(event, occurred_at)
        self._index.tie(known, ties)

    def place(self, reading: Reading) -> Placement:
        """Where a reading belongs. Applications that it shows to be one are one from here on."""
        ties = Ties.of(each.event for each in reading.findings)
        home, unclear = self._home(ties, reading)
        starts = home.ties.starts if home is not None else set()
        findings = tuple(news for each in reading.findings for news in self._entries.news(each, starts))
        if home is None:
            founds = any(not each.tentative for each in findings)
            return Placement(application=_new_id(reading), findings=findings) if founds else Placement()
        if unclear:
            return Placement(application=home.id, findings=tuple(map(_in_doubt, findings)))
        findings = tuple(map(_at_home, findings))
        others = self._one_with(home, ties, reading) if _is_sure(reading) else []
        home, *rest = sorted([home, *others], key=lambda each: (each.founded, each.id))
        for other in rest:
            self._index.merge(home, other)
        return Placement(application=home.id, merged=tuple(each.id for each in rest), findings=findings)

    def _home(self, ties: Ties, reading: Reading) -> tuple[Known | None, bool]:
        """The application, and whether another fits as well as that one."""
        close = self._index.by_thread_or_entry(ties)
        if close:
            return next((each for each in close if ties.companies & each.ties.companies), close[0]), False
        for pool in self._pools(ties, reading):
            if pool:
                return _likeliest(pool, ties, reading.occurred_at)
        return None, False

    def _pools(self, ties: Ties, reading: Reading) -> Iterator[list[Known]]:
        """Those that fit by the company, by the people, by the time of an interview; what is tentative needs a person."""
        tentative = all(each.tentative for each in reading.findings)
        of_company = self._index.by_company(ties)
        if tentative:
            of_company = [each for each in of_company if _is_their_word(reading) and each.ties.domains & ties.domains]
        yield _of_role(of_company, ties)
        yield self._index.by_people(ties)
        if not tentative:
            yield self._index.by_time(ties)

    def _one_with(self, home: Known, ties: Ties, reading: Reading) -> list[Known]:
        """The other applications that the reading is tied to, as far as nothing speaks against their being one."""
        tied = self._index.by_thread_or_entry(ties)
        for pool in self._pools(ties, reading):
            found, unclear = _likeliest(pool, ties, reading.occurred_at) if pool else (None, True)
            if found is not None and not unclear:
                tied.append(found)
        others: dict[str, Known] = {}
        for each in tied:
            if each is not home and all(self._may_be_one(each, other) for other in (home, *others.values())):
                others[each.id] = each
        return list(others.values())

    def _may_be_one(self, one: Known, other: Known) -> bool:
        return one.ties.agrees(other.ties) and frozenset((one.id, other.id)) not in self._apart


def _of_role(pool: list[Known], ties: Ties) -> list[Known]:
    """Those of the role that is named: the same, else a longer or shorter name of it, else those that name none."""
    if not ties.roles:
        return pool
    tiers = (
        [each for each in pool if each.ties.roles & ties.roles],
        [each for each in pool if each.ties.roles and each.ties.agrees_on_role(ties)],
        [each for each in pool if not each.ties.roles],
    )
    return next(filter(None, tiers), [])


def _likeliest(pool: list[Known], ties: Ties, at: datetime) -> tuple[Known, bool]:
    """The one that fits best, and whether that is no more than likely."""
    for fits in (_shares_people(ties), _is_live(at), _has_begun(at)):
        if len(pool) > 1:
            pool = list(filter(fits, pool)) or pool
    return max(pool, key=lambda each: (each.active, each.id)), len(pool) > 1


def _shares_people(ties: Ties) -> Callable[[Known], bool]:
    return lambda each: bool(each.ties.addresses & ties.addresses)


def _is_live(at: datetime) -> Callable[[Known], bool]:
    return lambda each: each.is_live(at)


def _has_begun(at: datetime) -> Callable[[Known], bool]:
    return lambda each: each.founded <= at


def _is_sure(reading: Reading) -> bool:
    return any(each.evidence.doubt is None for each in reading.findings)


def _is_their_word(reading: Reading) -> bool:
    facts = [each.event for each in reading.findings if isinstance(each.event, Fact)]
    return any(not isinstance(each, UserWrote) and not each.automatic for each in facts)


def _at_home(finding: Finding) -> Finding:
    """The finding as it counts in an application's own mail: there, nobody has to speak of hiring to be understood."""
    evidence = finding.evidence
    if not finding.tentative or finding.confidence_if_matched <= evidence.confidence:
        return finding
    is_sure = evidence.doubt == "confidence" and finding.confidence_if_matched >= UNSURE_BELOW
    told = replace(evidence, confidence=finding.confidence_if_matched, doubt=None if is_sure else evidence.doubt)
    return replace(finding, evidence=told)


def _in_doubt(finding: Finding) -> Finding:
    """The same as a question; a mere word that closes nothing is not worth one."""
    event = finding.event
    mere = isinstance(event, EmployerWrote) or (isinstance(event, UserWrote) and not event.purposes)
    if mere or finding.evidence.doubt is not None:
        return finding
    return replace(finding, evidence=replace(finding.evidence, doubt="application"))


def _new_id(reading: Reading) -> str:
    """Derived from what the application will be known by: the company and role, else a person, a thread or an entry."""
    facts = [each.event for each in reading.findings if isinstance(each.event, Fact)]
    company = next((each.company for each in facts if company_key(each.company)), "")
    role = role_key(next((each.role for each in facts if role_key(each.role)), ""))
    ties = Ties.of(facts)
    if company:
        return application_id(company_key(company), role)
    if ties.addresses:
        return _id("person", min(ties.addresses), role)
    if ties.thread:
        return _id("thread", min(ties.thread))
    return _id("entry", min(ties.uids, default=reading.identity))


def _id(*parts: str) -> str:
    return f"app-{digest(*parts)[:10]}"
