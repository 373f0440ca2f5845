"""What every source keeps to. A connector's tests inherit a class, and say how a mail or an entry gets to its place."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from afterword.ports import Batch, CalendarEntry, FreeBusySource, Item, Mail, RemovedEntry, Source, UnreadableItem

NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
MANY = 450
MANY_ENTRIES = 250
TOO_LARGE = 26 * 1024 * 1024


def mail(number: int, sent: datetime = NOW - timedelta(days=1), body: str = "Hello.") -> bytes:
    return (
        f"From: Anna <anna@acme.example>\nTo: jane@home.example\nSubject: Mail {number}\nMessage-ID: <{number}@acme.example>\n"
        f"Date: {sent:%a, %d %b %Y %H:%M:%S +0000}\n\n{body}\n"
    ).encode()


def entry(uid: str, start: str = "20260310T100000Z", *lines: str) -> str:
    text = ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260301T090000Z", f"DTSTART:{start}", "SUMMARY:Interview", *lines]
    return "\r\n".join([*text, "END:VEVENT", ""])


def calendar(*entries: str) -> bytes:
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n"
    return (head + "".join(entries) + "END:VCALENDAR\r\n").encode()


class Reader:
    """Reads a source as the service does: each time from the cursor that it kept."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.cursor: bytes | None = None

    def batches(self, until: datetime = NOW) -> Iterator[Batch]:
        for batch in self.source.read(self.cursor, until):
            self.cursor = batch.cursor
            yield batch

    def items(self, until: datetime = NOW) -> list[Item]:
        return [item for batch in self.batches(until) for item in batch.items]

    def subjects(self, until: datetime = NOW) -> list[str]:
        return sorted(subjects(self.items(until)))


def subjects(items: Iterable[Item]) -> list[str]:
    lines = (line for each in items if isinstance(each, Mail) for line in each.raw.splitlines())
    return [line.removeprefix(b"Subject: ").decode() for line in lines if line.startswith(b"Subject: ")]


class SourceContract(ABC):
    @pytest.fixture
    @abstractmethod
    def source(self) -> Source: ...

    @pytest.fixture
    def reader(self, source: Source) -> Reader:
        return Reader(source)

    def test_it_is_a_source(self, source: Source) -> None:
        assert isinstance(source, Source)
        assert isinstance(source, FreeBusySource) or source.holds_mail

    def test_an_empty_place_yields_nothing_and_is_fine(self, source: Source, reader: Reader) -> None:
        self.empty()
        assert reader.items() == []
        assert source.check()

    def empty(self) -> None:  # noqa: B027 - a place that is there without being made needs nothing
        """Make the place, where there is something to make."""


class MailSourceContract(SourceContract):
    @abstractmethod
    def put(self, *mails: bytes) -> None:
        """Deliver mails to the inbox."""

    def test_each_mail_is_read_as_it_stands(self, reader: Reader) -> None:
        self.put(mail(1))
        (only,) = reader.items()
        assert isinstance(only, Mail)
        assert (only.raw.strip().splitlines(), only.mailbox) == (mail(1).strip().splitlines(), "inbox")
        assert only.ref

    def test_reading_twice_adds_nothing(self, reader: Reader) -> None:
        self.put(mail(1), mail(2))
        assert reader.subjects() == ["Mail 1", "Mail 2"]
        assert reader.subjects() == []

    def test_a_second_run_reads_only_what_is_new(self, reader: Reader) -> None:
        self.put(mail(1))
        reader.items()
        self.put(mail(2))
        assert reader.subjects() == ["Mail 2"]

    def test_without_a_cursor_all_is_read_again(self, source: Source) -> None:
        self.put(mail(1))
        assert Reader(source).subjects() == Reader(source).subjects() == ["Mail 1"]

    @pytest.mark.parametrize("cursor", [b"", b"\xff\x00 from another program", b'{"seen": 3}'])
    def test_a_cursor_that_makes_no_sense_is_none(self, reader: Reader, cursor: bytes) -> None:
        self.put(mail(1))
        reader.cursor = cursor
        assert reader.subjects() == ["Mail 1"]

    def test_what_arrives_later_is_left_for_later(self, reader: Reader) -> None:
        self.put(mail(1, NOW - timedelta(hours=1)), mail(2, NOW + timedelta(days=2)), mail(3, NOW - timedelta(hours=2)))
        assert reader.subjects() == ["Mail 1", "Mail 3"]
        assert reader.subjects(NOW + timedelta(days=1)) == []
        self.put(mail(4))
        assert reader.subjects(NOW + timedelta(days=3)) == ["Mail 2", "Mail 4"]

    def test_many_mails_come_in_batches_whose_cursors_chain(self, source: Source) -> None:
        self.put(*(mail(number) for number in range(MANY)))
        read: list[str] = []
        cursor: bytes | None = None
        while True:
            batch = next(iter(source.read(cursor, NOW)), None)
            if batch is None or not batch.items:
                break
            read += subjects(batch.items)
            cursor = batch.cursor
        assert sorted(read) == sorted(f"Mail {number}" for number in range(MANY))

    def test_two_mails_with_one_message_id_are_two(self, reader: Reader) -> None:
        self.put(mail(1, body="One."), mail(1, body="Another."))
        assert len(reader.items()) == 2

    def test_two_mails_without_a_message_id_are_two(self, reader: Reader) -> None:
        self.put(b"Subject: a\n\nOne.\n", b"Subject: b\n\nAnother.\n")
        assert len(reader.items(LATER)) == 2


