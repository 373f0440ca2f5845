"""Proper names in a text: how they are written, and which words are none."""

import re
from functools import cache

from ..messages.addresses import senders
from ..words.mail_words import any_of

CAPITAL = "[A-Z0-9À-Þ]"
_WORD = rf"{CAPITAL}[\w&.'’+\-]{{0,40}}"
_TIME = r"\d[\d.:/-]*(?: ?[ap]m)?"


@cache
def name_shape() -> str:
    """A regular expression for a company's name: up to six words that begin with capitals or digits, or join such."""
    return rf"(?:{_WORD}(?:[ \u00a0](?:&|{any_of(lambda each: each.names.joins)}|{_WORD})){{0,5}})"


def labelled_line(labels: str, *, shortest: int, longest: int) -> str:
    """A regular expression for a line like "Employer: Acme", its group what stands behind the label, of so many characters."""
    return rf"(?m)^[ \t]*(?i:{labels})[ \t]?:[ \t]*({CAPITAL}[^\n]{{{shortest - 1},{longest - 1}}}?)[ \t]*$"


def is_no_name(text: str) -> bool:
    """Whether it is no name of a person or an employer: "Your", "Interview", "Monday", or a tool that all use ("Zoom")."""
    return _no_name().match(text) is not None


@cache
def _no_name() -> re.Pattern[str]:
    words, tools = any_of(lambda each: each.names.no_names), "|".join(sorted(senders()["tools"]))
    return re.compile(rf"^(?:{words}|{tools}|{_TIME})$", re.IGNORECASE)


def names_within(sentence: str) -> tuple[str, ...]:
    """The names of people in a sentence, behind its first word: "Dev" and "Carla Rossi" in "Please thank Dev and Carla Rossi"."""
    found = (match[0] for match in _NAME_WITHIN.finditer(with_single_spaces(sentence)))
    return tuple(each for each in dict.fromkeys(found) if not is_no_name(each))


_NAME_WITHIN = re.compile(r"(?<=[a-zà-ÿ,.'’][ '’])[A-ZÀ-Þ][a-zà-ÿ'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,3}")


def with_single_spaces(text: str) -> str:
    """A text with a single space for each run of blanks and line breaks."""
    return f"{' ' * text[:1].isspace()}{' '.join(text.split())}{' ' * text[-1:].isspace()}"
