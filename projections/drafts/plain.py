"""Text from strangers, made fit for a header or a line: no control, bidi or invisible character survives."""

import re

from afterword.recognition.messages.subjects import without_answers

# Persian, Indic and emoji spelling need the joiners; the fillers look like nothing and count as letters.
_JOINERS = "\u200c\u200d"
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"
_NOT_IN_AN_ADDRESS = re.compile(r"[\s,;:<>()\[\]\\\"]")
_LONGEST_ADDRESS = 254
_LONGEST_HEADER = 250
_LONGEST_MESSAGE_ID = 900


def one_line(text: str, limit: int) -> str:
    """The text on one line, with single spaces, of at most `limit` characters; "" where nothing in it can be read."""
    line = " ".join(_kept(text[: limit * 4]).split())
    if not any(char.isalnum() for char in line):
        return ""
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def lines(text: str) -> str:
    """A body: its line ends are newlines, no line ends in a space, and no two empty lines follow each other."""
    kept = (_kept(line).rstrip() for line in text.replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def address(text: str) -> str:
    """The address if it is one and no more than one; "" for what a mail program could read as something else."""
    kept = _kept(text[: 2 * _LONGEST_ADDRESS]).strip()
    local, at, domain = kept.rpartition("@")
    plain = at and local and domain and "@" not in local and not _NOT_IN_AN_ADDRESS.search(kept)
    return kept if plain and len(kept) <= _LONGEST_ADDRESS else ""


def message_id(text: str) -> str:
    """A Message-ID without angle brackets; "" if it has a space or a bracket inside."""
    kept = _kept(text[: 2 * _LONGEST_MESSAGE_ID]).strip().removeprefix("<").removesuffix(">")
    return "" if len(kept) > _LONGEST_MESSAGE_ID or re.search(r"[\s<>]", kept) else kept


def subject(text: str) -> str:
    return one_line(text, _LONGEST_HEADER)


def reply_subject(thread: str) -> str:
    """The subject of an answer in that thread: "Re: " once, whatever stood there before; "" for a thread without a subject."""
    bare = without_answers(subject(thread))
    return f"Re: {bare}" if bare else ""


def _kept(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if char.isspace() else char for char in text if _fit(char))


def _fit(char: str) -> bool:
    return (char.isprintable() and char not in _FILLERS) or char.isspace() or char in _JOINERS
