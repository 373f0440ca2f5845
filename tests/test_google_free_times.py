"""When the user is taken, as Google Calendar tells it (freebusy)."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from afterword.ports import BusyTime, Unavailable
from connectors.google.calendar_source import GoogleCalendar
from connectors.google.channel import GoogleChannel
from connectors.google.source import GoogleSource
from tests.contract.channel_contract import INVITE, START
from tests.contract.source_contract import NOW
from tests.google_calendar import BERLIN, interview, weekly
from tests.servers.google import JSON
from tests.servers.google_access import Ask, Signed, altered
from tests.servers.google_calendar import ROOT, GoogleCalendars
from tests.servers.google_discovery import checked
from tests.servers.web import Answered, Asked


def test_busy_times_are_those_of_every_calendar_that_is_read(
    google_calendars: GoogleCalendars, calendar_user: Signed
) -> None:
    source = GoogleSource(calendar_user.settings(mail=False))
    weekly(google_calendars)
    google_calendars.put(interview("2026-03-11", transparency="transparent"))
    google_calendars.put(
        interview("2026-03-12", attendees=[{"email": "jane@example.org", "self": True, "responseStatus": "declined"}])
    )
    google_calendars.put(interview("2026-03-13"), google_calendars.make("Team"))
    google_calendars.put(interview("2026-03-14"), google_calendars.make("Colleague", role="freeBusyReader"))
    start = datetime(2026, 3, 9, tzinfo=BERLIN)
    assert sorted(each.start for each in source.busy(start, start + timedelta(days=10))) == [
        datetime(2026, 3, 10, 10, tzinfo=UTC),
        datetime(2026, 3, 13, 10, tzinfo=UTC),
        datetime(2026, 3, 17, 10, tzinfo=UTC),
    ]


def test_many_calendars_are_asked_about_in_several_questions(
    google_calendars: GoogleCalendars, calendar_user: Signed
) -> None:
    for number in range(60):
        google_calendars.put(interview(), google_calendars.make(f"C{number}"))
    busy = list(GoogleCalendar(calendar_user.settings()).busy(NOW, NOW + timedelta(days=30)))
    assert len(busy) == 60


@pytest.mark.parametrize(("reason", "is_told"), [("internalError", True), ("notFound", False)])
def test_free_times_that_google_can_not_tell_of_one_calendar_are_told_of_the_others(
    google_calendars: GoogleCalendars, tmp_path: Path, reason: str, is_told: bool
) -> None:
    google_calendars.put(interview())
    other = google_calendars.make("Team")

    def change(asked: Asked, ask: Ask) -> Answered:
        if not asked.path.startswith(f"{ROOT}freeBusy"):
            return ask()
        told = json.loads(ask().body)
        told["calendars"][other] = {"errors": [{"domain": "global", "reason": reason}], "busy": []}
        return Answered(head=JSON, body=json.dumps(checked("calendar.v3", "FreeBusyResponse", told)).encode())

    found: list[BusyTime] = []
    with altered(google_calendars, tmp_path, change) as (_, signed):
        times = GoogleCalendar(signed.settings()).busy(NOW, NOW + timedelta(days=30))
        with pytest.raises(Unavailable, match="when 1 of your calendars") if is_told else nullcontext():
            found.extend(times)
    assert len(found) == 1


def test_our_own_invites_take_no_time(google_calendars: GoogleCalendars, calendar_user: Signed) -> None:
    GoogleChannel(calendar_user.channel_settings()).place(INVITE)
    assert len(google_calendars.events(google_calendars.named("Afterword"))) == 1
    assert list(GoogleCalendar(calendar_user.settings()).busy(START, START + timedelta(days=1))) == []
