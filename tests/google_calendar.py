"""What tests of Google Calendar share: an interview as an event, and a series of them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from afterword.recognition.reading import User
from tests.servers.google_calendar import GoogleCalendars
from tests.servers.google_events import Event

BERLIN = ZoneInfo("Europe/Berlin")
JANE = User(name="Jane Doe", addresses=("jane@example.org",), zone=BERLIN)
CARLA = {"email": "carla@acme.example", "displayName": "Carla Rossi", "organizer": True, "responseStatus": "accepted"}


def at(text: str, zone: str = "Europe/Berlin") -> dict[str, str]:
    return {"dateTime": datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat(), "timeZone": zone}


def interview(day: str = "2026-03-10", **others: Any) -> Event:
    own = {"email": "jane@example.org", "self": True, "responseStatus": "accepted"}
    told = {
        "summary": "Interview with Acme",
        "start": at(f"{day}T11:00"),
        "end": at(f"{day}T12:00"),
        "organizer": {"email": "carla@acme.example", "displayName": "Carla Rossi"},
        "attendees": [CARLA, own],
    }
    return {**told, **others}


def weekly(google_calendars: GoogleCalendars) -> str:
    return google_calendars.put(interview(recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"]))
