"""Drafts of ours in Gmail: threaded, one for each key, and taken away only as they were put there."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime

from afterword.ports import Draft, Unavailable

from ..draft_mail import bears, is_unchanged, written
from .messages import Messages, content


def place(messages: Messages, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
    """Create the draft, unless one with its key stands there already; whoever fails here looks it up again at the next attempt."""
    if next(_found(messages, key), None) is not None:
        return
    body = {"raw": urlsafe_b64encode(written(key, draft, sender, at)).decode()}
    thread = _thread(messages, draft.in_reply_to)
    messages.create_draft({**body, "threadId": thread} if thread else body)


def withdraw(messages: Messages, key: str) -> None:
    """Remove the draft with that key, if the user has changed nothing in it."""
    for draft, raw in _found(messages, key):
        if is_unchanged(raw):
            messages.delete_draft(draft)


def _thread(messages: Messages, message_id: str) -> str:
    """The thread that a mail is in, by its Message-ID; empty where it is not in this mailbox."""
    if not message_id or not message_id.isprintable() or " " in message_id:
        return ""
    found = next(messages.listed(f"rfc822msgid:{message_id}"), None)
    return found.thread_id if found is not None else ""


def _found(messages: Messages, key: str) -> Iterator[tuple[str, bytes]]:
    """The drafts with that key, as they are now: no search of Gmail's knows a header of ours."""
    there = {each.message.id: each.id for each in messages.drafts()}
    for each in messages.mails(list(there)).values():
        if isinstance(each, Unavailable):
            raise each
        raw = content(each)
        if raw is not None and bears(raw, key):
            yield there[each.id], raw
