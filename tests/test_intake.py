"""Reading accounts: what can't be read is set aside, what is out of reach holds the clock back, what is gone is off."""

import io
import json
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from afterword.eventlog.events import DeadlinePassed, EmployerWrote, InterviewHeld
from afterword.ports import Batch, CalendarEntry, Source, Unavailable
from afterword.recognition.reading import User
from daemon import queries, service
from daemon.intake import Intake, Pass
from daemon.journal import Journal
from daemon.progress import NoProgress
from projections.status import Mailbox
from tests.homes import Home
from tests.memory import MemorySource

HELD = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
TALK = ("talk@acme.example", HELD, HELD + timedelta(hours=1), "Interview Acme: Backend Engineer", "carla@acme.example")
PROMISE = "Hi Jane,\n\nthank you for the interview. You will hear from us by Friday, 13 March.\n\nCarla"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_f07_what_can_not_be_read_is_set_aside_with_its_bytes_and_one_message(home: Home) -> None:
    home.receives("promise", HELD + timedelta(hours=3), "Carla Rossi <carla@acme.example>", PROMISE)
    bomb = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:bomb\r\nDTSTART:20260305T100000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    home.calendar.write_bytes(bomb)

    report = home.sync(HELD + timedelta(hours=4))
    again = home.sync(HELD + timedelta(hours=5))

    aside = home.config.set_aside
    assert (report.set_aside, again.set_aside) == (1, 0)
    assert [each.suffix for each in sorted(aside.iterdir())] == [".raw", ".txt"]
    assert b"UID:bomb" in next(aside.glob("*.raw")).read_bytes()
    assert next(aside.glob("*.txt")).read_text(encoding="utf-8").count("\n") == 1
    assert stat.S_IMODE(aside.stat().st_mode) == 0o700
    assert report.facts == 1


def test_f18_an_event_that_is_not_known_is_told_in_the_services_log(home: Home, service_log: io.StringIO) -> None:
    home.meet(TALK)
    home.sync(HELD - timedelta(days=1))
    with closing(sqlite3.connect(home.config.database)) as log:
        log.execute(
            "INSERT INTO events SELECT owner, position + 1, 'moon', 1, 'MoonLanded', 1, 0, 0, 'moon', X'00' FROM events"
            " ORDER BY position DESC LIMIT 1"
        )
        log.commit()

    home.sync(HELD - timedelta(hours=1))

    told = [json.loads(line) for line in service_log.getvalue().splitlines()]
    warned = [each["reason"] for each in told if each["event"] == "event_not_folded"]
    assert set(warned) == {"Event 2 (MoonLanded, version 1) is not known, and skipped."}


def test_the_clock_waits_for_every_mailbox_and_the_status_says_so(home: Home) -> None:
    home.meet(TALK)
    home.receives("promise", HELD + timedelta(hours=3), "Carla Rossi <carla@acme.example>", PROMISE)
    home.sync(HELD + timedelta(hours=4))
    home.maildir.rename(home.folder / "elsewhere")
    late = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)

    home.sync(late)

    assert not [each for each in home.events() if isinstance(each.event, DeadlinePassed)]
    assert home.owed(late, "nudge") is None
    (waiting,) = home.status(late).waiting
    assert "not every mailbox has been read" in waiting.note
    assert waiting.unread == (Mailbox(account="mail", read_until=HELD + timedelta(hours=4)),)

    (home.folder / "elsewhere").rename(home.maildir)
    home.sync(late)

    assert home.owed(late, "nudge") is not None


def test_an_interview_that_is_gone_from_the_calendar_is_not_held(home: Home) -> None:
    other = ("lunch@example.org", HELD, HELD + timedelta(hours=1), "Lunch", "jane@example.org")
    home.meet(TALK, other)
    home.sync(HELD - timedelta(days=1))

    home.meet(other)
    home.sync(HELD - timedelta(hours=5))
    home.sync(HELD + timedelta(hours=3))

    assert not [each for each in home.events() if isinstance(each.event, InterviewHeld)]
    assert home.status(HELD + timedelta(hours=3)).owed == ()


