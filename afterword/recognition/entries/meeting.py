"""Reads a calendar entry (RFC 5545, RFC 5546): whether it is an interview, of which company, with whom, and when."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from ...digests import digest
from ...eventlog.events import Doubt, Evidence, InterviewCancelled, InterviewScheduled, Part, Person
from ..messages.addresses import ADDRESS, company_of_domain, domain_of, is_service
from ..parties.names import begins_with, spelling_of_domain
from ..parties.people import part_of_title
from ..parties.roles import find_role, has_role_word, role_of_meeting
from ..reading import UNSURE_BELOW, Finding, Reading, Unreadable, User, recogniser
from ..words.folding import fold
from .calendar_text import EntryText, entries
from .interview_signs import ALWAYS, LARGEST_ROUND, MAYBE, interview_likelihood
from .meeting_words import cues, words
from .organizers import is_same_company
from .revisions import REMOVED
from .vevent import Meeting, parse_entry

MOST_MAILED = 60
_USUAL_HOURS = time(9), time(18)
_NOT_PEOPLE = frozenset({"ROOM", "RESOURCE", "GROUP"})
_NAMED = re.compile(
    rf"(?P<name>[A-ZÀ-Þ][\w'’.-]{{1,40}}(?: [A-ZÀ-Þ][\w'’.-]{{1,40}}){{0,3}}) ?[(<](?P<address>{ADDRESS})[)>]"
)
_WITH = re.compile(r"\bw/(?=[ \w])", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s*(?:<>|<->|\bx\b|//|[–—|/:;,+&()\[\]]|\s-\s|\s-|-\s)\s*")


def read_calendar(raw: bytes, *, user: User, now: datetime, sender: str = "") -> tuple[Reading, ...]:
    """A reading for each entry that may be an interview. `sender` is the address that mailed it, "" for one from a calendar. Of mailed
    ones the first few dozen are read.

    Raises Unreadable if there are entries and none could be read.
    """
    readings: list[Reading] = []
    refused: Unreadable | None = None
    for entry in _first_entries(raw) if sender else entries(raw):
        try:
            meetings = parse_entry(entry.text, user.zone)
        except Unreadable as error:
            refused = error
            continue
        readings += [reading for each in meetings for reading in _readings(each, user, now, sender)]
        readings += [] if sender else _without_those_excluded(meetings, now)
    if refused is not None and not readings:
        raise refused
    return tuple(readings)


def _first_entries(raw: bytes) -> Iterator[EntryText]:
    """As many entries as one mails: each takes a millisecond or two."""
    left = MOST_MAILED
    for entry in entries(raw):
        yield entry
        left -= len(entry.components)
        if left <= 0:
            return


def _readings(meeting: Meeting, user: User, now: datetime, sender: str) -> Iterator[Reading]:
    is_answer = meeting.method in {"REPLY", "COUNTER", "REFRESH"}
    if meeting.ours or is_answer or not meeting.uid or _is_senders_own(meeting, user, sender):
        return
    reading = _reading(meeting, user, now, sender)
    if reading is not None:
        yield reading
    if meeting.recurrence_id and meeting.status == "CANCELLED" and not sender:
        yield _taken_out(meeting, now)


def _reading(meeting: Meeting, user: User, now: datetime, sender: str) -> Reading | None:
    people = _their_people(meeting, user)
    confidence, signs, if_matched = interview_likelihood(meeting, people, user)
    if not confidence:
        return None
    declined = any(user.owns(each.person.address) and each.partstat == "DECLINED" for each in meeting.attendees)
    cancelled = meeting.method == "CANCEL" or meeting.status == "CANCELLED" or declined
    finding = Finding(
        event=_event(meeting, people, user, cancelled=cancelled, declined=declined),
        evidence=Evidence(
            uid=meeting.uid,
            quote=meeting.title[:300],
            cues=signs,
            confidence=confidence,
            recogniser=recogniser(),
            doubt=_doubt(meeting, sender) or ("confidence" if MAYBE < confidence < UNSURE_BELOW else None),
        ),
        tentative=confidence <= MAYBE,
        confidence_if_matched=if_matched,
    )
    times = (meeting.start.isoformat(), meeting.end.isoformat(), str(meeting.sequence))
    return Reading(
        identity=digest("entry", meeting.uid, meeting.recurrence_id, *times, "cancelled" if cancelled else ""),
        occurred_at=min(meeting.stamp or now, now),
        zone=meeting.zone,
        findings=(finding,),
    )


def _without_those_excluded(meetings: Sequence[Meeting], now: datetime) -> Iterator[Reading]:
    """That the dates are off which a series leaves out: where one had been an interview, many calendars keep nothing else of it."""
    there = {each.recurrence_id for each in meetings}
    for series in meetings:
        out = () if series.ours or not series.uid else series.excluded
        dates = (replace(series, recurrence_id=each.isoformat(), start=each, end=each) for each in out)
        yield from (_taken_out(each, now) for each in dates if each.recurrence_id not in there)


def _taken_out(meeting: Meeting, now: datetime) -> Reading:
    """That a date of a series is off in the calendar. All that is left of it may be the series' title and revision: it counts as newer
    than what is known of that date, which is known by its UID alone.
    """
    cancelled = InterviewCancelled(
        uid=meeting.uid, recurrence_id=meeting.recurrence_id, start=meeting.start, end=meeting.end, stamp=now
    )
    evidence = Evidence(
        uid=meeting.uid, quote=meeting.title[:300], cues=(REMOVED,), confidence=ALWAYS, recogniser=recogniser()
    )
    return Reading(
        identity=digest("taken out", meeting.uid, meeting.recurrence_id, now.isoformat()),
        occurred_at=now,
        zone=meeting.zone,
        findings=(Finding(event=cancelled, evidence=evidence, tentative=True),),
    )


def _event(
    meeting: Meeting, people: tuple[Person, ...], user: User, *, cancelled: bool, declined: bool
) -> InterviewScheduled | InterviewCancelled:
    company = find_meeting_company(meeting, people, user)
    start, end = _working_day(meeting, user.zone) if meeting.all_day else (meeting.start, meeting.end)
    fields: dict[str, Any] = {
        "company": company,
        "role": role_of_meeting(meeting.title, meeting.description),
        "people": people,
        "start": start,
        "end": end,
        "zone": meeting.zone,
        "title": meeting.title,
        "uid": meeting.uid,
        "recurrence_id": meeting.recurrence_id,
        "sequence": meeting.sequence,
        "stamp": meeting.stamp,
    }
    return InterviewCancelled(**fields, declined=declined) if cancelled else InterviewScheduled(**fields)


def _working_day(meeting: Meeting, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When an interview begins and ends, in UTC, of which only the day is known: with the usual hours, so that nothing is due before its end."""
    day = meeting.start.astimezone(zone).date()
    begins, ends = (datetime.combine(day, each, zone).astimezone(UTC) for each in _USUAL_HOURS)
    return begins, ends


