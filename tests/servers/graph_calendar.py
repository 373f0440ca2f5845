"""The calendars of a mailbox as Graph shows them: a stand-in, each of whose answers is held to Graph's own schema.

What it does was taken from the reference and from what people report: an event that leaves the window of a delta, or is made
outside of it, is told as deleted; an occurrence comes without its words; a series is told whole when one of its occurrences
changes; delta takes neither $select nor $expand.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from msgspec import Struct

from tests.servers.graph_events import from_text, moment, occurrences, utc
from tests.servers.graph_schema import checked, checked_page
from tests.servers.web import Answered, Asked

ROUTE = re.compile(r"/v1\.0/me/calendars(?:/([^/]+)(?:/(events|calendarView/delta|calendarView)(?:/([^/]+))?)?)?")
OWN = re.compile(r"/v1\.0/me/events/([^/]+)")
SAME_PROPERTY = re.compile(
    r"singleValueExtendedProperties/any\(ep: ep/id eq '([^']*)' and ep/value eq '((?:[^']|'')*)'\)"
)
NOT_OVER = re.compile(r"end/dateTime ge '([\dT:-]+)'")
PROPERTY = re.compile(
    r"(?:String|Integer) \{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\} (?:Name [\w-]+|Id 0x[0-9A-F]+)"
)
"""The ids of extended properties, as the reference writes them."""

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
Event = dict[str, Any]


class Stored(Struct, kw_only=True):
    """An event in a calendar, and the turn in which it changed last."""

    calendar: str
    event: Event
    turn: int
    gone: bool = False


class Question(NamedTuple):
    """A request's parts."""

    asked: Asked
    calendar: str
    event: str
    query: dict[str, str]
    prefer: str

    @property
    def window(self) -> tuple[datetime, datetime]:
        return datetime.fromisoformat(self.query["startDateTime"]), datetime.fromisoformat(self.query["endDateTime"])


