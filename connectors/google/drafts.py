"""Drafts of ours in Gmail: threaded, one for each key, and taken away only as they were put there."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime

from afterword.ports import Draft, Unavailable

from ..draft_mail import compose_draft, is_unchanged, read_draft_key
from .messages import Messages, content


class Drafts:
    """The drafts of one mailbox. No search of Gmail's knows a header of ours, so each is looked at, and once: one that is replaced gets
    a message of another id (https://developers.google.com/workspace/gmail/api/guides/drafts).
    """

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        """The key that each bears by its message's id, "" for one of the user's."""

    def place(self, messages: Messages, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """Create the draft, unless one with its key stands there already; whoever fails here looks it up again at the next attempt."""
        if self._found(messages, key):
            return
        body = {"raw": urlsafe_b64encode(compose_draft(key, draft, sender, at)).decode()}
        thread = _thread(messages, draft.in_reply_to)
        messages.create_draft({**body, "threadId": thread} if thread else body)

    def withdraw(self, messages: Messages, key: str) -> None:
        """Remove the draft with that key, if the user has changed nothing in it."""
        found = self._found(messages, key)
        for each, raw in _contents(messages, list(found)):
            if is_unchanged(raw):
                messages.delete_draft(found[each])

    def _found(self, messages: Messages, key: str) -> dict[str, str]:
        """The drafts with that key, as they are now: the ids of their messages, and their own."""
        there = {each.message.id: each.id for each in messages.drafts()}
        new = [each for each in there if each not in self._keys]
        known = {each: found for each, found in self._keys.items() if each in there}
        self._keys = known | {each: read_draft_key(raw) for each, raw in _contents(messages, new)}
        return {each: there[each] for each, found in self._keys.items() if found == key}


def _contents(messages: Messages, ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for each, mail in messages.mails(ids).items():
        if isinstance(mail, Unavailable):
            raise mail
        yield each, content(mail) or b""


def _thread(messages: Messages, message_id: str) -> str:
    """The thread that a mail is in, by its Message-ID; empty where it is not in this mailbox."""
    if not message_id or not message_id.isprintable() or " " in message_id:
        return ""
    found = next(messages.listed(f"rfc822msgid:{message_id}"), None)
    return found.thread_id if found is not None else ""
