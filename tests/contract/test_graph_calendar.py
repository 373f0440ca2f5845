"""Outlook's calendar by Graph, as a source."""

from collections.abc import Iterator

import pytest

from connectors.microsoft.calendar_source import GraphCalendar
from connectors.microsoft.calendars import Calendars
from tests.contract.source_contract import CalendarSourceContract, calendar
from tests.servers.graph_calendar import GraphCalendars, missing
from tests.servers.graph_line import Choice, GraphLine
from tests.servers.web import Web


class TestGraphCalendarSource(CalendarSourceContract):
    @pytest.fixture(autouse=True)
    def outlook(self) -> GraphCalendars:
        self.calendars = GraphCalendars()
        return self.calendars

    @pytest.fixture
    def source(self, outlook: GraphCalendars) -> Iterator[GraphCalendar]:
        with Web(lambda asked: outlook(asked) or missing()) as web:
            yield GraphCalendar(Calendars(GraphLine(web.port)), Choice())

    def put(self, *entries: str) -> None:
        there = {known for each in entries for known in self.calendars.put_text(calendar(each))}
        for each in self.calendars.events():
            if each["id"] not in there:
                self.calendars.remove(each["id"])
