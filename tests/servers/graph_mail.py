"""A mailbox as Graph shows it: a stand-in, each of whose answers is held to Graph's own schema."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from msgspec import Struct

from tests.servers.graph_schema import checked, checked_page
from tests.servers.web import Answered, Asked

FOLDERS = {
    "inbox": "Posteingang",
    "sentitems": "Gesendete Elemente",
    "archive": "Archiv",
    "drafts": "Entwürfe",
    "deleteditems": "Papierkorb",
}
SAME_PROPERTY = re.compile(
    r"singleValueExtendedProperties/any\(ep: ep/id eq '([^']*)' and ep/value eq '((?:[^']|'')*)'\)"
)
SAME_ID = re.compile(r"internetMessageId eq '((?:[^']|'')*)'")
SINCE = re.compile(r"receivedDateTime ge (\S+)")
NOTED = "singleValueExtendedProperties"
_END = "=="
JSON = {"Content-Type": "application/json; odata.metadata=minimal"}


class Kept(Struct, kw_only=True):
    """A message in a folder, and the turn in which it changed last. One that was moved away is gone from its folder."""

    message: dict[str, Any]
    raw: bytes
    folder: str
    turn: int
    left: dict[str, int] = {}


class GraphMailbox:
    """The routes of mail; give it what was asked, and it answers, or passes (None)."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self.forgets_links = False
        self.page = 1000
        self.endless = False
        """Whether each page leads to another one, which has nothing new."""

        self.gives_headers = True
        """Whether it tells the headers of what was received."""

        self._turns = count(1)

    # ---- what a person does, or others to them

    def put(self, raw: bytes, folder: str = "inbox") -> str:
        """A mail that arrives in a folder; its id."""
        head = message_from_bytes(raw, policy=policy.default)
        turn = next(self._turns)
        sent = head["Date"].datetime if head["Date"] is not None else datetime.now(UTC)
        number = f"AAkAL{turn}{_END}"
        message = {
            "id": number,
            "internetMessageId": str(head["Message-ID"] or f"<{turn}@outlook.example>"),
            "subject": str(head["Subject"] or ""),
            "from": _recipient(head["From"]),
            "receivedDateTime": f"{sent.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "isDraft": folder == "drafts",
            "parentFolderId": folder,
            "conversationId": f"C{head['Subject']}",
        }
        self.kept[number] = Kept(message=message, raw=raw, folder=folder, turn=turn)
        return number

    def touch(self, message: str, **fields: Any) -> None:
        """A change such as that it was read."""
        kept = self.kept[message]
        kept.message |= fields
        kept.turn = next(self._turns)

    def move(self, message: str, folder: str) -> None:
        kept = self.kept[message]
        kept.turn = next(self._turns)
        kept.left = {**kept.left, kept.folder: kept.turn}
        kept.folder = folder
        kept.message["parentFolderId"] = folder

    def drafts(self) -> list[dict[str, Any]]:
        return [each.message for each in self.kept.values() if each.folder == "drafts"]

    # ---- requests

    def __call__(self, asked: Asked) -> Answered | None:
        prefer = ",".join(value for name, value in asked.head.items() if name.lower() == "prefer")
        assert 'IdType="ImmutableId"' in prefer, asked.path
        parts = urlsplit(asked.path)
        steps = [unquote(each) for each in parts.path.removeprefix("/v1.0/me/").split("/")]
        query = dict(parse_qsl(parts.query))
        match asked.method, steps:
            case "GET", ["mailFolders", folder]:
                return self._folder(folder)
            case "GET", ["mailFolders", folder, "messages", "delta"]:
                return self._delta(asked, folder, query)
            case "GET", ["mailFolders", folder, "messages"] | [folder] if steps[-1] == "messages":
                return self._listed(query, "" if folder == "messages" else folder)
            case "POST", ["messages"]:
                return self._made(json.loads(asked.body))
            case method, ["messages", number, *rest]:
                return self._of_one(method, number, rest, asked)
        return None

    def _folder(self, folder: str) -> Answered:
        if folder not in FOLDERS:
            return failed(404, "ErrorItemNotFound")
        number = sum(each.folder == folder for each in self.kept.values())
        told = {"id": folder, "displayName": FOLDERS[folder], "totalItemCount": number}
        return answered(checked("mailFolder", told))

    def _of_one(self, method: str, number: str, rest: list[str], asked: Asked) -> Answered:
        kept = self.kept.get(number)
        if kept is None:
            return failed(404, "ErrorItemNotFound")
        if (method, rest) == ("GET", ["$value"]):
            return Answered(head={"Content-Type": "text/plain"}, body=kept.raw)
        if (method, rest) == ("POST", ["createReply"]):
            given = json.loads(asked.body or b"{}").get("message", {})
            return self._made({"subject": f"RE: {kept.message['subject']}", **given}, answers=kept)
        if (method, rest) == ("PATCH", []):
            given = json.loads(asked.body)
            noted = [*kept.message.get(NOTED, ()), *given.pop(NOTED, ())]
            latest = {each["id"]: each for each in noted}
            given |= {NOTED: list(latest.values()), "lastModifiedDateTime": "2026-03-06T12:00:00Z"}
            self.touch(number, **given)
            return answered(_without_notes(kept.message))
        if (method, rest) == ("DELETE", []):
            del self.kept[number]
            return Answered(status=204)
        return answered(_without_notes(kept.message))

    def _made(self, given: dict[str, Any], answers: Kept | None = None) -> Answered:
        number = self.put(b"Subject: draft\r\n\r\n", "drafts")
        quoted = f"\r\n\r\nOn Monday somebody wrote:\r\n{answers.message['subject']}" if answers is not None else ""
        body = given.get("body", {"contentType": "text", "content": ""})
        stands = {**body, "content": body["content"].replace("\n", "\r\n") + quoted}
        stamps = {"createdDateTime": "2026-03-05T12:00:00Z", "lastModifiedDateTime": "2026-03-05T12:00:01Z"}
        conversation = answers.message["id"] if answers is not None else number
        self.kept[number].message |= {**given, "body": stands, "conversationId": f"C{conversation}", **stamps}
        return answered(_without_notes(self.kept[number].message), 201)

    def _listed(self, query: dict[str, str], folder: str) -> Answered:
        found = [each for each in self.kept.values() if folder in ("", each.folder) and _fits(each, query)]
        wanted = set(query.get("$select", "").split(",")) | {"id", "singleValueExtendedProperties", "body"}
        value = [
            {name: value for name, value in each.message.items() if "$select" not in query or name in wanted}
            for each in found
        ]
        return answered(checked_page("message", {"value": value}))

    def _delta(self, asked: Asked, folder: str, query: dict[str, str]) -> Answered:
        """The state of a round is in its links: what was known before it, what it tells up to, whom it told last, and what is left out."""
        if folder not in FOLDERS:
            return failed(404, "ErrorItemNotFound")
        token = query.get("$deltatoken") or query.get("$skiptoken")
        if token is None:
            since = SINCE.search(query.get("$filter", ""))
            state: dict[str, Any] = {"from": 0, "to": next(self._turns), "at": 0, "since": since[1] if since else ""}
            state["select"] = query["$select"].split(",")
        elif self.forgets_links:
            return failed(410, "SyncStateNotFound")
        else:
            state = json.loads(urlsafe_b64decode(token))
            if "$deltatoken" in query:
                state = {**state, "from": state["to"], "to": next(self._turns), "at": 0}
        changes = [each for each in self._changes(folder, state) if _number(each["id"]) > state["at"]]
        page, more = changes[: self.page], len(changes) > self.page or self.endless
        at = _number(page[-1]["id"]) if page else state["at"]
        link = _link(asked, "$skiptoken" if more else "$deltatoken", {**state, "at": at if more else 0})
        told = {"value": page, "@odata.nextLink" if more else "@odata.deltaLink": link}
        return answered(checked_page("message", told))

    def _changes(self, folder: str, state: dict[str, Any]) -> list[dict[str, Any]]:
        told = []
        for number, each in self.kept.items():
            if each.folder == folder and state["from"] < each.turn <= state["to"]:
                if each.message["receivedDateTime"] >= state["since"]:
                    told.append(self._shown(each, state["select"]))
            elif state["from"] < each.left.get(folder, 0) <= state["to"]:
                told.append({"id": number, "@removed": {"reason": "deleted"}})
        return told

    def _shown(self, kept: Kept, names: list[str]) -> dict[str, Any]:
        shown = {name: kept.message[name] for name in names if name in kept.message}
        if "internetMessageHeaders" in names and self.gives_headers and kept.folder != "sentitems":
            lines = message_from_bytes(kept.raw).items()
            shown["internetMessageHeaders"] = [{"name": name, "value": str(value)} for name, value in lines]
        return {**shown, "@odata.etag": f'W/"{kept.turn}"'}


