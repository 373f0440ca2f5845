"""The people of a mail: the part that its sender plays, and whom its text says that one will meet."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import dropwhile, pairwise

from msgspec.structs import replace

from ...eventlog.events import Part, Person
from ..messages.addresses import says_office, senders
from ..words.folding import fold
from ..words.mail_words import any_of
from .companies import is_service_name, says_desk
from .leads import LONGEST_LEAD, Leads
from .names import company_key
from .proper_names import is_no_name
from .roles import has_role_word


def part_of_title(title: str) -> Part:
    """The part that somebody with this job title or at this desk plays; "unknown" if it shows none."""
    return next((part for part, pattern in _part_words() if pattern.search(title)), "unknown")


def sender_part(sender: Person, text: str) -> Part:
    """The sender's part, by the address (recruiting@), the display name, or else the lines below the name at the end of the text."""
    by_desk = part_of_title(re.sub(r"[-_.]", " ", sender.address.partition("@")[0]) + " " + sender.name)
    if by_desk != "unknown":
        return by_desk
    first = sender.name.split()[0] if sender.name.split() else ""
    lines = text.splitlines()[-15:]
    at = next((i for i in range(len(lines) - 1, -1, -1) if first and lines[i].strip().startswith(first)), None)
    return part_of_title(" ".join(line[:80] for line in lines[at : at + 4])) if at is not None else "unknown"


def named_by_signature(text: str, company: str, shown: str = "") -> str:
    """The person's name below the closing of a mail ("Kind regards"), or with which the name that is `shown` begins ("Simone - HR"); "" if
    there is none.
    """
    lines = [line for each in text.splitlines()[-20:] if (line := each.strip(" *_"))]
    below = [line for before, line in pairwise(lines[1:]) if _is_closing(before)]
    begun = [line for line in lines[-_LONGEST_SIGNATURE:] if line.split()[0] == shown.partition(" ")[0]]
    return next((line for line in (*below, *begun) if _names_a_person(line, company)), "")


_LONGEST_SIGNATURE = 4


def _is_closing(line: str) -> bool:
    """Whether it may be a closing: a few words, and no sentence ("Kind regards"), or one that is called ("Abraços!")."""
    words = len(line.split())
    return (words <= _LONGEST_CLOSING and line[-1] not in ".?!:") or (words <= _LONGEST_CALL and line[-1] == "!")


_LONGEST_CLOSING = 6
_LONGEST_CALL = 2


def _names_a_person(line: str, company: str) -> bool:
    if _names_company(line, company) or is_no_name(line.split(maxsplit=1)[0]) or has_role_word(line):
        return False
    if is_service_name(line) or says_office(line) or _valediction().fullmatch(line):
        return False
    return not says_desk(_particles().sub("", line)) and re.fullmatch(_name_pattern(), line) is not None


def _names_company(line: str, company: str) -> bool:
    """Whether a line begins as the company does, or is the first word of its name, or ends as only firms do; or is too long a word for a
    first name, as desks are called by.
    """
    key, named, words = company_key(company), company_key(line), line.split()
    if len(words) == 1 and (len(line) > _LONGEST_FIRST_NAME or key.startswith(named)):
        return True
    is_firm = len(words) > 1 and fold(words[-1]).strip(".") in senders()["legal_forms"]
    return is_firm or (key != "" and named.startswith(key))


_LONGEST_FIRST_NAME = 12


@cache
def _valediction() -> re.Pattern[str]:
    return re.compile(any_of(lambda each: each.footers.valedictions), re.IGNORECASE)


@lru_cache(maxsize=4)
def people_met(text: str) -> tuple[Person, ...]:
    """Whom the text says one will meet ("with Carla Rossi (CTO) and Dev Patel"): at most 8, with names and parts, without addresses."""
    by_name: dict[str, Person] = {}
    for match in _meetings_with(_on_one_line(text[:4000])):
        for person in _person_pattern().finditer(match[1]):
            _add(by_name, person[1], person[2] or person[3] or "")
    return tuple(by_name.values())[:8]


def _meetings_with(text: str) -> Iterator[re.Match[str]]:
    """Leads to people, each with up to eight people."""
    own_talk = _own_talk_pattern()
    for match in _leads().matches(text):
        if not own_talk.search(text, max(0, match.start() - LONGEST_LEAD), match.start()):
            yield match


_LETTERS = re.compile(r"[A-Z]{1,2}\.")
"""A title that might be an initial elsewhere: "M.", "MM.", "D."."""


def _on_one_line(text: str) -> str:
    return " ".join(map(str.strip, text.split("\n")))


