"""Drafts of ours in Outlook: in the thread that they answer, one for each key, and taken away only as they were put there.

https://learn.microsoft.com/graph/api/message-createreply. A property that the mailbox keeps to itself finds a draft again (it is not sent with
it), another tells whether somebody has changed it: Outlook gives a draft a form of its own, so that is noted when it stands.
"""

from collections.abc import Iterator
from hashlib import blake2b
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from msgspec import field, json

from afterword.ports import Draft

from .asking import MISSING, NAMED, expanded, quoted, same
from .events import ItemBody, Noted, Page, Recipient
from .graph import Graph

KEY_PROPERTY, DIGEST_PROPERTY = f"{NAMED}afterword-draft", f"{NAMED}afterword-draft-text"
SHOWN = "id,subject,body,toRecipients,ccRecipients,bccRecipients"
AS_TEXT = {"Prefer": 'outlook.body-content-type="text"'}
CHANGED = HTTPStatus.PRECONDITION_FAILED
_DRAFTS = "me/mailFolders/drafts/messages"
WHAT = "Outlook's drafts"


class Kept(Noted, frozen=True, kw_only=True):
    """A draft as it stands in the mailbox."""

    id: str
    etag: str = field(default="", name="@odata.etag")
    subject: str | None = None
    body: ItemBody | None = None
    to_recipients: tuple[Recipient, ...] | None = None
    cc_recipients: tuple[Recipient, ...] | None = None
    bcc_recipients: tuple[Recipient, ...] | None = None

    @property
    def mark(self) -> str:
        """The same for the same words to the same people, however their lines are broken."""
        shown = (self.to_recipients, self.cc_recipients, self.bcc_recipients)
        people = [[each.email_address and each.email_address.address for each in group or ()] for group in shown]
        words = " ".join(f"{self.subject} {self.body and self.body.content}".split())
        return blake2b(json.encode([people, words]), digest_size=16).hexdigest()

    @property
    def noted(self) -> str:
        """The mark that it had when it was put there; empty where nobody came to note it."""
        return self.note(DIGEST_PROPERTY)

    def begins_as(self, draft: Draft) -> bool:
        """Whether it has the draft's words, whatever Outlook put below them."""
        stands = ((self.body and self.body.content) or "").split()
        ours = draft.body.split()
        return stands[: len(ours)] == ours


def place(graph: Graph, key: str, draft: Draft) -> None:
    """Create the draft, unless one with its key stands there already; whoever fails here looks it up again at the next attempt."""
    there = next(_found(graph, key), None)
    if there is None:
        there = _made(graph, key, draft)
    elif there.noted or not there.begins_as(draft):
        return
    _note(graph, key, there.id)


def _made(graph: Graph, key: str, draft: Draft) -> Kept:
    answered = _answered(graph, draft.in_reply_to)
    body = _body(key, draft)
    if answered:
        path, given = f"me/messages/{quote(answered, safe='')}/createReply", {"message": body}
    else:
        path, given = "me/messages", body
    return graph.ask("POST", path, body=given, head=AS_TEXT, once=True).told(Kept, WHAT)


def withdraw(graph: Graph, key: str) -> None:
    """Remove the draft with that key, if the user has changed nothing in it."""
    for each in list(_found(graph, key)):
        if each.noted == each.mark:
            reply = graph.ask("DELETE", _path(each.id), head={"If-Match": each.etag} if each.etag else None)
            if reply.status not in MISSING | {CHANGED}:
                reply.good(WHAT)


def _note(graph: Graph, key: str, draft: str) -> None:
    """Keep how the draft stands: as it is read, for that is how it will be compared."""
    stands = graph.ask("GET", _path(draft), query={"$select": SHOWN}, head=AS_TEXT).told(Kept, WHAT)
    noted = {
        "singleValueExtendedProperties": [
            {"id": KEY_PROPERTY, "value": key},
            {"id": DIGEST_PROPERTY, "value": stands.mark},
        ]
    }
    graph.ask("PATCH", _path(draft), body=noted).good(WHAT)


def _answered(graph: Graph, message_id: str) -> str:
    """Graph's id of the mail with that Message-ID; empty where it is not in this mailbox."""
    if not message_id:
        return ""
    query = {"$filter": f"internetMessageId eq '<{quoted(message_id)}>'", "$select": "id"}
    page = graph.ask("GET", "me/messages", query=query).told(Page[Kept], WHAT)
    return page.value[0].id if page.value else ""


def _found(graph: Graph, key: str) -> Iterator[Kept]:
    query = {"$filter": same(KEY_PROPERTY, key), "$expand": expanded(DIGEST_PROPERTY), "$select": SHOWN}
    yield from graph.ask("GET", _DRAFTS, query=query, head=AS_TEXT).told(Page[Kept], WHAT).value


def _body(key: str, draft: Draft) -> dict[str, Any]:
    return {
        "subject": " ".join(draft.subject.split()),
        "body": {"contentType": "text", "content": draft.body},
        "toRecipients": [{"emailAddress": {"address": each}} for each in draft.to],
        "singleValueExtendedProperties": [{"id": KEY_PROPERTY, "value": key}],
    }


def _path(draft: str) -> str:
    return f"me/messages/{quote(draft, safe='')}"
