"""Writes the sample: a Maildir with its Sent folder (Maildir++), and a calendar."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

_STORY = Path(__file__).parent / "story.toml"
_SATURDAY = 5
_INTERVIEW_ENDS = time(10, 30)
_LOOKED_AT = time(11, 0)
_DAY = re.compile(r"\{day:([+-]\d+)\}")


def write_sample(folder: Path, now: datetime, zone: ZoneInfo) -> tuple[Path, Path]:
    """Write the sample as it would stand at `now`; gives the paths of the Maildir and of the calendar."""
    return _Sample(tomllib.loads(_STORY.read_text(encoding="utf-8")), now.astimezone(zone)).write(folder)


class _Sample:
    def __init__(self, story: Mapping[str, Any], now: datetime) -> None:
        self._user: Mapping[str, str] = story["user"]
        self._mails: list[Mapping[str, Any]] = story["mails"]
        self._meetings: list[Mapping[str, Any]] = story["meetings"]
        self._zone = now.tzinfo
        self._latest_end = _last_passed(_INTERVIEW_ENDS, now)

    def write(self, folder: Path) -> tuple[Path, Path]:
        maildir, calendar = folder / "Mail", folder / "calendar.ics"
        for each in (maildir, maildir / ".Sent"):
            for part in ("cur", "new", "tmp"):
                (each / part).mkdir(parents=True)
        for number, mail in zip(count(1), self._mails):
            box = maildir / ".Sent" if mail.get("sent") else maildir
            name = f"{self._moment(mail).timestamp():.0f}.{number}.sample:2,S"
            (box / "cur" / name).write_bytes(self._mail(mail).as_bytes())
        calendar.write_bytes(self._calendar(self._meetings).to_ical())
        return maildir, calendar

    def _mail(self, mail: Mapping[str, Any]) -> EmailMessage:
        me = f"{self._user['name']} <{self._user['address']}>"
        message = EmailMessage(policy=SMTP)
        for name, value in self._headers(mail, me):
            message[name] = value
        message.set_content(self._said(mail["text"].lstrip()))
        if "meeting" in mail:
            invitation = {**mail["meeting"], "organizer": mail["from"], "people": []}
            calendar = self._calendar([invitation], method=invitation["method"])
            message.add_alternative(
                calendar.to_ical().decode(), subtype="calendar", params={"method": invitation["method"]}
            )
        return message

    def _headers(self, mail: Mapping[str, Any], me: str) -> Iterator[tuple[str, str]]:
        if "authentication" in mail:
            yield "Authentication-Results", mail["authentication"]
        yield "From", me if mail.get("sent") else mail["from"]
        yield "To", mail["to"] if mail.get("sent") else me
        yield "Subject", mail["subject"]
        yield "Date", format_datetime(self._moment(mail))
        yield "Message-ID", f"<{mail['name']}@sample.example>"
        if "answers" in mail:
            yield "In-Reply-To", f"<{mail['answers']}@sample.example>"
            yield "References", f"<{mail['answers']}@sample.example>"
        if mail.get("listed"):
            yield "List-Unsubscribe", "<https://lists.example/unsubscribe>"

    def _calendar(self, meetings: list[Mapping[str, Any]], method: str = "") -> Calendar:
        calendar = Calendar()
        calendar.add("prodid", "-//Afterword//Sample//EN")
        calendar.add("version", "2.0")
        if method:
            calendar.add("method", method)
        for each in meetings:
            calendar.add_component(self._event(each))
        calendar.add_missing_timezones()
        return calendar

    def _event(self, meeting: Mapping[str, Any]) -> Event:
        length = timedelta(minutes=meeting["minutes"])
        start = self._latest_end - length if meeting.get("latest") else self._moment(meeting)
        cancelled = meeting.get("method") == "CANCEL"
        event = Event()
        event.add("uid", meeting["uid"])
        event.add("sequence", int(cancelled))
        event.add("dtstamp", min(start, self._latest_end) - timedelta(days=10 - cancelled))
        event.add("dtstart", start)
        event.add("dtend", start + length)
        event.add("summary", meeting["title"])
        event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        if "organizer" in meeting:
            event.add("organizer", _address(meeting["organizer"]))
            me = f"{self._user['name']} <{self._user['address']}>"
            for person in (me, *meeting["people"]):
                event.add("attendee", _address(person, accepted=person != me or not meeting.get("method")))
        return event

    def _said(self, text: str) -> str:
        return _DAY.sub(lambda match: _in_words(self._day(int(match[1]))), text)

    def _moment(self, dated: Mapping[str, Any]) -> datetime:
        return datetime.combine(self._day(dated["day"]), time.fromisoformat(dated["at"]), self._zone)

    def _day(self, working_days: int) -> date:
        day, step = self._latest_end.date(), timedelta(days=1 if working_days > 0 else -1)
        left = abs(working_days)
        while left:
            day += step
            left -= day.weekday() < _SATURDAY
        return day


def good_moment(now: datetime, zone: ZoneInfo) -> datetime:
    """The last working day's 11:00 that `now` has passed, in that zone: the latest interview is just over, and nothing is overdue."""
    return _last_passed(_LOOKED_AT, now.astimezone(zone))


def _last_passed(hour: time, now: datetime) -> datetime:
    days = (now.date() - timedelta(days=back) for back in count())
    moments = (datetime.combine(day, hour, now.tzinfo) for day in days if day.weekday() < _SATURDAY)
    return next(each for each in moments if each <= now)


def _in_words(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B}"


def _address(person: str, *, accepted: bool = True) -> vCalAddress:
    name, address = parseaddr(person)
    value = vCalAddress(f"mailto:{address}")
    value.params["CN"] = vText(name)
    value.params["PARTSTAT"] = vText("ACCEPTED" if accepted else "NEEDS-ACTION")
    return value
