"""The company that a mail is from, as far as the mail itself names it."""

import re
from collections.abc import Container, Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain, pairwise

from ...eventlog.events import Person
from ..messages.addresses import company_of_domain, domain_of, is_desk, is_personal, is_service, senders, tenant_of
from ..messages.subjects import without_prefixes
from ..words.folding import fold
from ..words.mail_words import any_of
from .leads import Leads
from .names import company_key, is_shortened_to, spelling_of_domain
from .proper_names import CAPITAL, is_no_name, labelled_line, name_shape, with_single_spaces
from .roles import find_role, has_role_word

_FAR = 2500
_SHORTEST_NAME = 2
_SHORTEST_IN_ADDRESS = 3


@lru_cache(maxsize=4)
def find_company(*, sender: Person, subject: str, text: str) -> str:
    """The employer that a mail is from, "" if it names none.

    A company's own domain goes first; for a freemail address or a service's, the display name, the subject, the tenant in the address
    and the text, in this order, and the service itself last.
    """
    domain = domain_of(sender.address)
    from_domain = company_of_domain(domain) if domain else ""
    if from_domain:
        written_for = _written_for(sender, from_domain, subject, text)
        return written_for or _as_spelled(from_domain, sender.name, subject, text)
    itself = ""
    for named in filter(None, _named_by_others(sender, domain, subject, text)):
        if not _is_sender_itself(named, domain):
            return named
        itself = itself or named
    return itself


def _named_by_others(sender: Person, domain: str, subject: str, text: str) -> Iterator[str]:
    """The names that a mail from a freemail address or a service's has for the employer, "" where a place has none."""
    is_of_service = is_service(domain)
    desk = is_of_service or is_desk(sender.address.partition("@")[0])
    tenant = tenant_of(sender.address)
    yield _spelling_of_tenant(tenant, sender.name)
    yield _whose_person_writes(sender.name, f"{subject}\n{text}") if is_of_service else ""
    is_persons = is_personal(sender.address, sender.name) or (tenant != "" and _is_for_replies(sender))
    yield company_in_display_name(sender.name, desk=desk and not is_persons)
    yield company_in_subject(subject)
    yield _as_spelled(tenant, sender.name, subject, text) if tenant else ""
    yield company_in_text(text)
    if is_of_service:
        yield _first(_behind_role(find_role(subject, text), text)) or _first(_below_desks(text))
        yield _first(_behind_title(subject, text)) or _first(_that_act(f"{subject}\n{text}"))


def _is_for_replies(sender: Person) -> bool:
    """Whether an address at a service is one that it made for the answers to somebody: "acme+email+4fk2@…" of Carla Rossi."""
    return "+" in sender.address.partition("@")[0] and not says_desk(sender.name)


def _spelling_of_tenant(tenant: str, name: str) -> str:
    """A display name that says in full whose address at a service it is: "Grupo Alcora Logística" of alcora@…."""
    key, words = company_key(tenant), name.split()
    while len(words) > 1 and fold(words[0]) in senders()["lines_of_business"]:
        words.pop(0)
    is_in_full = len(key) >= _SHORTEST_IN_ADDRESS and company_key(" ".join(words)).startswith(key)
    names_service = any(map(is_service_name, re.split(r"[\s-]", name)))
    return company_in_display_name(name, desk=True) if is_in_full and not names_service else ""


def _whose_person_writes(name: str, said: str) -> str:
    """The company of a service's display name for one of its people ("Inès de Acme"), where the mail names it too."""
    match = _person_of_a_company().fullmatch(name[:120])
    return match[1] if match is not None and _names(said.replace(name, ""), match[1]) else ""


@cache
def _person_of_a_company() -> re.Pattern[str]:
    joins = any_of(lambda each: (*each.companies.people_of, *each.names.joins, *each.roles.joins))
    return re.compile(rf"{CAPITAL}[\w'’-]+ {joins} ({name_shape()})")


