"""The people of a mail: what part its sender plays, and whom it says that one will meet."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

from ..eventlog.events import Part, Person
from .companies import LONGEST_LEAD, by_last_word, is_service_name, says_desk
from .mail_words import any_of
from .names import company_key, fold
from .proper_names import is_no_name
from .roles import has_role_word
from .spelling_out import spelled_out


def part_of_title(title: str) -> Part:
    """The part that somebody with this job title or desk plays; "unknown" if it does not tell."""
    return next((part for part, pattern in _part_words() if pattern.search(title)), "unknown")


def sender_part(sender: Person, text: str) -> Part:
    """The sender's part, by the desk in the address, the display name, and the lines that follow the name at the end."""
    by_desk = part_of_title(re.sub(r"[-_.]", " ", sender.address.partition("@")[0]) + " " + sender.name)
    if by_desk != "unknown":
        return by_desk
    first = sender.name.split()[0] if sender.name.split() else ""
    lines = text.splitlines()[-15:]
    at = next((i for i in range(len(lines) - 1, -1, -1) if first and lines[i].strip().startswith(first)), None)
    return part_of_title(" ".join(line[:80] for line in lines[at : at + 4])) if at is not None else "unknown"


def named_by_signature(text: str, company: str) -> str:
    """The name below the last words of a mail ("Kind regards"); "" where there is none, or that of the company or a desk."""
    lines = [line for each in text.splitlines()[-20:] if (line := each.strip(" *_"))]
    below = (line for before, line in pairwise(lines[1:]) if _is_closing(before))
    return next((line for line in below if _names_a_person(line, company)), "")


def _is_closing(line: str) -> bool:
    """Whether it may stand above a name: a few words, and no sentence."""
    return len(line.split()) <= _LONGEST_CLOSING and line[-1] not in ".?!:"


_LONGEST_CLOSING = 6


def _names_a_person(line: str, company: str) -> bool:
    names_company = company_key(company) != "" and company_key(line).startswith(company_key(company))
    if names_company or is_no_name(line.split(maxsplit=1)[0]) or has_role_word(line) or is_service_name(line):
        return False
    return not says_desk(_particles().sub("", line)) and re.fullmatch(_person(), line) is not None


@lru_cache(maxsize=4)
def people_met(text: str) -> tuple[Person, ...]:
    """Those whom the text says one will meet: "with Carla Rossi (CTO) and Dev Patel"; names only, at most 8, as interviewers."""
    found: dict[str, Person] = {}
    for match in _meetings(_on_one_line(text[:4000])):
        for one in _one().finditer(match[1]):
            _note(found, one[1], one[2] or one[3] or "")
    return tuple(found.values())[:8]


def _meetings(text: str) -> Iterator[re.Match[str]]:
    """What _meet() finds; it is tried only where a lead to people ends at a capital."""
    end = 0
    for start in _starts_of_leads(text):
        if start >= end and (match := _meet().match(text, start)):
            end = match.end()
            yield match


def _starts_of_leads(text: str) -> Iterator[int]:
    """Where a lead to people begins, as they come, the longest first."""
    leads, end = _leads(), -1
    for up_to_capital in _BEFORE_CAPITAL.split(_apart(text))[:-1]:
        end += len(up_to_capital) + 1
        if ending_so := leads.get(up_to_capital.rpartition(" ")[2].lower()):
            before = text[max(0, end - LONGEST_LEAD) : end].lower()
            yield from sorted(end - len(lead) for lead in ending_so if before.endswith(lead))


def _apart(text: str) -> str:
    """The same, as long, with nothing that sticks to the beginning of a word."""
    return text.replace("(", " ").replace('"', " ").replace("/", " ")


@cache
def _leads() -> dict[str, tuple[str, ...]]:
    """What leads to people, spelled out."""
    return by_last_word(spelled_out(f"{any_of(lambda each: each.people.leads)}:?"))


_BEFORE_CAPITAL = re.compile(" (?=[A-ZÀ-Þ])")


def _on_one_line(text: str) -> str:
    return " ".join(map(str.strip, text.split("\n")))


def _note(found: dict[str, Person], name: str, title: str) -> None:
    words = name.split()
    if len(words) < 2 and not title:  # noqa: PLR2004 - a single word may be a company, a tool or a day
        return
    if is_no_name(words[0]) or has_role_word(name) or says_desk(_particles().sub("", name)) or is_service_name(name):
        return
    part: Part = "recruiter" if part_of_title(title) == "recruiter" else "interviewer"
    if part_of_title(title) == "hiring_manager" and _the_hiring_manager().search(title):
        part = "hiring_manager"
    found.setdefault(fold(name), Person(name=name, part=part))


def with_addresses(people: Iterable[Person], known: Iterable[Person]) -> tuple[Person, ...]:
    """The same people, each with the address that somebody of that name has among `known`."""
    by_name = {fold(person.name): person.address for person in known if person.name and person.address}
    return tuple(
        Person(address=person.address or by_name.get(fold(person.name), ""), name=person.name, part=person.part)
        for person in people
    )


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
def _meet() -> re.Pattern[str]:
    """A lead to people, and up to eight of them."""
    one = rf"{_person()}(?: \([^()\n]{{2,60}}\)|, {_our()} [^,.;\n]{{2,60}}(?:,(?= {_and()} )|(?=[,.;\n]|$)))?"
    between = rf"(?:,? (?:{_and()}|&) |, )"
    return re.compile(rf"(?i:\b{any_of(lambda each: each.people.leads)}:?) ({one}(?:{between}{one}){{0,7}})")


@cache
def _one() -> re.Pattern[str]:
    """One of them, and what they are, in brackets or behind "our"."""
    said = r"[^,.;\n]{2,60}?"
    return re.compile(rf"({_person()})(?: \(([^()\n]{{2,60}})\)|, {_our()} ({said})(?= {_and()} |[,.;\n]|$))?")


@cache
def _particles() -> re.Pattern[str]:
    return re.compile(rf" {any_of(lambda each: each.people.particles)}\b")


@cache
def _person() -> str:
    """A regular expression for a person's name: up to four words, of which one behind the first may be an initial with its dot."""
    particles = any_of(lambda each: each.people.particles)
    return rf"[A-ZÀ-Þ][\w'’\-]{{1,25}}(?: (?:{particles}\b|[A-ZÀ-Þ](?:\.|[\w'’\-]{{0,25}}))){{0,3}}"


def _our() -> str:
    return any_of(lambda each: each.people.our)


def _and() -> str:
    return any_of(lambda each: each.people.joins)
