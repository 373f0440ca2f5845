"""Matches readings to applications: by thread or calendar entry, then by company and role, by people, and by an interview's time.

A thread or an entry matches whatever a mail says, but for a thread where the company has another application for the very role that
is named. The others match only without a contradiction: two companies, or two roles, are two applications. A fact in doubt matches
later ones only by its own thread and entry.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from ..digests import digest
from ..eventlog.events import (
    AnyEvent,
    EmployerWrote,
    Evidence,
    Fact,
    InterviewScheduled,
    Recorded,
    RejectionReceived,
    UnknownEvent,
    UserWrote,
)
from .entries.revisions import Entries
from .messages.addresses import is_desk
from .messages.subjects import is_forward, without_answers
from .parties.companies import company_in_display_name
from .parties.names import company_key, comparable_role, may_be_one_role, role_key
from .parties.requisitions import are_of_two_jobs
from .reading import UNSURE_BELOW, Finding, Reading
from .ties import Index, KnownApplication, Ties, role_named


def application_id(company_key: str, role_key: str) -> str:
    """The id of the application for a role at a company, by the keys of both."""
    return _id("application", company_key, role_key)


class Placement(Struct, frozen=True, kw_only=True):
    """The application that a reading belongs to ("" for none), those that it shows to be the same one, and its findings that are new."""

    application: str = ""
    merged: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class Directory:
    """The known applications, by all that ties a reading to them. Pairs of ids that the user set `apart` are never merged."""

    def __init__(self, apart: Container[frozenset[str]] = ()) -> None:
        self._apart = apart
        self._index = Index()
        self._entries = Entries()

    @classmethod
    def of(cls, streams: Mapping[str, Sequence[Recorded]], apart: Container[frozenset[str]] = ()) -> "Directory":
        """The directory of the recorded facts of each application, after merges."""
        directory = cls(apart)
        recorded = [(each, stream) for stream, events in streams.items() for each in events]
        for each, stream in sorted(recorded, key=lambda pair: (pair[0].occurred_at, pair[0].position)):
            if not isinstance(each.event, UnknownEvent):
                directory.add(stream, each.event, each.occurred_at, each.evidence)
        return directory

    def add(self, application: str, event: AnyEvent, occurred_at: datetime, evidence: Evidence | None = None) -> None:
        """Add a fact of an application, so that it matches later ones; a fact in doubt does so by its own thread and entry only."""
        known = self._index.get(application, occurred_at)
        ties = Ties.of((event,), (evidence.quote,) if evidence is not None else ())
        if evidence is not None and evidence.doubt is not None:
            own = event.message_id if isinstance(event, Fact) else ""
            ties = Ties(thread={own: None} if own else {}, uids=ties.uids)
        else:
            self._entries.add(event)
            known.apply(event, occurred_at)
        ties.thread = dict.fromkeys(self._of_no_other(known, ties.thread, event))
        self._index.tie(known, ties)

    def _of_no_other(self, known: KnownApplication, thread: Iterable[str], event: AnyEvent) -> list[str]:
        """The thread, without a mail of which another application has the first part: who answers it goes on about that one."""
        own = event.message_id if isinstance(event, Fact) else ""
        others = self._index.by_thread_or_entry(Ties(thread={own: None})) if own else []
        return [each for each in thread if each != own or others in ([], [known])]

    def parts(self, reading: Reading) -> tuple[Reading, ...]:
        """The reading, in parts where the company has several applications and a finding's own sentence names the role of another one: a
        mail may say no to one, and go on about the other. So it does with jobs of which none is known yet.
        """
        match, _ = self._match(_ties_of(reading), reading)
        there = [each for each in self._index.by_company(match.ties) if each.ties.roles] if match is not None else []
        if match is None or len(there) <= 1:
            return _by_roles(reading, match)
        parts: dict[str, list[Finding]] = {}
        for each in reading.findings:
            named = [known for known in there if known.is_named_in(each.evidence.quote)]
            meant = named[0] if len(named) == 1 else match
            parts.setdefault(meant.id, []).append(_with_role_of(meant, each) if named == [meant] else each)
        return tuple(replace(reading, findings=tuple(findings)) for findings in parts.values())

    def place(self, reading: Reading) -> Placement:
        """The place of a reading. Applications that it shows to be the same one are merged in the directory."""
        ties = _ties_of(reading)
        match, ambiguous = self._match(ties, reading)
        starts = match.ties.starts if match is not None else set()
        findings = tuple(new for each in reading.findings for new in self._entries.changes(each, starts))
        if match is None:
            founds = any(not each.tentative for each in findings) or self._sets_another_interview(findings, ties)
            if not founds:
                return Placement()
            return Placement(application=self._new_id(reading, ties), findings=_founding(findings))
        if ambiguous or _is_no_to_another(reading, ties, match):
            return Placement(application=match.id, findings=tuple(map(_in_doubt, map(_as_matched, findings))))
        findings = tuple(map(_as_matched, findings))
        others = self._same_as(match, ties, reading) if _is_sure(reading) else []
        match, *rest = sorted([match, *others], key=lambda each: (each.first_seen, each.id))
        for other in rest:
            self._index.merge(match, other)
        return Placement(application=match.id, merged=tuple(each.id for each in rest), findings=findings)

    def _sets_another_interview(self, findings: Iterable[Finding], ties: Ties) -> bool:
        """Whether an interview is set with people of a known application that this one can't be: an agency has a second client."""
        return any(isinstance(each.event, InterviewScheduled) for each in findings) and self._index.knows_people(ties)

    def _new_id(self, reading: Reading, ties: Ties) -> str:
        """The id of a new application; of a second one for the same role, by the number of the job too."""
        name = _new_id(reading)
        numbers = sorted(ties.numbers)
        return _id("numbered", name, *numbers) if numbers and self._index.knows(name) else name

    def _match(self, ties: Ties, reading: Reading) -> tuple[KnownApplication | None, bool]:
        """The best match, None without, and whether another application fits as well."""
        close = [] if reading.apart else self._index.by_thread_or_entry(ties)
        if _is_forwarded(reading):
            close = [each for each in close if each.ties.knows(ties)]
        if close and (of_role := self._by_role(close, ties)) is not None:
            return of_role, False
        if close:
            return next((each for each in close if ties.companies & each.ties.companies), close[0]), False
        for candidates in self._candidates(ties, reading):
            if candidates:
                return _best(candidates, ties, reading.occurred_at)
        return None, False

    def _by_role(self, close: Sequence[KnownApplication], ties: Ties) -> KnownApplication | None:
        """The company's application for the very role that is named, where the closest in the thread is for another; never for an entry."""
        if close[0].ties.agrees_on_role(ties) or any(each.ties.uids & ties.uids for each in close):
            return None
        others = (*close, *self._index.by_company(close[0].ties))
        named = {
            each.id: each
            for each in others
            if each.ties.roles & ties.roles and each.ties.agrees_on_company(close[0].ties)
        }
        return next(iter(named.values())) if len(named) == 1 else None

    def _candidates(self, ties: Ties, reading: Reading) -> Iterator[list[KnownApplication]]:
        """The applications that fit by company, then by the number of the job, by people, and by the time of an interview.

        A tentative reading fits by company only if somebody of its domain, or of its client's, wrote it, or the user to such a one and for
        a purpose: who thanks a colleague of those who wrote is heard. It never fits by time. Whose address at anybody's domain is called
        after the company of a live application is at that company.
        """
        tentative = all(each.tentative for each in reading.findings)
        of_company = self._index.by_company(ties)
        if tentative:
            to_or_by_them = _is_by_employer(reading) or _has_a_purpose(reading)
            of_company = [each for each in of_company if to_or_by_them and _is_within(each, ties, reading)]
        called = [each for each in self._index.by_mailbox(ties) if each.is_live(reading.occurred_at)]
        yield _with_role(of_company or called, ties)
        yield self._index.by_number(ties)
        yield self._index.by_people(ties)
        if not tentative:
            yield self._index.by_time(ties)

    def _same_as(self, match: KnownApplication, ties: Ties, reading: Reading) -> list[KnownApplication]:
        """The other applications that the reading shows to be the same as its match, without contradictory ones. In a thread or an entry
        that is known, a tentative reading shows it by time too.
        """
        same = self._index.by_thread_or_entry(ties)
        same += self._index.by_time(ties) if same else []
        for candidates in self._candidates(ties, reading):
            best, ambiguous = _best(candidates, ties, reading.occurred_at) if candidates else (None, True)
            if best is not None and not ambiguous:
                same.append(best)
        met = replace(match, ties=match.ties.at_times_of(ties))
        others: dict[str, KnownApplication] = {}
        for each in same:
            if each is not match and all(self._can_merge(each, other) for other in (met, *others.values())):
                others[each.id] = each
        return list(others.values())

    def _can_merge(self, one: KnownApplication, other: KnownApplication) -> bool:
        return one.ties.agrees(other.ties) and frozenset((one.id, other.id)) not in self._apart


