"""Which folders are read: inbox, sent and archive, by their special use (RFC 6154) before their names; or those that are configured."""

import re
from collections.abc import Iterable, Iterator
from imaplib import IMAP4
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.ports import Mailbox, NeedsUser

from ..mailboxes import is_drafts_mailbox, role_of

if TYPE_CHECKING:
    from .session import Client

_USES: dict[bytes, Mailbox] = {b"\\inbox": "inbox", b"\\sent": "sent", b"\\archive": "archive", b"\\all": "archive"}
_LEFT_OUT = frozenset({b"\\drafts", b"\\junk", b"\\trash", b"\\flagged", b"\\important"})
_NO_MAILBOX = frozenset({b"\\noselect", b"\\nonexistent"})
_ORDER: tuple[Mailbox, ...] = ("inbox", "sent", "archive", "other")
MOST = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CLOSED = ("[NOPERM]", "[NONEXISTENT]", "[CANNOT]")
"""Response codes (RFC 5530) of a folder that is listed, and can't be opened by us."""

Listed = tuple[tuple[bytes, ...], bytes | None, str]
"""A folder's flags, the delimiter of its name, and that."""


class Folder(Struct, frozen=True):
    """A folder by its name as text, and what it is for."""

    name: str
    role: Mailbox


class Examined(Struct, frozen=True, kw_only=True):
    """What the server says of a folder; 0 where it doesn't."""

    validity: int
    next: int
    mails: int


def opened(client: "Client", wanted: tuple[str, ...]) -> Iterator[tuple[Folder, Examined]]:
    """The folders to read one by one, each examined. Raises NeedsUser.

    One that was found by itself and can't be opened is left out: it may be another user's, who shows us no more than its name.
    """
    for each in chosen(client.folders_with_uses(), wanted, client.host):
        try:
            now = examined(client, each)
        except IMAP4.error as error:
            if not any(code in str(error).upper() for code in _CLOSED):
                raise
            if wanted or each.role == "inbox":
                raise NeedsUser(
                    f"{client.host} does not open the folder {each.name!r}: see what you may do in it."
                ) from None
        else:
            yield each, now


def examined(client: "Client", folder: Folder) -> Examined:
    """What the server says of a folder that it opens, to be looked at."""
    told = client.select_folder(folder.name, readonly=True)
    return Examined(validity=told.get(b"UIDVALIDITY", 0), next=told.get(b"UIDNEXT", 0), mails=told.get(b"EXISTS", 0))


def chosen(listed: Iterable[Listed], wanted: tuple[str, ...], host: str) -> list[Folder]:
    """The folders to read, the inbox first: a mail that lies in several counts where it was put first. Raises NeedsUser."""
    there = list(_there(listed))
    if wanted:
        return [_named(name, there, host) for name in wanted]
    read = [Folder(name, role) for name, role in there if role in {"inbox", "sent", "archive"}]
    return sorted(read, key=lambda each: (_ORDER.index(each.role), each.name))[:MOST]


def drafts_folder(listed: Iterable[Listed]) -> str | None:
    """The folder for drafts, by its special use before its name."""
    named = [(name, {each.lower() for each in flags}) for flags, _, name in listed if isinstance(name, str)]
    by_use = (name for name, uses in named if b"\\drafts" in uses)
    by_name = (name for name, uses in named if uses.isdisjoint(_NO_MAILBOX) and is_drafts_mailbox(name))
    return next(by_use, None) or next(by_name, None)


def _there(listed: Iterable[Listed]) -> Iterator[tuple[str, Mailbox | None]]:
    for flags, _, name in listed:
        uses = {each.lower() for each in flags if isinstance(each, bytes)}
        if isinstance(name, str) and not _CONTROL.search(name) and uses.isdisjoint(_NO_MAILBOX):
            yield name, _role(uses, name)


def _role(uses: set[bytes], name: str) -> Mailbox | None:
    if uses & _LEFT_OUT:
        return None
    return next((role for use, role in _USES.items() if use in uses), None) or role_of(name)


def _named(wanted: str, there: list[tuple[str, Mailbox | None]], host: str) -> Folder:
    for name, role in there:
        if name == wanted or name.upper() == wanted.upper() == "INBOX":
            return Folder(name, role or "other")
    names = ", ".join(name for name, _ in there[:20])
    raise NeedsUser(f"There is no folder {wanted!r} on {host}: the account's folders may be any of {names}.")
