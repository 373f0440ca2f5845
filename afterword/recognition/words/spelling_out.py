"""Spells out simple regular expressions: a finite set of strings can be looked up instead of searched for."""

import re
from collections.abc import Iterator
from itertools import product

_ESCAPES = {r"\d": "0", r"\w": "0", r"\s": " ", r"\b": "", r"\W": " "}
_PIECE = re.compile(r"\(\?<?[=!]|\(\?(?:(?:-i)?:|P<\w+>)|\\.|\[[^\]]+\]|\{\d+(?:,\d*)?\}|.")


def spelled_out(pattern: str) -> list[str]:
    """All strings that a regular expression of groups, alternatives, classes and options matches.

    Lookarounds are left out, repetitions occur once, and negated classes are a space.
    """
    return _alternatives(iter(_PIECE.findall(pattern)))[0]


def _alternatives(pieces: Iterator[str]) -> tuple[list[str], str]:
    """The strings that the alternatives up to the closing bracket match, and that bracket, "" at the end."""
    found: list[str] = []
    parts: list[list[str]] = []
    for piece in pieces:
        if piece in ("?", "*") or piece.startswith("{0"):
            parts[-1] = [*parts[-1], ""]
        elif piece == "+" or (piece.startswith("{") and piece != "{"):
            continue
        elif piece in "|)":
            found += map("".join, product(*parts))
            parts = []
            if piece == ")":
                return found, piece
        else:
            parts.append(_options(piece, pieces))
    return found + list(map("".join, product(*parts))), ""


def _options(piece: str, pieces: Iterator[str]) -> list[str]:
    if piece.startswith("("):
        inside, _ = _alternatives(pieces)
        return [""] if piece[-1] in "=!" else inside
    if piece.startswith("["):
        if piece.startswith("[^"):
            return [" "]
        return ["0"] if "-" in piece or "\\" in piece else list(piece[1:-1])
    return [_ESCAPES.get(piece, piece[-1])]