def _ties_of(reading: Reading) -> Ties:
    return Ties.of((each.event for each in reading.findings), (each.evidence.quote for each in reading.findings))


def _by_roles(reading: Reading, match: KnownApplication | None) -> tuple[Reading, ...]:
    """The reading, or a part for each of the jobs that its findings name. The first is about the application that it matches: the one of
    its role, or else what goes on; the others are apart.
    """
    jobs: list[list[Finding]] = []
    for each in reading.findings if match is None else map(_as_matched, reading.findings):
        of_job = next((job for job in jobs if may_be_one_role(_role_of(job[0]), _role_of(each))), None)
        if of_job is None:
            jobs.append([each])
        else:
            of_job.append(each)
    if len(jobs) <= 1:
        return (reading,)
    roles = match.ties.roles if match is not None else ()
    jobs.sort(key=lambda job: (comparable_role(_role_of(job[0])) not in roles, _says_no(job)))
    return tuple(replace(reading, findings=tuple(job), apart=number > 0) for number, job in enumerate(jobs))


def _role_of(finding: Finding) -> str:
    return finding.event.role if isinstance(finding.event, Fact) else ""


def _says_no(findings: Iterable[Finding]) -> bool:
    return any(isinstance(each.event, RejectionReceived) for each in findings)


def _is_no_to_another(reading: Reading, ties: Ties, match: KnownApplication) -> bool:
    """Whether it may say no to another job: it names one, outside its match's thread, which has an interview ahead for one that is unnamed."""
    is_ahead = any(start > reading.occurred_at for start in match.ties.starts)
    is_unnamed = bool(ties.roles) and not match.ties.roles
    return _says_no(reading.findings) and is_ahead and is_unnamed and not ties.thread.keys() & match.ties.thread.keys()


