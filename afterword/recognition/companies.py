"""The company on the other side of a mail, as far as the mail itself says."""

import re
from collections.abc import Container, Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain

from ..eventlog.events import Person
from .mail_words import any_of
from .names import company_key, company_of_domain, domain_of, fold, is_desk, is_service, senders, tenant_of
from .proper_names import CAPITAL, is_no_name, name_shape, on_one_line
from .roles import has_role_word
from .sentences import sentences_of
from .spelling_out import spelled_out
from .subjects import without_prefixes

LONGEST_LEAD = 80
_SHORTEST_NAME = 2
_SHORTEST_IN_ADDRESS = 3
_BEGINNING = 3


@lru_cache(maxsize=4)
def find_company(*, sender: Person, subject: str, text: str) -> str:
    """The employer that a mail speaks for, "" if nothing tells.

    A sender with a domain of its own is believed before the words; a service's mail goes by its display name, the tenant in its
    address, the subject, and then the text.
    """
    domain = domain_of(sender.address)
    own = company_of_domain(domain) if domain else ""
    if own:
        return _spelled(own, sender.name, subject, text)
    desk = is_service(domain) or is_desk(sender.address.partition("@")[0])
    return (
        company_in_display_name(sender.name, desk=desk and not _looks_like_person(sender))
        or company_in_subject(subject)
        or tenant_of(sender.address)
        or company_in_text(text)
    )


def _spelled(own: str, name: str, subject: str, text: str) -> str:
    """The company of a domain as the mail spells it."""
    beginning, key = f" {fold(own)[:_BEGINNING]}", company_key(own)
    lines = [each.text for each in sentences_of(text) if beginning in each.words]
    said = chain(
        (company_in_display_name(name, desk=True), company_in_subject(subject)),
        (_plausible_company(each) for line in lines for each in (*_after_strong(line), *_signed_teams(line))),
    )
    return next((company for company in said if company and company_key(company) == key), own)


def _looks_like_person(sender: Person) -> bool:
    local = fold(sender.address.partition("@")[0])
    return any(
        len(word) >= _SHORTEST_IN_ADDRESS and word in local for word in re.findall(r"[a-z]+", fold(sender.name))
    ) and not is_desk(local)


def company_in_subject(subject: str) -> str:
    """The company that a subject names: "Your application at Acme", "Ihre Bewerbung bei der Acme GmbH", "Acme: next steps"."""
    bare = without_prefixes(subject[:300])
    led = chain(_named_in(bare, _after_weak_lead()), _after_strong(on_one_line(bare)))
    return _first(chain(led, _named_in(bare, _in_between(), _beside(), _at_the_beginning(), _at_the_end())))


def company_in_text(text: str) -> str:
    """The company whose process the first lines of a text are about."""
    return _first(_after_strong(on_one_line(text[:2500]))) or _first(_signed_teams(text))


def company_in_display_name(name: str, *, desk: bool = False) -> str:
    """The company in a sender's display name: "Acme Hiring Team", "Anna at Acme", "Acme via Greenhouse".

    `desk` says that the address is a desk's or a machine's (jobs@, no-reply@), so that a bare name is the company's.
    """
    bare = _via().sub("", name[:120]).strip(" \"'")
    via = bare != name[:120].strip(" \"'")
    for pattern in (_IN_BRACKETS, _person_of()):
        if (match := pattern.search(bare)) and (found := _without_desk_words(match[1])):
            return found
    stripped = _without_desk_words(bare)
    if stripped and (via or desk or (stripped != bare and says_desk(bare))):
        return _plausible_company(stripped)
    return ""


_IN_BRACKETS = re.compile(r"\(([^()]{2,60})\)\s*$")


def says_desk(name: str) -> bool:
    """Whether one of its words is a desk's: "Hiring", "Personalabteilung"."""
    words = set(re.findall(r"[a-z]+", fold(name)))
    return bool(words & (senders()["desk_words"] - senders()["legal_forms"]))


def is_service_name(name: str) -> bool:
    """Whether it is the name of a tool that writes for employers: "Greenhouse"."""
    return re.sub(r"[^a-z0-9]", "", fold(name)) in _service_names()


@cache
def _service_names() -> frozenset[str]:
    known = senders()
    return frozenset(each.partition(".")[0] for each in known["services"] | known["applicant_tracking"])


def _without_desk_words(name: str) -> str:
    words = name.replace(",", " ").split()
    desk = senders()["desk_words"]
    while words and (_is_desk_word(words[-1], desk) or words[-1] in "-&|"):
        words.pop()
    while words and _is_desk_word(words[0], desk):
        words.pop(0)
    kept = " ".join(words)
    return "" if is_service_name(kept) or has_role_word(kept) else kept


def _is_desk_word(word: str, desk: Container[str]) -> bool:
    """Whether it is one, or all of its parts are ("HR-Team")."""
    bare = fold(word).strip("-&|.")
    return bare in desk or all(part in desk for part in bare.split("-"))


def _first(names: Iterable[str]) -> str:
    return next((found for name in names if (found := _plausible_company(name))), "")