class GraphCalendars:
    """The routes of calendars; give it what was asked, and it answers, or passes (None)."""

    def __init__(self, user: str = "jane@example.org") -> None:
        self.user = user
        self.calendars: dict[str, str] = {}
        self.marked: dict[str, dict[str, str]] = {}
        """The extended properties of calendars, by their ids."""

        self.marks_calendars = True
        """Whether calendars take extended properties."""

        self.stored: dict[str, Stored] = {}
        self.forgets_links = False
        """Whether it knows no delta link any more."""

        self.removes_by_occurrences = False
        """Whether it tells of a series that is gone only that its occurrences are."""

        self.page = 1000
        """The most of a page, however much is asked for."""

        self.refusal = 0
        """The status by which a transactionId that comes again is refused; 0: it is answered with the same event."""

        self.keeps: Callable[[str], str] = lambda words: words
        """In which form it keeps the words of an event that a program gives it."""

        self._turns = count(1)
        self._numbers = count(1)
        self._transactions: dict[str, str] = {}
        self.make("Calendar")

    # ---- what a person does in Outlook

    def make(self, name: str) -> str:
        """A new calendar, and its id."""
        calendar = f"AQMkcal{next(self._numbers)}=="
        self.calendars[calendar] = name
        return calendar

    def named(self, name: str) -> str:
        """The id of the calendar of that name."""
        return next(calendar for calendar, each in self.calendars.items() if each == name)

    def remove_calendar(self, name: str) -> None:
        calendar = self.named(name)
        del self.calendars[calendar]
        self.stored = {event: each for event, each in self.stored.items() if each.calendar != calendar}

    def put(self, event: Event, calendar: str = "Calendar") -> str:
        """An event, or a new version of the one with its UID and original start; its id."""
        known = self._same(event)
        if known is None:
            return self._add(self.named(calendar), event)
        known.gone, known.calendar = False, self.named(calendar)
        self.change(known.event["id"], **event)
        return str(known.event["id"])

    def put_text(self, text: bytes, calendar: str = "Calendar") -> list[str]:
        """The events of a VCALENDAR; their ids."""
        told = sorted(from_text(text, self.user), key=lambda each: each["type"] == "exception")
        return [self.put(self._with_master(each), calendar) for each in told]

    def change(self, event: str, **fields: Any) -> None:
        stored = self.stored[event]
        stored.turn = next(self._turns)
        stored.event |= {"lastModifiedDateTime": _moment(stored.turn), **fields, "changeKey": f"CK{stored.turn}"}
        if "seriesMasterId" in stored.event:
            self.change(stored.event["seriesMasterId"])

    def remove(self, event: str) -> None:
        """Delete an event; of a series, it is the occurrence that is cancelled."""
        stored = self.stored[event]
        stored.gone, stored.turn = True, next(self._turns)
        master = self.stored.get(stored.event.get("seriesMasterId", ""))
        if master is not None:
            days = [*master.event.get("cancelledOccurrences", []), _occurrence_id(stored.event)]
            self.change(master.event["id"], cancelledOccurrences=days)

    def events(self, calendar: str = "Calendar") -> list[Event]:
        """Those that stand in a calendar; none where there is no such calendar."""
        ids = {known for known, name in self.calendars.items() if name == calendar}
        return [each.event for each in self.stored.values() if each.calendar in ids and not each.gone]

    # ---- requests

    def __call__(self, asked: Asked) -> Answered | None:
        parts = urlsplit(asked.path)
        found, own = ROUTE.fullmatch(parts.path), OWN.fullmatch(parts.path)
        if found is None and own is None:
            return None
        prefer = ",".join(value for name, value in asked.head.items() if name.lower() == "prefer")
        assert 'IdType="ImmutableId"' in prefer, prefer
        names = found.groups() if found is not None else ("", "events", own[1] if own is not None else "")
        calendar, route, event = (unquote(each or "") for each in names)
        question = Question(asked, calendar, event, dict(parse_qsl(parts.query)), prefer)
        if calendar and calendar not in self.calendars:
            return missing()
        return self._routes()[asked.method, route or "calendars", bool(event)](question)

    def _routes(self) -> dict[tuple[str, str, bool], Callable[[Question], Answered]]:
        return {
            ("GET", "calendars", False): self._list_calendars,
            ("POST", "calendars", False): self._make_calendar,
            ("GET", "calendarView/delta", False): self._delta,
            ("GET", "calendarView", False): self._view,
            ("GET", "events", False): self._list_events,
            ("POST", "events", False): self._make_event,
            ("GET", "events", True): self._get_event,
            ("PATCH", "events", True): self._change_event,
            ("DELETE", "events", True): self._delete_event,
        }

    def _list_calendars(self, question: Question) -> Answered:
        found = list(self.calendars)
        if "$filter" in question.query:
            if not self.marks_calendars:
                return told(400, _error("ErrorInvalidRequest"))
            name, value = _wanted(question)
            found = [each for each in found if self.marked.get(each, {}).get(name) == value]
        return self._paged(question, "calendar", [self._calendar(each) for each in found])

    def _make_calendar(self, question: Question) -> Answered:
        given = checked("calendar", json.loads(question.asked.body))
        if given["name"] in self.calendars.values():
            return told(409, _error("ErrorFolderExists"))
        if noted(given) and not self.marks_calendars:
            return told(400, _error("ErrorInvalidRequest"))
        made = self.make(given["name"])
        self.marked[made] = noted(given)
        return told(201, checked("calendar", self._calendar(made)))

    def _calendar(self, calendar: str) -> dict[str, Any]:
        owner = {"name": "Jane Doe", "address": self.user}
        return {"id": calendar, "name": self.calendars[calendar], "owner": owner, "canEdit": True}

    def _view(self, question: Question) -> Answered:
        since, until = question.window
        found = [
            each
            for stored in self._standing(question.calendar)
            for each in self._instances(stored.event)
            if _touches(each, since, until)
        ]
        return self._paged(question, "event", [self._shown(each, question) for each in found])

    def _delta(self, question: Question) -> Answered:
        """The state of a round is in its links: the window, what was known before it, and what it tells up to."""
        assert not {"$select", "$expand", "$filter", "$top"} & question.query.keys(), question.query
        token = question.query.get("$deltatoken") or question.query.get("$skiptoken")
        if token is None:
            since, until = question.query["startDateTime"], question.query["endDateTime"]
            state: dict[str, Any] = {"since": since, "until": until, "from": 0, "to": next(self._turns), "at": 0}
        elif self.forgets_links and "$deltatoken" in question.query:
            return told(410, _error("SyncStateNotFound"))
        else:
            state = json.loads(urlsafe_b64decode(token))
            if "$deltatoken" in question.query:
                state = {**state, "from": state["to"], "to": next(self._turns), "at": 0}
        changes = list(self._changes(question, state))
        size = min(self.page, _page_size(question.prefer))
        page, at = changes[state["at"] : state["at"] + size], state["at"] + size
        more = at < len(changes)
        link = self._link(question, "$skiptoken" if more else "$deltatoken", {**state, "at": at if more else 0})
        answer = {"value": page, "@odata.nextLink" if more else "@odata.deltaLink": link}
        return told(200, checked_page("event", answer))

    def _changes(self, question: Question, state: dict[str, Any]) -> Iterator[Event]:
        since, until = datetime.fromisoformat(state["since"]), datetime.fromisoformat(state["until"])
        for stored in self.stored.values():
            if not state["from"] < stored.turn <= state["to"] or stored.event["type"] == "exception":
                continue
            instances = [] if stored.gone or stored.calendar != question.calendar else self._instances(stored.event)
            there = [each for each in instances if _touches(each, since, until)]
            if there and stored.event["type"] == "seriesMaster":
                yield self._shown(stored.event, question)
            if not there and state["from"]:
                yield from self._removed(stored.event)
            for each in there:
                yield _bare(each) if each["type"] == "occurrence" else self._shown(each, question)

    def _removed(self, event: Event) -> Iterator[Event]:
        by_occurrences = event["type"] == "seriesMaster" and self.removes_by_occurrences
        ids = [each["id"] for each in self._instances(event)] if by_occurrences else [event["id"]]
        for each in ids:
            yield {"@odata.type": "#microsoft.graph.event", "id": each, "@removed": {"reason": "deleted"}}

    def _list_events(self, question: Question) -> Answered:
        found = [each.event for each in self._standing(question.calendar) if each.event["type"] != "exception"]
        later = NOT_OVER.fullmatch(question.query.get("$filter", ""))
        if later is not None:
            since = datetime.fromisoformat(later[1]).replace(tzinfo=UTC)
            found = [each for each in found if utc(each["end"]) >= since]
        elif "$filter" in question.query:
            wanted = _wanted(question)
            found = [each for each in found if wanted in noted(each).items()]
        return self._paged(question, "event", [self._shown(each, question) for each in found])

    def _make_event(self, question: Question) -> Answered:
        given = checked("event", {"id": "", **json.loads(question.asked.body)})
        transaction = given.get("transactionId", "")
        known = self.stored.get(self._transactions.get(transaction, ""))
        if known is not None and (self.refusal or known.gone):
            return told(self.refusal or 409, _error("ErrorDuplicateTransactionId"))
        event = known.event["id"] if known is not None else self._add(question.calendar, self._normal(given))
        if transaction:
            self._transactions[transaction] = event
        return told(201, self._checked(self.stored[event].event, question))

    def _get_event(self, question: Question) -> Answered:
        stored = self.stored.get(question.event)
        if stored is None or stored.gone:
            return missing()
        return told(200, self._checked(stored.event, question))

    def _change_event(self, question: Question) -> Answered:
        stored = self.stored.get(question.event)
        if stored is None or stored.gone:
            return missing()
        if _is_other(question, stored):
            return told(412, _error("ErrorIrresolvableConflict"))
        given = checked("event", {"id": "", **json.loads(question.asked.body)})
        changed = stored.event | given
        if changed.get("isAllDay") and not all("T00:00" in changed[each]["dateTime"] for each in ("start", "end")):
            return told(400, _error("ErrorPropertyValidationFailure"))
        both = [{"id": name, "value": value} for name, value in (noted(stored.event) | noted(given)).items()]
        self.change(question.event, **{**self._normal(given), "singleValueExtendedProperties": both})
        return told(200, self._checked(stored.event, question))

    def _delete_event(self, question: Question) -> Answered:
        stored = self.stored.get(question.event)
        if stored is None or stored.gone:
            return missing()
        if _is_other(question, stored):
            return told(412, _error("ErrorIrresolvableConflict"))
        self.remove(question.event)
        return Answered(status=204)

    # ---- what it is made of

    def _add(self, calendar: str, event: Event) -> str:
        turn = next(self._turns)
        known = f"AAkALg{next(self._numbers)}AAA=/x"
        given = {
            "iCalUId": f"040000008200E00074C5B7101A82E008{turn:08X}",
            "type": "singleInstance",
            "lastModifiedDateTime": _moment(turn),
            **event,
        }
        self.stored[known] = Stored(
            calendar=calendar, event={**given, "id": known, "changeKey": f"CK{turn}"}, turn=turn
        )
        if "seriesMasterId" in event:
            self.change(event["seriesMasterId"])
        return known

    def _normal(self, given: Event) -> Event:
        """What was given, with its times in UTC, and the zones that they were told in beside."""
        normal = {name: value for name, value in given.items() if name != "id"}
        for name, zone in (("start", "originalStartTimeZone"), ("end", "originalEndTimeZone")):
            if name in given:
                normal |= {name: _utc(utc(given[name])), zone: given[name]["timeZone"]}
        if "body" in given:
            normal["body"] = {**given["body"], "content": self.keeps(given["body"]["content"])}
        return normal

    def _same(self, event: Event) -> Stored | None:
        wanted = event["iCalUId"], event.get("originalStart")
        return next(
            (
                each
                for each in self.stored.values()
                if (each.event["iCalUId"], each.event.get("originalStart")) == wanted
            ),
            None,
        )

    def _with_master(self, event: Event) -> Event:
        master = self._same({"iCalUId": event.get("seriesMasterId", "")})
        return {**event, "seriesMasterId": master.event["id"]} if master is not None else event

    def _standing(self, calendar: str) -> list[Stored]:
        return [each for each in self.stored.values() if each.calendar == calendar and not each.gone]

    def _exceptions(self, master: Event) -> list[Event]:
        there = (each.event for each in self.stored.values() if not each.gone)
        return [each for each in there if each.get("seriesMasterId") == master["id"]]

    def _instances(self, event: Event) -> list[Event]:
        """What a view shows of an event: itself, or the occurrences and exceptions of a series."""
        if event["type"] != "seriesMaster":
            return [event] if event["type"] == "singleInstance" else []
        exceptions = self._exceptions(event)
        cancelled = {each.rpartition(".")[2] for each in event.get("cancelledOccurrences", [])}
        instead = {each["originalStart"] for each in exceptions}
        plain = [
            _occurrence(event, start, end)
            for start, end in occurrences(event)
            if moment(start) not in instead and f"{start:%Y-%m-%d}" not in cancelled
        ]
        return plain + exceptions

    def _checked(self, event: Event, question: Question) -> Event:
        return checked("event", self._shown(event, question))

    def _shown(self, event: Event, question: Question) -> Event:
        """An event as it was asked for: $select, and what comes only if it is expanded."""
        selected = question.query.get("$select", "").split(",")
        names = event.keys() - ON_DEMAND if selected == [""] else {"id", *selected} & (event.keys() - EXPANDED)
        shown = {name: event[name] for name in event if name in names}
        if 'outlook.body-content-type="text"' not in question.prefer and "body" in shown:
            words = shown["body"]["content"]
            shown["body"] = {"contentType": "html", "content": f"<html><body>{words}</body></html>"}
        if "cancelledOccurrences" in selected:
            shown.setdefault("cancelledOccurrences", [])
        expanded = question.query.get("$expand", "")
        if (inner := EXCEPTIONS.fullmatch(expanded)) and "exceptionOccurrences" in selected:
            within = question._replace(query={"$select": inner[1]})
            shown["exceptionOccurrences"] = [self._checked(each, within) for each in self._exceptions(event)]
        if expanded.startswith("singleValueExtendedProperties("):
            wanted = {name: value for name, value in noted(event).items() if f"'{name}'" in expanded}
            shown["singleValueExtendedProperties"] = [
                {"id": name.replace("-C000-", "-c000-"), "value": value} for name, value in wanted.items()
            ]
        return {"@odata.etag": _etag(event), **shown}

    def _paged(self, question: Question, kind: str, values: list[dict[str, Any]]) -> Answered:
        at, size = int(question.query.get("$skip", "0")), min(self.page, int(question.query.get("$top", "10")))
        page: dict[str, Any] = {"value": values[at : at + size]}
        if at + size < len(values):
            page["@odata.nextLink"] = self._address(question, {**question.query, "$skip": str(at + size)})
        return told(200, checked_page(kind, page))

    def _link(self, question: Question, name: str, state: dict[str, Any]) -> str:
        return self._address(question, {name: urlsafe_b64encode(json.dumps(state).encode()).decode()})

    def _address(self, question: Question, query: dict[str, str]) -> str:
        host = next(value for name, value in question.asked.head.items() if name.lower() == "host")
        scheme = "http" if host.startswith("127.0.0.1") else "https"
        told_query = "&".join(f"{name}={quote(value)}" for name, value in query.items())
        return f"{scheme}://{host}{urlsplit(question.asked.path).path}?{told_query}"