def _with_role_of(known: KnownApplication, finding: Finding) -> Finding:
    """The finding with the application's role in the place of the one that the rest of the mail is about."""
    event = finding.event
    return replace(finding, event=replace(event, role=known.role)) if isinstance(event, Fact) else finding


def _is_forwarded(reading: Reading) -> bool:
    """Whether it is a forwarded mail, or answers one, and says nothing clear: the user may have shown a friend what the thread is about."""
    subjects = (each.event.subject for each in reading.findings if isinstance(each.event, Fact))
    return all(each.tentative for each in reading.findings) and any(map(is_forward, map(without_answers, subjects)))


def _is_within(known: KnownApplication, ties: Ties, reading: Reading) -> bool:
    """Whether one writes from a domain that is known of the application, or of its client; or, by name, from the company's own domain or
    with the company in the display name, where only a machine of a service's has written so far.
    """
    if known.ties.domains & ties.domains or ties.is_of_client(known.ties):
        return True
    is_alike = ties.agrees_on_short_name(known.ties) or ties.agrees_on_part(known.ties)
    named = known.ties.companies & ties.companies & (ties.domains | _named_beside_senders(reading))
    return (bool(named) or is_alike) and known.is_live(reading.occurred_at) and _is_by_a_person(reading)


def _named_beside_senders(reading: Reading) -> set[str]:
    """The keys of the companies that stand in the senders' display names, as on a domain that many employers share: "LANG, Mia (ACME)"."""
    facts = (each.event for each in reading.findings if isinstance(each.event, Fact))
    return {company_key(company_in_display_name(each.sender.name)) for each in facts if each.sender is not None} - {""}


