"""Outlook's calendar by Graph, as a source and as a channel."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from afterword.eventlog.events import Answer
from connectors.microsoft.calendars import UID
from connectors.microsoft.channel import MicrosoftChannel
from tests.contract.channel_contract import ChannelContract
from tests.contract.source_contract import CalendarSourceContract, calendar
from tests.outlook import Home, Part, running
from tests.servers.graph_calendar import Event, GraphCalendars, noted
from tests.servers.graph_events import at

ANSWERS = {"accepted": "accepted", "tentative": "tentativelyAccepted", "declined": "declined"}


@pytest.fixture
def home() -> Iterator[Home]:
    with running() as found:
        yield found


class TestGraphCalendarSource(CalendarSourceContract):
    outlook: GraphCalendars

    @pytest.fixture
    def source(self, home: Home) -> Part:
        self.outlook = home.outlook
        return home.source()

    def put(self, *entries: str) -> None:
        there = {known for each in entries for known in self.outlook.put_text(calendar(each))}
        for each in self.outlook.events():
            if each["id"] not in there:
                self.outlook.remove(each["id"])


class TestMicrosoftChannel(ChannelContract):
    outlook: GraphCalendars

    @pytest.fixture
    def channel(self, home: Home) -> MicrosoftChannel:
        self.outlook = home.outlook
        return home.channel()

    def shown(self) -> dict[str, Any]:
        return {noted(each)[UID]: dict(each) for each in self.outlook.events("Afterword")}

    def delete(self, uid: str) -> None:
        self.outlook.remove(self.event(uid)["id"])

    def move(self, uid: str, start: datetime, end: datetime) -> None:
        self.change(uid, start=at(start), end=at(end))

    def rewrite(self, uid: str, description: str) -> None:
        self.change(uid, body={"contentType": "text", "content": description})

    def answer(self, uid: str, answer: Answer) -> None:
        if answer == "completed":
            self.change(uid, subject="✓ Thank Carla")
        else:
            self.change(uid, responseStatus={"response": ANSWERS[answer], "time": "2026-03-05T18:00:00Z"})

    def lose(self) -> None:
        self.outlook.remove_calendar("Afterword")

    def change(self, uid: str, **fields: Any) -> None:
        self.outlook.change(self.event(uid)["id"], **fields)

    def event(self, uid: str) -> Event:
        return next(each for each in self.outlook.events("Afterword") if noted(each)[UID] == uid)