EXPANDED = {"singleValueExtendedProperties", "exceptionOccurrences"}
ON_DEMAND = {*EXPANDED, "cancelledOccurrences", "originalStart"}
"""What comes only where it is asked for."""

EXCEPTIONS = re.compile(r"exceptionOccurrences\(\$select=([^()]+)\)")


def noted(given: dict[str, Any]) -> dict[str, str]:
    """The extended properties of an event or a calendar."""
    found = {each["id"]: each["value"] for each in given.get("singleValueExtendedProperties", [])}
    assert all(PROPERTY.fullmatch(each) for each in found), found
    return found


def told(status: int, body: dict[str, Any]) -> Answered:
    """An answer in JSON."""
    return Answered(status=status, head={"Content-Type": "application/json"}, body=json.dumps(body).encode())


def missing() -> Answered:
    return told(404, _error("ErrorItemNotFound"))


def _wanted(question: Question) -> tuple[str, str]:
    """The extended property that a $filter names."""
    same = SAME_PROPERTY.fullmatch(question.query["$filter"])
    assert same is not None, question.query
    return same[1], same[2].replace("''", "'")


def _is_other(question: Question, stored: Stored) -> bool:
    """Whether the event is another than the one that is meant (RFC 9110, 13.1.1)."""
    wanted = {name.lower(): value for name, value in question.asked.head.items()}.get("if-match")
    return wanted is not None and wanted != _etag(stored.event)


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "What was asked for can't be done."}}


