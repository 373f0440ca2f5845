"""What stands below a mail and is no part of it: signatures, legal footers, and what a company puts below every mail."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import dropwhile, islice, takewhile

from ..words.mail_words import any_of

_MOST_OF_A_NAME, _LONGEST_OF_A_NAME = 4, 60
"""The sender's name, title and company are on so many lines of so many characters."""

_LONGEST_VALEDICTION = 80
_TELEPHONE = re.compile(r"(?:\d\W{0,2}){8}")
_POSTSCRIPT = re.compile(r"\s*p\.? ?s\.?\b", re.IGNORECASE)


def without_signature(text: str) -> str:
    """A text up to a signature (RFC 3676, 4.3), the line that a telephone's mail program adds, or a disclaimer."""
    for begins in (_signature(), _disclaimer()):
        match = begins.search(text)
        if match is not None:
            text = text[: match.start()]
    return text


def without_footer(text: str) -> str:
    """A text up to its last valediction, with the lines of the sender's name below that, and a postscript: the rest is what their
    company puts below every mail. Wishes below which no name stands ("All the best!") are part of the text.
    """
    lines = text.split("\n")
    last = next((number for number in reversed(range(len(lines))) if _is_valediction(lines[number])), None)
    if last is None or _is_salutation(" ".join(lines[:last])):
        return text
    above, below = lines[: last + 1], lines[last + 1 :]
    if not _is_signed(below):
        return text
    name = takewhile(_may_be_of_a_name, islice(filter(None, map(str.strip, below)), _MOST_OF_A_NAME))
    return "\n".join((*above, *name, *_postscript(below)))


def _is_valediction(line: str) -> bool:
    return len(line) <= _LONGEST_VALEDICTION and _valediction().fullmatch(line) is not None


def _is_salutation(above: str) -> bool:
    """Whether nothing but a salutation stands above: then "Reciba un cordial saludo" greets, too."""
    return len(above) <= _LONGEST_VALEDICTION and above.rstrip().endswith((",", ":"))


def _is_signed(below: list[str]) -> bool:
    """Whether a name, a postscript or nothing stands right below a valediction, and not more of the text."""
    first = next(filter(None, map(str.strip, below)), "")
    return _is_postscript(first) or (_may_be_of_a_name(first) and not first.endswith((":", "!", "?")))


def _may_be_of_a_name(line: str) -> bool:
    return len(line) <= _LONGEST_OF_A_NAME and not _is_postscript(line) and _TELEPHONE.search(line) is None


def _postscript(lines: Iterable[str]) -> Iterator[str]:
    return takewhile(str.strip, dropwhile(lambda line: not _is_postscript(line), lines))


def _is_postscript(line: str) -> bool:
    """Whether a postscript begins with a line."""
    return _POSTSCRIPT.match(line) is not None


@cache
def _signature() -> re.Pattern[str]:
    """The beginning of a signature (RFC 3676, 4.3), or of the line that a mail program of a telephone adds."""
    devices = any_of(lambda each: each.footers.devices)
    return re.compile(rf"\n(?:--[ \t]?$|{devices}\b.{{0,80}}$)", re.MULTILINE)


@cache
def _disclaimer() -> re.Pattern[str]:
    begins = any_of(lambda each: each.footers.disclaimers_begin)
    says = any_of(lambda each: each.footers.disclaimers_say)
    whole = any_of(lambda each: each.footers.disclaimers)
    return re.compile(rf"\n[ \t*_]*(?:{begins}\b.{{0,200}}{says}|{whole})", re.IGNORECASE | re.MULTILINE)


@cache
def _valediction() -> re.Pattern[str]:
    return re.compile(rf"[ \t*_]*{any_of(lambda each: each.footers.valedictions)}[ \t,.!*_]*", re.IGNORECASE)
