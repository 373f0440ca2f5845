"""Calendars that mean harm, or say what makes no sense, about time above all."""

import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.eventlog.events import InterviewCancelled, InterviewTime
from afterword.recognition.entries.calendar_text import entries
from afterword.recognition.entries.meeting import read_calendar
from afterword.recognition.entries.vevent import parse_entry
from afterword.recognition.reading import Finding, Unreadable, User
from connectors.ics import IcsSettings, IcsSource
from tests.faults.bounded import bounded
from tests.homes import CONFIG, Home

NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
JANE = User(name="Jane Doe", addresses=("jane@home.example",), zone=BERLIN)
USUAL = {"UID": "UID:bad@acme.example", "DTSTART": "DTSTART:20260310T090000Z", "SUMMARY": "SUMMARY:Interview with Acme"}
GOOD = "BEGIN:VEVENT\r\nUID:good@acme.example\r\nDTSTART:20260311T090000Z\r\nDTEND:20260311T100000Z\r\nSUMMARY:Interview\r\nEND:VEVENT\r\n"
TIMES = ",".join(["20260310T100000Z"] * 100_000)
ALL = {name: ",".join(map(str, range(count))) for name, count in (("HOUR", 24), ("MINUTE", 60), ("SECOND", 60))}


def event(*lines: str) -> str:
    named = {line.partition(":")[0].partition(";")[0] for line in lines}
    rest = [line for name, line in USUAL.items() if name not in named]
    return "\r\n".join(["BEGIN:VEVENT", *rest, *lines, "END:VEVENT", ""])


def calendar(*parts: str, method: str = "") -> bytes:
    head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n{f'METHOD:{method}' + chr(13) + chr(10) if method else ''}"
    return (head + "".join(parts) + "END:VCALENDAR\r\n").encode()


