"""CalDAV, as a source and as a channel, with a real Radicale and a real Xandikos."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from icalendar import Calendar, Component

from afterword.eventlog.events import Answer
from connectors.caldav import CaldavChannel, CaldavSource
from tests.contract.channel_contract import ChannelContract
from tests.contract.source_contract import CalendarSourceContract, calendar
from tests.servers.calendars import CalendarAccount, CalendarServer


class CaldavSourceContract(CalendarSourceContract):
    account: CalendarAccount

    @pytest.fixture
    def source(self) -> CaldavSource:
        return CaldavSource(self.account.settings())

    def put(self, *entries: str) -> None:
        """Make these the entries, each by its UID in the place that it has."""
        uids = [each.partition("UID:")[2].partition("\r\n")[0] for each in entries]
        for path in self.account.paths("Personal"):
            if path.rpartition("/")[2].removesuffix(".ics") not in uids:
                self.account.remove(path)
        for uid, each in zip(uids, entries, strict=True):
            self.account.put(self.account.path("Personal", f"{uid}.ics"), calendar(each))


class TestRadicaleSource(CaldavSourceContract):
    @pytest.fixture(autouse=True)
    def calendars(self, radicale: CalendarServer) -> None:
        self.account = radicale.account()
        self.account.make("Personal")


class TestXandikosSource(CaldavSourceContract):
    @pytest.fixture(autouse=True)
    def calendars(self, xandikos: CalendarServer) -> None:
        self.account = xandikos.account()
        self.account.make("Personal")


class CaldavChannelContract(ChannelContract):
    account: CalendarAccount
    tasks = False

    @pytest.fixture
    def channel(self) -> CaldavChannel:
        return CaldavChannel(self.account.settings(tasks=self.tasks))

    def shown(self) -> dict[str, Any]:
        return {uid: entry.to_ical().decode().replace("\r\n ", "") for uid, entry, _ in self.entries()}

    def delete(self, uid: str) -> None:
        self.account.remove(self.path_of(uid))

    def move(self, uid: str, start: datetime, end: datetime) -> None:
        times = {"due": start} if self.tasks else {"dtstart": start, "dtend": end}
        self.change(uid, **times)

    def rewrite(self, uid: str, description: str) -> None:
        self.change(uid, description=description)

    def answer(self, uid: str, answer: Answer) -> None:
        if answer == "completed" and self.tasks:
            self.change(uid, status="COMPLETED")
        elif answer == "completed":
            self.change(uid, summary="✓ Thank Carla")
        else:
            self.change(uid, attendee="mailto:jane@home.example")
            text = self.account.text(self.path_of(uid))
            said = b"ATTENDEE;PARTSTAT=" + answer.upper().encode()
            self.account.put(self.path_of(uid), text.replace(b"ATTENDEE", said))

    def lose(self) -> None:
        self.account.remove(self.account.path("Afterword"))

    def change(self, uid: str, **values: Any) -> None:
        """As a calendar program does that writes its own text of the entry."""
        whole = Calendar.from_ical(self.account.text(self.path_of(uid)))
        (entry,) = (each for each in whole.walk() if each.name in {"VEVENT", "VTODO"})
        for name, value in values.items():
            entry.pop(name, None)
            entry.add(name, value)
        self.account.put(self.path_of(uid), whole.to_ical())

    def path_of(self, uid: str) -> str:
        return next(path for each, _, path in self.entries() if each == uid)

    def entries(self) -> Iterator[tuple[str, Component, str]]:
        for path in self.account.paths("Afterword"):
            for each in Calendar.from_ical(self.account.text(path)).walk():
                if each.name in {"VEVENT", "VTODO"}:
                    yield str(each["UID"]), each, path


class TestRadicaleChannel(CaldavChannelContract):
    @pytest.fixture(autouse=True)
    def calendars(self, radicale: CalendarServer) -> None:
        self.account = radicale.account()


class TestXandikosChannel(CaldavChannelContract):
    @pytest.fixture(autouse=True)
    def calendars(self, xandikos: CalendarServer) -> None:
        self.account = xandikos.account()


class TestRadicaleTasks(CaldavChannelContract):
    tasks = True

    @pytest.fixture(autouse=True)
    def calendars(self, radicale: CalendarServer) -> None:
        self.account = radicale.account()