def _etag(event: Event) -> str:
    return f'W/"{event.get("changeKey", "")}"'


def _moment(turn: int) -> str:
    return moment(EPOCH + timedelta(seconds=turn))


def _touches(event: Event, since: datetime, until: datetime) -> bool:
    return utc(event["start"]) < until and utc(event["end"]) > since


def _occurrence(master: Event, start: datetime, end: datetime) -> Event:
    kept = {name: value for name, value in master.items() if name not in {"recurrence", "cancelledOccurrences"}}
    own = f"{master['id']}.{start:%Y-%m-%d}"
    times = {"start": _utc(start), "end": _utc(end), "originalStart": moment(start)}
    return {**kept, **times, "id": own, "type": "occurrence", "seriesMasterId": master["id"]}


def _bare(event: Event) -> Event:
    """An occurrence as delta has it."""
    return {name: event[name] for name in ("id", "type", "seriesMasterId", "start", "end")}


def _occurrence_id(event: Event) -> str:
    return f"OID.{event['seriesMasterId']}.{event['originalStart'][:10]}"


def _utc(value: datetime) -> dict[str, str]:
    return {"dateTime": f"{value:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}


def _page_size(prefer: str) -> int:
    found = re.search(r"odata\.maxpagesize=(\d+)", prefer)
    return int(found[1]) if found else 10