def _names(text: str, name: str) -> bool:
    """Whether a text has a name just as it is written."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", with_single_spaces(text[:_FAR])) is not None


def _is_sender_itself(name: str, domain: str) -> bool:
    """Whether it is the service that sends the mail: "Application at Indeed: Barista", "karriere.at", or a desk of it ("Indeed Apply")."""
    return any(is_service_name(each) and _is_in_domain(each, domain) for each in (name, name.partition(" ")[0]))


def _is_in_domain(name: str, domain: str) -> bool:
    bare = fold(name).replace(" ", "")
    return bare in domain.split(".") or f".{domain}".endswith(f".{bare}")


def company_written_to(person: Person, *, subject: str, text: str) -> str:
    """The company in whose domain a recipient's address is, as the mail to them spells its name; "" for freemail and services."""
    of_domain = company_of_domain(domain_of(person.address))
    return _as_spelled(of_domain, person.name, subject, text) if of_domain else ""


def _written_for(sender: Person, from_domain: str, subject: str, text: str) -> str:
    """The company whose name a machine bears that writes from another's domain (a service's that is in no list), if subject or text name
    it too; or from one of its own that says more ("acmecorp"), or shortens its name ("cobbsgardens").
    """
    local = sender.address.partition("@")[0]
    named = company_in_display_name(sender.name, desk=True)
    key, domain_key = company_key(named), company_key(from_domain)
    is_machines = is_desk(local)
    if not key or key.startswith(domain_key) or not (is_machines or local.lower() == key):
        return ""
    if is_machines and (_is_beginning(key, domain_key) or is_shortened_to(named, domain_key)):
        return named
    if _is_a_firms(sender.name) and _names(f"{subject}\n{text}", named):
        return named
    also_named = (company_in_subject(subject), company_in_text(text), *_behind_role(find_role(subject, text), text))
    return named if key in map(company_key, also_named) else ""


def _is_a_firms(name: str) -> bool:
    """Whether a name ends with a legal form, as no person's does: "Acme S.p.A."."""
    return fold(name.rpartition(" ")[2]).replace(".", "") in senders()["legal_forms"]


def _is_beginning(key: str, domain_key: str) -> bool:
    return len(key) >= _SHORTEST_IN_ADDRESS and domain_key.startswith(key)


def _as_spelled(from_domain: str, name: str, subject: str, text: str) -> str:
    """The company of a domain, as the mail spells its name; in capitals only where it is nowhere spelled without."""
    if spelled := spelling_of_domain(from_domain, name, text[:_FAR], subject):
        return spelled
    displayed = company_in_display_name(name, desk=True)
    return displayed if company_key(displayed) == company_key(from_domain) else from_domain


def company_in_subject(subject: str) -> str:
    """The company that a subject names: "Your application at Acme", "Ihre Bewerbung bei der Acme GmbH", "Acme: next steps"."""
    bare = without_prefixes(subject[:300])
    after_leads = chain(_named_in(bare, _weak_lead_pattern()), _after_leads(with_single_spaces(bare)))
    return _first(
        chain(after_leads, _named_in(bare, _between_pattern(), _beside_pattern(), _beginning_pattern(), _end_pattern()))
    )


def company_in_text(text: str) -> str:
    """The company that the beginning of a text names, on a line for it ("Organisation: Acme") or in words, or else a team that signs it
    ("The Acme Hiring Team").
    """
    begins = text[:_FAR]
    labelled = (_in_full(name) for name in _named_in(begins, _labelled_pattern()))
    return (
        next(filter(None, labelled), "")
        or _first(_after_leads(with_single_spaces(begins)))
        or _first(_signed_teams(text))
    )


def company_in_display_name(name: str, *, desk: bool = False) -> str:
    """The company in a sender's display name: "Acme Hiring Team", "Anna at Acme", "Acme via Greenhouse".

    `desk` means that the address is shared or a machine's (jobs@, no-reply@), so that a name alone is the company's.
    """
    if _ADDRESS.fullmatch(name[:120]):
        return ""
    bare = _via_pattern().sub("", name[:120]).strip(" \"'")
    via = bare != name[:120].strip(" \"'")
    for pattern in (_IN_BRACKETS, _person_of_pattern()):
        if (match := pattern.search(bare)) and (found := _without_desk_words(match[1])):
            return found
    stripped = _without_desk_words(bare)
    if stripped and (via or desk or (stripped != bare and says_desk(bare))):
        return _in_full(stripped) if stripped == bare else _plausible_company(stripped)
    return ""


_ADDRESS = re.compile(r"\S+@\S+\.\S+")
_IN_BRACKETS = re.compile(r"\(([^()]{2,60})\)\s*$")


