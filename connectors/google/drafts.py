"""Our drafts in Gmail: threaded, one for each key, and removed only if the user did not change them."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime

from afterword.ports import Draft, Unavailable

from ..draft_mail import compose_draft, is_unchanged, read_draft_key
from .gmail_api import GmailApi, message_bytes


class GmailDrafts:
    """The drafts of one mailbox. Gmail can't search our header, so each draft is read once and its key cached; a changed draft gets a new
    message id (https://developers.google.com/workspace/gmail/api/guides/drafts).
    """

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        """The key of each draft by its message id, "" for the user's own."""

    def place(self, api: GmailApi, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """Create the draft, unless there is one with its key. It is never retried here: the next attempt looks it up again."""
        if self._find(api, key):
            return
        body = {"raw": urlsafe_b64encode(compose_draft(key, draft, sender, at)).decode()}
        thread = _thread_id(api, draft.in_reply_to)
        api.create_draft({**body, "threadId": thread} if thread else body)

    def withdraw(self, api: GmailApi, key: str) -> None:
        """Remove the draft with that key, unless the user changed it."""
        found = self._find(api, key)
        for each, raw in _read_contents(api, list(found)):
            if is_unchanged(raw):
                api.delete_draft(found[each])

    def _find(self, api: GmailApi, key: str) -> dict[str, str]:
        """The draft ids with that key, by message id."""
        draft_ids = {each.message.id: each.id for each in api.list_drafts()}
        new = [each for each in draft_ids if each not in self._keys]
        still_there = {each: key_found for each, key_found in self._keys.items() if each in draft_ids}
        self._keys = still_there | {each: read_draft_key(raw) for each, raw in _read_contents(api, new)}
        return {each: draft_ids[each] for each, key_found in self._keys.items() if key_found == key}


def _read_contents(api: GmailApi, ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for each, message in api.get_messages(ids).items():
        if isinstance(message, Unavailable):
            raise message
        yield each, message_bytes(message) or b""


def _thread_id(api: GmailApi, message_id: str) -> str:
    """The thread id of the mail with that Message-ID; "" if it is not in this mailbox."""
    if not message_id or not message_id.isprintable() or " " in message_id:
        return ""
    message = next(api.list_messages(f"rfc822msgid:{message_id}"), None)
    return message.thread_id if message is not None else ""
