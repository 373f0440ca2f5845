"""Drafts of ours in Outlook: in the thread where there is one, found again by a property of ours, and taken away only unchanged."""

from collections.abc import Iterator
from hashlib import blake2b
from urllib.parse import quote

from msgspec import DecodeError, Struct, field, json

from afterword.ports import Draft, Unavailable

from .calendars import MISSING, NAMED
from .graph import Graph, Reply

KEY, DIGEST = f"{NAMED}afterword-draft", f"{NAMED}afterword-digest"
"""Named properties (https://learn.microsoft.com/graph/api/resources/extended-properties-overview): which draft it is, and its words."""

_AS_TEXT = {"Prefer": 'outlook.body-content-type="text"'}
_GOOD = range(200, 300)


class Body(Struct, frozen=True):
    content: str = ""


class Noted(Struct, frozen=True):
    id: str
    value: str = ""


class Message(Struct, frozen=True, kw_only=True):
    """A draft as far as it is looked at here; the text that it answers follows our own."""

    id: str
    body: Body = Body()
    noted: list[Noted] = field(default=[], name="singleValueExtendedProperties")


class Found(Struct, frozen=True, kw_only=True):
    value: list[Message]


def place(graph: Graph, key: str, draft: Draft) -> None:
    """Make the draft, unless one with its key stands there already: in one request, so that none is left without its key."""
    if next(_found(graph, key), None) is not None:
        return
    answered, message = _answered(graph, draft.in_reply_to), _message(key, draft)
    if answered:
        path = f"me/messages/{quote(answered, safe='')}/createReply"
        _good(graph.ask("POST", path, body={"message": message}, once=True))
    else:
        _good(graph.ask("POST", "me/messages", body=message, once=True))


def withdraw(graph: Graph, key: str) -> None:
    """Remove the draft with that key, if the user has changed nothing in it."""
    for each in _found(graph, key):
        if _is_unchanged(each):
            reply = graph.ask("DELETE", f"me/messages/{quote(each.id, safe='')}")
            if reply.status not in MISSING:
                _good(reply)


def _message(key: str, draft: Draft) -> dict[str, object]:
    """Its sender is who is signed in."""
    return {
        "subject": " ".join(draft.subject.split()),
        "toRecipients": [{"emailAddress": {"address": each}} for each in draft.to],
        "body": {"contentType": "text", "content": draft.body},
        "singleValueExtendedProperties": [
            {"id": KEY, "value": key},
            {"id": DIGEST, "value": _digest(draft.body)},
        ],
    }


def _found(graph: Graph, key: str) -> Iterator[Message]:
    quoted = key.replace("'", "''")
    query = {
        "$filter": f"singleValueExtendedProperties/any(ep: ep/id eq '{KEY}' and ep/value eq '{quoted}')",
        "$expand": f"singleValueExtendedProperties($filter=id eq '{DIGEST}')",
        "$select": "id,body",
    }
    reply = graph.ask("GET", "me/mailFolders/drafts/messages", query=query, head=_AS_TEXT)
    yield from _messages(_good(reply))


def _answered(graph: Graph, message_id: str) -> str:
    """The id of the message to answer; empty where it is not there."""
    if not message_id:
        return ""
    quoted = f"<{message_id}>".replace("'", "''")
    query = {"$filter": f"internetMessageId eq '{quoted}'", "$select": "id", "$top": "1"}
    there = _messages(_good(graph.ask("GET", "me/messages", query=query)))
    return there[0].id if there else ""


def _is_unchanged(message: Message) -> bool:
    """Our words come first, as they were; Outlook has its own way with line breaks, and with what they answer."""
    noted = next((each.value for each in message.noted if each.id == DIGEST), "")
    length, _, _ = noted.partition(" ")
    words = message.body.content.split()
    return noted == _digest(" ".join(words[: int(length)] if length.isdecimal() else words))


def _digest(body: str) -> str:
    words = body.split()
    return f"{len(words)} {blake2b(' '.join(words).encode(), digest_size=16).hexdigest()}"


def _good(reply: Reply) -> bytes:
    if reply.status not in _GOOD:
        raise Unavailable(f"Outlook could not do with a draft what it was asked ({reply.status}).")
    return reply.body


def _messages(body: bytes) -> list[Message]:
    try:
        return json.decode(body, type=Found).value
    except (DecodeError, UnicodeDecodeError) as error:
        raise Unavailable("Outlook gave an answer about drafts that can't be understood.") from error