def says_desk(name: str) -> bool:
    """Whether a name has a word for a desk: "Hiring", "Personalabteilung"."""
    words = set(re.findall(r"[a-z]+", fold(name)))
    return bool(words & (senders()["desk_words"] - senders()["legal_forms"]))


def is_service_name(name: str) -> bool:
    """Whether it is the name of a service that sends mail for employers: "Greenhouse", "Cal.com"."""
    return re.sub(r"[^a-z0-9]", "", fold(name)) in _service_names()


@cache
def _service_names() -> frozenset[str]:
    lists = senders()
    domains = lists["services"] | lists["applicant_tracking"]
    return frozenset(name for each in domains for name in (each.partition(".")[0], re.sub(r"[^a-z0-9]", "", each)))


def _without_desk_words(name: str) -> str:
    words = name.replace(",", " ").split()
    desk = senders()["desk_words"]
    while words and (_is_desk_word(words[-1], desk) or words[-1] in "-&|"):
        words.pop()
    while words and (_is_desk_word(words[0], desk) or words[0] in "-&|"):
        words.pop(0)
    kept = " ".join(words)
    return "" if is_service_name(kept) or is_service_name(name) or has_role_word(kept) else kept


def _is_desk_word(word: str, desk: Container[str]) -> bool:
    """Whether a word, or each part of it ("HR-Team"), is one for a desk."""
    bare = fold(word).strip("-&|.")
    return bare in desk or all(part in desk for part in bare.split("-"))


def _first(names: Iterable[str]) -> str:
    return next((found for name in names if (found := _plausible_company(name))), "")


def _plausible_company(name: str) -> str:
    """A name that a text goes on behind, as far as it may be a company's."""
    return _in_full(_END_OF_NAME.split(name, maxsplit=1)[0])


_END_OF_NAME = re.compile(r"(?<!\bSt)(?<!\bSt[ea])(?<!\bMt)(?<!\bFt)\.\s|['’]s\b")
"""A sentence's end, which the dot of "St." is not, or what the company has."""


def _in_full(name: str) -> str:
    """A name that stands by itself, if it may be a company's: that of "St Anna's Hospital" goes on behind the "'s"."""
    name = _tail_pattern().sub("", name)
    words = name.split()
    if not words or len(name) < _SHORTEST_NAME or is_no_name(name) or is_no_name(words[0]) or _NUMBER.fullmatch(name):
        return ""
    return "" if has_role_word(name) or _is_a_desks(name) else name


_NUMBER = re.compile(r"(?:[Rr]ef|[A-Z]{0,4})[-_ #.]{0,2}\d{3,}(?:[-_/]\d+)*")
"""A requisition's number, as subjects end with: "R-10442"."""


def _named_in(text: str, *patterns: re.Pattern[str]) -> Iterator[str]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield match[1]


def _behind_role(role: str, text: str) -> Iterator[str]:
    """The names behind a job's title: "Clerk at Acme"."""
    line = with_single_spaces(text[:_FAR])
    for title in re.finditer(re.escape(role), line) if role else ():
        if behind := _behind_role_pattern().match(line, title.end()):
            yield behind[1]


def _behind_title(subject: str, text: str) -> Iterator[str]:
    """The name behind a job's title at the end of a subject, where the text has it behind one too: "Clerk - Acme". It may be a place."""
    found = _end_of_subject().search(without_prefixes(subject[:300]))
    if found and has_role_word(found["title"]):
        behind = any_of(lambda each: each.companies.behind_roles)
        if re.search(rf"\b{behind} {_article()}{re.escape(found['name'])}\b", with_single_spaces(text[:_FAR])):
            yield found["name"]


def _that_act(text: str) -> Iterator[str]:
    """The names that begin a line in which the employer does something: "Acme viewed your application"."""
    return (match[1] for match in _acting().finditer(text[:_FAR]))


def _below_desks(text: str) -> Iterator[str]:
    """The names below a desk's in a signature: "Talent Acquisition", and then "Acme"."""
    lines = [_team_lead_pattern().sub("", line) for each in text.splitlines()[-25:] if (line := each.strip())]
    whole = re.compile(name_shape())
    return (line for desk, line in pairwise(lines) if _is_a_desks(desk) and whole.fullmatch(line))


def _is_a_desks(name: str) -> bool:
    """Whether a name is of a desk and says not whose: "Recursos Humanos", "RH 4"."""
    words = name.replace(",", " ").split()
    return says_desk(name) and all(
        each.isdigit() or each in "-&|" or _is_desk_word(each, senders()["desk_words"]) for each in words
    )