@pytest.mark.parametrize("stamped", [timedelta(days=-9), timedelta(days=-7)])
def test_an_entry_that_moves_takes_the_mails_interview_along_whatever_its_stamp(home: Home, stamped: timedelta) -> None:
    """A calendar may keep the stamp of an entry that it moves."""

    def entry(start: datetime, stamp: datetime) -> bytes:
        times = f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}\r\nDTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDURATION:PT1H\r\n"
        who = "ORGANIZER:mailto:carla@acme.example\r\nSUMMARY:Interview\r\n"
        event = f"BEGIN:VEVENT\r\nUID:talk@acme.example\r\n{times}{who}END:VEVENT\r\n"
        return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//A//A//EN\r\n{event}END:VCALENDAR\r\n".encode()

    told = f"Hi Jane,\n\nyour interview is confirmed for {HELD:%A, %d %B %Y at %H:%M} UTC.\n\nCarla"
    home.receives("set", HELD - timedelta(days=8), "Carla Rossi <carla@acme.example>", told)
    home.calendar.write_bytes(entry(HELD, HELD - timedelta(days=9)))
    home.sync(HELD - timedelta(days=6))
    assert [each.start for each in home.status(HELD - timedelta(days=6)).coming] == [HELD]

    home.calendar.write_bytes(entry(HELD + timedelta(days=1), HELD + stamped))
    home.sync(HELD - timedelta(days=5))

    assert [each.start for each in home.status(HELD - timedelta(days=5)).coming] == [HELD + timedelta(days=1)]


def test_an_interview_of_an_application_that_was_over_before_is_not_held(home: Home) -> None:
    carla = "Carla Rossi <carla@acme.example>"
    home.receives(
        "set", HELD - timedelta(days=2), carla, "Your interview is on Thursday, 5 March at 14:00.", "Interview"
    )
    no = "Unfortunately we will not be moving forward with your application."
    home.receives("no", HELD - timedelta(days=1), carla, no)
    home.sync(HELD + timedelta(hours=3))

    assert [each.stage for each in home.status(HELD + timedelta(hours=3)).applications] == ["rejected"]
    assert not [each for each in home.events() if isinstance(each.event, InterviewHeld)]


def test_an_interview_that_turns_out_to_have_been_missed_did_not_happen(home: Home) -> None:
    carla = "Carla Rossi <carla@acme.example>"
    home.receives(
        "set", HELD - timedelta(days=2), carla, "Your interview is on Thursday, 5 March at 14:00.", "Interview"
    )
    home.sync(HELD + timedelta(hours=2))
    moved = "So sorry, I forgot you! Your interview is now on Monday, 9 March at 10:00 instead."
    home.receives("moved", HELD + timedelta(hours=4), carla, moved, "Interview", answers=["set"])
    later = HELD + timedelta(hours=5)
    home.sync(later)

    assert [each.event.start for each in home.events() if isinstance(each.event, InterviewHeld)] == [HELD]
    assert [each.start.isoformat() for each in home.status(later).coming] == ["2026-03-09T10:00:00+01:00"]
    assert home.status(later).owed == ()
    (application,) = home.status(later).applications
    happened = [each.type for each in queries.timeline(home.config, application.id, later).entries]
    assert happened == ["InterviewScheduled", "InterviewRescheduled"]


def test_a_mail_that_lies_in_the_future_is_left_for_later(home: Home) -> None:
    home.meet(TALK)
    home.receives("promise", HELD + timedelta(hours=3), "Carla Rossi <carla@acme.example>", PROMISE)

    home.sync(HELD + timedelta(hours=2))
    before = home.status(HELD + timedelta(hours=2)).waiting[0].because[0].event
    home.sync(HELD + timedelta(hours=4))
    after = home.status(HELD + timedelta(hours=4)).waiting[0].because[0].event

    assert (before, after) == ("InterviewHeld", "DecisionPromised")


def test_of_mail_that_has_nothing_to_do_with_hiring_nothing_is_kept(home: Home) -> None:
    home.receives("friend", HELD, "Ben Carver <ben@carver.example>", "Hey, are you free on Saturday?", "Saturday?")
    home.sync(HELD + timedelta(hours=1))

    assert home.events() == []
    assert b"Saturday" not in home.config.database.read_bytes()


def test_a_friendly_line_of_somebody_known_breaks_the_silence(home: Home) -> None:
    home.meet(TALK)
    home.sync(HELD + timedelta(hours=2))

    home.receives(
        "line", HELD + timedelta(days=3), "Carla Rossi <carla@acme.example>", "Hi Jane, bear with us!\n\nCarla", "Hello"
    )
    home.sync(HELD + timedelta(days=4))

    assert [each for each in home.events() if isinstance(each.event, EmployerWrote)]


