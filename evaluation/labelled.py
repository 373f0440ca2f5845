"""Labelled mails: our own in `mails/*.toml` and `held/*.toml`, and sets of JSON lines that lie elsewhere."""

import json
import quopri
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from afterword.recognition.meaning.meanings import KINDS
from afterword.recognition.meaning.purposes import PURPOSES
from afterword.recognition.words.cues import languages_of
from afterword.recognition.words.sentences import sentences_of

USER = "jane@home.example"
_OWN = Path(__file__).parent
_NOBODY = "Recruiting <someone@employer.example>"
_DATE = "Mon, 02 Mar 2026 10:00:00 +0100"
WRONG_DAY = "wrong_day"
"""The class of a promise that is found for another day than the labelled one."""

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "mails"
"""Further labelled mails, if they lie beside the project."""

CLASSES: tuple[str, ...] = (*KINDS, "promise", WRONG_DAY)


class Saying(NamedTuple):
    """A short text, and which of the `judged` meanings it has (`says`)."""

    text: str
    says: frozenset[str]
    judged: frozenset[str]


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


def sayings(language: str) -> Iterator[Saying]:
    """The texts of sayings/<xx>.toml: ways in which each thing is said, and texts that only sound alike."""
    tables = _table(_OWN / "sayings" / f"{language}.toml")
    yield from _sayings(tables["employer"], KINDS)
    yield from _sayings(tables["user"], PURPOSES)


def fitted_to(language: str) -> str:
    """A digest of all texts that the wording of a language is fitted to, with the openings and closings put around them."""
    files = (_OWN / f"sayings/{language}.toml", _OWN / f"mails/{language}.toml", _OWN / "ways_of_writing.toml")
    tested = (ways_of_saying().get(language), around(language), around(language, users=True))
    return sha256(json.dumps(([*map(_table, files)], tested), default=str).encode()).hexdigest()[:16]


def tested_sayings(language: str) -> Iterator[Saying]:
    """The texts of tests/test_ways_of_saying.py: those that must be recognised, and those that must not."""
    ways = {meaning: texts for meaning, texts in ways_of_saying().get(language, {}).items() if isinstance(texts, list)}
    yield from _sayings({"none": ways.pop("no_rejection", [])}, ("rejection",))
    yield from _sayings(ways, KINDS)
    written = {
        purpose: [each for each in texts if _is_in(language, each)] for purpose, texts in ways_of_writing().items()
    }
    yield from _sayings(written, PURPOSES)


def _sayings(by_meaning: Mapping[str, Sequence[str]], judged: Sequence[str]) -> Iterator[Saying]:
    for meaning, texts in by_meaning.items():
        assert meaning in (*judged, "none", "nothing"), meaning
        says = frozenset({meaning}) & frozenset(judged)
        yield from (Saying(text, says, frozenset(judged)) for text in texts)


def _is_in(language: str, text: str) -> bool:
    return languages_of(sentences_of(text)) == (language,)


def around(language: str, *, users: bool = False) -> tuple[list[str], list[str]]:
    """Openings and closings that fit any mail: an employer's, or one of the user's own."""
    table, whose = _table(_OWN / "sayings" / "around.toml")[language], "users_" if users else ""
    return table[f"{whose}openings"], table[f"{whose}closings"]


def ways_of_saying() -> dict[str, dict[str, Any]]:
    """By language and meaning, the texts of others that must be recognised, and those that must not."""
    return _table(_OWN / "ways_of_saying.toml")


def ways_of_writing() -> dict[str, list[str]]:
    """By purpose, the texts of the user's own that must be recognised."""
    found: dict[str, list[str]] = _table(_OWN / "ways_of_writing.toml")
    return found


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def own_mails(half: str = "mails") -> Iterator[Labelled]:
    """The project's own set: the open half ("mails"), or the one that is kept for the end ("held")."""
    for path in sorted((_OWN / half).glob("*.toml")):
        for number, row in enumerate(_table(path)["mail"], start=1):
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
    """The mails of every *.jsonl in a folder: id, subject, from, date, body, lang, and a label or gold that is known here: one of those
    above, or what it says, joined by "+" ("acknowledged+promise", with `until`); "own:" before each purpose of the user's own, and "none".
    """
    for path in sorted(folder.glob("*.jsonl")):
        for row in _rows(path):
            label, name = str(row.get("gold") or row.get("label") or ""), f"{path.stem}:{row.get('id')}"
            language, is_users = str(row.get("lang") or "en"), label.startswith("own:")
            gold = _GOLD.get(label) or _spelled_out(label.split("+"))
            if gold is not None:
                raw = _raw({**row, "text": row.get("body")}, is_users=is_users)
                yield Labelled(name, language, raw, *gold, _day(row.get("until")))


def _spelled_out(says: Sequence[str]) -> tuple[frozenset[str], tuple[frozenset[str], ...]] | None:
    known = PURPOSES if says[0].startswith("own:") else CLASSES
    said = frozenset(each.removeprefix("own:") for each in says) - {"none"}
    return (frozenset(known), (said,)) if said <= frozenset(known) else None


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


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
