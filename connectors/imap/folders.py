"""Selection of the folders to read: inbox, sent and archive by special use (RFC 6154) or name, or the configured ones."""

import re
from collections.abc import Iterable, Iterator
from imaplib import IMAP4
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.ports import Mailbox, NeedsUser

from ..mailboxes import is_drafts_mailbox, role_of

if TYPE_CHECKING:
    from .session import Client

_ROLES_BY_SPECIAL_USE: dict[bytes, Mailbox] = {
    b"\\inbox": "inbox",
    b"\\sent": "sent",
    b"\\archive": "archive",
    b"\\all": "archive",
}
_NOT_READ = frozenset({b"\\drafts", b"\\junk", b"\\trash", b"\\flagged", b"\\important"})
_NOT_SELECTABLE = frozenset({b"\\noselect", b"\\nonexistent"})
_ORDER: tuple[Mailbox, ...] = ("inbox", "sent", "archive", "other")
MAX_FOLDERS = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_ACCESSIBLE_CODES = ("[NOPERM]", "[NONEXISTENT]", "[CANNOT]")
"""Response codes (RFC 5530) for a folder that is listed but can't be opened."""

ListedFolder = tuple[tuple[bytes, ...], bytes | None, str]
"""The attributes, hierarchy delimiter and name of a LIST response."""


class Folder(Struct, frozen=True):
    """The name of a folder, decoded, and its role."""

    name: str
    role: Mailbox


class FolderStatus(Struct, frozen=True, kw_only=True):
    """UIDVALIDITY, UIDNEXT and EXISTS of an EXAMINE response; 0 where missing."""

    uid_validity: int
    uid_next: int
    exists: int


def examine_all(client: "Client", configured: tuple[str, ...]) -> Iterator[tuple[Folder, FolderStatus]]:
    """Examine the folders to read, one by one. Raises NeedsUser.

    A folder that is neither configured nor the inbox is skipped if it can't be opened: it may be another user's.
    """
    for each in folders_to_read(client.list_folders_with_special_use(), configured, client.host):
        try:
            status = examine(client, each)
        except IMAP4.error as error:
            if not any(code in str(error).upper() for code in _NOT_ACCESSIBLE_CODES):
                raise
            if configured or each.role == "inbox":
                raise NeedsUser(
                    f"{client.host} does not open the folder {each.name!r}: see what you may do in it."
                ) from None
        else:
            yield each, status


def examine(client: "Client", folder: Folder) -> FolderStatus:
    """Open a folder read-only (EXAMINE)."""
    response = client.select_folder(folder.name, readonly=True)
    return FolderStatus(
        uid_validity=response.get(b"UIDVALIDITY", 0),
        uid_next=response.get(b"UIDNEXT", 0),
        exists=response.get(b"EXISTS", 0),
    )


def folders_to_read(listed: Iterable[ListedFolder], configured: tuple[str, ...], host: str) -> list[Folder]:
    """Return the folders to read, the inbox first: a mail in several folders counts as in the first. Raises NeedsUser."""
    selectable = list(_selectable(listed))
    if configured:
        return [_find_folder(name, selectable, host) for name in configured]
    read_by_default = [Folder(name, role) for name, role in selectable if role in {"inbox", "sent", "archive"}]
    return sorted(read_by_default, key=lambda each: (_ORDER.index(each.role), each.name))[:MAX_FOLDERS]


def drafts_folder(listed: Iterable[ListedFolder]) -> str | None:
    """Return the name of the drafts folder, by special use or name; None if there is none."""
    folders = [(name, {each.lower() for each in flags}) for flags, _, name in listed if isinstance(name, str)]
    by_use = (name for name, special_uses in folders if b"\\drafts" in special_uses)
    by_name = (
        name for name, special_uses in folders if special_uses.isdisjoint(_NOT_SELECTABLE) and is_drafts_mailbox(name)
    )
    return next(by_use, None) or next(by_name, None)


def _selectable(listed: Iterable[ListedFolder]) -> Iterator[tuple[str, Mailbox | None]]:
    for flags, _, name in listed:
        special_uses = {each.lower() for each in flags if isinstance(each, bytes)}
        if isinstance(name, str) and not _CONTROL.search(name) and special_uses.isdisjoint(_NOT_SELECTABLE):
            yield name, _role(special_uses, name)


def _role(special_uses: set[bytes], name: str) -> Mailbox | None:
    if special_uses & _NOT_READ:
        return None
    return next((role for use, role in _ROLES_BY_SPECIAL_USE.items() if use in special_uses), None) or role_of(name)


def _find_folder(wanted: str, selectable: list[tuple[str, Mailbox | None]], host: str) -> Folder:
    for name, role in selectable:
        if name == wanted or name.upper() == wanted.upper() == "INBOX":
            return Folder(name, role or "other")
    names = ", ".join(name for name, _ in selectable[:20])
    raise NeedsUser(f"There is no folder {wanted!r} on {host}: the account's folders may be any of {names}.")
