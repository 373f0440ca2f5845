"""Outlook's calendar by Graph, as a source and as a channel, signed in to by msal."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from afterword.eventlog.events import Answer
from afterword.ports import RemovedEntry
from connectors.microsoft.calendar_api import UID_PROPERTY
from connectors.microsoft.channel import MicrosoftChannel
from connectors.microsoft.settings import Access, MicrosoftChannelSettings
from connectors.microsoft.source import MicrosoftSource
from tests.contract.channel_contract import ChannelContract
from tests.contract.source_contract import CalendarSourceContract, Reader, calendar, entry
from tests.servers.entra import Entra
from tests.servers.graph import GraphServer
from tests.servers.graph_calendar import Event, GraphCalendars, noted
from tests.servers.graph_events import at

ANSWERS = {"accepted": "accepted", "tentative": "tentativelyAccepted", "declined": "declined"}


@pytest.fixture
def server(entra: Entra, signed_in: bytes, tmp_path: Path) -> Iterator[GraphServer]:
    with GraphServer(entra, signed_in, tmp_path) as server:
        yield server


class TestGraphCalendarSource(CalendarSourceContract):
    outlook: GraphCalendars

    @pytest.fixture
    def source(self, server: GraphServer) -> MicrosoftSource:
        self.outlook = server.calendars
        return MicrosoftSource(server.settings(mail=False, calendar=True, delivers=True))

    def put(self, *entries: str) -> None:
        """With no entries at all, Graph has lost its memory: it tells of no deletion."""
        self.outlook.forgets_links = not entries
        there = {known for each in entries for known in self.outlook.put_text(calendar(each))}
        for each in self.outlook.events():
            if each["id"] not in there:
                self.outlook.remove(each["id"])

    @pytest.mark.parametrize("lines", [(), ("RRULE:FREQ=WEEKLY;COUNT=3",)], ids=["single", "series"])
    def test_an_entry_that_is_deleted_is_told_though_no_other_is_left(
        self, reader: Reader, lines: tuple[str, ...]
    ) -> None:
        self.put(entry("a", "20260310T100000Z", *lines))
        (uid,) = (each.ref for each in reader.items())
        (event,) = (each["id"] for each in self.outlook.events())
        self.outlook.remove(event)
        assert reader.items() == [RemovedEntry(uid=uid, ref=uid)]
        assert reader.items() == []


class TestMicrosoftChannel(ChannelContract):
    outlook: GraphCalendars

    @pytest.fixture
    def channel(self, server: GraphServer) -> MicrosoftChannel:
        self.outlook = server.calendars
        account = server.settings()
        shared = {name: getattr(account, name) for name in Access.__struct_fields__}
        return MicrosoftChannel(MicrosoftChannelSettings(**shared))

    def shown(self) -> dict[str, Any]:
        return {noted(each)[UID_PROPERTY]: dict(each) for each in self.outlook.events("Afterword")}

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
        return next(each for each in self.outlook.events("Afterword") if noted(each)[UID_PROPERTY] == uid)
