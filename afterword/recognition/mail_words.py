"""Words around names, job titles and quoted mails, from one file for each language: cues/mails/<xx>.toml.

The classes below are its tables: each key is a list of regular expressions for whole words, empty where the language has none. A file
that lacks a key, or has one that is not known here, is refused. Case makes no difference but for what stands in or at a name or a
title (`joins`, `articles`, `particles`, `our`, `people_of`, `ends`, `weak_leads`), and for what programs write (`quoting` without
its prefixes, `devices`): these are matched as they are written.
"""

import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct

_FILES = Path(__file__).parent / "cues" / "mails"
_NEVER = "(?!)"


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a file."""


class Names(Table, frozen=True):
    """`joins` are the small words inside a company's name, `articles` stand before it, and `no_names` begin none."""

    joins: list[str]
    articles: list[str]
    no_names: list[str]


class Companies(Table, frozen=True):
    """What leads to a company's name: `leads` wherever they stand, `weak_leads` only in a subject. Around it stand `your`
    and `your_process` ("your Acme application"); behind it what `subjects` speak of ("Acme: your application"); `in_front` and a dash
    before it ("Application received - Acme"). `teams_before` and `teams` are around it in a signature ("the Acme Hiring Team"). In a
    sender's name `via` leads to the tool, and `people_of` from a person to the company ("Anna at Acme").
    """

    leads: list[str]
    weak_leads: list[str]
    your: list[str]
    your_process: list[str]
    subjects: list[str]
    in_front: list[str]
    teams_before: list[str]
    teams: list[str]
    via: list[str]
    people_of: list[str]


class Lead(Table, frozen=True):
    """What stands `before` a job title, and `behind` it if something must. One of `signs`, in lower case, is in all that it matches, and is
    looked for first. In `lower_case` are the titles of a language that writes them so: then what stands behind tells where they end.
    """

    before: str
    behind: str = ""
    signs: tuple[str, ...] = ("",)
    lower_case: bool = False


class Roles(Table, frozen=True):
    """`words` are in a job title, as words or as `endings` of one ("Softwareentwickler"), of which one makes it a title; `joins` are the
    small words inside it, `of` those that lead to a word in lower case ("Ingeniera de datos"), and `ends` end it. A piece of a meeting's title that has one of `meetings` is none, nor what
    begins with one of `subjects` in a mail's.
    """

    words: list[str]
    endings: list[str]
    joins: list[str]
    of: list[str]
    ends: list[str]
    meetings: list[str]
    subjects: list[str]
    leads: list[Lead]


class People(Table, frozen=True):
    """`leads` stand before those whom one meets ("meet with"), `our` before what one of them is ("Carla Rossi, our CTO"), `joins` between
    two, and `particles` inside a name. The others tell by a title or a desk which part somebody plays; `the_hiring_manager` names that
    part and no other.
    """

    leads: list[str]
    our: list[str]
    joins: list[str]
    particles: list[str]
    coordinator: list[str]
    recruiter: list[str]
    hiring_manager: list[str]
    the_hiring_manager: list[str]


class Quoting(Table, frozen=True):
    """What mail programs put above an earlier mail: `on` some day somebody `wrote` (`wrote_by` where the name stands behind it); a block of
    fields, of which one has the `sender`, one the `date` and one whom it went `to`; `original` or `forwarded` between dashes; `forwarded_begins` before a
    colon. And before its subject: `answer_prefixes` and `forward_prefixes`.
    """

    on: list[str]
    wrote: list[str]
    wrote_by: list[str]
    sender: list[str]
    date: list[str]
    to: list[str]
    original: list[str]
    forwarded: list[str]
    forwarded_begins: list[str]
    answer_prefixes: list[str]
    forward_prefixes: list[str]


class Footers(Table, frozen=True):
    """`devices` begin the line of a telephone's mail program. A disclaimer has one of `disclaimers_begin` and then one of `disclaimers_say`,
    or is one of `disclaimers`.
    """

    devices: list[str]
    disclaimers_begin: list[str]
    disclaimers_say: list[str]
    disclaimers: list[str]


class Automatic(Table, frozen=True):
    """What stands in front of an @ behind which nobody reads: somewhere in it (`no_reply`), or all of it (`desks`); what an automatic
    answer's `subjects` begin with; and what it says: that somebody is `away`, and what to do `meanwhile`.
    """

    no_reply: list[str]
    desks: list[str]
    subjects: list[str]
    away: list[str]
    meanwhile: list[str]


class MailWords(Table, frozen=True):
    """All of a language."""

    names: Names
    companies: Companies
    roles: Roles
    people: People
    quoting: Quoting
    footers: Footers
    automatic: Automatic


@cache
def mail_words() -> tuple[MailWords, ...]:
    """The words of all languages, first of English, which stand in mails of all others too. Raises msgspec.ValidationError for a file
    that does not have what the others have.
    """
    return tuple(map(words_in, sorted(_FILES.glob("*.toml"), key=lambda path: (path.stem != "en", path.stem))))


def words_in(path: Path) -> MailWords:
    """The words in a file."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), MailWords)


def any_of(entries: Callable[[MailWords], Iterable[str]]) -> str:
    """A regular expression for one of these entries of any language."""
    return f"(?:{'|'.join(dict.fromkeys(chain.from_iterable(map(entries, mail_words())))) or _NEVER})"
