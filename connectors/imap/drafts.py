"""Our drafts in the drafts folder: found by a header, and removed only if the user did not change them."""

from datetime import datetime

from afterword.ports import Draft, NeedsUser

from ..draft_mail import KEY_HEADER, compose_draft, is_unchanged
from .folders import drafts_folder
from .session import Client


def place(client: Client, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
    """Append the draft, unless there is one with its key already."""
    folder = _select_drafts(client)
    if not _search(client, key):
        client.append(folder, compose_draft(key, draft, sender, at), (b"\\Draft", b"\\Seen"), at)


def withdraw(client: Client, key: str) -> None:
    """Remove the draft with that key, unless the user changed it."""
    _select_drafts(client)
    unchanged = [uid for uid in _search(client, key) if _is_unchanged(client, uid)]
    if not unchanged:
        return
    client.add_flags(unchanged, [b"\\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(unchanged)


def _select_drafts(client: Client) -> str:
    folder = drafts_folder(client.list_folders_with_special_use(), client.foreign_prefixes())
    if folder is None:
        raise NeedsUser(
            f"{client.host} has no folder for drafts: make one in your mail program, or set drafts = false."
        )
    client.select_folder(folder)
    return folder


def _search(client: Client, key: str) -> list[int]:
    return list(client.search(["UNDELETED", "HEADER", KEY_HEADER, key]))


def _is_unchanged(client: Client, uid: int) -> bool:
    return is_unchanged(client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]") or b"")
