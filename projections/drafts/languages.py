"""The languages that letters are written in, one file each: greetings, days, and what tells who speaks it, and how formally."""

import re
import tomllib
from functools import cache
from pathlib import Path

from msgspec import Struct, convert, field

_FILES = Path(__file__).parent / "languages"
Mend = tuple[str, str]
"""A pattern, and what stands in its place: how words run together ("le poste d’Analyste")."""


class Register(Struct, frozen=True):
    """The same words to somebody whom one addresses formally ("Sie", "vous"), and to somebody whom one doesn't."""

    formal: str
    informal: str

    def said(self, *, formal: bool) -> str:
        return self.formal if formal else self.informal


class Greeting(Register, frozen=True):
    """`titled` takes the place of `formal` where a title is known, `nobody` is for a desk, a team or somebody unknown."""

    titled: str
    nobody: str


class Titles(Struct, frozen=True):
    """How titles are said: `spelled` by what they are folded, of `others` than whom one writes to as the letter needs them ("an Herrn
    Evers"), and whether `all` that somebody bears are, or only the weightiest.
    """

    spelled: dict[str, str] = {}
    others: dict[str, str] = {}
    all: bool = False


class Signs(Struct, frozen=True):
    """By what a text in the language is told: its commonest words, and patterns of how it addresses somebody."""

    words: frozenset[str]
    formal: str
    informal: str


class Position(Struct, frozen=True):
    """What was applied for, by what is known of it, an object ("about the role"); and where, `at` the company."""

    role_and_company: str
    role: str
    company: str
    neither: str
    at: str
    mend: tuple[Mend, ...] = ()


class Days(Struct, frozen=True):
    """How days are said: near ones, and dates."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    today: str
    yesterday: str
    on_weekday: str
    on_date: str
    date: str
    year: str
    mend: tuple[Mend, ...] = ()


class Enumeration(Struct, frozen=True):
    """How parts are joined, and how words of others are quoted."""

    last: str = field(name="and")
    quoted: str
    mend: tuple[Mend, ...] = ()


class Language(Struct, frozen=True):
    """All that a letter needs beside its template; `request` goes with a request to connect."""

    greeting: Greeting
    sign_off: Register
    speaks: Signs
    position: Position
    days: Days
    enumeration: Enumeration
    request: Register
    titles: Titles = Titles()

    @property
    def tells_apart(self) -> bool:
        """Whether it greets those whom one addresses formally in another way than those whom one doesn't."""
        return self.greeting.formal != self.greeting.informal


@cache
def languages() -> tuple[str, ...]:
    """All of them, by their two letters (ISO 639-1)."""
    return tuple(sorted(path.stem for path in _FILES.glob("[a-z][a-z].toml")))


@cache
def language(name: str) -> Language:
    """The language of these two letters. Raises FileNotFoundError where there is none."""
    return convert(tomllib.loads((_FILES / f"{name}.toml").read_text(encoding="utf-8")), Language)


def mended(text: str, by: tuple[Mend, ...]) -> str:
    for pattern, instead in by:
        text = re.sub(pattern, instead, text)
    return text