class MailFilesContract(MailSourceContract):
    """What sources that keep mails in files keep to beyond."""

    def test_a_mail_that_is_too_large_is_set_aside_and_the_others_are_read(self, reader: Reader) -> None:
        self.put(mail(1), mail(2, body="a" * TOO_LARGE), mail(3))
        items = reader.items()
        (aside,) = (each for each in items if isinstance(each, UnreadableItem))
        assert sorted(subjects(items)) == ["Mail 1", "Mail 3"]
        assert aside.raw.startswith(mail(2)[:100])
        assert "25 MB" in aside.reason
        assert reader.items() == []

    def test_bytes_that_are_no_mail_are_handed_on_as_they_are(self, reader: Reader) -> None:
        self.put(mail(1), b"\xff\xfe\x00\x00 no mail at all\n")
        assert sorted(each.raw[:4] for each in reader.items(LATER) if isinstance(each, Mail)) == [
            b"From",
            b"\xff\xfe\x00\x00",
        ]


class CalendarSourceContract(SourceContract):
    @abstractmethod
    def put(self, *entries: str) -> None:
        """Make these the calendar's entries."""

    def test_each_entry_is_read_once(self, reader: Reader) -> None:
        self.put(entry("a"), entry("b"))
        assert sorted(each.ref for each in reader.items()) == ["a", "b"]
        assert reader.items() == []

    def test_a_changed_entry_is_read_again(self, reader: Reader) -> None:
        self.put(entry("a"), entry("b"))
        reader.items()
        self.put(entry("a", "20260311T100000Z"), entry("b"))
        (changed,) = reader.items()
        assert isinstance(changed, CalendarEntry)
        assert b"20260311T100000Z" in changed.raw

    def test_a_new_export_of_the_same_entries_is_no_change(self, reader: Reader) -> None:
        self.put(entry("a"), entry("b"))
        reader.items()
        self.put(entry("b").replace("DTSTAMP:20260301", "DTSTAMP:20260305"), entry("a"))
        assert reader.items() == []

    def test_a_removed_entry_is_yielded_once(self, reader: Reader) -> None:
        self.put(entry("a"), entry("b"))
        reader.items()
        self.put(entry("b"))
        assert reader.items() == [RemovedEntry(uid="a", ref="a")]
        assert reader.items() == []
        self.put(entry("a"), entry("b"))
        assert [each.ref for each in reader.items()] == ["a"]

    def test_f26_a_calendar_that_is_suddenly_empty_lost_nothing(self, reader: Reader) -> None:
        self.put(entry("a"), entry("b"))
        reader.items()
        self.put()
        assert reader.items() == []
        self.put(entry("a"), entry("b"))
        assert reader.items() == []

    def test_all_instances_of_a_series_are_one_item(self, reader: Reader) -> None:
        series = entry("a", "20260310T100000Z", "RRULE:FREQ=WEEKLY;COUNT=3")
        moved = entry("a", "20260318T100000Z", "RECURRENCE-ID:20260317T100000Z")
        self.put(series + moved)
        (only,) = reader.items()
        assert isinstance(only, CalendarEntry)
        assert only.raw.count(b"BEGIN:VEVENT") == 2

    def test_many_entries_come_in_batches(self, reader: Reader) -> None:
        self.put(*(entry(f"e{number}") for number in range(MANY_ENTRIES)))
        batches = list(reader.batches())
        assert len(batches) > 1
        assert {each.total for each in batches} == {MANY_ENTRIES}
        assert reader.items() == []

    def test_a_reading_that_was_cut_off_is_begun_again(self, source: Source) -> None:
        self.put(*(entry(f"e{number}") for number in range(MANY_ENTRIES)))
        first = next(iter(source.read(None, NOW)))
        refs = {each.ref for batch in source.read(first.cursor, NOW) for each in batch.items}
        assert refs == {f"e{number}" for number in range(MANY_ENTRIES)}
