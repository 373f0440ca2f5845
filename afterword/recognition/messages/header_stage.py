"""The header stage: tells by its headers whether a mail's body is worth fetching. In doubt it is."""

import re
import tomllib
from collections.abc import Container, Iterable
from functools import cache
from typing import Any, NamedTuple

from .. import CUES
from ..reading import User
from ..words.folding import fold
from .addresses import ADDRESS, BULK, domain_of, is_report, is_service, parts_of_name, tracks_applications
from .mime import decoded
from .subjects import is_answer

LARGEST = 32 * 1024
LONGEST_VALUE_READ = 2000
_FILE = CUES / "headers.toml"
_ADDRESS = re.compile(rf"<?({ADDRESS})>?\s*$")
_IDS = re.compile(rb"<([^<>\s]{1,500})>")
_NO_WORD = re.compile(r"[^a-z0-9%]+")
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
"""The header fields that are read; no others need be fetched."""


def worth_reading(
    headers: bytes, *, user: User, threads: Container[str] = frozenset(), people: Container[str] = frozenset()
) -> bool:
    """Whether the body of a mail with these headers (RFC 5322; those in `FIELDS` will do) may have to do with hiring.

    False for bounces, for lists that don't mention hiring, and for bulk mail that doesn't either, is about everyday business or from a
    newsletter, and not from a person's own address. True for mails in known `threads` (Message-IDs without angle brackets) or from
    known `people` (addresses and domains).
    """
    fields = _Fields(headers)
    sender, subject = fields.text(b"from"), fields.text(b"subject")
    address = _ADDRESS.search(sender)
    if address is None or not subject or fields.repeats(b"from") or user.owns(address[1]):
        return True
    domain = domain_of(address[1])
    if tracks_applications(domain) or address[1].lower() in people or domain in people:
        return True
    if any(each in threads for each in fields.ids()):
        return True
    if is_report(fields.keyword(b"content-type"), address[1]):
        return False
    if _is_list(fields):
        return _mentions_hiring(subject, sender)
    is_individual = is_service(domain) or fields.has(b"in-reply-to") or is_answer(subject)
    return is_individual or not _is_bulk(fields, address[1]) or not _is_everyday(subject, sender, address[1])


class _Fields:
    """Header fields, each found when it is asked for, without parsing the others."""

    def __init__(self, headers: bytes) -> None:
        self._headers = b"\n" + headers[:LARGEST]
        self._lower = self._headers.lower()

    def has(self, name: bytes) -> bool:
        return b"\n" + name + b":" in self._lower

    def repeats(self, name: bytes) -> bool:
        return self._lower.count(b"\n" + name + b":") > 1

    def value(self, name: bytes, most: int = LONGEST_VALUE_READ) -> bytes:
        at = self._lower.find(b"\n" + name + b":")
        if at < 0:
            return b""
        start = at + len(name) + 2
        end = self._headers.find(b"\n", start)
        while end >= 0 and self._headers[end + 1 : end + 2] in (b" ", b"\t") and end - start < most:
            end = self._headers.find(b"\n", end + 1)
        return self._headers[start : end if end >= 0 else None][:most].strip()

    def text(self, name: bytes) -> str:
        return decoded(self.value(name).decode("utf-8", "replace"))

    def keyword(self, name: bytes) -> str:
        """A value in lower case, without parameters."""
        return self.value(name).partition(b";")[0].strip().lower().decode("ascii", "replace")

    def ids(self) -> Iterable[str]:
        """The Message-IDs of the mails before it, however many: the nearest stand last."""
        ids = _IDS.findall(self.value(b"references", LARGEST) + self.value(b"in-reply-to"))
        return (each.decode("utf-8", "replace") for each in ids)


def _is_list(fields: _Fields) -> bool:
    """Whether it came over a mailing list (RFC 2919)."""
    return fields.has(b"list-id") or fields.keyword(b"precedence") == "list"


def _is_bulk(fields: _Fields, address: str) -> bool:
    if any(fields.has(mark) for mark in _BULK_MARKS) or fields.keyword(b"precedence") in BULK:
        return True
    return _is_bulk_sender(address)


def _mentions_hiring(subject: str, sender: str) -> bool:
    return _patterns().hiring.search(_words(f"{subject} {sender}")) is not None


def _is_everyday(subject: str, sender: str, address: str) -> bool:
    """Whether subject and sender are about everyday business (an order, a discount) and don't mention hiring."""
    if _mentions_hiring(subject, sender):
        return False
    patterns = _patterns()
    name = sender.replace(address, "")
    words = _words(f"{subject} {name}")
    if _is_bulk_sender(address):
        return patterns.everyday.search(words) is not None or patterns.perhaps.search(words) is None
    return patterns.everyday.search(words) is not None and not _is_personal_address(address, name)


def _is_personal_address(address: str, name: str) -> bool:
    """Whether the address is made of the sender's name: recruiters' tools send bulk mail from people's own addresses."""
    return any(not _patterns().everyday.search(f" {part} ") for part in parts_of_name(address, name))


def _is_bulk_sender(address: str) -> bool:
    """Whether the local part or a label of the domain is one of bulk senders ("news.shop.example")."""
    local, _, domain = address.lower().partition("@")
    return not _patterns().bulk_senders.isdisjoint({local, *domain.split(".")[:-1]})


class _Patterns(NamedTuple):
    hiring: re.Pattern[str]
    perhaps: re.Pattern[str]
    everyday: re.Pattern[str]
    bulk_senders: frozenset[str]


@cache
def _patterns() -> _Patterns:
    table: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    hiring, perhaps, everyday = (_any_word(table[name]) for name in ("hiring", "perhaps", "everyday"))
    return _Patterns(hiring, perhaps, everyday, frozenset(table["bulk_senders"]))


def _any_word(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(" (?:" + "|".join(sorted(each.replace("_", " ") for each in set(words))) + ")")


def _words(text: str) -> str:
    """The folded words of a text, with a space on either side of each."""
    return f" {_NO_WORD.sub(' ', fold(text))} "