def find_meeting_company(meeting: Meeting, people: Iterable[Person], user: User) -> str:
    """The company: by a participant's domain, spelled as in the title; or else the name that the title has; "" without."""
    in_title = list(_names_in_title(meeting, people, user))
    for each in people:
        from_domain = company_of_domain(domain_of(each.address)) if each.address else ""
        if from_domain:
            spelled = (name for name in in_title if begins_with(name, from_domain))
            return next(spelled, "") or spelling_of_domain(from_domain, meeting.title) or from_domain
    first, second = [*in_title, "", ""][:2]
    together = f"{first} & {second}"
    return together if second and together in meeting.title else first


def _names_in_title(meeting: Meeting, people: Iterable[Person], user: User) -> Iterator[str]:
    """The pieces of a title that may be a company: those that are no cue, no role, no person and no place."""
    names = {fold(each) for each in (user.name, *(person.name for person in people)) if each}
    people_names = names | {each.split(" ")[0] for each in names}
    for piece in _SEPARATORS.split(_WITH.sub("with ", meeting.title)):
        match = _company_pattern().search(piece)
        name = _without_matter(match["name"] if match else _without_cue(piece)).strip(" ()[]-")
        plain = fold(name)
        is_cue = (
            cues()["strong"].search(plain)
            or cues()["likely"].search(plain)
            or cues()["weak"].fullmatch(plain)
            or cues()["places"].fullmatch(plain)
        )
        if name and not is_cue and plain not in people_names and not _is_role(name) and any(c.isupper() for c in name):
            yield name


