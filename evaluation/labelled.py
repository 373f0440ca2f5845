"""Labelled mails: our own in `mails/*.toml`, and sets of JSON lines that lie elsewhere."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, NamedTuple

from afterword.recognition.classify import KINDS
from afterword.recognition.purposes import PURPOSES

USER = "jane@home.example"
_OWN = Path(__file__).parent / "mails"
_DATE = "Mon, 02 Mar 2026 10:00:00 +0100"
CLASSES: tuple[str, ...] = (*KINDS, "promise")


class Labelled(NamedTuple):
    """A mail, and which of the `judged` classes a reader would take from it; one of `expected` is right."""

    name: str
    language: str
    raw: bytes
    judged: frozenset[str]
    expected: tuple[frozenset[str], ...]


def own_mails() -> Iterator[Labelled]:
    """The project's own set."""
    for path in sorted(_OWN.glob("*.toml")):
        for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["mail"], start=1):
            is_users = "purposes" in row
            says = frozenset(row["purposes"] if is_users else row["says"])
            judged = frozenset(PURPOSES if is_users else CLASSES)
            yield Labelled(f"{path.stem}-{number:03}", path.stem, _raw(row, is_users=is_users), judged, (says,))


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
    mail = EmailMessage(policy=SMTP)
    sender = _one_line(row.get("from")) or "Recruiting <someone@employer.example>"
    fields = {
        "From": f"Jane Doe <{USER}>" if is_users else sender,
        "To": "Anna Berg <anna@tailspin.example>" if is_users else USER,
        "Subject": _one_line(row.get("subject")),
        "Date": _one_line(row.get("date")) or _DATE,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    mail.set_content(str(row.get("text") or "").replace("\x00", ""))
    body = str(mail.get_content())
    return (head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + body).encode("utf-8", "replace")


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())
