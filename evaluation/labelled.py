"""Labelled mails: our own in `mails/*.toml` and `held/*.toml`, and sets of JSON lines that lie elsewhere."""

import json
import quopri
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from afterword.recognition.classify import KINDS
from afterword.recognition.purposes import PURPOSES

USER = "jane@home.example"
_OWN = Path(__file__).parent
_NOBODY = "Recruiting <someone@employer.example>"
_DATE = "Mon, 02 Mar 2026 10:00:00 +0100"
WRONG_DAY = "wrong_day"
"""The class of a promise that is seen, but not for the day that the mail names."""

CLASSES: tuple[str, ...] = (*KINDS, "promise", WRONG_DAY)


class Labelled(NamedTuple):
    """A mail, and which of the `judged` classes a reader would take from it; one of `expected` is right.

    `until` is the day that a promise in it names, where that is known: its later reading, from the mail's date.
    """

    name: str
    language: str
    raw: bytes
    judged: frozenset[str]
    expected: tuple[frozenset[str], ...]
    until: date | None = None


def own_mails(half: str = "mails") -> Iterator[Labelled]:
    """The project's own set: the open half ("mails"), or the one that is kept for the end ("held")."""
    for path in sorted((_OWN / half).glob("*.toml")):
        for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["mail"], start=1):
            yield _own_mail(f"{half}/{path.stem}-{number:03}", path.stem, row)


def _own_mail(name: str, language: str, row: Mapping[str, Any]) -> Labelled:
    is_users = "purposes" in row
    says = frozenset(row["purposes"] if is_users else row["says"])
    until = row["until"] if "promise" in says else None
    judged = frozenset(PURPOSES if is_users else CLASSES)
    return Labelled(name, language, _raw(row, is_users=is_users), judged, (says,), until)


_GOLD: Mapping[str, tuple[frozenset[str], tuple[frozenset[str], ...]]] = {
    "rejection": (frozenset({"rejection"}), (frozenset({"rejection"}),)),
    "not_rejection": (frozenset({"rejection"}), (frozenset(),)),
    "interview": (frozenset({"invited", "scheduled", "rejection"}), (frozenset({"invited"}), frozenset({"scheduled"}))),
    "ack": (frozenset({"acknowledged", "rejection", "invited", "offer"}), (frozenset({"acknowledged"}),)),
    "offer": (frozenset({"offer", "rejection"}), (frozenset({"offer"}),)),
    "noise": (frozenset(CLASSES), (frozenset(),)),
    "unrelated": (frozenset(CLASSES), (frozenset(),)),
    "promise": (frozenset({"promise", "rejection"}), (frozenset({"promise"}),)),
    "hold": (frozenset({"paused", "rejection"}), (frozenset({"paused"}),)),
}


def mails_in(folder: Path) -> Iterator[Labelled]:
    """The mails of every *.jsonl in a folder: id, subject, from, date, body, and a label or gold that is known here."""
    for path in sorted(folder.glob("*.jsonl")):
        for row in _rows(path):
            gold = _GOLD.get(str(row.get("gold") or row.get("label") or ""))
            if gold is not None:
                name, language = f"{path.stem}:{row.get('id')}", str(row.get("lang") or "en")
                yield Labelled(name, language, _raw({**row, "text": row.get("body")}, is_users=False), *gold)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    text, decoder, at = path.read_text(encoding="utf-8", errors="replace"), json.JSONDecoder(strict=False), 0
    while (at := text.find("{", at)) >= 0:
        try:
            row, at = decoder.raw_decode(text, at)
        except ValueError:
            at += 1
        else:
            yield row


def _raw(row: Mapping[str, Any], *, is_users: bool) -> bytes:
    body, encoding = _body(str(row.get("text") or "")), str(row.get("encoding") or "8bit")
    fields = {
        "From": f"Jane Doe <{USER}>" if is_users else _one_line(row.get("from")) or _NOBODY,
        "To": "Anna Berg <anna@tailspin.example>" if is_users else USER,
        "Subject": _one_line(row.get("subject")),
        "Date": _one_line(row.get("date")) or _DATE,
        **row.get("headers", {}),
        "Content-Type": f"text/{row.get('subtype', 'plain')}; charset=utf-8",
        "Content-Transfer-Encoding": encoding,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    sent = quopri.encodestring(body) if encoding == "quoted-printable" else body
    return head.encode("utf-8", "replace") + b"\r\n" + sent


def _body(text: str) -> bytes:
    lines = text.replace("\x00", "").encode("utf-8", "replace").splitlines()
    return b"".join(line + b"\r\n" for line in lines)


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())
