"""Opens the folders to read, read-only (EXAMINE; RFC 9051, 6.3.3)."""

from collections.abc import Iterator
from imaplib import IMAP4

from msgspec import Struct

from afterword.ports import NeedsUser

from .folders import Folder, folders_to_read
from .session import Client

_NOT_ACCESSIBLE_CODES = ("[NOPERM]", "[NONEXISTENT]", "[CANNOT]")
"""Response codes (RFC 5530) for a folder that is listed but can't be opened."""


class FolderStatus(Struct, frozen=True, kw_only=True):
    """UIDVALIDITY, UIDNEXT and EXISTS of an EXAMINE response; 0 where missing."""

    uid_validity: int
    uid_next: int
    exists: int


def examine_all(client: Client, configured: tuple[str, ...]) -> Iterator[tuple[Folder, FolderStatus]]:
    """Examine the folders to read, one by one. Raises NeedsUser.

    A folder that is neither configured nor the inbox is skipped if it can't be opened: it may be another user's.
    """
    listed, foreign = client.list_folders_with_special_use(), client.foreign_prefixes()
    for each in folders_to_read(listed, configured, client.host, foreign):
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


def examine(client: Client, folder: Folder) -> FolderStatus:
    """Open a folder read-only (EXAMINE)."""
    response = client.select_folder(folder.name, readonly=True)
    return FolderStatus(
        uid_validity=response.get(b"UIDVALIDITY", 0),
        uid_next=response.get(b"UIDNEXT", 0),
        exists=response.get(b"EXISTS", 0),
    )
