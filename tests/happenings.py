"""What may happen to somebody who is interviewing: the mails that come and go, and the meetings in their calendars."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress
from msgspec import Struct

SENDERS = {
    "anna": ("Anna Berg <anna.berg@acme.example>", "Acme"),
    "carla": ("Carla Rossi <carla.rossi@acme.example>", "Acme"),
    "acme's machine": ("Acme Hiring Team <no-reply@us.greenhouse-mail.io>", "Acme"),
    "bo": ("Bo Lund <bo.lund@borealis.example>", "Borealis"),
    "cinder's machine": ("Cinder Jobs <no-reply@cinder.example>", "Cinder"),
}
ROLES = ("Backend Engineer", "Data Analyst")
RECEIVED = {
    "receipt": "Thank you for applying to the {role} position at {company}. We have received your application.",
    "invitation": "We would like to invite you to an interview for the {role} position. Which times would suit you?",
    "set": "Your interview at {company} is confirmed for {day:%A}, {day.day} {day:%B} at {day:%H:%M}.",
    "moved": "We have to move your interview to {day:%A}, {day.day} {day:%B} at {day:%H:%M}. Sorry for that.",
    "cancelled": "Unfortunately we have to cancel your interview. I will be in touch with a new date.",
    "promise": "Thank you for your time today. You will hear from us by {day:%A}, {day.day} {day:%B}.",
    "word": "Sorry for the silence. I have not forgotten you and am chasing the team for their notes.",
    "rejection": "Unfortunately we will not be moving forward with your application for the {role} position at {company}.",
    "rejection of no role": "After careful consideration we have decided not to move forward with your application.",
    "offer": "We are delighted to offer you the position of {role} at {company}. The contract is attached.",
    "pause": "The {role} position at {company} is on hold because of a hiring freeze. We will come back to you.",
    "task": "Please complete the coding assessment for the {role} position at {company} by {day:%A}.",
    "feedback": "You asked for feedback: the team liked your structure, and would have wished for more depth.",
    "nothing": "The cafeteria is closed on Friday.",
}
SENT = {
    "thanks": "Thank you for taking the time to talk with me today. I enjoyed hearing how your team works.",
    "nudge": "I wanted to ask whether there is any news about my application for the {role} position.",
    "withdrawal": "After some thought I have decided to withdraw my application for the {role} position.",
    "acceptance": "I am happy to accept the offer and look forward to starting in May.",
    "reply": "Thank you for letting me know. I would be grateful for any feedback on my interview.",
    "plain": "Here are the documents that you asked for.",
}
TITLES = (
    "Interview Acme – Backend Engineer",
    "Interview with Borealis",
    "Acme <> Jane: Data Analyst",
    "Interview",
    "Call",
)
ORGANIZERS = ("carla.rossi@acme.example", "bo.lund@borealis.example", "kim@elsewhere.example")
FORGED = {"Authentication-Results": "mx.example.org; dmarc=fail header.from=acme.example"}


class Meeting(Struct):
    """An entry of the user's calendar, as it stands now."""

    uid: str
    start: datetime
    minutes: int
    title: str
    organizer: str
    stamp: datetime
    sequence: int = 0
    cancelled: bool = False


DENTIST = Meeting(
    uid="dentist@home.example",
    start=datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
    minutes=30,
    title="Dentist",
    organizer="jane@example.org",
    stamp=datetime(2026, 1, 1, tzinfo=UTC),
)
"""An entry that is none of ours, and stays: where no entry is left, a calendar may as well be broken."""


def calendar_of(meetings: Iterable[Meeting]) -> bytes:
    """An iCalendar file of these, and of the dentist."""
    calendar = Calendar(prodid="-//Test//Test//EN", version="2.0")
    for each in (DENTIST, *meetings):
        entry = Event(uid=each.uid, sequence=str(each.sequence), summary=each.title)
        entry.add("dtstamp", each.stamp)
        entry.add("dtstart", each.start)
        entry.add("duration", timedelta(minutes=each.minutes))
        entry.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
        for name in ("organizer", "attendee"):
            entry.add(name, vCalAddress(f"mailto:{each.organizer}"))
        calendar.add_component(entry)
    text: bytes = calendar.to_ical()
    return text