def _add(by_name: dict[str, Person], name: str, title: str) -> None:
    words = list(dropwhile(_LETTERS.fullmatch, name.split()))
    name = " ".join(words)
    if len(words) < 2 and not title:  # noqa: PLR2004 - a single word may be a company, a tool or a day
        return
    if part_of_title(name) != "unknown":
        return
    if is_no_name(words[0]) or has_role_word(name) or says_desk(_particles().sub("", name)) or is_service_name(name):
        return
    part: Part = "recruiter" if part_of_title(title) == "recruiter" else "interviewer"
    if part_of_title(title) == "hiring_manager" and _the_hiring_manager().search(title):
        part = "hiring_manager"
    by_name.setdefault(fold(name), Person(name=name, part=part))


def with_addresses(people: Iterable[Person], others: Iterable[Person]) -> tuple[Person, ...]:
    """The people, each with the address that somebody of the same name has among `others`."""
    known = [person for person in others if person.name and person.address]
    return tuple(
        replace(each, address=each.address or next((one.address for one in known if _is_same_name(each, one)), ""))
        for each in people
    )


def _is_same_name(one: Person, other: Person) -> bool:
    """Whether the names are the same but for titles before them, and "Herr" or "Frau". A surname alone is no name: relatives share it."""
    shorter, longer = sorted((_untitled(one.name), _untitled(other.name)), key=len)
    is_whole = shorter == longer or (len(shorter) > 1 and not _particles().match(f" {shorter[0]}"))
    return bool(shorter) and is_whole and longer[-len(shorter) :] == shorter


def _untitled(name: str) -> list[str]:
    return fold(_titles().sub("", name)).split()


@cache
def _part_words() -> tuple[tuple[Part, re.Pattern[str]], ...]:
    return (
        ("coordinator", _whole(any_of(lambda each: each.people.coordinator))),
        ("recruiter", _whole(any_of(lambda each: each.people.recruiter))),
        ("hiring_manager", _whole(any_of(lambda each: each.people.hiring_manager))),
    )


@cache
def _the_hiring_manager() -> re.Pattern[str]:
    return _whole(any_of(lambda each: each.people.the_hiring_manager))


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b{words}\b", re.IGNORECASE)


@cache
def _leads() -> Leads:
    leads = f"{any_of(lambda each: each.people.leads)}:?"
    one = rf"{_name_pattern()}(?: \([^()\n]{{2,60}}\)|, {_our()} [^,.;\n]{{2,60}}(?:,(?= {_and()} )|(?=[,.;\n]|$)))?"
    between = rf"(?:,? (?:{_and()}|&) |, )"
    return Leads(leads, re.compile(rf"(?i:\b{leads}) ({one}(?:{between}{one}){{0,7}})"), beginning="[A-ZÀ-Þ]")


@cache
def _own_talk_pattern() -> re.Pattern[str]:
    """Words before a lead by which the sender will talk to somebody: "I'll talk to Philippe"."""
    return re.compile(rf"\b{any_of(lambda each: each.people.own_talks)} $", re.IGNORECASE)


@cache
def _person_pattern() -> re.Pattern[str]:
    """One person, and a title in brackets or behind "our"."""
    title = r"[^,.;\n]{2,60}?"
    return re.compile(rf"({_name_pattern()})(?: \(([^()\n]{{2,60}})\)|, {_our()} ({title})(?= {_and()} |[,.;\n]|$))?")


@cache
def _particles() -> re.Pattern[str]:
    return re.compile(rf" {any_of(lambda each: each.people.particles)}\b")


@cache
def _titles() -> re.Pattern[str]:
    """Titles before a name: those of the lists, and abbreviations."""
    return re.compile(
        rf"^(?:(?:{any_of(lambda each: each.people.titles)}|[A-Z][a-z]{{1,6}}\.(?:-[A-Z][a-z]{{1,6}}\.)?) )+"
    )


@cache
def _name_pattern() -> str:
    """A regular expression for a person's name: up to four words, those behind the first may be initials, or have particles before them."""
    particles, titles = (any_of(lambda each: each.people.particles), any_of(lambda each: each.people.titles))
    return rf"(?:{titles} ){{0,2}}[A-ZÀ-Þ][\w'’\-]{{1,25}}(?:(?: {particles}){{0,2}} [A-ZÀ-Þ](?:\.|[\w'’\-]{{0,25}})){{0,3}}"


def _our() -> str:
    return any_of(lambda each: each.people.our)


def _and() -> str:
    return any_of(lambda each: each.people.joins)
