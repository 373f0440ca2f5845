"""The people of a mail: what part its sender plays, and whom it says that one will meet."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from ..eventlog.events import Part, Person
from .names import fold
from .parties import LONGEST_LEAD, NOT_A_NAME, ROLE_WORD, is_service_name, says_desk
from .spelling_out import spelled_out

_PART_WORDS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    (
        "coordinator",
        re.compile(
            r"\b(?:coordinator|scheduling|assistant|koordinator(?:in)?|assistenz|assistent(?:in)?|assistante?|asistente|coordinador(?:a)?|coordinatrice|coordenador(?:a)?)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "recruiter",
        re.compile(
            r"\b(?:recruit(?:er|ing|ment)|talent|sourc(?:er|ing)|human resources|hr|people (?:partner|operations|team|ops)|personal(?:referent(?:in)?|abteilung|leiter(?:in)?)|recruteu(?:r|se)|recrutement|rh|rrhh|selección|reclutador(?:a)?|werving|recrutador(?:a)?|recrutamento|selezione|risorse umane|jobs|careers|karriere|bewerbung(?:en)?|empleo|vagas|hiring team)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "hiring_manager",
        re.compile(
            r"\b(?:hiring manager|head of|heads|vp|vice president|director|c[tepioam]o|chief|founder|co-?founder|(?:engineering|product|team|group|design|data|development|department) (?:manager|lead)|team ?leiter(?:in)?|abteilungsleiter(?:in)?|leiter(?:in)?|geschäftsführer(?:in)?|gründer(?:in)?|directeur|directrice|responsable|fondateur|director(?:a)?|jefe|jefa|fundador(?:a)?|manager|teamleider|oprichter|diretor(?:a)?|gerente|direttore|direttrice|responsabile)\b",
            re.IGNORECASE,
        ),
    ),
)


def part_of_title(title: str) -> Part:
    """The part that somebody with this job title or desk plays; "unknown" if it does not tell."""
    return next((part for part, pattern in _PART_WORDS if pattern.search(title)), "unknown")


def sender_part(sender: Person, text: str) -> Part:
    """The sender's part, by the desk in the address, the display name, and the lines that follow the name at the end."""
    by_desk = part_of_title(re.sub(r"[-_.]", " ", sender.address.partition("@")[0]) + " " + sender.name)
    if by_desk != "unknown":
        return by_desk
    first = sender.name.split()[0] if sender.name.split() else ""
    lines = text.splitlines()[-15:]
    at = next((i for i in range(len(lines) - 1, -1, -1) if first and lines[i].strip().startswith(first)), None)
    return part_of_title(" ".join(line[:80] for line in lines[at : at + 4])) if at is not None else "unknown"


_PERSON = r"[A-ZÀ-Þ][\w'’\-]{1,25}(?: (?:van|von|de|der|den|da|dos|di|del|la|le|[A-ZÀ-Þ][\w'’\-]{0,25}\.?)){0,3}"
_ONE = rf"{_PERSON}(?: \([^()\n]{{2,60}}\)|, (?:our|unser(?:e[mnr]?)?|notre|nuestr[oa]|onze|noss[oa]|il nostro|la nostra) [^,.;\n]{{2,60}}(?:,(?= (?:and|und|et|y|e|en) )|(?=[,.;\n]|$)))?"
_MEETING = r"(?:meet(?:ing)?|speak(?:ing)?|talk(?:ing)?|chat(?:ting)?|interview(?:ed|ing)?|conversation|call|on-?site|session|discussion)(?: (?:be )?(?:with|by))?"
_TALK = r"(?:gespräch|interview|termin|treffen)"
_WITH = r"mit|avec|con|met|com|interviewers?|panel|teilnehmer(?:innen)?|participants?"
_MEET = re.compile(
    rf"(?i:\b(?:{_MEETING}|with|{_TALK}[^.\n]{{0,40}} mit|{_WITH}):?) "
    rf"({_ONE}(?:(?:, | and | und | et | y | e | en | & |, and ){_ONE}){{0,7}})"
)
_SPLIT = re.compile(
    rf"({_PERSON})(?: \(([^()\n]{{2,60}})\)|, (?:our|unser(?:e[mnr]?)?|notre|nuestr[oa]|onze|noss[oa]|il nostro|la nostra) ([^,.;\n]{{2,60}}?)(?= (?:and|und|et|y|e|en) |[,.;\n]|$))?"
)


@lru_cache(maxsize=4)
def people_met(text: str) -> tuple[Person, ...]:
    """Those whom the text says one will meet: "with Carla Rossi (CTO) and Dev Patel"; names only, at most 8, as interviewers."""
    found: dict[str, Person] = {}
    for match in _meetings(_on_one_line(text[:4000])):
        for one in _SPLIT.finditer(match[1]):
            _note(found, one[1], one[2] or one[3] or "")
    return tuple(found.values())[:8]


def _meetings(text: str) -> Iterator[re.Match[str]]:
    """What _MEET finds; it is asked only where a word that may lead to a person stands before a capital."""
    end = 0
    for at in _ends_of_leads(text):
        if at > end:
            match = _MEET.search(text, max(end, at - LONGEST_LEAD))
            if match is None:
                return
            end = match.end()
            yield match


def _ends_of_leads(text: str) -> Iterator[int]:
    """Where a word that may lead to a person ends, the space behind it with it, and a capital follows."""
    words, leads = _apart(text.lower()).split(" "), _leads()
    for place in [place for place, word in enumerate(words, start=1) if word in leads]:
        end = sum(map(len, words[:place])) + place
        if _CAPITAL.match(text, end):
            yield end


def _apart(text: str) -> str:
    """The same, as long, with nothing that sticks to the beginning of a word."""
    return text.replace("(", " ").replace('"', " ").replace("/", " ")


@cache
def _leads() -> frozenset[str]:
    """The last words of what leads to people."""
    last = {lead.rpartition(" ")[2] for lead in spelled_out(f"{_MEETING}|with|{_WITH}")}
    return frozenset(last | {f"{word}:" for word in last})


_CAPITAL = re.compile("[A-ZÀ-Þ]")


def _on_one_line(text: str) -> str:
    return " ".join(map(str.strip, text.split("\n")))


def _note(found: dict[str, Person], name: str, title: str) -> None:
    words = name.split()
    if len(words) < 2 and not title:  # noqa: PLR2004 - a single word may be a company, a tool or a day
        return
    if NOT_A_NAME.match(words[0]) or ROLE_WORD.search(name) or says_desk(name) or is_service_name(name):
        return
    part: Part = "recruiter" if part_of_title(title) == "recruiter" else "interviewer"
    if part_of_title(title) == "hiring_manager" and re.search(r"(?i)hiring manager", title):
        part = "hiring_manager"
    found.setdefault(fold(name), Person(name=name, part=part))


def with_addresses(people: Iterable[Person], known: Iterable[Person]) -> tuple[Person, ...]:
    """The same people, each with the address that somebody of that name has among `known`."""
    by_name = {fold(person.name): person.address for person in known if person.name and person.address}
    return tuple(
        Person(address=person.address or by_name.get(fold(person.name), ""), name=person.name, part=person.part)
        for person in people
    )