def _signed_teams(text: str) -> Iterator[str]:
    for line in text.splitlines()[-25:]:
        if match := _team_pattern().match(line.strip()):
            yield match[1]


def _after_leads(line: str) -> Iterator[str]:
    """The names behind leads, in a line without double spaces."""
    return (match[1] for match in _leads().matches(line))


@cache
def _leads() -> Leads:
    leads = any_of(lambda each: each.companies.leads)
    pattern = re.compile(rf"(?i:{leads})\s+{_article()}({name_shape()})")
    return Leads(leads, pattern, beginning=f"{_article()}{CAPITAL}")


@cache
def _labelled_pattern() -> re.Pattern[str]:
    return re.compile(labelled_line(any_of(lambda each: each.companies.labels), shortest=2, longest=81))


@cache
def _article() -> str:
    return f"(?:{any_of(lambda each: each.names.articles)} )?"


@cache
def _weak_lead_pattern() -> re.Pattern[str]:
    leads = any_of(lambda each: each.companies.weak_leads)
    return re.compile(rf"(?:\b{leads}|@)\s+({name_shape()})")


@cache
def _between_pattern() -> re.Pattern[str]:
    """As in "Your Acme application"."""
    your = any_of(lambda each: each.companies.your)
    process = any_of(lambda each: each.companies.your_process)
    return re.compile(rf"(?i:\b{your})\s+({name_shape()})\s+(?i:{process})\b")


@cache
def _beside_pattern() -> re.Pattern[str]:
    """As in "Jane Doe <> Acme"."""
    return re.compile(rf"\s(?:<>|<->|x|/{{1,2}})\s+({name_shape()})")


@cache
def _beginning_pattern() -> re.Pattern[str]:
    """As in "Acme: your application"."""
    subjects = any_of(lambda each: each.companies.subjects)
    return re.compile(rf"^\W{{0,2}}({name_shape()})(?:\]|:| \||\s[–—-]|['’]s)\s+(?i:[^\n]{{0,60}}\b{subjects}\b)")


@cache
def _end_pattern() -> re.Pattern[str]:
    """As in "Application received – Acme"."""
    in_front = any_of(lambda each: each.companies.in_front)
    return re.compile(rf"(?i:{in_front})\w*\s[–—|-]\s({name_shape()})\s*$")


@cache
def _team_pattern() -> re.Pattern[str]:
    before = any_of(lambda each: each.companies.teams_before)
    teams = any_of(lambda each: each.companies.teams)
    return re.compile(rf"^(?:(?i:{before})\s+)*({name_shape()})\s+(?i:{teams})$")


@cache
def _end_of_subject() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[:|] )(?P<title>[^:|]{{3,80}}?) [–—|-] (?P<name>{name_shape()})$")


@cache
def _acting() -> re.Pattern[str]:
    return re.compile(rf"^\W{{0,3}}({name_shape()}) {any_of(lambda each: each.companies.acts)}\b", re.MULTILINE)


@cache
def _behind_role_pattern() -> re.Pattern[str]:
    behind = any_of(lambda each: each.companies.behind_roles)
    return re.compile(rf"(?: \([^()]{{3,12}}\)| [\d–-]{{2,6}}\s?%)? {behind} {_article()}({name_shape()})")


@cache
def _team_lead_pattern() -> re.Pattern[str]:
    """As in "El equipo de …"."""
    return re.compile(rf"^(?:{any_of(lambda each: each.companies.teams_before)} )+", re.IGNORECASE)


@cache
def _via_pattern() -> re.Pattern[str]:
    via = any_of(lambda each: each.companies.via)
    return re.compile(rf"\s+\(?{via}\s+.{{1,60}}$", re.IGNORECASE)


@cache
def _person_of_pattern() -> re.Pattern[str]:
    people_of = any_of(lambda each: each.companies.people_of)
    return re.compile(rf"^.{{1,60}}?(?:\s+(?:{people_of}|@)\s+|\s*[|@]\s*|\s[–—-]\s|,\s+)(.{{2,60}})$")


@cache
def _tail_pattern() -> re.Pattern[str]:
    """What is cut from the end of a name."""
    return re.compile(rf"(?:[ .,;:!?–—-]|[ ](?:{any_of(lambda each: each.names.joins)}|&))+$")
