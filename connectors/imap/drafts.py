"""Drafts of ours in the folder for drafts: found again by a header, and taken away only as they were put there."""

from datetime import datetime

from afterword.ports import Draft, NeedsUser

from ..draft_mail import KEY_HEADER, compose_draft, is_unchanged
from .folders import drafts_folder
from .session import Client


def place(client: Client, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
    """Append the draft, unless one with its key stands there already."""
    folder = _opened(client)
    if not _found(client, key):
        client.append(folder, compose_draft(key, draft, sender, at), (b"\\Draft", b"\\Seen"), at)


def withdraw(client: Client, key: str) -> None:
    """Remove the draft with that key, if the user has changed nothing in it."""
    _opened(client)
    ours = [uid for uid in _found(client, key) if _is_unchanged(client, uid)]
    if not ours:
        return
    client.add_flags(ours, [b"\\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(ours)


def _opened(client: Client) -> str:
    folder = drafts_folder(client.folders_with_uses())
    if folder is None:
        raise NeedsUser(
            f"{client.host} has no folder for drafts: make one in your mail program, or set drafts = false."
        )
    client.select_folder(folder)
    return folder


def _found(client: Client, key: str) -> list[int]:
    return list(client.search(["UNDELETED", "HEADER", KEY_HEADER, key]))


def _is_unchanged(client: Client, uid: int) -> bool:
    return is_unchanged(client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]") or b"")
