"""What to call somebody: from a display name as mail programs write it, else from the address."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from unicodedata import category

from afterword.eventlog.events import Person
from afterword.recognition.messages.addresses import is_service, makes_domain, senders
from afterword.recognition.words.folding import fold

from . import plain
from .languages import Language

_ASIDE = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_PLACE = re.compile(r" (?:at|from|of|bei|(?P<of_names>von)|chez|@) ", re.IGNORECASE)
_BESIDE = re.compile(r" (?:via|[-–—/·•|]) |\|", re.IGNORECASE)
_ABBREVIATIONS = re.compile(r"(?:[^\W\d_]{1,5}\.){2,6}")
_JOINTS = "’'-.\u200c\u200d"
_LONGEST_NAME = 80
_LONGEST_FIRST_NAME = 24
_LONGEST_LOCAL_PART = 64
# Two capitals may be somebody's first name ("AJ"), two letters a last name ("Jack Ma") rather than a degree.
_SHORT = 2
_NOMINATIVE = {"Herrn": "Herr"}
"""How a title is said of somebody whom a mail names in another case: "mit Herrn Evers"."""


@cache
def _listed(group: str) -> frozenset[str]:
    table: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return frozenset(table[group])


def greeting(person: Person | None, company: str, spoken: Language, *, formal: bool) -> str:
    """How a letter to the person begins: "Hi Carla,", "Dear Dr. Berg," where only that is known, "Hello," to a desk or a team."""
    forms = spoken.greeting
    titles, name = _called(person, company)
    called = {"first": first_name(person, company), "full": " ".join(name), "title": "", "last": "", "Last": ""}
    if titles and name:
        last = " ".join(_last_name(name))
        called |= {
            "title": _title(titles, spoken, spoken.titles.spelled),
            "last": last,
            "Last": last[:1].upper() + last[1:],
        }
    by_last_name = bool(called["title"]) and (not called["first"] or (formal and spoken.tells_apart))
    form = forms.titled if by_last_name else forms.said(formal=formal)
    if not (called["last"] if by_last_name else called["first"]) or len(called["last"]) > _LONGEST_FIRST_NAME:
        return forms.nobody
    return form.format_map(called)


def first_name(person: Person | None, company: str = "") -> str:
    """The given name that one uses: "Carla"; "" where it isn't known, and for a desk or a team."""
    titles, name = _called(person, company)
    called = "" if titles and len(name) == len(_last_name(name)) else _given(name)
    return called if len(called) <= _LONGEST_FIRST_NAME else ""


def formal_name(person: Person | None, company: str, spoken: Language) -> str:
    """How a formal letter speaks of somebody else: "Frau Dietz"; by the whole name where no title is known, by the first one where the
    language greets by it.
    """
    titles, name = _called(person, company)
    if titles and name:
        spelled = {**spoken.titles.spelled, **spoken.titles.others}
        return f"{_title(titles, spoken, spelled)} {' '.join(_last_name(name))}"
    return full_name(person, company) if spoken.tells_apart else first_name(person, company)


def full_name(person: Person | None, company: str = "") -> str:
    """First and last name, without titles: "Carla Rossi"; "" for a desk or a team."""
    return " ".join(_called(person, company)[1])


def shown_name(person: Person, company: str = "") -> str:
    """The whole name, else what a desk calls itself; "" where nothing but a title is known."""
    return full_name(person, company) or (person.name if _without_titles(_words(person.name))[1] else "")


def is_desk(person: Person, company: str = "") -> bool:
    """Whether many read there, or nobody knows who: a desk's or the company's address, and no person's name."""
    local, _, domain = plain.address(person.address).partition("@")
    words = re.split(r"[._+-]+", fold(local))
    theirs = _folded([*company.split(), *domain.split(".")])
    return not full_name(person, company) and (_says_desk(words) or theirs.issuperset(words))


def _called(person: Person | None, company: str) -> tuple[list[str], list[str]]:
    """The titles, the weightiest first, and the name, given name first; both empty for what is nobody's name."""
    if person is None:
        return [], []
    local, _, domain = plain.address(person.address).partition("@")
    theirs = _folded([*company.split(), *domain.split(".")])
    shown = _ASIDE.sub(" ", plain.one_line(person.name, _LONGEST_NAME)).replace('"', " ").strip(" '’“”")
    spelled = fold(re.split(r"[._-]", local, maxsplit=1)[0])
    titles, name = _from_shown(shown, spelled, theirs, person.address)
    bare_word = len(name) == 1 and not titles and is_service(domain)
    if bare_word and fold(name[0]) != spelled:
        name = []
    return (titles, name) if name else ([], _without_company(_from_local(local), theirs))


def _from_shown(shown: str, spelled: str, theirs: frozenset[str], address: str) -> tuple[list[str], list[str]]:
    if len(shown.split()) == 1 and ("@" in shown or "." in shown.strip(".")):
        return [], _without_company(_from_local(shown.partition("@")[0]), theirs)
    beside = _BESIDE.split(shown, maxsplit=1)
    head = _without_place(beside[0], theirs)
    titles, name = _in_order(head, spelled, theirs)
    confirmed = bool(name) and fold(name[0]) == spelled
    firm = len(beside) > 1 and len(name) == 1 and not titles
    of_company = _folded(name) <= theirs or (len(name) > 1 and makes_domain(" ".join(name), address))
    if _says_desk(name) or (not confirmed and (firm or of_company)):
        return [], []
    return titles, _cased(_given_first(name))