def test_f77_after_three_days_asleep_each_item_comes_once(home: Home) -> None:
    home.meet(TALK)
    home.sync(HELD - timedelta(hours=1))

    home.sync(HELD + timedelta(days=2, hours=20))
    home.sync(HELD + timedelta(days=2, hours=21))

    kinds = [each.kind for each in home.status(HELD + timedelta(days=2, hours=21)).owed]
    assert sorted(kinds) == ["review", "thank_you"]
    assert len(list(home.files())) == 2


def test_f77_a_clock_that_jumps_to_1970_does_nothing_too_early(home: Home) -> None:
    home.meet(TALK)
    home.sync(HELD - timedelta(hours=1))

    home.sync(datetime(1970, 1, 1, tzinfo=UTC))

    assert home.status(HELD - timedelta(hours=1)).owed == ()
    assert [type(each.event).__name__ for each in home.events()] == ["InterviewScheduled"]


def test_an_interview_whose_entry_comes_back_as_it_was_stands_again_each_time(home: Home) -> None:
    other = ("dentist@home.example", HELD, HELD + timedelta(hours=1), "Dentist", "praxis@dentist.example")
    for hours in range(9, 5, -1):
        here = [TALK] if hours % 2 else []
        home.meet(other, *here)
        home.sync(HELD - timedelta(hours=hours))
        assert len(home.status(HELD - timedelta(hours=hours)).coming) == len(here)

    home.meet(other, TALK)
    home.sync(HELD - timedelta(hours=1))
    home.sync(HELD + timedelta(hours=2))

    assert home.owed(HELD + timedelta(hours=2), "thank_you") is not None


THANKS = (
    "Dear Carla,\n\nthank you for taking the time to talk with me yesterday. I enjoyed hearing about the team.\n\nJane"
)
THE_DAY_AFTER = HELD + timedelta(days=1)


def thanked(home: Home) -> None:
    home.meet(TALK)
    home.sends("thanks", HELD + timedelta(hours=3), "carla@acme.example", THANKS, "Thank you for yesterday")


def test_a_thank_you_that_was_read_while_the_calendar_was_away_counts_when_it_is_back(home: Home) -> None:
    home.meet()
    home.sync(HELD - timedelta(days=1))
    thanked(home)
    away = home.calendar.rename(home.folder / "away.ics")
    for hours in (4, 5):
        home.sync(HELD + timedelta(hours=hours))
    away.rename(home.calendar)

    home.sync(THE_DAY_AFTER)

    assert home.owed(THE_DAY_AFTER, "thank_you") is None
    assert home.owed(THE_DAY_AFTER, "connect") is not None


CALENDAR = '[[accounts]]\nname = "calendar"\nkind = "ics"\npath = "calendar.ics"\n'


def thanked_before_there_was_a_calendar(home: Home) -> None:
    thanked(home)
    whole = home.path.read_text(encoding="utf-8")
    assert CALENDAR in whole
    home.path.write_text(whole.replace(CALENDAR, ""), encoding="utf-8")
    home.sync(HELD + timedelta(hours=4))
    home.path.write_text(whole, encoding="utf-8")


def test_a_thank_you_that_was_read_before_there_was_a_calendar_counts_when_there_is_one(home: Home) -> None:
    thanked_before_there_was_a_calendar(home)

    home.sync(THE_DAY_AFTER)

    assert home.owed(THE_DAY_AFTER, "thank_you") is None


@pytest.mark.parametrize("polls", range(10))
def test_mail_beside_a_new_calendar_is_read_again_wherever_that_is_told_to_stop(home: Home, polls: int) -> None:
    thanked_before_there_was_a_calendar(home)
    left = iter(range(polls))
    with Journal.open(home.config.log) as journal:
        service.Service(home.config, journal).pass_once(
            HELD + timedelta(hours=5), NoProgress(), lambda: next(left, None) is None
        )

    home.sync(THE_DAY_AFTER)

    assert home.owed(THE_DAY_AFTER, "thank_you") is None


