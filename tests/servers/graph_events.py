"""Events as Graph holds them, made from RFC 5545 text, and the occurrences that a series has.

It shares nothing with the connector's own way from events to text.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, YEARLY, rrule
from icalendar import Calendar

WINDOWS = {
    "UTC": "UTC",
    "W. Europe Standard Time": "Europe/Berlin",
    "Eastern Standard Time": "America/New_York",
    "India Standard Time": "Asia/Kolkata",
    "Tokyo Standard Time": "Asia/Tokyo",
    "GMT Standard Time": "Europe/London",
}
IANA = {zone: name for name, zone in WINDOWS.items()}
ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentativelyAccepted"}
DAYS = {"monday": MO, "tuesday": TU, "wednesday": WE, "thursday": TH, "friday": FR, "saturday": SA, "sunday": SU}
INDEXES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
FREQUENCIES = {"daily": DAILY, "weekly": WEEKLY, "Monthly": MONTHLY, "Yearly": YEARLY}
NEVER = datetime(2100, 1, 1)


def from_text(text: bytes, user: str) -> Iterator[dict[str, Any]]:
    """The events of a VCALENDAR; an exception names its series' UID as `seriesMasterId`, which the server makes an id."""
    for each in Calendar.from_ical(text).walk("VEVENT"):
        yield _event(each, user)


def _event(vevent: Any, user: str) -> dict[str, Any]:
    start = vevent["dtstart"].dt
    end = vevent["dtend"].dt if "dtend" in vevent else start + timedelta(hours=1)
    changed = next((vevent[each].dt for each in ("last-modified", "dtstamp") if each in vevent), datetime.now(UTC))
    attendees = vevent.get("attendee", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    known = {
        "iCalUId": str(vevent["uid"]),
        "type": "singleInstance",
        "subject": str(vevent.get("summary", "")),
        "body": {"contentType": "text", "content": str(vevent.get("description", ""))},
        "location": {"displayName": str(vevent.get("location", "")), "locationType": "default"},
        "start": at(start),
        "end": at(end),
        "originalStartTimeZone": zone_of(start),
        "originalEndTimeZone": zone_of(end),
        "isAllDay": not isinstance(start, datetime),
        "isCancelled": str(vevent.get("status", "")) == "CANCELLED",
        "showAs": "free" if str(vevent.get("transp", "")) == "TRANSPARENT" else "busy",
        "attendees": [_attendee(each, user) for each in attendees],
        "responseStatus": {"response": _response(attendees, user), "time": "0001-01-01T00:00:00Z"},
        "lastModifiedDateTime": moment(changed),
    }
    if "organizer" in vevent:
        known["organizer"] = _recipient(vevent["organizer"])
    if "rrule" in vevent:
        known |= {"type": "seriesMaster", "recurrence": _recurrence(vevent["rrule"], start)}
    if "recurrence-id" in vevent:
        original = vevent["recurrence-id"].dt
        known |= {"type": "exception", "seriesMasterId": known["iCalUId"], "originalStart": moment(original)}
    return known


def at(value: datetime | date) -> dict[str, str]:
    """A time as Graph says it when it is asked for UTC; a day is one from midnight."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC) if value.tzinfo else value
        return {"dateTime": f"{value:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}
    return {"dateTime": f"{value:%Y-%m-%d}T00:00:00.0000000", "timeZone": "UTC"}


def moment(value: datetime | date) -> str:
    known = value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
    return f"{known.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def zone_of(value: datetime | date) -> str:
    """What Windows calls the zone that a time was said in."""
    return IANA.get(getattr(getattr(value, "tzinfo", None), "key", "UTC"), "UTC")


def utc(time_zone: dict[str, str]) -> datetime:
    """The moment of a dateTimeTimeZone. Raises KeyError for a zone that Outlook does not know."""
    local = datetime.fromisoformat(time_zone["dateTime"].partition(".")[0])
    return local.replace(tzinfo=ZoneInfo(WINDOWS[time_zone["timeZone"]])).astimezone(UTC)


def occurrences(master: dict[str, Any]) -> Iterator[tuple[datetime, datetime]]:
    """When a series' occurrences start, as its pattern has them, and end."""
    zone = ZoneInfo(WINDOWS.get(master["originalStartTimeZone"], "UTC"))
    first, last = utc(master["start"]), utc(master["end"])
    pattern, until = master["recurrence"]["pattern"], master["recurrence"]["range"]
    told: dict[str, Any] = {"interval": pattern["interval"]}
    if until["type"] == "numbered":
        told["count"] = until["numberOfOccurrences"]
    else:
        told["until"] = datetime.fromisoformat(until["endDate"] + "T23:59:59") if "endDate" in until else NEVER
    kind = next(value for name, value in FREQUENCIES.items() if pattern["type"].endswith(name))
    rule = rrule(kind, dtstart=first.astimezone(zone).replace(tzinfo=None), **told, **_days(pattern))
    for each in rule:
        start = each.replace(tzinfo=zone).astimezone(UTC)
        yield start, start + (last - first)


def _days(pattern: dict[str, Any]) -> dict[str, Any]:
    days = [DAYS[each] for each in pattern.get("daysOfWeek", ())]
    found: dict[str, Any] = {"bymonth": pattern["month"]} if pattern["type"].endswith("Yearly") else {}
    if pattern["type"].startswith("relative"):
        return {**found, "byweekday": days, "bysetpos": INDEXES[pattern["index"]]}
    if pattern["type"].startswith("absolute"):
        days_of_month = list(range(min(28, pattern["dayOfMonth"]), pattern["dayOfMonth"] + 1))
        return {**found, "bymonthday": days_of_month, "bysetpos": -1}
    return {"byweekday": days} if days else {}


def _recurrence(rule: dict[str, list[Any]], start: datetime | date) -> dict[str, Any]:
    """Of the rules that the tests' calendars have: daily, or weekly on the day that it begins with."""
    kind = str(rule["FREQ"][0]).lower()
    pattern: dict[str, Any] = {"type": kind, "interval": int(rule.get("INTERVAL", [1])[0]), "firstDayOfWeek": "monday"}
    if kind == "weekly":
        pattern["daysOfWeek"] = [list(DAYS)[start.weekday()]]
    first = {"startDate": f"{start:%Y-%m-%d}", "recurrenceTimeZone": zone_of(start)}
    if "COUNT" in rule:
        return {"pattern": pattern, "range": {"type": "numbered", "numberOfOccurrences": rule["COUNT"][0], **first}}
    if "UNTIL" in rule:
        return {"pattern": pattern, "range": {"type": "endDate", "endDate": f"{rule['UNTIL'][0]:%Y-%m-%d}", **first}}
    return {"pattern": pattern, "range": {"type": "noEnd", **first}}


def _recipient(value: Any) -> dict[str, Any]:
    address = str(value).removeprefix("mailto:")
    return {"emailAddress": {"address": address, "name": str(value.params.get("CN", address))}}


def _attendee(value: Any, user: str) -> dict[str, Any]:
    """A guest's copy does not know what the others answered, nor says so of the guest."""
    said = ANSWERS.get(str(value.params.get("PARTSTAT", "")), "none")
    own = str(value).removeprefix("mailto:").lower() == user
    status = {"response": "none" if own else said, "time": "0001-01-01T00:00:00Z"}
    return {**_recipient(value), "type": "required", "status": status}


def _response(attendees: list[Any], user: str) -> str:
    own = [each for each in attendees if str(each).removeprefix("mailto:").lower() == user]
    return ANSWERS.get(str(own[0].params.get("PARTSTAT", "")), "notResponded") if own else "none"
