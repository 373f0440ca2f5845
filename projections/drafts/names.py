"""What to call somebody: from a display name as mail programs write it, else from the address."""

import re
from collections.abc import Iterable
from unicodedata import category

from afterword.eventlog.events import Person
from afterword.recognition.parties import fold

from . import plain

_HONORIFICS = frozenset("mr mrs ms miss mx herr frau hr fr mme sir madam señor senor señora senora sr sra".split())
_ACADEMICS = frozenset("prof professor dr doctor dott dottssa dipl-ing dipl-kfm ing mag univ".split())
_DEGREES = frozenset("phd ph msc bsc mba ba ma md dr jr sr ii iii iv cpa cfa pmp esq llm phr sphr".split())
_DESKS = frozenset(
    "academy acquisition admin administration alerts application applications apply assistant ats auto bewerbung bewerbungen"
    " bot calendar candidate candidates candidature candidatures career careers coordination customer department desk"
    " donotreply email employer empleo engineering feedback gmbh ag group hello help hire hiring hr inc inbox info"
    " interview interviews invitations invites jobs karriere kontakt llc ltd lavoro mail mailer management messages news"
    " newsletter noreply reply notification notifications office onboarding operations ops people personal personalabteilung"
    " personalwesen plc portal recrutement recruit recruiter recruiters recruiting recruitment resources rh rrhh scheduling"
    " seleccion selezione service services solutions sourcing staff staffing support system systems talent talents"
    " talentacquisition team teams technology the vacatures vagas werkenbij workday your".split()
)
_ASIDE = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_PLACE = re.compile(r" (?:at|from|of|bei|von|chez) ", re.IGNORECASE)
_BESIDE = re.compile(r" (?:via|@|[-–—/·•|]) |\|", re.IGNORECASE)
_ABBREVIATIONS = re.compile(r"(?:[^\W\d_]{1,5}\.){2,6}")
_JOINTS = "’'-.\u200c\u200d"
_LONGEST_NAME = 80
_LONGEST_FIRST_NAME = 24


def first_name(person: Person | None, company: str = "") -> str:
    """What to call the person in a greeting: "Carla", or "Dr. Berg" where only that is known; "" for a desk or a team."""
    titles, name = _called(person, company)
    called = _given(name) or (f"{titles[0]} {name[-1]}" if titles and name else "")
    return called if len(called) <= _LONGEST_FIRST_NAME else ""


def full_name(person: Person | None, company: str = "") -> str:
    """First and last name, without titles: "Carla Rossi"; "" for a desk or a team."""
    return " ".join(_called(person, company)[1])


def _called(person: Person | None, company: str) -> tuple[list[str], list[str]]:
    """The titles, the weightiest first, and the name, given name first; both empty for what is nobody's name."""
    if person is None:
        return [], []
    local, _, domain = plain.address(person.address).partition("@")
    theirs = _folded([*company.split(), *domain.split(".")])
    shown = _ASIDE.sub(" ", plain.one_line(person.name, _LONGEST_NAME)).replace('"', " ").strip(" '’“”")
    titles, name = _from_shown(shown, _from_local(local), theirs)
    return (titles, name) if name else ([], _without_company(_from_local(local), theirs))


def _from_shown(shown: str, in_address: list[str], theirs: frozenset[str]) -> tuple[list[str], list[str]]:
    if len(shown.split()) == 1 and ("@" in shown or "." in shown.strip(".")):
        return [], _without_company(_from_local(shown.partition("@")[0]), theirs)
    beside = _BESIDE.split(shown, maxsplit=1)
    head = _PLACE.split(beside[0], maxsplit=1)[0]
    titles, name = _in_order(head, in_address, theirs)
    confirmed = bool(name and in_address and fold(name[0]) == fold(in_address[0]))
    firm = len(beside) > 1 and len(name) == 1 and not titles
    if _says_desk(name) or (not confirmed and (firm or _folded(name) <= theirs)):
        return [], []
    return titles, _cased(_given_first(name))


def _in_order(head: str, in_address: list[str], theirs: frozenset[str]) -> tuple[list[str], list[str]]:
    """Reads "Rossi, Carla" and "Carla Rossi, PhD" alike."""
    before, _, after = head.partition(",")
    titles, surname = _without_titles(_words(before))
    more, given = _without_titles(_words(after))
    confirmed = bool(given and in_address and fold(given[0]) == fold(in_address[0]))
    foreign = _says_desk(given) or bool(_folded(given) & theirs)
    if given and surname and (confirmed or (len(surname) == 1 and not foreign)):
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
    return inside[:1].isalpha() and "." not in inside and all(_in_a_name(char) for char in inside)


def _in_a_name(char: str) -> bool:
    return char.isalpha() or char in _JOINTS or category(char) in {"Mn", "Mc"}


def _without_titles(words: list[str]) -> tuple[list[str], list[str]]:
    """The titles before a name, and the name without the degrees behind it."""
    start = 0
    while start < len(words) and (_bare(words[start]) in _HONORIFICS | _ACADEMICS or _rest_of_title(words, start)):
        start += 1
    end = len(words)
    while end > start and _is_degree(words[end - 1]):
        end -= 1
    titles = [word for word in words[:start] if _bare(word) in _HONORIFICS | _ACADEMICS]
    return titles, words[start:end]


def _rest_of_title(words: list[str], at: int) -> bool:
    """The "rer." and "nat." of "Dr. rer. nat."."""
    return at > 0 and words[at].endswith(".") and len(words[at]) > 2 and words[at].islower()


def _is_degree(word: str) -> bool:
    return _bare(word) in _DEGREES and (word.isupper() or "." in word or len(word) > 2)


def _bare(word: str) -> str:
    return word.strip(".").casefold()


def _weightiest(titles: list[str]) -> list[str]:
    return sorted(titles, key=lambda title: _bare(title) in _HONORIFICS)


def _given_first(name: list[str]) -> list[str]:
    """Turns "ROSSI Carla" round."""
    shouted = next((at for at, word in enumerate(name) if len(word) < 3 or not word.isupper()), len(name))
    return name[shouted:] + name[:shouted]


def _cased(name: list[str]) -> list[str]:
    return [word.title().replace("’S", "’s") if _needs_case(word) else word for word in name]


def _needs_case(word: str) -> bool:
    return word.islower() or (word.isupper() and len(word) > 3)


def _given(name: list[str]) -> str:
    """The first of the words that is written out; "" where there is none but the last name."""
    if not any(char.upper() != char.lower() for word in name for char in word):
        return " ".join(name)
    written = [word for word in name if len(word.strip(".")) > 1]
    if len(written) < len(name) and len(written) < 2 and len(name[0].strip(".")) == 1:
        return ""
    return written[0].removesuffix(".") if written else ""


def _from_local(local: str) -> list[str]:
    """The name that an address is made of ("carla.rossi"); empty for one word, which may be anything."""
    words = [word.strip("-0123456789") for word in re.split(r"[._]+", local.partition("+")[0][:64])]
    if len(words) == 1:
        words = words[0].split("-")
    named = all(len(word) > 1 and _is_word(word) for word in words)
    return _cased(words) if named and len(words) in {2, 3} and not _says_desk(words) else []


def _without_company(name: list[str], theirs: frozenset[str]) -> list[str]:
    return [] if name and fold(name[0]) in theirs else name


def _says_desk(words: Iterable[str]) -> bool:
    return any(part in _DESKS for word in words for part in fold(word).strip(".").split("-"))


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)
