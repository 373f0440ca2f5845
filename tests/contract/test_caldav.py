"""CalDAV, as a source, and as a channel for events and for tasks, with a real Radicale and a real Xandikos."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Alarm, Calendar, Component, vCalAddress
from msgspec.structs import replace

from afterword.eventlog.events import Answer
from afterword.ports import CalendarEntry, Item, RemovedEntry, UserAction
from connectors.caldav import CaldavChannel, CaldavSource
from connectors.ics import IcsSettings, IcsSource
from tests.contract.channel_contract import INVITE, QUARTER, STANDS, START, ChannelContract, answers, standing
from tests.contract.source_contract import NOW, CalendarSourceContract, Reader, calendar, entry
from tests.servers.calendars import CalendarAccount, CalendarServer


class CaldavSourceContract(CalendarSourceContract):
    account: CalendarAccount

    @pytest.fixture
    def source(self) -> CaldavSource:
        return CaldavSource(self.account.settings())

    def put(self, *entries: str) -> None:
        """Make these the entries, each by its UID in the place that it has; with no entries at all, the calendar is set up anew."""
        if not entries:
            self.account.remove(self.account.path("Personal"))
            self.account.make("Personal")
        uids = [each.partition("UID:")[2].partition("\r\n")[0] for each in entries]
        for path in self.account.paths("Personal"):
            if path.rpartition("/")[2].removesuffix(".ics") not in uids:
                self.account.remove(path)
        for uid, each in zip(uids, entries, strict=True):
            self.account.put(self.account.path("Personal", f"{uid}.ics"), calendar(each))

    def test_an_entry_that_is_deleted_is_told_though_no_other_is_left(self, reader: Reader) -> None:
        """As in a calendar for interviews alone."""
        path = self.account.path("Personal", "a.ics")
        self.put(entry("a"))
        reader.items()
        self.account.remove(path)
        assert reader.items() == [RemovedEntry(uid="a", ref="a")]
        assert reader.items() == []
        self.account.put(path, calendar(entry("a")))
        assert [each.ref for each in reader.items()] == ["a"]

    def test_what_an_account_held_that_was_of_another_kind_was_not_removed(
        self, source: CaldavSource, tmp_path: Path
    ) -> None:
        """The user keeps its name, and has it read another calendar."""
        file = tmp_path / "calendar.ics"
        file.write_bytes(calendar(entry("a")))
        self.put(entry("b"))
        reader = Reader(IcsSource(IcsSettings(path=str(file))))
        assert [each.ref for each in reader.items()] == ["a"]
        reader.source = source
        assert [each.ref for each in reader.items()] == ["b"]
        reader.source = IcsSource(IcsSettings(path=str(file)))
        assert [each.ref for each in reader.items()] == ["a"]

    @pytest.mark.parametrize("goes", [True, False], ids=["goes", "is put back"])
    def test_f64_a_meeting_in_two_calendars_is_one_and_its_newest_version_counts(
        self, source: CaldavSource, goes: bool
    ) -> None:
        old, new, newest = (
            calendar(entry("a", f"202603{day}T100000Z", f"SEQUENCE:{each}")) for each, day in enumerate((10, 11, 12))
        )
        self.account.make("Shared")
        here, there = (self.account.path(each, "a.ics") for each in ("Personal", "Shared"))
        self.account.put(self.account.path("Personal", "b.ics"), calendar(entry("b")))
        self.account.put(here, new)
        self.account.put(there, newest)
        reader = Reader(source)
        assert starts(reader.items())["a"] == "20260312T100000Z"
        self.account.put(here, old)
        assert reader.items() == []
        if goes:
            self.account.remove(there)
        else:
            self.account.put(there, new)
        assert starts(reader.items()) == {"a": "20260310T100000Z" if goes else "20260311T100000Z"}
        assert reader.items() == []


def starts(items: Iterable[Item]) -> dict[str, str]:
    """When entries begin, by their UIDs."""
    found = {each.ref: re.search(rb"DTSTART:(\w+)", each.raw) for each in items if isinstance(each, CalendarEntry)}
    return {ref: each[1].decode() for ref, each in found.items() if each}


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
        self.change(uid, dtstart=start, dtend=end)

    def rewrite(self, uid: str, description: str) -> None:
        self.change(uid, description=description)

    def answer(self, uid: str, answer: Answer) -> None:
        if answer == "completed":
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

    def test_f52_what_else_the_user_puts_into_it_stays(self, channel: CaldavChannel) -> None:
        channel.place(INVITE)
        self.change(INVITE.uid, location="At my desk", color="green", url="https://notes.example/4711")
        self.ring(INVITE.uid, timedelta(0), timedelta(minutes=-30))
        channel.place(replace(INVITE, sequence=1, description="Changed."))
        ((_, entry, _),) = self.entries()
        assert (str(entry["LOCATION"]), str(entry["COLOR"])) == ("At my desk", "green")
        assert str(entry["URL"]) == "https://notes.example/4711"
        assert str(entry["DESCRIPTION"]) == "Changed."
        assert [each.decoded("TRIGGER") for each in entry.walk("VALARM")] == [timedelta(0), timedelta(minutes=-30)]

    def test_f52_an_alarm_that_the_user_takes_away_stays_away(self, channel: CaldavChannel) -> None:
        channel.place(INVITE)
        self.ring(INVITE.uid)
        channel.place(replace(INVITE, sequence=1, description="Changed."))
        ((_, entry, _),) = self.entries()
        assert entry.walk("VALARM") == []

    def test_what_is_done_rings_no_more_whoever_set_the_alarm(self, channel: CaldavChannel) -> None:
        channel.place(INVITE)
        self.ring(INVITE.uid, timedelta(hours=-1))
        channel.place(replace(INVITE, sequence=1, alarm=None, done=True))
        ((_, entry, _),) = self.entries()
        assert entry.walk("VALARM") == []
        channel.place(replace(INVITE, sequence=2))
        ((_, entry, _),) = self.entries()
        assert len(entry.walk("VALARM")) == 1

    def test_an_invite_that_the_user_shares_with_others_is_theirs(self, channel: CaldavChannel) -> None:
        """Their server would tell the others by mail whatever is done to it."""
        channel.place(INVITE)
        mia = vCalAddress("mailto:mia@home.example")
        mia.params["PARTSTAT"] = "DECLINED"
        self.change(INVITE.uid, attendee=mia, organizer="mailto:jane@example.org")
        assert list(channel.observe(standing(INVITE))) == []
        before = self.shown()
        channel.place(replace(INVITE, sequence=1, description="Changed."))
        channel.withdraw(STANDS, START)
        assert self.shown() == before

    def ring(self, uid: str, *triggers: timedelta) -> None:
        """The alarms of an entry from now on."""
        whole = Calendar.from_ical(self.account.text(self.path_of(uid)))
        (entry,) = (each for each in whole.walk() if each.name in {"VEVENT", "VTODO"})
        entry.subcomponents = []
        for each in triggers:
            alarm = Alarm(action="DISPLAY", description="Ring")
            alarm.add("trigger", each)
            entry.add_component(alarm)
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


class CaldavTasksContract(CaldavChannelContract):
    """To-dos in the place of events."""

    tasks = True

    def move(self, uid: str, start: datetime, end: datetime) -> None:
        """As programs do that know of nothing but when a to-do is due."""
        _ = start
        self.change(uid, due=end)

    def answer(self, uid: str, answer: Answer) -> None:
        if answer == "completed":
            self.change(uid, status="COMPLETED")
        else:
            super().answer(uid, answer)

    def test_a_task_says_what_an_event_would(self, channel: CaldavChannel) -> None:
        channel.place(replace(INVITE, alarm=10))
        ((uid, todo, _),) = self.entries()
        assert (todo.name, uid, str(todo["SUMMARY"]), str(todo["DESCRIPTION"])) == (
            "VTODO",
            INVITE.uid,
            INVITE.summary,
            INVITE.description,
        )
        assert (todo.decoded("DTSTART"), todo.decoded("DUE")) == (INVITE.start, INVITE.end)
        assert str(todo["DUE"].params["TZID"]) == INVITE.zone
        (alarm,) = todo.walk("VALARM")
        assert (alarm.decoded("TRIGGER"), str(todo["STATUS"])) == (timedelta(minutes=-10), "NEEDS-ACTION")

    @pytest.mark.parametrize(
        "done",
        [{"status": "COMPLETED"}, {"percent-complete": 100}, {"completed": NOW}],
        ids=lambda each: next(iter(each)),
    )
    def test_a_task_that_the_user_ticks_off_is_completed(self, channel: CaldavChannel, done: dict[str, Any]) -> None:
        channel.place(INVITE)
        self.change(INVITE.uid, **done)
        assert answers(channel.observe(standing(INVITE))) == {INVITE.uid: "completed"}

    def test_a_task_that_is_half_done_is_not_completed(self, channel: CaldavChannel) -> None:
        channel.place(INVITE)
        self.change(INVITE.uid, **{"percent-complete": 50, "status": "IN-PROCESS"})
        assert list(channel.observe(standing(INVITE))) == []

    def test_a_task_that_the_user_cancels_is_declined(self, channel: CaldavChannel) -> None:
        channel.place(INVITE)
        self.change(INVITE.uid, status="CANCELLED")
        assert answers(channel.observe(standing(INVITE))) == {INVITE.uid: "declined"}

    def test_a_task_whose_item_is_done_is_completed_and_rings_no_more(self, channel: CaldavChannel) -> None:
        channel.place(INVITE)
        done = replace(INVITE, sequence=1, alarm=None, done=True)
        channel.place(done)
        ((_, todo, _),) = self.entries()
        assert (str(todo["STATUS"]), str(todo["PERCENT-COMPLETE"])) == ("COMPLETED", "100")
        assert todo.decoded("COMPLETED") == INVITE.stamp
        assert (str(todo["SUMMARY"]), todo.walk("VALARM")) == (INVITE.summary, [])

    def test_f54_a_task_that_is_due_on_another_day_keeps_its_time_of_day(self, channel: CaldavChannel) -> None:
        channel.place(INVITE)
        self.change(INVITE.uid, due=date(2026, 4, 7))
        there = datetime(2026, 4, 7, 8, tzinfo=UTC)
        moved = UserAction(uid=INVITE.uid, answer="moved", start=there, end=there + QUARTER)
        assert list(channel.observe(standing(INVITE))) == [moved]

    def test_who_comes_to_prefer_tasks_has_no_item_twice(self, channel: CaldavChannel) -> None:
        CaldavChannel(self.account.settings()).place(INVITE)
        assert list(channel.observe(standing(INVITE))) == []
        channel.place(replace(INVITE, sequence=1, description="Changed."))
        assert [(uid, each.name) for uid, each, _ in self.entries()] == [(INVITE.uid, "VTODO")]


class TestRadicaleTasks(CaldavTasksContract):
    @pytest.fixture(autouse=True)
    def calendars(self, radicale: CalendarServer) -> None:
        self.account = radicale.account()


class TestXandikosTasks(CaldavTasksContract):
    @pytest.fixture(autouse=True)
    def calendars(self, xandikos: CalendarServer) -> None:
        self.account = xandikos.account()