def _plausible_company(name: str) -> str:
    name = _tail().sub("", re.split(r"\.\s|['’]s\b", name, maxsplit=1)[0])
    words = name.split()
    if not words or len(name) < _SHORTEST_NAME or is_no_name(name) or is_no_name(words[0]):
        return ""
    return "" if has_role_word(name) else name


def _named_in(text: str, *patterns: re.Pattern[str]) -> Iterator[str]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield match[1]


def _signed_teams(text: str) -> Iterator[str]:
    for line in text.splitlines()[-25:]:
        if match := _signed_team().match(line.strip()):
            yield match[1]


def _after_strong(line: str) -> Iterator[str]:
    """What a lead stands before, in a line without double spaces; the pattern is tried only where one of the leads ends at a name."""
    if _ODD_CASE.search(line):
        yield from _named_in(line, _after_lead())
        return
    end = 0
    for start in _starts_of_leads(line):
        if start >= end and (match := _after_lead().match(line, start)):
            end = match.end()
            yield match[1]


_ODD_CASE = re.compile("[ſıİ]")


def _starts_of_leads(line: str) -> Iterator[int]:
    """Where a lead to a name begins, as they come, the longest first."""
    leads, single = _leads()
    for space in _before_name().finditer(line):
        end = space.start()
        last = line[line.rfind(" ", 0, end) + 1 : end].lower()
        ending_so = leads.get(last) or (single if last.endswith(single) else ())
        if ending_so:
            before = line[max(0, end - LONGEST_LEAD) : end].lower()
            yield from sorted(end - len(lead) for lead in ending_so if before.endswith(lead))


@cache
def _leads() -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """All leads, spelled out, by the last word; and those of a single word, which may end a longer one."""
    by_last = by_last_word(spelled_out(any_of(lambda each: each.companies.leads)))
    return by_last, tuple(lead for leads in by_last.values() for lead in leads if " " not in lead)


def by_last_word(phrases: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Phrases by the last of their words."""
    by_last: dict[str, tuple[str, ...]] = {}
    for phrase in phrases:
        last = phrase.rpartition(" ")[2]
        by_last[last] = (*by_last.get(last, ()), phrase)
    return by_last


@cache
def _article() -> str:
    return f"(?:{any_of(lambda each: each.names.articles)} )?"


@cache
def _before_name() -> re.Pattern[str]:
    return re.compile(f" (?={_article()}{CAPITAL})")


@cache
def _after_lead() -> re.Pattern[str]:
    leads = any_of(lambda each: each.companies.leads)
    return re.compile(rf"(?i:{leads})\s+{_article()}({name_shape()})")


@cache
def _after_weak_lead() -> re.Pattern[str]:
    leads = any_of(lambda each: each.companies.weak_leads)
    return re.compile(rf"(?:\b{leads}|@)\s+({name_shape()})")


@cache
def _in_between() -> re.Pattern[str]:
    """As in "Your Acme application"."""
    your = any_of(lambda each: each.companies.your)
    process = any_of(lambda each: each.companies.your_process)
    return re.compile(rf"(?i:\b{your})\s+({name_shape()})\s+(?i:{process})\b")


@cache
def _beside() -> re.Pattern[str]:
    """As in "Jane Doe <> Acme"."""
    return re.compile(rf"\s(?:<>|<->|x|/{{1,2}})\s+({name_shape()})")


@cache
def _at_the_beginning() -> re.Pattern[str]:
    """As in "Acme: your application"."""
    subjects = any_of(lambda each: each.companies.subjects)
    return re.compile(rf"^\W{{0,2}}({name_shape()})(?:\]|:| \||\s[–—-]|['’]s)\s+(?i:[^\n]{{0,60}}\b{subjects}\b)")


@cache
def _at_the_end() -> re.Pattern[str]:
    """As in "Application received – Acme"."""
    in_front = any_of(lambda each: each.companies.in_front)
    return re.compile(rf"(?i:{in_front})\w*\s[–—|-]\s({name_shape()})\s*$")


@cache
def _signed_team() -> re.Pattern[str]:
    before = any_of(lambda each: each.companies.teams_before)
    teams = any_of(lambda each: each.companies.teams)
    return re.compile(rf"^(?:(?i:{before})\s+)*({name_shape()})\s+(?i:{teams})$")


@cache
def _via() -> re.Pattern[str]:
    via = any_of(lambda each: each.companies.via)
    return re.compile(rf"\s+\(?{via}\s+.{{1,60}}$", re.IGNORECASE)


@cache
def _person_of() -> re.Pattern[str]:
    people_of = any_of(lambda each: each.companies.people_of)
    return re.compile(rf"^.{{1,60}}?(?:\s+(?:{people_of}|@)\s+|\s*[|@]\s*|\s[–—-]\s|,\s+)(.{{2,60}})$")


@cache
def _tail() -> re.Pattern[str]:
    """What a name can't end with."""
    return re.compile(rf"(?:[ .,;:!?–—-]+|[ ](?:{any_of(lambda each: each.names.joins)}|&))+$")
