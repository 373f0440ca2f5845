"""The header stage: what of a mailbox need not be fetched, told by the heads of its mails alone. In doubt a mail is read."""

import re
import tomllib
from collections.abc import Container, Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .mime import decoded
from .names import domain_of, fold, is_service, tracks_applications
from .reading import User
from .subjects import is_answer

LARGEST = 32 * 1024
LONGEST_VALUE = 2000
SHORTEST_NAME = 3
_FILE = Path(__file__).parent / "cues" / "headers.toml"
_ADDRESS = re.compile(r"<?([^\s<>,;:\"()@]{1,200}@[^\s<>,;:\"()@]{1,200})>?\s*$")
_IDS = re.compile(rb"<([^<>\s]{1,500})>")
_NO_WORD = re.compile(r"[^a-z0-9%]+")
_BULK = frozenset({b"bulk", b"junk", b"list"})
_BULK_MARKS = (
    b"list-unsubscribe",
    b"x-campaign",
    b"x-campaignid",
    b"x-mailchimp-campaign",
    b"x-mc-user",
    b"x-mailer-recptid",
)
FIELDS = (
    "From",
    "Subject",
    "References",
    "In-Reply-To",
    "List-Id",
    "Precedence",
    "Content-Type",
    *(each.decode() for each in _BULK_MARKS),
)
"""The fields that are looked at: nothing else of a head need be fetched."""

_BOUNCES = ("mailer-daemon", "postmaster")


def worth_reading(
    head: bytes, *, user: User, threads: Container[str] = frozenset(), people: Container[str] = frozenset()
) -> bool:
    """Whether the body of a mail with this head (RFC 5322; the fields in `FIELDS` will do) may say anything of hiring.

    False only for bounces, for lists without a word of hiring, and for bulk mail that has none either, names everyday business, or a
    newsletter as its sender, and comes from no person's own address. `threads` holds the ids, without angle brackets, of mails
    that are known, `people` the addresses and domains of those who wrote them: what belongs to one of them is read.
    """
    fields = _Fields(head)
    sender, subject = fields.text(b"from"), fields.text(b"subject")
    address = _ADDRESS.search(sender)
    if address is None or not subject or fields.repeats(b"from") or user.owns(address[1]):
        return True
    domain = domain_of(address[1])
    if tracks_applications(domain) or address[1].lower() in people or domain in people:
        return True
    if any(each in threads for each in fields.ids()):
        return True
    if _is_bounce(fields, address[1]):
        return False
    if _is_list(fields):
        return _speaks_of_hiring(subject, sender)
    speaks_to_one = is_service(domain) or fields.holds(b"in-reply-to") or is_answer(subject)
    return speaks_to_one or not _is_bulk(fields, address[1]) or not _is_everyday(subject, sender, address[1])


class _Fields:
    """The fields of a head that are asked for: found without reading the others."""

    def __init__(self, head: bytes) -> None:
        self._head = b"\n" + head[:LARGEST]
        self._lower = self._head.lower()

    def holds(self, name: bytes) -> bool:
        return b"\n" + name + b":" in self._lower

    def repeats(self, name: bytes) -> bool:
        return self._lower.count(b"\n" + name + b":") > 1

    def value(self, name: bytes) -> bytes:
        at = self._lower.find(b"\n" + name + b":")
        if at < 0:
            return b""
        start = at + len(name) + 2
        end = self._head.find(b"\n", start)
        while end >= 0 and self._head[end + 1 : end + 2] in (b" ", b"\t") and end - start < LONGEST_VALUE:
            end = self._head.find(b"\n", end + 1)
        return self._head[start : end if end >= 0 else None][:LONGEST_VALUE].strip()

    def text(self, name: bytes) -> str:
        return decoded(self.value(name).decode("utf-8", "replace"))

    def ids(self) -> Iterable[str]:
        found = _IDS.findall(self.value(b"references") + self.value(b"in-reply-to"))
        return (each.decode("utf-8", "replace") for each in found)


def _is_bounce(fields: _Fields, address: str) -> bool:
    """Whether a server says that a mail could not be delivered (RFC 3464)."""
    is_report = fields.value(b"content-type").lower().startswith(b"multipart/report")
    return is_report or address.partition("@")[0].lower() in _BOUNCES


def _is_list(fields: _Fields) -> bool:
    """Whether it came by a list (RFC 2919)."""
    return fields.holds(b"list-id") or fields.value(b"precedence").lower() == b"list"


def _is_bulk(fields: _Fields, address: str) -> bool:
    if any(fields.holds(mark) for mark in _BULK_MARKS) or fields.value(b"precedence").lower() in _BULK:
        return True
    return _writes_to_many(address)


def _speaks_of_hiring(subject: str, sender: str) -> bool:
    return _tables().hiring.search(_words(f"{subject} {sender}")) is not None


def _is_everyday(subject: str, sender: str, address: str) -> bool:
    """Whether it is everyday business, and nothing in front of its body speaks of hiring."""
    if _speaks_of_hiring(subject, sender):
        return False
    tables = _tables()
    name = sender.replace(address, "")
    said = _words(f"{subject} {name}")
    if _writes_to_many(address):
        return tables.everyday.search(said) is not None or tables.perhaps.search(said) is None
    return tables.everyday.search(said) is not None and not _is_persons(address, name)


def _is_persons(address: str, name: str) -> bool:
    """Whether the address is made of its owner's name: people write to many, too, with a recruiter's tools."""
    local, _, domain = address.lower().partition("@")
    words = set(_words(name).split())
    return any(
        len(part) >= SHORTEST_NAME
        and part in words
        and part not in domain.split(".")
        and not _tables().everyday.search(f" {part} ")
        for part in _NO_WORD.split(local)
    )


def _writes_to_many(address: str) -> bool:
    """Whether the address says so itself: in front of the @, or in its domain ("news.shop.example")."""
    local, _, domain = address.lower().partition("@")
    return not _tables().bulk_senders.isdisjoint({local, *domain.split(".")[:-1]})


class _Tables(NamedTuple):
    hiring: re.Pattern[str]
    perhaps: re.Pattern[str]
    everyday: re.Pattern[str]
    bulk_senders: frozenset[str]


@cache
def _tables() -> _Tables:
    table: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    hiring, perhaps, everyday = (_beginning(table[name]) for name in ("hiring", "perhaps", "everyday"))
    return _Tables(hiring, perhaps, everyday, frozenset(table["bulk_senders"]))


def _beginning(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(" (?:" + "|".join(sorted(each.replace("_", " ") for each in set(words))) + ")")


def _words(text: str) -> str:
    """The folded words, each with a space on either side."""
    return f" {_NO_WORD.sub(' ', fold(text))} "
