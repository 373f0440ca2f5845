"""The sender of a mail: a person or a machine, whether it is verified, and at which address somebody reads an answer."""

import re
from functools import cache
from typing import Literal

from ...eventlog.events import Person
from ..words.folding import fold
from ..words.mail_words import any_of
from .addresses import BULK, domain_of, is_hiring_desk, is_report, is_service, tracks_applications
from .message import Message

Nature = Literal["person", "automatic", "auto_reply", "bounce", "list"]

_RESULT = re.compile(r"(?:^|;)\s*(dmarc|spf|dkim)\s*=\s*(\w+)", re.IGNORECASE)
_FAILS = frozenset({"fail", "permerror"})
_ESCAPED = re.compile(r"\\.")
_LONGEST_NOTICE = 600


def nature(message: Message) -> Nature:
    """What kind of sender wrote it (RFC 3834, RFC 2919, RFC 3464)."""
    if _is_bounce(message):
        return "bounce"
    submitted = _bare(_field(message, "auto-submitted")).partition(";")[0].strip().lower()
    if _field(message, "x-autoreply") or _automatic_subject().match(message.subject):
        return "auto_reply"
    tracked = tracks_applications(domain_of(message.sender.address))
    if submitted == "auto-replied" and not (tracked or is_hiring_desk(message.sender.address, message.sender.name)):
        return "auto_reply"  # of those who hire it is the receipt of an application that was mailed to them
    listed = _field(message, "list-id") or _field(message, "precedence").lower() == "list"
    if listed and not tracked:
        return "list"
    automatic = (
        listed
        or submitted not in {"", "no"}
        or _field(message, "list-unsubscribe")
        or _field(message, "precedence").lower() in BULK
    )
    return "automatic" if automatic or is_automatic_address(message) else "person"


def is_out_of_office(message: Message, text: str) -> bool:
    """Whether an answer whose header does not say so reads like an out-of-office notice, by the beginning of what was written now.

    A person may have written it all the same, and mention an absence.
    """
    opening = text[:_LONGEST_NOTICE] if message.in_reply_to else ""
    return bool(_away().search(opening)) and bool(_meanwhile().search(opening))


def is_bulk(message: Message) -> bool:
    """Whether it was sent to many (List-Unsubscribe, RFC 2369). Applicant tracking systems put that into mails to a single person too."""
    tracked = tracks_applications(domain_of(message.sender.address))
    return bool(_field(message, "list-unsubscribe")) and not tracked


def is_automatic_address(message: Message) -> bool:
    """Whether nobody reads answers: the sender is a no-reply address, or a service's that is no person's and has no person's Reply-To."""
    sender = message.sender.address
    if _unread().match(sender):
        return True
    if is_service(domain_of(sender)) and not _is_persons_at_a_service(message.sender):
        return not any(not _unread().match(each.address) for each in message.reply_to)
    return False


def reply_address(message: Message) -> str:
    """The address for answers: Reply-To or else From (RFC 5322, 3.6.2); "" if nobody reads answers."""
    for each in (*message.reply_to, *([] if message.reply_to else [message.sender])):
        if each.address and not _unread().match(each.address):
            passes_on = message.reply_to or _is_persons_at_a_service(each)
            return each.address if passes_on or not is_service(domain_of(each.address)) else ""
    return ""


def _is_persons_at_a_service(sender: Person) -> bool:
    """Whether applicant tracking gave a recruiter this address, and passes on what is written to it: "anna.berg-acme@m.personio.de"."""
    local, _, domain = sender.address.rpartition("@")
    words, parts = fold(sender.name).split(), re.split(r"[._+-]", fold(local))
    names = [each for each in parts if each in words]
    return len(words) > 1 and names[:1] == words[:1] and words[-1] in names and tracks_applications(domain)


def sender_fails(message: Message, authserv_ids: tuple[str, ...]) -> bool:
    """Whether the user's own server says that the sender is not who it claims to be (RFC 8601, RFC 7489).

    Only the topmost Authentication-Results counts, and only if one of these servers wrote it: any other may be the sender's. If it has
    no DMARC result, a sender fails whose SPF fails, unless a DKIM signature passes.
    """
    topmost = message.fields.get("authentication-results", [""])[0]
    server, _, results = _bare(topmost[:4000]).partition(";")
    trusted = {each.lower() for each in authserv_ids}
    if not server.split() or server.split()[0].lower() not in trusted:
        return False
    results_of: dict[str, set[str]] = {}
    for method, result in _RESULT.findall(results):
        results_of.setdefault(method.lower(), set()).add(result.lower())
    if "dmarc" in results_of:
        return not results_of["dmarc"].isdisjoint(_FAILS)
    return "fail" in results_of.get("spf", ()) and "pass" not in results_of.get("dkim", ())


def _bare(value: str) -> str:
    """A field value without comments, which nest, and quoted strings: both may hold what the sender chose."""
    depth, quoted = 0, False
    kept: list[str] = []
    for char in _ESCAPED.sub("", value):
        if char == '"' and not depth:
            quoted = not quoted
        elif char in "()" and not quoted:
            depth = max(0, depth + (1 if char == "(" else -1))
        elif not quoted and not depth:
            kept.append(char)
    return "".join(kept)


def _is_bounce(message: Message) -> bool:
    if is_report(message.content_type, message.sender.address):
        return True
    return _field(message, "return-path").strip() == "<>" and not _field(message, "auto-submitted")


def _field(message: Message, name: str) -> str:
    return message.fields.get(name, [""])[0]


@cache
def _unread() -> re.Pattern[str]:
    """Addresses that nobody reads; a bounce address may contain the recipient's (VERP)."""
    inside, whole = any_of(lambda each: each.automatic.no_reply), any_of(lambda each: each.automatic.desks)
    machines = rf"mailer-daemon|postmaster|bounces?[+\w.-]*|{whole}"
    return re.compile(rf"^(?:[\w.+-]*{inside}[\w.+-]*|{machines})@", re.IGNORECASE)


@cache
def _automatic_subject() -> re.Pattern[str]:
    return re.compile(rf"^\s*{any_of(lambda each: each.automatic.subjects)}", re.IGNORECASE)


@cache
def _away() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of(lambda each: each.automatic.away)}\b", re.IGNORECASE)


@cache
def _meanwhile() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of(lambda each: each.automatic.meanwhile)}\b", re.IGNORECASE)
