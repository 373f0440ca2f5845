"""Words around names, job titles and quoted mails, from one file for each language: cues/mails/<xx>.toml.

The classes below are its tables: each key is a list of regular expressions for whole words, empty if the language has none. A file
with a missing or an unknown key is refused. Case is ignored, except for words in or next to a name or a title (`joins`, `articles`,
`particles`, `our`, `people_of`, `ends`, `weak_leads`, `behind_roles`) and for what programs write (`quoting` without its prefixes, `devices`).
"""

import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct

from .. import CUES

_FILES = CUES / "mails"
_NEVER = "(?!)"


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a file."""


class Names(Table, frozen=True):
    """`joins` are small words inside a company's name, `articles` precede it, and no name begins with one of `no_names`."""

    joins: list[str]
    articles: list[str]
    no_names: list[str]


class Companies(Table, frozen=True):
    """What is next to a company's name: `leads` before it anywhere, `labels` before a colon and it on a line by themselves, `weak_leads`
    before it in a subject only; in a mail that is sent for an employer also `behind_roles` between the job's title and it, and `acts`
    behind it where it begins a line ("Acme viewed your …").

    In a subject also `your` and `your_process` around it ("your Acme application"), `subjects` behind it ("Acme: your application"),
    and `in_front` with a dash before it ("Application received - Acme"). In a signature `teams_before` and `teams` around it ("the Acme
    Hiring Team"). In a display name `via` before a service's name, and `people_of` between a person and the company ("Anna at Acme").
    """

    leads: list[str]
    labels: list[str]
    weak_leads: list[str]
    behind_roles: list[str]
    acts: list[str]
    your: list[str]
    your_process: list[str]
    subjects: list[str]
    in_front: list[str]
    teams_before: list[str]
    teams: list[str]
    via: list[str]
    people_of: list[str]


class Lead(Table, frozen=True):
    """What precedes a job title (`before`) and, if anything must, follows it (`behind`). All matches have one of `signs`, in lower case,
    which are searched first. `lower_case` means that titles may be in lower case: then what follows shows where they end. `firm` means
    that whatever is written with capitals behind it is a title, of trades that are in no list too.
    """

    before: str
    behind: str = ""
    signs: tuple[str, ...] = ("",)
    lower_case: bool = False
    firm: bool = False


class Roles(Table, frozen=True):
    """A job title has one of `words`, or a word with one of `endings` ("Softwareentwickler"). `joins` are small words inside it, `of`
    those before a word in lower case ("Ingeniera de datos"), `further` what goes on with it in lower case ("Comptable général"), as each
    of `words` does, and `ends` what ends it. On a line of its own, a title stands behind one of `labels` and a colon.

    A piece of a meeting's title with one of `meetings` is no job title, nor is one of `subjects`, and what is behind it, in a mail's
    subject. Each of these, and of `steps`, is cut before a title: "Interview Data Analyst". `synonyms` are folded words with the word of
    all languages for the same job. A title of nothing but `kinds` says only what kind of work it is ("Internship").
    """

    words: list[str]
    endings: list[str]
    joins: list[str]
    of: list[str]
    further: list[str]
    ends: list[str]
    meetings: list[str]
    labels: list[str]
    subjects: list[str]
    steps: list[str]
    kinds: list[str]
    synonyms: dict[str, str]
    leads: list[Lead]


class People(Table, frozen=True):
    """`leads` precede those whom one meets ("meet with"), unless one of `own_talks` precedes them: then the sender talks to them
    ("I'll talk to"), or one works with them. `our` precedes somebody's title ("Carla Rossi, our CTO"); `joins` are between two people,
    `particles` inside a name, and `titles` before it, where they are no words by themselves ("Dr."). The others are titles and desks
    by which somebody's part is told; `the_hiring_manager` is those of `hiring_manager` that interviewers don't have.
    """

    leads: list[str]
    own_talks: list[str]
    our: list[str]
    joins: list[str]
    particles: list[str]
    titles: list[str]
    coordinator: list[str]
    recruiter: list[str]
    hiring_manager: list[str]
    the_hiring_manager: list[str]


class Quoting(Table, frozen=True):
    """What mail programs put above an earlier mail: an attribution line, `on` a day somebody `wrote` (`wrote_by` if the name follows);
    header fields for the `sender`, the `date` and whom it was sent `to`; `original` or `forwarded` between dashes; `forwarded_begins`
    before a colon. And before its subject: `answer_prefixes` and `forward_prefixes`.
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
    """`devices` begin the line that a telephone's mail program adds ("Sent from my"). A disclaimer has one of `disclaimers_begin` and
    then one of `disclaimers_say`, or is one of `disclaimers`. One of `valedictions` stands on the line above the sender's name.
    """

    devices: list[str]
    disclaimers_begin: list[str]
    disclaimers_say: list[str]
    disclaimers: list[str]
    valedictions: list[str]


class Automatic(Table, frozen=True):
    """Local parts of addresses that nobody reads contain one of `no_reply` or are one of `desks`. The subject of an automatic answer
    begins with one of `subjects`; an out-of-office notice says that somebody is `away`, and what to do `meanwhile`.
    """

    no_reply: list[str]
    desks: list[str]
    subjects: list[str]
    away: list[str]
    meanwhile: list[str]


class MailWords(Table, frozen=True):
    """All tables of a language."""

    names: Names
    companies: Companies
    roles: Roles
    people: People
    quoting: Quoting
    footers: Footers
    automatic: Automatic


@cache
def mail_words() -> tuple[MailWords, ...]:
    """The words of all languages; English first, which mails in other languages have too. Raises msgspec.ValidationError for a file
    with a missing or an unknown key.
    """
    return tuple(map(words_in, sorted(_FILES.glob("*.toml"), key=lambda path: (path.stem != "en", path.stem))))


def words_in(path: Path) -> MailWords:
    """The words in a file. Raises msgspec.ValidationError for a missing or an unknown key."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), MailWords)


def any_of(entries: Callable[[MailWords], Iterable[str]]) -> str:
    """A regular expression that matches any of these entries in any language."""
    return f"(?:{'|'.join(dict.fromkeys(chain.from_iterable(map(entries, mail_words())))) or _NEVER})"