def _without_cue(piece: str) -> str:
    """A piece without the words of a cue: "Acme" for "Acme Vorstellungsgespräch"."""
    matches = (cues()[name].search(fold(piece)) for name in ("strong", "likely"))
    said = {word for cue in matches if cue is not None for word in cue[0].split()}
    return " ".join(each for each in piece.split() if fold(each) not in said)


def _without_matter(name: str) -> str:
    """A name without what the talk is about behind it: "Acme" for "Acme reception role"."""
    words = name.split()
    if words and cues()["weak"].fullmatch(fold(words[-1])):
        while len(words) > 1 and words[-1].islower():
            words.pop()
    return " ".join(words)


def _is_role(name: str) -> bool:
    return has_role_word(name) and bool(find_role(f"Application for {name}", ""))


def _their_people(meeting: Meeting, user: User) -> tuple[Person, ...]:
    """The people of the employer's side, without rooms and services: who takes part, or else whom the description names with an
    address; last an organizer who is neither, as the coordinator.
    """
    attending = (each.person for each in meeting.attendees if each.cutype not in _NOT_PEOPLE)
    guests = _theirs(attending, user) or _theirs(_described(meeting), user)
    participants = {each.address: _with_part(each, meeting, "interviewer") for each in guests}
    organizer = meeting.organizer
    if organizer.address and _is_theirs(organizer, user) and organizer.address not in participants:
        alone: Part = "coordinator" if participants else "interviewer"
        participants[organizer.address] = _with_part(organizer, meeting, alone)
    return tuple(participants.values())


def _described(meeting: Meeting) -> list[Person]:
    """Those whom the description names with an address: "Panel: Lorna Speight (lorna@acme.example)"."""
    named = _NAMED.finditer(meeting.description)
    return [Person(address=each["address"].lower(), name=each["name"]) for each in named][:LARGEST_ROUND]


def _theirs(people: Iterable[Person], user: User) -> list[Person]:
    return [each for each in people if _is_theirs(each, user)]


def _is_theirs(person: Person, user: User) -> bool:
    address = person.address
    if not address or user.owns(address) or is_service(domain_of(address)):
        return False
    return (
        not re.match(r"no-?reply|calendar|resource|room|c_[0-9a-z]{20}", address) and "resource.calendar" not in address
    )


def _with_part(person: Person, meeting: Meeting, otherwise: Part) -> Person:
    """The person with the part that the description gives them, in the line that names them; who is there for questions coordinates."""
    line = next((line for line in meeting.description.splitlines() if person.name and person.name in line), "")
    part = part_of_title(line.replace(person.name, "", 1))
    if part == "unknown":
        part = "coordinator" if cues()["contacts"].search(fold(line)) else otherwise
    return Person(address=person.address, name=person.name, part=part)


def _doubt(meeting: Meeting, sender: str) -> Doubt | None:
    """Whether a mailed entry is not from its organizer's company (RFC 5546, 6.1) or calls off what nobody organizes, or its time is in
    an unknown zone.
    """
    organizer = meeting.organizer.address
    is_theirs = is_same_company(sender, organizer) if organizer else meeting.method != "CANCEL"
    if sender and not is_theirs and not is_service(domain_of(sender)):
        return "sender"
    return "time" if meeting.zone_doubt else None


def _is_senders_own(meeting: Meeting, user: User, sender: str) -> bool:
    """Whether who mails an invitation is whom it invites, and not the user: a friend forwards their own."""
    invited, organizer = {each.person.address for each in meeting.attendees}, meeting.organizer.address
    is_invited = sender != "" and sender.lower() in invited and not any(map(user.owns, invited))
    return is_invited and organizer != "" and not is_same_company(sender, organizer)


@cache
def _company_pattern() -> re.Pattern[str]:
    """The company behind a preposition, up to what the meeting is about."""
    leads, about = "|".join(words()["with"]), "|".join(words()["about"])
    return re.compile(rf"(?:\b(?:{leads})|@)\s+(?P<name>.+?)(?:\s+(?:{about})\s.*)?$", re.IGNORECASE)
