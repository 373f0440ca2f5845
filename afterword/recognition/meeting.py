"""What a calendar entry means: whether it is an interview, of which company, with whom, and when (RFC 5545, RFC 5546)."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from ..eventlog.events import Doubt, Evidence, InterviewCancelled, InterviewScheduled, Part, Person
from .calendar_text import entries
from .names import company_of_domain, domain_of, fold, is_freemail, is_service
from .people import part_of_title
from .reading import RECOGNISER, UNSURE_BELOW, Finding, Reading, Unreadable, User, digest
from .roles import find_role, has_role_word, role_of_meeting
from .vevent import Meeting, parse_entry

ALWAYS, CLEARLY, BY_ITS_TEXT, MAYBE = 0.95, 0.9, 0.85, 0.6
LARGEST_ROUND = 6
"""With more people from outside it is a webinar."""

_NOT_PEOPLE = frozenset({"ROOM", "RESOURCE", "GROUP"})
_SEPARATORS = re.compile(r"\s*(?:<>|<->|\bx\b|//|[–—|/:;,+&()\[\]]|\s-\s|\s-|-\s)\s*")


def read_calendar(raw: bytes, *, user: User, now: datetime, sender: str = "") -> tuple[Reading, ...]:
    """A reading for each entry that may be an interview. `sender` is who mailed it, "" where it stands in a calendar.

    Raises Unreadable where no entry could be read.
    """
    readings: list[Reading] = []
    refused: Unreadable | None = None
    for entry in entries(raw):
        try:
            meetings = parse_entry(entry.text, user.zone)
        except Unreadable as error:
            refused = error
            continue
        readings += [reading for each in meetings if (reading := _reading(each, user, now, sender)) is not None]
    if refused is not None and not readings:
        raise refused
    return tuple(readings)


def _reading(meeting: Meeting, user: User, now: datetime, sender: str) -> Reading | None:
    if meeting.ours or meeting.method in {"REPLY", "COUNTER", "REFRESH"} or not meeting.uid:
        return None
    people = _their_people(meeting, user)
    confidence, cues = likelihood(meeting, people, user)
    if not confidence:
        return None
    declined = any(user.owns(each.person.address) and each.partstat == "DECLINED" for each in meeting.attendees)
    cancelled = meeting.method == "CANCEL" or meeting.status == "CANCELLED" or declined
    finding = Finding(
        event=_event(meeting, people, user, cancelled=cancelled, declined=declined),
        evidence=Evidence(
            uid=meeting.uid,
            quote=meeting.title[:300],
            cues=cues,
            confidence=confidence,
            recogniser=RECOGNISER,
            doubt=_doubt(meeting, sender),
        ),
        tentative=confidence < UNSURE_BELOW,
    )
    times = (meeting.start.isoformat(), meeting.end.isoformat(), str(meeting.sequence))
    return Reading(
        identity=digest("entry", meeting.uid, meeting.recurrence_id, *times, "cancelled" if cancelled else ""),
        occurred_at=min(meeting.stamp or now, now),
        zone=meeting.zone,
        findings=(finding,),
    )


def _event(
    meeting: Meeting, people: tuple[Person, ...], user: User, *, cancelled: bool, declined: bool
) -> InterviewScheduled | InterviewCancelled:
    company = find_meeting_company(meeting, people, user)
    told: dict[str, Any] = {
        "company": company,
        "role": role_of_meeting(meeting.title, meeting.description),
        "people": people,
        "start": meeting.start,
        "end": meeting.end,
        "zone": meeting.zone,
        "title": meeting.title,
        "uid": meeting.uid,
        "recurrence_id": meeting.recurrence_id,
        "sequence": meeting.sequence,
        "stamp": meeting.stamp,
    }
    return InterviewCancelled(**told, declined=declined) if cancelled else InterviewScheduled(**told)


def likelihood(meeting: Meeting, people: tuple[Person, ...], user: User) -> tuple[float, tuple[str, ...]]:
    """How sure it is that this is an interview of the user's (0.0: it is none), and the words that say so."""
    title = fold(meeting.title)
    named = _names(title, user)
    if meeting.all_day or meeting.repeats or _cues()["against"].search(title):
        return 0.0, ()
    if not named and (_cues()["of_others"].search(title) or _names_a_candidate(meeting, people, user)):
        return 0.0, ()
    outside = any(not is_freemail(domain_of(each.address)) for each in people if each.address)
    told = fold(f"{meeting.location} {meeting.description} {meeting.organizer.address}")
    for cues, text, confidence in (
        ("strong", title, ALWAYS),
        ("likely", title, ALWAYS if outside or named else MAYBE),
        ("tools", told, CLEARLY),
        ("strong", told[:1000], BY_ITS_TEXT if outside else MAYBE),
        ("weak", title, MAYBE),
    ):
        found = _cues()[cues].search(text)
        if found is not None and (cues != "weak" or outside):
            return confidence, (found[0],)
    return (MAYBE, ("somebody from outside",)) if outside and len(people) <= LARGEST_ROUND else (0.0, ())


def _names(title: str, user: User) -> bool:
    return not set(fold(user.name).split()).isdisjoint(re.findall(r"\w+", title))


