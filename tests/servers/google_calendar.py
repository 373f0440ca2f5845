"""The calendars of an account as Google Calendar shows them (v3): a stand-in, held to the discovery document.

Routes, parameters, scopes, and the names and types of what is asked and answered are the document's. What it does was taken from
the reference: a deleted event keeps its id, and is told as cancelled; a sync token expires with a 410, and comes with the last page
alone; `calendar.app.created` reaches only the calendars that the app has made.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from tests.servers.google_discovery import Method, checked, checked_request, methods
from tests.servers.google_events import Event, at, begin, from_text, taken
from tests.servers.web import Answered, Asked

API = "calendar.v3"
ROOT = "/calendar/v3/"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
OWN_ID = re.compile(r"[0-9a-v]{5,1024}")
NOT_WITH_A_TOKEN = {
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
}
APP_CREATED = "https://www.googleapis.com/auth/calendar.app.created"
SCOPES = frozenset({APP_CREATED, "https://www.googleapis.com/auth/calendar.readonly"})


class Held(Struct, kw_only=True):
    """A calendar: its entry in the user's list, its events by their ids, and whether the app made it."""

    entry: dict[str, Any]
    events: dict[str, Event] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    by_app: bool = False


class Question(NamedTuple):
    """A request's parts."""

    method: Method
    named: dict[str, str]
    query: dict[str, str]
    head: dict[str, str]
    body: Any


class Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class GoogleCalendars:
    """Give it what was asked, and it answers."""

    def __init__(self, user: str = "jane@example.org", zone: str = "Europe/Berlin") -> None:
        self.user, self.zone = user, zone
        self.calendars: dict[str, Held] = {}
        self.scopes = SCOPES
        """What the user has granted."""

        self.page = 2500
        """The most of a page, however much is asked for."""

        self._turns, self._numbers = count(1), count(1)
        self._told_before = 0
        self._rests: dict[str, tuple[list[dict[str, Any]], dict[str, str]]] = {}
        self.make("Jane", calendar=user, primary=True)

    # ---- what a person does in Google Calendar

    def make(self, summary: str, calendar: str = "", *, role: str = "owner", **fields: Any) -> str:
        """A new calendar in the user's list, and its id."""
        calendar = calendar or f"c_{next(self._numbers):026x}@group.calendar.google.com"
        known = {"id": calendar, "summary": summary, "accessRole": role, "timeZone": self.zone, "selected": True}
        self.calendars[calendar] = Held(entry={"kind": "calendar#calendarListEntry", **known, **fields})
        return calendar

    def named(self, summary: str) -> str:
        """The id of the calendar of that name."""
        return next(each for each, held in self.calendars.items() if held.entry["summary"] == summary)

    def put(self, event: Event, calendar: str = "") -> str:
        """An event, or a new version of the one that has its id; its id."""
        held = self.calendars[calendar or self.user]
        known = event.get("id") or f"ev{next(self._numbers):024x}"
        known = known if OWN_ID.fullmatch(known.partition("_")[0]) else f"ev{next(self._numbers):024x}"
        kept = {"iCalUID": f"{known}@google.com", "created": _moment(0), "eventType": "default", "status": "confirmed"}
        self._keep(held, {**kept, **held.events.get(known, {}), **event, "id": known})
        return known

    def put_text(self, text: bytes, calendar: str = "") -> list[str]:
        """The events of a VCALENDAR, each in the place of the one that has its UID; their ids."""
        told = sorted(from_text(text, self.user), key=lambda each: "originalStartTime" in each)
        return [self.put(self._placed(each, calendar or self.user), calendar) for each in told]

    def change(self, event: str, calendar: str = "", **fields: Any) -> None:
        held = self.calendars[calendar or self.user]
        self._keep(held, {**held.events[event], **fields})

    def remove(self, event: str, calendar: str = "") -> None:
        """Delete an event with all its instances, or one instance of a series."""
        held = self.calendars[calendar or self.user]
        self._cancel(held, event)

    def expire_tokens(self) -> None:
        """Make no sync token that was given good any more."""
        self._told_before = next(self._turns)

    def forget(self) -> None:
        """Lose all that stood in the calendars, and what was told of it."""
        for each in self.calendars.values():
            each.events.clear()
        self.expire_tokens()

    def events(self, calendar: str = "") -> list[Event]:
        """Those that stand in a calendar; none where there is no such calendar."""
        held = self.calendars.get(calendar or self.user)
        return [each for each in held.events.values() if each["status"] != "cancelled"] if held is not None else []

    # ---- requests

    def __call__(self, asked: Asked) -> Answered:
        try:
            return self._answered(asked)
        except Refused as refused:
            return refusal(refused.status, refused.reason)

    def _answered(self, asked: Asked) -> Answered:
        parts = urlsplit(asked.path)
        assert parts.path.startswith(ROOT), asked.path
        method, named = _route(asked.method, parts.path.removeprefix(ROOT))
        head = {name.lower(): value for name, value in asked.head.items()}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        method.check_query(query)
        body = checked_request(API, method.request, json.loads(asked.body)) if method.request else None
        question = Question(method, named, query, head, body)
        self._check_access(question)
        told = _ROUTES[method.id](self, question)
        if told is None:
            return Answered(status=204)
        return Answered(
            head={"Content-Type": "application/json; charset=UTF-8", "ETag": told.get("etag", "")},
            body=json.dumps(checked(API, method.response, told)).encode(),
        )

    def _check_access(self, question: Question) -> None:
        if not question.head.get("authorization", "").startswith("Bearer "):
            raise Refused(401, "authError")
        granted = self.scopes & question.method.scopes
        if not granted:
            raise Refused(403, "insufficientPermissions")
        held = self.calendars.get(question.named.get("calendarId", ""))
        if held is not None and granted == {APP_CREATED} and not held.by_app:
            raise Refused(403, "forbidden")

    def _held(self, question: Question) -> Held:
        calendar = question.named["calendarId"]
        if (self.user if calendar == "primary" else calendar) not in self.calendars:
            raise Refused(404, "notFound")
        return self.calendars[self.user if calendar == "primary" else calendar]

    def list_calendars(self, question: Question) -> dict[str, Any]:
        entries = [{"etag": '"1"', **each.entry} for each in self.calendars.values()]
        page, following = self._page(question, entries, {})
        return {"kind": "calendar#calendarList", "etag": '"p1"', "items": page, **following}

    def get_entry(self, question: Question) -> dict[str, Any]:
        return {"etag": '"1"', **self._held(question).entry}

    def make_calendar(self, question: Question) -> dict[str, Any]:
        calendar = self.make(**question.body)
        self.calendars[calendar].by_app = True
        return self._calendar(calendar)

    def get_calendar(self, question: Question) -> dict[str, Any]:
        return self._calendar(self._held(question).entry["id"])

    def _calendar(self, calendar: str) -> dict[str, Any]:
        shown = {"id", "summary", "description", "timeZone"}
        entry = self.calendars[calendar].entry
        return {"kind": "calendar#calendar", "etag": '"1"'} | {name: entry[name] for name in entry.keys() & shown}

    def list_events(self, question: Question) -> dict[str, Any]:
        held, query = self._held(question), question.query
        if held.entry["accessRole"] == "freeBusyReader":
            raise Refused(403, "forbidden")
        since = self._since(question)
        if since is None:
            found = [_shown(each) for each in held.events.values() if _is_listed(each, held, query)]
        else:
            found = [_shown(each) for known, each in held.events.items() if held.turns[known] > since]
        token = {"nextSyncToken": f"turn{next(self._turns)}"}
        page, following = self._page(question, found, token)
        zone = {"summary": held.entry["summary"], "timeZone": held.entry["timeZone"], "updated": _moment(0)}
        return {"kind": "calendar#events", "etag": '"p1"', "items": page, **zone, **following}

    def _since(self, question: Question) -> int | None:
        query = question.query
        if "syncToken" not in query:
            return None
        if query.keys() & NOT_WITH_A_TOKEN or query.get("showDeleted") == "false":
            raise Refused(400, "badRequest")
        since = int(query["syncToken"].removeprefix("turn"))
        if since < self._told_before:
            raise Refused(410, "fullSyncRequired")
        return since

    def _page(
        self, question: Question, found: list[dict[str, Any]], last: dict[str, str]
    ) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Some of what was found; the rest is kept as it is, so that what changes meanwhile belongs to the next sync."""
        if "pageToken" in question.query:
            found, last = self._rests[question.query["pageToken"]]
        size = min(self.page, int(question.query.get("maxResults", "250")))
        if len(found) <= size:
            return found, last
        token = f"page{next(self._numbers)}"
        self._rests[token] = found[size:], last
        return found[:size], {"nextPageToken": token}

    def get_event(self, question: Question) -> Event:
        return self._event(question)

    def make_event(self, question: Question) -> Event:
        held, body = self._held(question), question.body
        _check_times(body)
        known = body.get("id") or f"ev{next(self._numbers):024x}"
        if not OWN_ID.fullmatch(known):
            raise Refused(400, "invalid")
        if known in held.events:
            raise Refused(409, "duplicate")
        own = {"email": held.entry["id"], "displayName": held.entry["summary"], "self": True}
        told = {"creator": {"email": self.user}, "organizer": own, "created": _moment(0), "eventType": "default"}
        self._keep(held, {"iCalUID": f"{known}@google.com", "status": "confirmed", **told, **body, "id": known})
        return held.events[known]

    def change_event(self, question: Question) -> Event:
        held, event = self._held(question), self._event(question)
        if question.head.get("if-match", event["etag"]) != event["etag"]:
            raise Refused(412, "conditionNotMet")
        changed = _merged(event, question.body)
        _check_times(changed)
        self._keep(held, changed)
        return held.events[event["id"]]

    def delete_event(self, question: Question) -> None:
        event = self._event(question)
        if question.head.get("if-match", event["etag"]) != event["etag"]:
            raise Refused(412, "conditionNotMet")
        if event["status"] == "cancelled":
            raise Refused(410, "deleted")
        self._cancel(self._held(question), event["id"])

    def query_free_busy(self, question: Question) -> dict[str, Any]:
        body: dict[str, Any] = question.body
        since, until = datetime.fromisoformat(body["timeMin"]), datetime.fromisoformat(body["timeMax"])
        assert len(body["items"]) <= 50
        found = {each["id"]: self._busy(each["id"], since, until) for each in body["items"]}
        return {"kind": "calendar#freeBusy", "timeMin": _utc(since), "timeMax": _utc(until), "calendars": found}

    def _busy(self, calendar: str, since: datetime, until: datetime) -> dict[str, Any]:
        held = self.calendars.get(calendar)
        if held is None:
            return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
        series = [each for each in held.events.values() if "recurringEventId" not in each]
        times = sorted(time for each in series for time in taken(each, _exceptions(held, each["id"])))
        return {
            "busy": [{"start": _utc(start), "end": _utc(end)} for start, end in times if start < until and end > since]
        }

    def _event(self, question: Question) -> Event:
        held = self._held(question)
        if question.named["eventId"] not in held.events:
            raise Refused(404, "notFound")
        return held.events[question.named["eventId"]]

    # ---- what it is made of

    def _keep(self, held: Held, event: Event) -> None:
        turn = next(self._turns)
        zone = ZoneInfo(held.entry["timeZone"])
        times: Event = {
            name: _local(event[name], zone) for name in ("start", "end", "originalStartTime") if name in event
        }
        kept: Event = {**event, **times, "kind": "calendar#event", "etag": f'"{turn}000"', "updated": _moment(turn)}
        held.events[event["id"]] = {name: value for name, value in kept.items() if value is not None}
        held.turns[event["id"]] = turn

    def _cancel(self, held: Held, event: str) -> None:
        for each in [*_exceptions(held, event), held.events[event]]:
            self._keep(held, {**each, "status": "cancelled"})

    def _placed(self, event: Event, calendar: str) -> Event:
        """The event with the id that it has, or, as an instance, gets by its series and its time."""
        known = [each for each in self.calendars[calendar].events.values() if each["iCalUID"] == event["iCalUID"]]
        series = next((each["id"] for each in known if "recurringEventId" not in each), "")
        if "originalStartTime" not in event:
            return {**event, "id": series}
        original = begin(event["originalStartTime"])
        return {**event, "id": f"{series}_{original.astimezone(UTC):%Y%m%dT%H%M%SZ}", "recurringEventId": series}


_ROUTES: dict[str, Callable[[GoogleCalendars, Question], dict[str, Any] | None]] = {
    "calendar.calendarList.list": GoogleCalendars.list_calendars,
    "calendar.calendarList.get": GoogleCalendars.get_entry,
    "calendar.calendars.insert": GoogleCalendars.make_calendar,
    "calendar.calendars.get": GoogleCalendars.get_calendar,
    "calendar.events.list": GoogleCalendars.list_events,
    "calendar.events.get": GoogleCalendars.get_event,
    "calendar.events.insert": GoogleCalendars.make_event,
    "calendar.events.patch": GoogleCalendars.change_event,
    "calendar.events.delete": GoogleCalendars.delete_event,
    "calendar.freebusy.query": GoogleCalendars.query_free_busy,
}


def refusal(status: int, reason: str, head: dict[str, str] | None = None) -> Answered:
    """An error as Google tells it."""
    told = {"domain": "global", "reason": reason, "message": "What was asked for can't be done."}
    error = {"code": status, "message": told["message"], "errors": [told]}
    return Answered(
        status=status,
        head={"Content-Type": "application/json; charset=UTF-8", **(head or {})},
        body=json.dumps({"error": error}).encode(),
    )


def _route(verb: str, path: str) -> tuple[Method, dict[str, str]]:
    for each in methods(API):
        found = each.path.fullmatch(path) if each.verb == verb and each.id in _ROUTES else None
        if found is not None:
            return each, {name: unquote(value) for name, value in found.groupdict().items()}
    raise AssertionError(f"the stand-in does not know {verb} {path}")


def _is_listed(event: Event, held: Held, query: dict[str, str]) -> bool:
    """By the filters of a whole list. A cancelled instance is told as long as its series is there."""
    if event["status"] == "cancelled" and query.get("showDeleted") != "true":
        series = held.events.get(event.get("recurringEventId", ""))
        if series is None or series["status"] == "cancelled":
            return False
    if query.get("iCalUID", event["iCalUID"]) != event["iCalUID"]:
        return False
    return "timeMin" not in query or _last_end(event) > datetime.fromisoformat(query["timeMin"])


def _last_end(event: Event) -> datetime:
    if "recurrence" not in event:
        return begin(event["end"])
    if not re.search("COUNT|UNTIL", "".join(event["recurrence"])):
        return datetime.max.replace(tzinfo=UTC)
    return max((end for _, end in taken(event, [])), default=begin(event["end"]))


def _shown(event: Event) -> Event:
    """An event in a list: of a deleted one no more than is promised."""
    if event["status"] != "cancelled":
        return event
    kept = {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"}
    return {name: value for name, value in event.items() if name in kept}


def _exceptions(held: Held, series: str) -> list[Event]:
    return [each for each in held.events.values() if each.get("recurringEventId") == series]


def _merged(there: Any, given: Any) -> Any:
    """RFC 7396: objects are merged, a null clears, and anything else takes the place of what stood."""
    if not isinstance(there, dict) or not isinstance(given, dict):
        return given
    merged = there | {name: _merged(there.get(name, {}), value) for name, value in given.items()}
    return {name: value for name, value in merged.items() if value is not None}


def _check_times(event: Event) -> None:
    """RFC 3339, with an offset or a zone, and either a day or a moment."""
    for name in ("start", "end"):
        when = event.get(name, {})
        if ("date" in when) == ("dateTime" in when):
            raise Refused(400, "invalid")
        if "dateTime" in when and not (datetime.fromisoformat(when["dateTime"]).tzinfo or "timeZone" in when):
            raise Refused(400, "required")
    if begin(event["end"]) < begin(event["start"]):
        raise Refused(400, "timeRangeEmpty")


def _local(when: dict[str, str], zone: ZoneInfo) -> dict[str, str]:
    """A moment with the offset of the calendar's zone; the zone that it was said in stays beside."""
    if "date" in when:
        return {"date": when["date"]}
    return at(begin(when).astimezone(zone)) | ({"timeZone": when["timeZone"]} if "timeZone" in when else {})


def _moment(turn: int) -> str:
    return f"{EPOCH + timedelta(seconds=turn):%Y-%m-%dT%H:%M:%S}.000Z"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
