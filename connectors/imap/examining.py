"""Opens the folders to read, read-only (EXAMINE; RFC 9051, 6.3.3)."""

from collections.abc import Iterator
from imaplib import IMAP4

from msgspec import Struct

from afterword.ports import NeedsUser, Unavailable

from .folders import Folder, folders_to_read
from .session import Client, code_in

_NOT_ACCESSIBLE_CODES = ("[NOPERM]", "[NONEXISTENT]", "[CANNOT]")
"""Response codes (RFC 5530) for a folder that is listed but can't be opened."""


class FolderStatus(Struct, frozen=True, kw_only=True):
    """UIDVALIDITY, UIDNEXT and EXISTS of an EXAMINE response; 0 where missing."""

    uid_validity: int
    uid_next: int
    exists: int


def examine_all(
    client: Client, configured: tuple[str, ...], failed: dict[str, Unavailable]
) -> Iterator[tuple[Folder, FolderStatus]]:
    """Examine the folders to read, one by one, and yield those that can be opened. Raises NeedsUser.

    A folder that is neither configured nor the inbox is skipped if it may not be opened: it may be another user's. One at which the
    server fails is added to `failed`, with the error.
    """
    listed, foreign = client.list_folders_with_special_use(), client.foreign_prefixes()
    for each in folders_to_read(listed, configured, client.host, foreign):
        try:
            status = examine(client, each)
        except IMAP4.abort:
            raise
        except IMAP4.error as error:
            if not any(code in str(error).upper() for code in _NOT_ACCESSIBLE_CODES):
                failed[each.name] = Unavailable(f"{client.host} can't open the folder {each.name!r}{code_in(error)}.")
            elif configured or each.role == "inbox":
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
