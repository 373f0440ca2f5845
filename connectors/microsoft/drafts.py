"""Our drafts in Outlook: threaded, one for each key, and removed only if the user did not change them.

https://learn.microsoft.com/graph/api/message-createreply. One extended property has the key, another the digest of the draft as Outlook
stored it, which reformats it; neither is sent with the mail.
"""

from collections.abc import Iterator
from hashlib import blake2b
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from msgspec import field, json

from afterword.ports import Draft

from .client import MISSING
from .events import ItemBody, Page, Recipient, WithExtendedProperties
from .graph import Graph
from .odata import PUBLIC_STRINGS, expand_properties, odata_string, property_filter

KEY_PROPERTY, DIGEST_PROPERTY = f"{PUBLIC_STRINGS}afterword-draft", f"{PUBLIC_STRINGS}afterword-draft-text"
FIELDS = "id,subject,body,toRecipients,ccRecipients,bccRecipients"
AS_TEXT = {"Prefer": 'outlook.body-content-type="text"'}
PRECONDITION_FAILED = HTTPStatus.PRECONDITION_FAILED
_DRAFTS = "me/mailFolders/drafts/messages"
WHAT = "Outlook's drafts"


class StoredDraft(WithExtendedProperties, frozen=True, kw_only=True):
    """A draft in the mailbox."""

    id: str
    etag: str = field(default="", name="@odata.etag")
    subject: str | None = None
    body: ItemBody | None = None
    to_recipients: tuple[Recipient, ...] | None = None
    cc_recipients: tuple[Recipient, ...] | None = None
    bcc_recipients: tuple[Recipient, ...] | None = None

    @property
    def digest(self) -> str:
        """A digest of recipients, subject and body that ignores whitespace."""
        shown = (self.to_recipients, self.cc_recipients, self.bcc_recipients)
        people = [[each.email_address and each.email_address.address for each in group or ()] for group in shown]
        words = " ".join(f"{self.subject} {self.body and self.body.content}".split())
        return blake2b(json.encode([people, words]), digest_size=16).hexdigest()

    @property
    def stored_digest(self) -> str:
        """The digest after creation; "" if storing it was interrupted."""
        return self.extended_property(DIGEST_PROPERTY)

    def starts_with(self, draft: Draft) -> bool:
        """Whether the body starts with the draft's text; Outlook appends the quoted mail."""
        words = ((self.body and self.body.content) or "").split()
        own_words = draft.body.split()
        return words[: len(own_words)] == own_words


def place(graph: Graph, key: str, draft: Draft) -> None:
    """Create the draft, unless there is one with its key. It is never retried here: the next attempt looks it up again."""
    stored = next(_find(graph, key), None)
    if stored is None:
        stored = _create(graph, key, draft)
    elif stored.stored_digest or not stored.starts_with(draft):
        return
    _store_digest(graph, key, stored.id)


def _create(graph: Graph, key: str, draft: Draft) -> StoredDraft:
    answered = _find_message(graph, draft.in_reply_to)
    body = _body(key, draft)
    if answered:
        path, given = f"me/messages/{quote(answered, safe='')}/createReply", {"message": body}
    else:
        path, given = "me/messages", body
    return graph.request("POST", path, body=given, headers=AS_TEXT, once=True).decode(StoredDraft, WHAT)


def withdraw(graph: Graph, key: str) -> None:
    """Remove the draft with that key, unless the user changed it."""
    for each in list(_find(graph, key)):
        if each.stored_digest == each.digest:
            response = graph.request("DELETE", _path(each.id), headers={"If-Match": each.etag} if each.etag else None)
            if response.status not in MISSING | {PRECONDITION_FAILED}:
                response.check(WHAT)


def _store_digest(graph: Graph, key: str, draft: str) -> None:
    """Read the draft, and store the digest of what was read."""
    stands = graph.request("GET", _path(draft), query={"$select": FIELDS}, headers=AS_TEXT).decode(StoredDraft, WHAT)
    noted = {
        "singleValueExtendedProperties": [
            {"id": KEY_PROPERTY, "value": key},
            {"id": DIGEST_PROPERTY, "value": stands.digest},
        ]
    }
    graph.request("PATCH", _path(draft), body=noted).check(WHAT)


def _find_message(graph: Graph, message_id: str) -> str:
    """Graph's id of the mail with that Message-ID; "" if it is not in this mailbox."""
    if not message_id:
        return ""
    query = {"$filter": f"internetMessageId eq '<{odata_string(message_id)}>'", "$select": "id"}
    page = graph.request("GET", "me/messages", query=query).decode(Page[StoredDraft], WHAT)
    return page.value[0].id if page.value else ""


def _find(graph: Graph, key: str) -> Iterator[StoredDraft]:
    query = {
        "$filter": property_filter(KEY_PROPERTY, key),
        "$expand": expand_properties(DIGEST_PROPERTY),
        "$select": FIELDS,
    }
    yield from graph.request("GET", _DRAFTS, query=query, headers=AS_TEXT).decode(Page[StoredDraft], WHAT).value


def _body(key: str, draft: Draft) -> dict[str, Any]:
    return {
        "subject": " ".join(draft.subject.split()),
        "body": {"contentType": "text", "content": draft.body},
        "toRecipients": [{"emailAddress": {"address": each}} for each in draft.to],
        "singleValueExtendedProperties": [{"id": KEY_PROPERTY, "value": key}],
    }


def _path(draft: str) -> str:
    return f"me/messages/{quote(draft, safe='')}"
