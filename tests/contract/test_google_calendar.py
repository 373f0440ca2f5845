"""Google Calendar as a source and as a channel."""

from datetime import datetime
from typing import Any

import pytest

from afterword.eventlog.events import Answer
from connectors.google.calendar_source import GoogleCalendar
from connectors.google.channel import GoogleChannel
from connectors.google.events import UID_PROPERTY
from tests.contract.channel_contract import ChannelContract
from tests.contract.source_contract import CalendarSourceContract, calendar
from tests.servers.google_access import Signed
from tests.servers.google_calendar import GoogleCalendars
from tests.servers.google_events import Event, at


class TestGoogleCalendarSource(CalendarSourceContract):
    @pytest.fixture(autouse=True)
    def calendars(self, google_calendars: GoogleCalendars) -> None:
        self.google = google_calendars

    @pytest.fixture
    def source(self, calendar_user: Signed) -> GoogleCalendar:
        return GoogleCalendar(calendar_user.settings())

    def put(self, *entries: str) -> None:
        """With no entries at all, Google has lost its memory: people don't delete whatever they have."""
        if not entries:
            self.google.forget()
        there = {known for each in entries for known in self.google.put_text(calendar(each))}
        for each in self.google.events():
            if each["id"] not in there:
                self.google.remove(each["id"])


class TestGoogleChannel(ChannelContract):
    @pytest.fixture(autouse=True)
    def calendars(self, google_calendars: GoogleCalendars) -> None:
        self.google = google_calendars

    @pytest.fixture
    def channel(self, calendar_user: Signed) -> GoogleChannel:
        return GoogleChannel(calendar_user.channel_settings())

    def shown(self) -> dict[str, Any]:
        return {self.uid_of(each): each for each in self.events()}

    def delete(self, uid: str) -> None:
        self.google.remove(self.id_of(uid), self.calendar)

    def move(self, uid: str, start: datetime, end: datetime) -> None:
        self.google.change(self.id_of(uid), self.calendar, start=at(start), end=at(end))

    def rewrite(self, uid: str, description: str) -> None:
        self.google.change(self.id_of(uid), self.calendar, description=f"<p>{description}</p>")

    def answer(self, uid: str, answer: Answer) -> None:
        if answer == "completed":
            self.google.change(self.id_of(uid), self.calendar, summary="✓ Thank Carla")
            return
        own = {"email": self.google.user, "self": True, "responseStatus": answer}
        self.google.change(self.id_of(uid), self.calendar, attendees=[own])

    def lose(self) -> None:
        del self.google.calendars[self.calendar]

    @property
    def calendar(self) -> str:
        return self.google.named("Afterword")

    def events(self) -> list[Event]:
        there = [each for each, held in self.google.calendars.items() if held.by_app]
        return [event for each in there for event in self.google.events(each)]

    def uid_of(self, event: Event) -> str:
        return str(event["extendedProperties"]["private"][UID_PROPERTY])

    def id_of(self, uid: str) -> str:
        return next(str(each["id"]) for each in self.events() if self.uid_of(each) == uid)