def test_mail_is_read_again_beside_a_calendar_that_was_new_while_the_mailbox_was_away(home: Home) -> None:
    thanked_before_there_was_a_calendar(home)
    away = home.maildir.rename(home.folder / "away")
    home.sync(HELD + timedelta(hours=5))
    away.rename(home.maildir)

    home.sync(THE_DAY_AFTER)

    assert home.owed(THE_DAY_AFTER, "thank_you") is None


class NeverAgain(MemorySource):
    """Gives what is new, and not what was read before."""

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        if cursor is None and self.items:
            raise Unavailable("It has had enough.")
        return super().read(cursor, until)


def test_what_keeps_mail_from_being_read_again_is_told_and_tried_again_later(home: Home) -> None:
    mailbox = NeverAgain()
    sources: dict[str, Source] = {"mail": mailbox}
    troubles = []
    with Journal.open(home.config.log) as journal:
        intake = Intake(journal, sources, User(), home.config.set_aside)
        for hours in range(3):
            current = Pass(now=HELD + timedelta(hours=hours), progress=NoProgress(), is_stopping=lambda: False)
            reads, _ = intake.read_all(current)
            troubles.append([each.trouble and each.trouble.sentence for each in reads])
            sources.setdefault("calendar", MemorySource())
            mailbox.items = [CalendarEntry(raw=b"", ref="any")]

    assert troubles == [[None], ["It has had enough.", None], ["It has had enough.", None]]


def test_a_gap_that_is_closed_is_known_no_more_and_nothing_counts_twice(home: Home) -> None:
    home.receives("promise", HELD + timedelta(hours=3), "Carla Rossi <carla@acme.example>", PROMISE)
    away = home.calendar.rename(home.folder / "away.ics")
    home.sync(HELD + timedelta(hours=4))
    facts = len(home.events())
    away.rename(home.calendar)
    home.sync(HELD + timedelta(hours=5))
    with Journal.open(home.config.log) as journal, journal.step(HELD + timedelta(hours=6)) as step:
        assert set(step.cursors()) == {"mail", "calendar"}
    assert len(home.events()) == facts
    assert home.sync(HELD + timedelta(hours=7)).read == {"mail": 0, "calendar": 0}


@pytest.mark.parametrize("polls", range(8))
def test_facts_are_kept_with_the_cursor_behind_them_or_not_at_all_wherever_it_is_told_to_stop(
    home: Home, polls: int
) -> None:
    """Both mails come in one batch."""
    home.receives("another", HELD, "Mia Lund <mia@borealis.example>", PROMISE)
    home.receives("promise", HELD + timedelta(hours=3), "Carla Rossi <carla@acme.example>", PROMISE)
    left = iter(range(polls))
    with Journal.open(home.config.log) as journal:
        service.Service(home.config, journal).pass_once(
            HELD + timedelta(hours=4), NoProgress(), lambda: next(left, None) is None
        )
        with journal.step(HELD + timedelta(hours=5)) as step:
            was_read = "mail" in step.cursors()
    assert len(home.events()) == 2 * was_read

    home.sync(HELD + timedelta(hours=6))

    assert len(home.events()) == 2


SERIES = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:weekly@acme.example
DTSTART:20260226T130000Z
DTEND:20260226T140000Z
RRULE:FREQ=WEEKLY;COUNT=3{out}
SUMMARY:Acme <> Jane
END:VEVENT{date}
END:VCALENDAR
"""
DATE = """
BEGIN:VEVENT
UID:weekly@acme.example
RECURRENCE-ID:20260305T130000Z
SEQUENCE:2
DTSTART:20260305T150000Z
DTEND:20260305T160000Z
SUMMARY:Interview Acme: Backend Engineer
ORGANIZER;CN=Carla Rossi:mailto:carla@acme.example
END:VEVENT"""


@pytest.mark.parametrize("taken_out", [True, False])
def test_an_interview_that_its_series_leaves_out_is_off(home: Home, *, taken_out: bool) -> None:
    """All that many calendars keep of it then is an EXDATE."""
    home.calendar.write_text(SERIES.format(out="", date=DATE), encoding="utf-8")
    home.sync(HELD - timedelta(days=2))
    if taken_out:
        home.calendar.write_text(SERIES.format(out="\nEXDATE:20260305T130000Z", date=""), encoding="utf-8")
    home.sync(HELD - timedelta(days=1))
    home.sync(HELD + timedelta(hours=4))

    assert (home.owed(HELD + timedelta(hours=4), "thank_you") is None) == taken_out