def _without_place(shown: str, theirs: frozenset[str]) -> str:
    """A name without what it is of: "Carla" for "Carla von Acme", and all of "Ursula von der Leyen"."""
    for match in _PLACE.finditer(shown):
        of = shown[match.end() :].split()
        if not match["of_names"] or _folded(of) & theirs or _says_desk(of):
            return shown[: match.start()]
    return shown


def _in_order(head: str, spelled: str, theirs: frozenset[str]) -> tuple[list[str], list[str]]:
    """Reads "Rossi, Carla" and "Carla Rossi, PhD" alike."""
    before, *after = head.split(",")
    titles, surname = _without_titles(_words(before))
    more, given = _without_titles(_words(" ".join(after)))
    confirmed = bool(given) and fold(given[0]) == spelled
    foreign = _says_desk(given) or bool(_folded(given) & theirs)
    last_only = bool(surname) and (len(surname) == 1 or surname[0].islower() or _is_particle(surname[0]))
    if given and surname and (confirmed or (last_only and not foreign)):
        return _weightiest([*titles, *more]), given + surname
    return _weightiest(titles), surname


def _words(text: str) -> list[str]:
    pieces = (
        piece
        for word in text.split()
        for piece in (word.replace(".", ". ").split() if _ABBREVIATIONS.fullmatch(word) else [word])
    )
    return [piece for piece in pieces if _is_word(piece)]


def _is_word(piece: str) -> bool:
    inside = piece.removesuffix(".")
    return inside[:1].isalpha() and ("." not in inside or _is_title(piece)) and all(map(_in_a_name, inside))


def _in_a_name(char: str) -> bool:
    return char.isalpha() or char in _JOINTS or category(char) in {"Mn", "Mc"}


def _without_titles(words: list[str]) -> tuple[list[str], list[str]]:
    """The titles before a name, and the name without the degrees behind it."""
    start = 0
    while start < len(words) and (_is_title(words[start]) or _rest_of_title(words, start)):
        start += 1
    end = len(words)
    while end > start and _is_degree(words[end - 1]):
        end -= 1
    titles = [_NOMINATIVE.get(word, word) for word in words[:start] if _is_title(word)]
    return titles, words[start:end]


def _is_title(word: str) -> bool:
    return _bare(word) in _listed("honorifics") | _listed("academic")


def _rest_of_title(words: list[str], at: int) -> bool:
    """The "rer." and "nat." of "Dr. rer. nat."."""
    return at > 0 and words[at].endswith(".") and len(words[at]) > _SHORT and words[at].islower()


def _is_degree(word: str) -> bool:
    return _bare(word) in _listed("degrees") and (word.isupper() or "." in word or len(word) > _SHORT)


def _bare(word: str) -> str:
    return fold(word.strip("."))


def _weightiest(titles: list[str]) -> list[str]:
    return sorted(titles, key=_is_honorific)


def _is_honorific(title: str) -> bool:
    return _bare(title) in _listed("honorifics")


def _title(titles: list[str], spoken: Language, spelled: Mapping[str, str]) -> str:
    """The weightiest, spelled so; in a language that says them all, "Frau Prof. Dr."."""
    said = sorted(titles, key=_is_honorific, reverse=True) if spoken.titles.all else titles[:1]
    return " ".join(spelled.get(_bare(each), each) for each in said)


def _is_particle(word: str) -> bool:
    return fold(word) in _listed("particles")


def _last_name(name: list[str]) -> list[str]:
    """The last name of a whole one: "van den Berg"."""
    begins = max(len(name) - 1, 0)
    while begins and _is_particle(name[begins - 1]):
        begins -= 1
    return name[begins:]


def _given_first(name: list[str]) -> list[str]:
    """Turns "ROSSI Carla" round."""
    shouted = next((at for at, word in enumerate(name) if not _shouted(word)), len(name))
    return name[shouted:] + name[:shouted]


def _cased(name: list[str]) -> list[str]:
    mumbled = all(word.islower() for word in name)
    return [_capitalised(word) if mumbled or _shouted(word) else word for word in name]


def _shouted(word: str) -> bool:
    return word.isupper() and len(word) > _SHORT


def _capitalised(word: str) -> str:
    return "-".join(part.capitalize() for part in word.split("-"))


def _given(name: list[str]) -> str:
    """The first of the words that is written out; "" where there is none but the last name."""
    if not any(char.upper() != char.lower() for word in name for char in word):
        return " ".join(name)
    before_last = name[: -len(_last_name(name))] or [word for word in name[:1] if not word.islower()]
    return next((word.removesuffix(".") for word in before_last if len(word.strip(".")) > 1), "")


def _from_local(local: str) -> list[str]:
    """The name that an address is made of ("carla.rossi"); empty for one word, which may be anything."""
    words = [word.strip("-0123456789") for word in re.split(r"[._]+", local.partition("+")[0][:_LONGEST_LOCAL_PART])]
    if len(words) == 1:
        words = words[0].split("-")
    named = all(len(word) > 1 and _is_word(word) for word in words)
    return _cased(words) if named and len(words) in {2, 3} and not _says_desk(words) else []


def _without_company(name: list[str], theirs: frozenset[str]) -> list[str]:
    return [] if name and fold(name[0]) in theirs else name


def _says_desk(words: Iterable[str]) -> bool:
    return any(part in _no_names() for word in words for part in fold(word).strip(".").split("-"))


@cache
def _no_names() -> frozenset[str]:
    return _listed("desks") | senders()["offices"]


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)