def _is_by_a_person(reading: Reading) -> bool:
    facts = (each.event for each in reading.findings if isinstance(each.event, Fact))
    senders = (each.sender for each in facts if each.sender is not None)
    return any(" " in each.name and not is_desk(each.address.partition("@")[0]) for each in senders)


def _with_role(candidates: list[KnownApplication], ties: Ties) -> list[KnownApplication]:
    """Those with the same number for the job; if there are none, those with the same role; if none, those with a longer or shorter name of
    it; if none, those without a role.
    """
    candidates = [each for each in candidates if not are_of_two_jobs(each.ties.numbers, ties.numbers)]
    if numbered := [each for each in candidates if each.ties.numbers & ties.numbers and each.ties.agrees_on_role(ties)]:
        return numbered
    if not ties.roles:
        return candidates
    tiers = (
        [each for each in candidates if each.ties.roles & ties.roles],
        [each for each in candidates if each.ties.roles and each.ties.agrees_on_role(ties)],
        [each for each in candidates if not each.ties.roles],
    )
    return next(filter(None, tiers), [])


def _best(candidates: list[KnownApplication], ties: Ties, at: datetime) -> tuple[KnownApplication, bool]:
    """The candidate that fits best, and whether others fit as well. Preferred are shared people, then live, then begun applications."""
    for fits in (_shares_people(ties), _is_live(at), _has_begun(at)):
        if len(candidates) > 1:
            candidates = list(filter(fits, candidates)) or candidates
    return max(candidates, key=lambda each: (each.last_seen, each.id)), len(candidates) > 1


def _shares_people(ties: Ties) -> Callable[[KnownApplication], bool]:
    return lambda each: bool(each.ties.addresses & ties.addresses)


def _is_live(at: datetime) -> Callable[[KnownApplication], bool]:
    return lambda each: each.is_live(at)


def _has_begun(at: datetime) -> Callable[[KnownApplication], bool]:
    return lambda each: each.first_seen <= at


def _is_sure(reading: Reading) -> bool:
    return any(each.evidence.doubt is None for each in reading.findings)


def _is_by_employer(reading: Reading) -> bool:
    facts = [each.event for each in reading.findings if isinstance(each.event, Fact)]
    return any(not isinstance(each, UserWrote) and not each.automatic for each in facts)


def _has_a_purpose(reading: Reading) -> bool:
    return any(isinstance(each.event, UserWrote) and each.event.purposes for each in reading.findings)


def _as_matched(finding: Finding) -> Finding:
    """A finding with the confidence that it has in a mail of a known application, which need not speak of hiring."""
    evidence = finding.evidence
    if finding.confidence_if_matched <= evidence.confidence:
        return finding
    is_sure = evidence.doubt == "confidence" and finding.confidence_if_matched >= UNSURE_BELOW
    doubt = None if is_sure else evidence.doubt
    return replace(finding, evidence=replace(evidence, confidence=finding.confidence_if_matched, doubt=doubt))


def _founding(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What is kept of findings that found an application: where that is a question, nothing else that would remain of a wrong one."""
    firm = [each for each in findings if not each.tentative]
    is_asked = bool(firm) and all(each.evidence.doubt is not None for each in firm)
    return tuple(each for each in findings if not (is_asked and isinstance(each.event, UserWrote)))


def _in_doubt(finding: Finding) -> Finding:
    """The finding as a question, if it is worth one: that somebody wrote is not."""
    event = finding.event
    only_wrote = isinstance(event, EmployerWrote) or (isinstance(event, UserWrote) and not event.purposes)
    if only_wrote or finding.evidence.doubt is not None:
        return finding
    return replace(finding, evidence=replace(finding.evidence, doubt="application"))


def _new_id(reading: Reading) -> str:
    """The id of a new application, by its company and role, or else by a person, a thread or an entry, and its role."""
    facts = [each.event for each in reading.findings if isinstance(each.event, Fact)]
    company = next((each.company for each in facts if company_key(each.company)), "")
    role = next(filter(None, map(role_key, map(role_named, facts))), "")
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
