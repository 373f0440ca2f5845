"""Selection of the folders to read: inbox, sent and archive by special use (RFC 6154) or name, or the configured ones."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from afterword.ports import Mailbox, NeedsUser

from ..mailboxes import is_drafts_mailbox, role_of

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
ListedFolder = tuple[tuple[bytes, ...], bytes | None, str]
"""The attributes, hierarchy delimiter and name of a LIST response."""


class Folder(Struct, frozen=True):
    """The name of a folder, decoded, and its role."""

    name: str
    role: Mailbox


def folders_to_read(
    listed: Iterable[ListedFolder], configured: tuple[str, ...], host: str, foreign_prefixes: tuple[str, ...] = ()
) -> list[Folder]:
    """Return the folders to read, the inbox first: a mail in several folders counts as in the first. Raises NeedsUser.

    By default those with one of the `foreign_prefixes` are left out: what lies in another user's Sent was not written by this one.
    """
    selectable = list(_selectable(listed))
    if configured:
        return [_find_folder(name, selectable, host) for name in configured]
    own = ((name, role) for name, role in selectable if not name.startswith(foreign_prefixes))
    read_by_default = [Folder(name, role) for name, role in own if role in {"inbox", "sent", "archive"}]
    return sorted(read_by_default, key=lambda each: (_ORDER.index(each.role), each.name))[:MAX_FOLDERS]


def drafts_folder(listed: Iterable[ListedFolder], foreign_prefixes: tuple[str, ...] = ()) -> str | None:
    """Return the name of the user's own drafts folder, by special use or name; None if there is none."""
    folders = [
        (name, {each.lower() for each in flags})
        for flags, _, name in listed
        if isinstance(name, str) and not name.startswith(foreign_prefixes)
    ]
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