def zone(name: str, *lines: str, offset: str = "+0500") -> str:
    rules = [f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", *lines]
    if not any(line.startswith("DTSTART") for line in lines):
        rules.append("DTSTART:19700101T000000")
    return "\r\n".join(
        ["BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", *rules, "END:STANDARD", "END:VTIMEZONE", ""]
    )


def repeats(rule: str, start: str = "19700101T000000Z") -> str:
    return event(f"DTSTART:{start}", f"RRULE:{rule}")


def zoned(rule: str, count: int = 1) -> str:
    return "".join([zone("Bomb", *[f"RRULE:{rule}"] * count), event("DTSTART;TZID=Bomb:20260310T100000")])


SET_ASIDE = {
    "every second since 1970": repeats("FREQ=SECONDLY"),
    "every second, on two lines": event("DTSTART:19700101T000000Z", "RRULE:FREQ=\r\n SECONDLY"),
    "every second, on lines far apart": event("DTSTART:19700101T000000Z", "RRULE:FREQ=\r\n\r\n\r\n SECONDLY"),
    "every second, with a parameter": event("DTSTART:19700101T000000Z", 'RRULE;X="a:b":FREQ=SECONDLY'),
    "every minute": repeats("FREQ=MINUTELY"),
    "every hour, in small letters": repeats("freq=hourly"),
    "no interval": repeats("FREQ=DAILY;INTERVAL=0"),
    "no interval, written longer": repeats("FREQ=DAILY;INTERVAL=000;COUNT=3"),
    "an interval that goes back": repeats("FREQ=DAILY;INTERVAL=-1"),
    "a milliard times": repeats("FREQ=DAILY;COUNT=1000000000"),
    "each second of each day": repeats(
        f"FREQ=DAILY;BYHOUR={ALL['HOUR']};BYMINUTE={ALL['MINUTE']};BYSECOND={ALL['SECOND']}"
    ),
    "daily on 30 February": repeats("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    "a long set position": repeats(f"FREQ=MONTHLY;BYSETPOS={ALL['SECOND']}"),
    "two thousand rules": event(*["RRULE:FREQ=DAILY"] * 2000),
    "100,000 dates": event(f"RDATE:{TIMES}"),
    "4,000 lines of dates": event(*["RDATE:20260310T100000Z"] * 4000),
    "a zone that changes every second": zoned("FREQ=SECONDLY"),
    "a zone that changes daily": zoned("FREQ=DAILY"),
    "a zone that changes all year": zoned(
        f"FREQ=YEARLY;BYMONTHDAY={','.join(map(str, range(1, 32)))};BYHOUR={ALL['HOUR']}"
    ),
    "a zone of many rules": zoned("FREQ=YEARLY;BYMONTH=1", 400),
    "5,000 components in each other": "BEGIN:VEVENT\r\n" * 5000 + event() + "END:VEVENT\r\n" * 5000,
    "a line of 10 MB": event("DESCRIPTION:" + "a" * 10_000_000),
    "100,000 parameters": event("DESCRIPTION" + ";A=b" * 100_000 + ":x"),
    "10,000 parameters": event("DESCRIPTION" + ";A=b" * 10_000 + ":x"),
    "50,000 attendees": event(*["ATTENDEE:mailto:a@b.example"] * 50_000),
    "3,000 attendees": event(*["ATTENDEE:mailto:a@b.example"] * 3000),
    "a year that never was": event("DTSTART:00000101T000000Z"),
    "the end of all years": event("DTSTART:99991231T235959Z"),
    "before the first year": event("DTSTART;TZID=Asia/Tokyo:00010101T000000"),
    "no time": event("DTSTART:"),
    "a sentence as its time": event("DTSTART:next Tuesday"),
    "two starts": event("DTSTART:20260310T090000Z", "DTSTART:20260311T090000Z"),
}
READ = {
    "an alarm a milliard times": event(
        "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nREPEAT:1000000000\r\nDURATION:PT1S\r\nEND:VALARM"
    ),
    "200,000 empty lines": event("DESCRIPTION:x" + "\r\n" * 200_000 + "X-A:y"),
    "800,000 short lines elsewhere": "X\r\n" * 800_000 + event(),
    "10,000 quotes": event("X-A;B=" + '"a' * 10_000 + ":x"),
    "an end in the year 9999": event("DTEND:99991231T000000Z"),
    "a sequence without end": event("SEQUENCE:" + "9" * 1000),
    "a negative sequence": event("SEQUENCE:-5"),
    "two organizers": event("ORGANIZER:mailto:a@acme.example", "ORGANIZER:mailto:b@acme.example"),
    "zeros in its text": event("DESCRIPTION:a\0b"),
    "a zone without a name": event("DTSTART;TZID=:20260310T090000"),
    "a zone of 1 MB that it names": zone("Bomb", *["COMMENT:" + "a" * 1000] * 1000)
    + event("DTSTART;TZID=Bomb:20260310T100000"),
}


def found_in(raw: bytes) -> list[tuple[str, str]]:
    readings = read_calendar(raw, user=JANE, now=NOW)
    return [(each.evidence.uid, str(each.evidence.doubt)) for reading in readings for each in reading.findings]


def refused_in(raw: bytes) -> list[str]:
    refused = []
    for each in entries(raw):
        try:
            parse_entry(each.text, BERLIN)
        except Unreadable:
            refused.append(each.uid)
    return refused


def taken_in(path: Path) -> list[datetime]:
    times = IcsSource(IcsSettings(path=str(path))).busy(MONDAY, MONDAY + timedelta(days=30))
    return [each.start for each in times if each.start == datetime(2026, 3, 11, 9, tzinfo=UTC)]


@pytest.mark.parametrize("bomb", SET_ASIDE)
def test_f55_f56_what_no_meeting_asks_for_is_set_aside_and_the_next_one_read(bomb: str) -> None:
    raw = calendar(SET_ASIDE[bomb], GOOD)
    assert "good@acme.example" in dict(bounded(lambda: found_in(raw)))
    assert "good@acme.example" not in bounded(lambda: refused_in(raw))
    with pytest.raises(Unreadable) as raised:
        bounded(lambda: found_in(calendar(SET_ASIDE[bomb])))
    assert len(str(raised.value)) < 120


@pytest.mark.parametrize("odd", READ)
def test_f55_what_is_only_odd_is_read(odd: str) -> None:
    assert list(dict(bounded(lambda: found_in(calendar(READ[odd], GOOD))))) == ["bad@acme.example", "good@acme.example"]


@pytest.mark.parametrize("bomb", [*SET_ASIDE, *READ])
def test_f55_taken_times_are_known_beside_it(bomb: str, tmp_path: Path) -> None:
    path = tmp_path / "calendar.ics"
    path.write_bytes(calendar((SET_ASIDE | READ)[bomb], GOOD))
    assert len(bounded(lambda: taken_in(path))) >= 1


def test_f55_many_entries_that_name_large_zones_are_read_within_bounds(tmp_path: Path) -> None:
    zones = "".join(zone(f"Z{number}", *["COMMENT:" + "a" * 1000] * 25) for number in range(20))
    names = "".join(f"X-{number};TZID=Z{number}:x\r\n" for number in range(20))
    path = tmp_path / "calendar.ics"
    path.write_bytes(calendar(zones, *(event(f"UID:{number}@acme.example", names.rstrip()) for number in range(2000))))
    source = IcsSource(IcsSettings(path=str(path)))
    assert bounded(lambda: sum(len(batch.items) for batch in source.read(None, NOW))) == 2000


def test_f55_of_thousands_of_entries_in_a_mail_the_first_are_read_within_bounds() -> None:
    raw = calendar(*(event(f"UID:{number}@acme.example") for number in range(10_000)))
    readings = bounded(lambda: read_calendar(raw, user=JANE, now=NOW, sender="anna@acme.example"))
    assert [each.findings[0].evidence.uid for each in readings[:2]] == ["0@acme.example", "1@acme.example"]
    assert 30 <= len(readings) <= 100


# ---- whose word it is


def only(*parts: str, sender: str = "", method: str = "", user: User = JANE) -> Finding:
    readings = read_calendar(calendar(*parts, method=method), user=user, now=NOW, sender=sender)
    (found,) = (each for reading in readings for each in reading.findings)
    return found


def time_of(*parts: str) -> tuple[datetime | None, str, str | None]:
    found = only(*parts)
    assert isinstance(found.event, InterviewTime)
    return found.event.start, found.event.zone, found.evidence.doubt


def test_f62_a_cancellation_by_somebody_else_is_a_question() -> None:
    theirs = event("ORGANIZER:mailto:anna@acme.example")
    assert isinstance(only(theirs, method="CANCEL", sender="anna@acme.example").event, InterviewCancelled)
    assert only(theirs, method="CANCEL", sender="anna@acme.example").evidence.doubt is None
    for sender in ("mallory@evil.example", "anna@acme.example.evil.example", "anna@notacme.example"):
        assert only(theirs, method="CANCEL", sender=sender).evidence.doubt == "sender"


def test_f62_who_organizes_a_meeting_must_be_named_to_call_it_off_by_mail() -> None:
    assert only(event(), method="CANCEL", sender="anna@acme.example").evidence.doubt == "sender"
    assert only(event(), method="CANCEL", sender="no-reply@greenhouse.io").evidence.doubt is None
    assert only(event(), method="REQUEST", sender="anna@acme.example").evidence.doubt is None
    assert only(event(), method="CANCEL").evidence.doubt is None


def test_f63_an_answer_without_an_organizer_is_no_meeting() -> None:
    answer = event("ATTENDEE;PARTSTAT=ACCEPTED:mailto:jane@home.example")
    assert read_calendar(calendar(answer, method="REPLY"), user=JANE, now=NOW) == ()


def test_f64_an_instance_without_its_series_is_that_instance() -> None:
    start, _, doubt = time_of(event("DTSTART:20260310T150000Z", "RECURRENCE-ID:20260310T090000Z"))
    assert (start, doubt) == (datetime(2026, 3, 10, 15, tzinfo=UTC), None)


def test_f64_this_and_future_means_the_instance_that_it_names() -> None:
    found = only(event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T090000Z", "RRULE:FREQ=WEEKLY"))
    assert isinstance(found.event, InterviewTime)
    assert found.event.recurrence_id == "2026-03-10T09:00:00+00:00"


@pytest.mark.parametrize("zone_name", ["America/Los_Angeles", "Pacific/Auckland"])
@pytest.mark.parametrize("day", ["00010101", "99981231", "99991231"])
def test_f55_a_meeting_at_an_end_of_the_calendar_stops_nothing_for_good(
    day: str, zone_name: str, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    home.path.write_text(CONFIG.replace("Europe/Berlin", zone_name), encoding="utf-8")
    home.calendar.write_bytes(calendar(event(f"DTSTART:{day}T000000Z", f"DTEND:{day}T010000Z"), GOOD))

    home.sync(NOW)
    home.sync(NOW + timedelta(days=30))

    assert datetime(2026, 3, 11, 9, tzinfo=UTC) in {each.start for each in home.status(NOW).coming}


def _leads_out(name: str, args: tuple[object, ...]) -> bool:
    return name.startswith(("socket.", "urllib.", "subprocess.")) or (name == "open" and "passwd" in str(args))


def test_f70_nothing_that_an_entry_points_to_is_fetched() -> None:
    urls = ("file:///etc/passwd", "http://169.254.169.254/latest", "http://127.0.0.1:1/", "https://acme.example/x.ics")
    lines = [
        line
        for url in urls
        for line in (f"ATTACH:{url}", f"URL:{url}", f"IMAGE;VALUE=URI:{url}", f'LOCATION;ALTREP="{url}":Room')
    ]
    raw = calendar(zone("Own", *(f"TZURL:{url}" for url in urls)), event("DTSTART;TZID=Own:20260310T100000", *lines))

    def reading() -> list[str]:
        found_in(calendar(event()))
        reached: list[str] = []
        sys.addaudithook(lambda name, args: reached.append(name) if _leads_out(name, args) else None)
        found_in(raw)
        return reached

    assert bounded(reading) == []


# ---- which time it is


NINE_UTC = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "moment", "said_in"),
    [
        ("Europe/Berlin", datetime(2026, 3, 10, 8, tzinfo=UTC), "Europe/Berlin"),
        ("W. Europe Standard Time", datetime(2026, 3, 10, 8, tzinfo=UTC), "Europe/Berlin"),
        ("Eastern Standard Time", datetime(2026, 3, 10, 13, tzinfo=UTC), "America/New_York"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", datetime(2026, 3, 10, 8, tzinfo=UTC), "Europe/Berlin"),
        ('"Europe/Berlin"', datetime(2026, 3, 10, 8, tzinfo=UTC), "Europe/Berlin"),
        ("tzone://Microsoft/Utc", NINE_UTC, "UTC"),
    ],
)
def test_f72_a_zone_that_is_known_by_another_name_is_known(name: str, moment: datetime, said_in: str) -> None:
    start, zone_name, doubt = time_of(event(f"DTSTART;TZID={name}:20260310T090000"))
    assert (start, zone_name in (said_in, "America/New_York", "America/Detroit"), doubt) == (moment, True, None)


@pytest.mark.parametrize(
    "name", ["Customized Time Zone", "(UTC+01:00) Amsterdam\\, Berlin", "Nowhere/Land", '"(UTC-05:00) Eastern Time"']
)
def test_f72_a_zone_that_nobody_knows_is_the_users_and_a_question(name: str) -> None:
    start, said_in, doubt = time_of(event(f"DTSTART;TZID={name}:20260310T090000"))
    assert (start, said_in, doubt) == (datetime(2026, 3, 10, 8, tzinfo=UTC), "Europe/Berlin", "time")


@pytest.mark.parametrize("name", ["Customized Time Zone", "(UTC+05:00) Islamabad"])
def test_f72_a_zone_that_came_with_its_rules_is_known_by_them(name: str) -> None:
    start, _, doubt = time_of(zone(name), event(f"DTSTART;TZID={name}:20260310T090000"))
    assert (start, doubt) == (datetime(2026, 3, 10, 4, tzinfo=UTC), None)


def test_f72_rules_hold_for_the_calendar_that_they_came_with() -> None:
    own = event("DTSTART;TZID=Customized Time Zone:20260310T090000")
    assert time_of(zone("Customized Time Zone", offset="+0500"), own)[0] == datetime(2026, 3, 10, 4, tzinfo=UTC)
    assert time_of(zone("Customized Time Zone", offset="-0800"), own)[0] == datetime(2026, 3, 10, 17, tzinfo=UTC)
    assert time_of(own)[2] == "time"


def test_f73_a_zone_that_everybody_knows_is_not_what_a_calendar_makes_of_it() -> None:
    start, said_in, _ = time_of(
        zone("Europe/Berlin", offset="-1100"), event("DTSTART;TZID=Europe/Berlin:20260310T090000")
    )
    assert (start, said_in) == (datetime(2026, 3, 10, 8, tzinfo=UTC), "Europe/Berlin")


def test_f73_rules_that_a_country_changed_are_today_s() -> None:
    start, _, _ = time_of(
        zone("America/Mexico_City", offset="-0500"), event("DTSTART;TZID=America/Mexico_City:20260710T090000")
    )
    assert start == datetime(2026, 7, 10, 15, tzinfo=UTC)


@settings(deadline=None)
@given(st.text(alphabet=':;,="\\\r\n TZID0129BEGINVEVENTDRULQ-+/', max_size=200))
def test_f55_any_line_is_answered(line: str) -> None:
    with suppress(Unreadable):
        found_in(calendar(event(line)))
    assert found_in(calendar(GOOD)) == [("good@acme.example", "None")]