def _fits(kept: Kept, query: dict[str, str]) -> bool:
    asked = query.get("$filter", "")
    same_id, same = SAME_ID.search(asked), SAME_PROPERTY.search(asked)
    if same_id is not None:
        return bool(kept.message["internetMessageId"] == same_id[1].replace("''", "'"))
    if same is not None:
        held = kept.message.get("singleValueExtendedProperties", [])
        return {"id": same[1], "value": same[2].replace("''", "'")} in held
    return True


def _number(message: str) -> int:
    return int(message.removeprefix("AAkAL").removesuffix(_END))


def _without_notes(message: dict[str, Any]) -> dict[str, Any]:
    """Extended properties are told only where they are asked for."""
    return checked("message", {name: value for name, value in message.items() if name != NOTED})


def _link(asked: Asked, name: str, state: dict[str, Any]) -> str:
    host = next(value for key, value in asked.head.items() if key.lower() == "host")
    path = urlsplit(asked.path).path
    token = urlsafe_b64encode(json.dumps(state).encode()).decode()
    return f"http://{host}{path}?{quote(name)}={quote(token)}"


def _recipient(field: Any) -> dict[str, Any] | None:
    """Who a From names; nobody where it makes no sense."""
    addresses = getattr(field, "addresses", ())
    return (
        {"emailAddress": {"name": addresses[0].display_name, "address": addresses[0].addr_spec}} if addresses else None
    )


def answered(value: Any, status: int = 200) -> Answered:
    return Answered(status=status, head=JSON, body=json.dumps(value).encode())


def failed(status: int, code: str, head: dict[str, str] | None = None) -> Answered:
    """An error as Graph tells it."""
    body = json.dumps({"error": {"code": code, "message": code}}).encode()
    return Answered(status=status, head={**JSON, **(head or {})}, body=body)


Handler = Callable[[Asked], Answered | None]
