"""Drafts of ours in the folder for drafts: found again by a header, and taken away only as they were put there."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import blake2b

from afterword.ports import Draft, NeedsUser

from .folders import drafts_folder
from .session import Client

KEY = "X-Afterword-Draft"
DIGEST = "X-Afterword-Digest"


def place(client: Client, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
    """Append the draft, unless one with its key stands there already."""
    folder = _opened(client)
    if not _found(client, key):
        client.append(folder, written(key, draft, sender, at), (b"\\Draft", b"\\Seen"), at)


def withdraw(client: Client, key: str) -> None:
    """Remove the draft with that key, if the user has changed nothing in it."""
    _opened(client)
    ours = [uid for uid in _found(client, key) if _is_unchanged(client, uid)]
    if not ours:
        return
    client.add_flags(ours, [b"\\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(ours)


def written(key: str, draft: Draft, sender: str, at: datetime) -> bytes:
    """The draft as a mail (RFC 5322), with its key, and a digest of its text."""
    message = EmailMessage(policy=SMTP.clone(cte_type="8bit", utf8=False))
    message["From"], message["To"], message["Date"] = sender, ", ".join(draft.to), at
    message["Subject"] = " ".join(draft.subject.split())
    message["Message-ID"] = f"<{key}@drafts.afterword.invalid>"
    if draft.in_reply_to:
        message["In-Reply-To"] = f"<{draft.in_reply_to}>"
        message["References"] = " ".join(f"<{each}>" for each in draft.references or (draft.in_reply_to,))
    message.set_content(draft.body, cte="base64")
    message[KEY] = key
    message[DIGEST] = _digest(message.as_bytes())
    return message.as_bytes()


def _opened(client: Client) -> str:
    folder = drafts_folder(client.folders_with_uses())
    if folder is None:
        raise NeedsUser(
            f"{client.host} has no folder for drafts: make one in your mail program, or set drafts = false."
        )
    client.select_folder(folder)
    return folder


def _found(client: Client, key: str) -> list[int]:
    return list(client.search(["UNDELETED", "HEADER", KEY, key]))


def _is_unchanged(client: Client, uid: int) -> bool:
    raw = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]") or b""
    head = raw.partition(b"\r\n\r\n")[0]
    return f"{DIGEST}: {_digest(raw)}".encode() in head.splitlines()


def _digest(raw: bytes) -> str:
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    return blake2b(body.strip(), digest_size=16).hexdigest()