def _names_a_candidate(meeting: Meeting, people: Iterable[Person], user: User) -> bool:
    """Whether a title names somebody and what they apply for, and that is not the user: "Interview: Jan Novak for Data Engineer"."""
    found = _candidate().search(meeting.title) if user.name else None
    if found is None or not has_role_word(found["role"]):
        return False
    companies = (company_of_domain(domain_of(each.address)) for each in people if each.address)
    return not any(_same(found["name"], each) for each in companies if each)


def find_meeting_company(meeting: Meeting, people: Iterable[Person], user: User) -> str:
    """The company: by the domain of whoever takes part, spelled as the title has it; else what the title names."""
    named = list(_names_in_title(meeting, people, user))
    for each in people:
        own = company_of_domain(domain_of(each.address)) if each.address else ""
        if own:
            spelled = (name for name in named if _same(name, own))
            return next(spelled, own)
    return next(iter(named), "")


def _same(name: str, own: str) -> bool:
    return fold(name).replace(" ", "").startswith(fold(own).replace(" ", ""))


def _names_in_title(meeting: Meeting, people: Iterable[Person], user: User) -> Iterator[str]:
    """What is left of a title without the interview, the role, the people and the tools."""
    known = {fold(each.name) for each in people if each.name} | {fold(user.name), fold(user.name.split(" ")[0])}
    for piece in _SEPARATORS.split(meeting.title):
        found = _with_whom().search(piece)
        name = (found["name"] if found else _without_cue(piece)).strip(" ()[]-")
        plain = fold(name)
        told = (
            _cues()["strong"].search(plain)
            or _cues()["likely"].search(plain)
            or _cues()["weak"].fullmatch(plain)
            or _cues()["places"].fullmatch(plain)
        )
        if name and not told and plain not in known and not _is_role(name) and any(c.isupper() for c in name):
            yield name


def _without_cue(piece: str) -> str:
    """The words of a piece that are not the cue itself: "Acme Vorstellungsgespräch" → "Acme"."""
    found = (_cues()[cues].search(fold(piece)) for cues in ("strong", "likely"))
    words = {word for cue in found if cue is not None for word in cue[0].split()}
    return " ".join(each for each in piece.split() if fold(each) not in words)


def _is_role(name: str) -> bool:
    return has_role_word(name) and bool(find_role(f"Application for {name}", ""))


def _their_people(meeting: Meeting, user: User) -> tuple[Person, ...]:
    """The employer's side, without the user, rooms and tools; whoever organised and does not interview is last."""
    guests = [
        each.person for each in meeting.attendees if each.cutype not in _NOT_PEOPLE and _is_theirs(each.person, user)
    ]
    known = {each.address: _with_part(each, meeting, "interviewer") for each in guests}
    organizer = meeting.organizer
    if organizer.address and _is_theirs(organizer, user) and organizer.address not in known:
        alone: Part = "coordinator" if known else "interviewer"
        known[organizer.address] = _with_part(organizer, meeting, alone)
    return tuple(known.values())


def _is_theirs(person: Person, user: User) -> bool:
    address = person.address
    if not address or user.owns(address) or is_service(domain_of(address)):
        return False
    return (
        not re.match(r"no-?reply|calendar|resource|room|c_[0-9a-z]{20}", address) and "resource.calendar" not in address
    )


def _with_part(person: Person, meeting: Meeting, otherwise: Part) -> Person:
    """What the description says of the person, in the line that names them."""
    said = next((line for line in meeting.description.splitlines() if person.name and person.name in line), "")
    part = part_of_title(said.replace(person.name, "", 1))
    return Person(address=person.address, name=person.name, part=otherwise if part == "unknown" else part)


def _doubt(meeting: Meeting, sender: str) -> Doubt | None:
    """A mailed entry counts only from its organizer's house (RFC 5546, 6.1); a time in an unknown zone may be any."""
    organizer = meeting.organizer.address
    if sender and organizer and not _is_of_one_house(sender, organizer) and not is_service(domain_of(sender)):
        return "sender"
    return "time" if meeting.zone_doubt else None


def _is_of_one_house(sender: str, organizer: str) -> bool:
    """The same domain, or one below the other; where anybody can have an address, the same address."""
    here, there = sorted((domain_of(sender), domain_of(organizer)), key=len)
    if is_freemail(here) or is_freemail(there):
        return sender.lower() == organizer.lower()
    return here == there or ("." in here and there.endswith(f".{here}"))


@cache
def _table() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "cues" / "meetings.toml").read_text(encoding="utf-8"))


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    return {name: _any_of(phrases) for name, phrases in _table().items()}


@cache
def _candidate() -> re.Pattern[str]:
    """A name of two words or more behind a mark, before what it is a candidate for."""
    name = r"[A-ZÀ-Þ][\w'’.-]*(?: (?:(?:de|da|di|van|von|der) )?[A-ZÀ-Þ][\w'’.-]*){1,2}"
    return re.compile(rf"(?:^|[:–—-]\s+)(?P<name>{name}) (?:{'|'.join(_table()['applies_for'])}) (?P<role>.+)$")


@cache
def _with_whom() -> re.Pattern[str]:
    """The company behind its preposition, up to what it is about."""
    leads, about = "|".join(_table()["with"]), "|".join(_table()["about"])
    return re.compile(rf"(?:\b(?:{leads})|@)\s+(?P<name>.+?)(?:\s+(?:{about})\s.*)?$", re.IGNORECASE)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted({fold(each) for each in phrases}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)
