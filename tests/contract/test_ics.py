"""An .ics file, and a folder of them, as a source."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from afterword.ports import Batch, BusyTime, CalendarEntry, NeedsUser, RemovedEntry, UnreadableItem
from connectors.ics import IcsSettings, IcsSource
from tests.contract.source_contract import NOW, CalendarSourceContract, Reader, calendar, entry

BERLIN = ZoneInfo("Europe/Berlin")


def source_at(path: Path) -> IcsSource:
    return IcsSource(IcsSettings(path=str(path)))


class TestFile(CalendarSourceContract):
    @pytest.fixture(autouse=True)
    def path(self, tmp_path: Path) -> Path:
        self.file = tmp_path / "calendar.ics"
        return self.file

    @pytest.fixture
    def source(self, path: Path) -> IcsSource:
        return source_at(path)

    def empty(self) -> None:
        self.put()

    def put(self, *entries: str) -> None:
        self.file.write_bytes(calendar(*entries))

    def test_a_calendar_that_is_being_written_lost_nothing(self, reader: Reader, path: Path) -> None:
        self.put(entry("a"), entry("b"), entry("c"))
        reader.items()
        whole = path.read_bytes()
        for length in range(0, len(whole) - 2, 40):
            path.write_bytes(whole[:length])
            assert not [each for each in reader.items() if not isinstance(each, UnreadableItem)]
        path.write_bytes(whole)
        assert reader.items() == []

    def test_a_calendar_that_stayed_as_it_was_costs_little(self, source: IcsSource) -> None:
        self.put(*(entry(str(number)) for number in range(5000)))
        begun = time.process_time()
        *_, last = source.read(None, NOW)
        read = time.process_time()
        (again,) = source.read(last.cursor, NOW)
        assert again == Batch(items=(), cursor=last.cursor, total=0)
        assert time.process_time() - read < (read - begun) / 4

    def test_whoever_comes_with_an_older_cursor_gets_what_came_since(self, source: IcsSource) -> None:
        self.put(entry("a"))
        (first,) = source.read(None, NOW)
        self.put(entry("a"), entry("b"))
        for _ in range(2):
            (second,) = source.read(first.cursor, NOW)
            assert [each.ref for each in second.items] == ["b"]

    def test_what_another_file_held_that_is_no_longer_read_was_not_removed(
        self, reader: Reader, tmp_path: Path
    ) -> None:
        self.put(entry("a"), entry("b"))
        reader.items()
        other = tmp_path / "other.ics"
        other.write_bytes(calendar(entry("b"), entry("c"), entry("d")))
        reader.source = source_at(other)
        assert sorted(each.ref for each in reader.items()) == ["b", "c", "d"]
        other.write_bytes(calendar(entry("b"), entry("c")))
        assert reader.items() == [RemovedEntry(uid="d", ref="d")]

    def test_bytes_that_are_no_calendar_are_set_aside_once(self, reader: Reader, path: Path) -> None:
        path.write_bytes(b"<html>Log in</html>")
        (aside,) = reader.items()
        assert isinstance(aside, UnreadableItem)
        assert aside.raw == b"<html>Log in</html>"
        assert reader.items() == []

    def test_a_calendar_that_is_too_large_is_set_aside(self, reader: Reader, path: Path) -> None:
        path.write_bytes(calendar(entry("a", "20260310T100000Z", "DESCRIPTION:" + "a" * 21 * 1024 * 1024)))
        (aside,) = reader.items()
        assert isinstance(aside, UnreadableItem)
        assert "20 MB" in aside.reason

    def test_each_entry_brings_the_zones_that_it_needs(self, reader: Reader, path: Path) -> None:
        zones = "".join(
            f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\n"
            "TZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
            for name in ("Ours", "Theirs")
        )
        path.write_bytes(
            calendar(zones, entry("a").replace("DTSTART:20260310T100000Z", "DTSTART;TZID=Ours:20260310T100000"))
        )
        (only,) = reader.items()
        assert isinstance(only, CalendarEntry)
        assert b"TZID:Ours" in only.raw
        assert b"Theirs" not in only.raw

    def test_f64_of_two_revisions_the_newer_one_counts(self, reader: Reader) -> None:
        self.put(entry("a", "20260312T100000Z", "SEQUENCE:2"), entry("b"))
        reader.items()
        self.put(entry("b"), entry("a", "20260312T100000Z", "SEQUENCE:2"))
        assert reader.items() == []

    def test_a_path_that_is_none_needs_the_user(self, tmp_path: Path) -> None:
        with pytest.raises(NeedsUser, match="nowhere"):
            list(source_at(tmp_path / "nowhere.ics").read(None, NOW))

    def test_it_says_what_is_there(self, source: IcsSource) -> None:
        self.put(entry("a"), entry("b"))
        assert source.check() == "2 entries in 1 file"


class TestFolder(CalendarSourceContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> Path:
        self.path = tmp_path / "calendar"
        self.path.mkdir()
        return self.path

    @pytest.fixture
    def source(self, folder: Path) -> IcsSource:
        return source_at(folder)

    def put(self, *entries: str) -> None:
        for old in self.path.glob("*.ics"):
            old.unlink()
        for number, each in enumerate(entries):
            (self.path / f"{number}.ics").write_bytes(calendar(each))

    def test_an_entry_whose_file_is_renamed_is_not_new(self, reader: Reader, folder: Path) -> None:
        self.put(entry("a"), entry("b"))
        reader.items()
        (folder / "work").mkdir()
        (folder / "0.ics").rename(folder / "work" / "moved.ics")
        assert reader.items() == []

    def test_a_bad_file_is_set_aside_and_the_others_are_read(self, reader: Reader, folder: Path) -> None:
        self.put(entry("a"), entry("b"))
        (folder / "bad.ics").write_bytes(b"\x00\xff garbage")
        items = reader.items()
        assert sorted(each.ref for each in items) == ["a", "b", "bad.ics"]
        assert [each.raw for each in items if isinstance(each, UnreadableItem)] == [b"\x00\xff garbage"]
        assert reader.items() == []

    def test_while_a_file_cannot_be_read_its_entries_are_not_gone(self, reader: Reader, folder: Path) -> None:
        self.put(entry("a"), entry("b"))
        reader.items()
        whole = (folder / "0.ics").read_bytes()
        (folder / "0.ics").write_bytes(whole[:-20])
        assert [type(each) for each in reader.items()] == [UnreadableItem]
        (folder / "0.ics").write_bytes(b"")
        assert reader.items() == []
        (folder / "0.ics").unlink()
        assert reader.items() == [RemovedEntry(uid="a", ref="a")]

    def test_a_file_that_can_never_be_read_hides_no_removal_in_others(self, reader: Reader, folder: Path) -> None:
        """As one of nothing, which a crash leaves, does in the folder of a program that synchronizes."""
        self.put(entry("a"), entry("b"), entry("c"), entry("d"))
        reader.items()
        (folder / "0.ics").write_bytes(b"")
        assert reader.items() == []
        (folder / "1.ics").unlink()
        assert reader.items() == [RemovedEntry(uid="b", ref="b")]
        (folder / "3.ics").write_bytes(b"")
        assert reader.items() == []
        (folder / "2.ics").unlink()
        assert reader.items() == []
        (folder / "2.ics").write_bytes(calendar(entry("e")))
        assert [each.ref for each in reader.items()] == ["e", "c"]
        (folder / "0.ics").write_bytes(calendar(entry("a")))
        assert reader.items() == []
        (folder / "3.ics").unlink()
        assert reader.items() == [RemovedEntry(uid="d", ref="d")]

    def test_f64_a_uid_in_two_files_is_one_entry_in_its_newer_revision(self, reader: Reader) -> None:
        self.put(entry("a", "20260312T100000Z", "SEQUENCE:3"), entry("a", "20260310T100000Z", "SEQUENCE:1"))
        (only,) = reader.items()
        assert isinstance(only, CalendarEntry)
        assert b"20260312T100000Z" in only.raw

    def test_f31_links_and_pipes_are_not_read(self, reader: Reader, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "secret.ics").write_bytes(calendar(entry("secret")))
        (folder / "link.ics").symlink_to(tmp_path / "secret.ics")
        os.mkfifo(folder / "pipe.ics")
        (folder / "folder.ics").mkdir()
        (folder / "a.ics").write_bytes(calendar(entry("a")))
        assert [each.ref for each in reader.items()] == ["a"]


# ---- busy times


def busy(path: Path, *entries: str, start: datetime | None = None) -> list[BusyTime]:
    path.write_bytes(calendar(*entries))
    begin = start or datetime(2026, 3, 9, tzinfo=BERLIN)
    return sorted(source_at(path).busy(begin, begin + timedelta(days=7)))


def taken(day: int, hour: int, hours: float = 1) -> BusyTime:
    start = datetime(2026, 3, day, hour, tzinfo=UTC)
    return BusyTime(start, start + timedelta(hours=hours))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calendar.ics"


ENDS = "DTEND:20260310T110000Z"


def test_an_entry_takes_its_time(path: Path) -> None:
    assert busy(path, entry("a", "20260310T100000Z", ENDS)) == [taken(10, 10)]
    assert busy(path, entry("a", "20260310T100000Z", "DURATION:PT2H")) == [taken(10, 10, 2)]


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED"])
def test_what_is_free_or_cancelled_takes_none(path: Path, line: str) -> None:
    assert busy(path, entry("a", "20260310T100000Z", ENDS, line)) == []


def test_meetings_of_other_months_take_none_and_one_that_lasts_across_does(path: Path) -> None:
    past, ahead = (
        entry("a", "20260110T100000Z", "DTEND:20260110T110000Z"),
        entry("b", "20260510T100000Z", "DTEND:20260510T110000Z"),
    )
    across = entry("c", "20260305T100000Z", "DTEND:20260401T110000Z")
    assert busy(path, past, ahead, across) == [
        BusyTime(datetime(2026, 3, 5, 10, tzinfo=UTC), datetime(2026, 4, 1, 11, tzinfo=UTC))
    ]


def test_our_own_invites_take_none(path: Path) -> None:
    assert busy(path, entry("k3j5h2@afterword", "20260310T100000Z", ENDS)) == []


def test_a_floating_time_is_one_in_the_users_zone(path: Path) -> None:
    floating = entry("a", "20260310T100000", "DTEND:20260310T110000")
    assert busy(path, floating) == [taken(10, 9)]
    assert busy(path, floating, start=datetime(2026, 3, 9, tzinfo=ZoneInfo("America/New_York"))) == [taken(10, 14)]


def test_a_floating_series_keeps_to_the_wall_clock(path: Path) -> None:
    series = entry("a", "20260301T100000", "DTEND:20260301T110000", "RRULE:FREQ=DAILY")
    days = busy(path, series, start=datetime(2026, 3, 28, tzinfo=BERLIN))
    assert {each.start.astimezone(BERLIN).hour for each in days} == {10}
    assert {each.start.hour for each in days} == {8, 9}


def test_a_series_takes_each_of_its_times_but_those_that_were_moved_or_left_out(path: Path) -> None:
    series = entry("a", "20260303T100000Z", "DTEND:20260303T110000Z", "RRULE:FREQ=DAILY", "EXDATE:20260311T100000Z")
    moved = entry("a", "20260312T150000Z", "DTEND:20260312T160000Z", "RECURRENCE-ID:20260312T100000Z")
    found = busy(path, series + moved)
    assert taken(12, 15) in found
    assert not {taken(11, 10), taken(12, 10)} & set(found)
    assert len(found) == 6


def test_a_day_off_in_the_calendar_is_no_taken_time(path: Path) -> None:
    day = entry("a").replace("DTSTART:20260310T100000Z", f"DTSTART;VALUE=DATE:{date(2026, 3, 10):%Y%m%d}")
    assert busy(path, day) == []


def test_an_entry_that_cannot_be_read_hides_no_other(path: Path) -> None:
    bad = entry("bad", "yesterday"), entry("bomb", "19700101T000000Z", "RRULE:FREQ=SECONDLY")
    assert busy(path, *bad, entry("a", "20260310T100000Z", ENDS)) == [taken(10, 10)]
