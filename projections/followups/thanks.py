"""After an interview day: the thank-you notes, getting connected, and the review."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from afterword.eventlog.events import Fact, Person, Recorded, ReviewWritten, UserWrote
from afterword.recognition.messages.addresses import domain_of, is_freemail
from afterword.recognition.parties.names import company_key
from afterword.recognition.words.folding import fold

from ..interviews import MET, InterviewDay
from .course import Course
from .items import Ending, Given, Item, name_item, settle
from .people import contact_of, last_mail_from

INTERVIEWERS = MET | {"unknown"}
RECRUITERS = frozenset({"recruiter", "coordinator"})


def thank_you(course: Course, day: InterviewDay, given: Given) -> Item | None:
    """One item for the day, with everybody who is still owed a note; from the end of the last interview."""
    people, via_recruiter = _to_be_thanked(course, day)
    notes = [(each, each.event) for each in course.written("thank_you", day.start)]
    thanked = {address: each for each, event in notes if isinstance(event, UserWrote) for address in event.to}
    left = tuple(
        each
        for each in people
        if each.address not in thanked
        and not _was_thanked_by_way_of(course, each, notes)
        and not _stood_for_another(each, thanked.keys() - {other.address for other in people})
    )
    endings = [Ending(each.at, each.how) for each in _moot_by_the_end(course)]
    if not left and notes:
        endings.append(Ending(max(each.occurred_at for each in _first_notes(people, notes)), "seen_sent"))
    item = Item(
        **name_item("thank_you", _names(day), given),
        kind="thank_you",
        not_before=day.end,
        due=given.rules.work.off_a_day_off(day.end + timedelta(hours=24)),
        lapses=given.rules.work.add_days(day.end, 5),
        to=left or people,  # done, it still says whom it was for
        because=day.because,
        answers=last_mail_from(course, left[0]) if len(left) == 1 else None,
        interview_at=day.start,
        via_recruiter=via_recruiter,
        meant_for=tuple(each for each in day.people if each.part in INTERVIEWERS)
        if via_recruiter or not people
        else (),
    )
    return settle(item, endings, given)


def review(course: Course, day: InterviewDay, given: Given) -> Item | None:
    """A quarter of an hour on the same day, that lapses after three; a rejection takes it away only with the interview itself."""
    over = course.over
    ended = over if over is not None and (course.rejection is None or over.occurred_at <= day.start) else None
    written = (each.occurred_at for each in course.application.of(ReviewWritten) if each.occurred_at >= day.start)
    endings = [Ending(each, "done") for each in written]
    if ended is not None:
        endings.append(Ending(ended.occurred_at, "moot"))
    item = Item(
        **name_item("review", _names(day), given),
        kind="review",
        not_before=day.end,
        due=given.rules.work.off_a_day_off(given.rules.work.end_of(given.rules.work.local_day(day.end))),
        lapses=given.rules.work.add_days(day.end, 3),
        because=day.because,
        interview_at=day.start,
    )
    return settle(item, endings, given)


def connect(course: Course, day: InterviewDay, thanks: Item, given: Given) -> Item | None:
    """Once the thank-you is closed or has lapsed, and only where the day brought new people."""
    met_before = {each.address for earlier in course.days if earlier.day < day.day for each in earlier.people}
    people = tuple(each for each in day.people if each.address not in met_before)
    if thanks.at is None or thanks.how == "moot" or (met_before and not people):
        return None
    opens = thanks.at
    item = Item(
        **name_item("connect", [[thanks.id], *([each] for each in sorted(thanks.other_ids))], given),
        kind="connect",
        not_before=opens,
        due=given.rules.work.off_a_day_off(given.rules.work.add_days(opens, 3)),
        lapses=given.rules.work.add_days(opens, 14),
        to=people,
        because=day.because,
        interview_at=day.start,
    )
    return settle(item, _moot_by_the_end(course), given)


def _names(day: InterviewDay) -> Iterator[tuple[str, str]]:
    """What the ids of the day's items are made of, as it is known now, and as it may have been known before."""
    yield company_key(day.interviews[0].company), day.id_start.isoformat()
    yield from ((company_key(company), start.isoformat()) for company, start in day.former_names)


def _to_be_thanked(course: Course, day: InterviewDay) -> tuple[tuple[Person, ...], bool]:
    """The interviewers with an address; else who wrote of it, else who organised it, else whoever of the employer's side has written; and
    whether they are asked to pass it on to interviewers without an address.
    """
    reachable = [each for each in day.people if each.address]
    interviewers = tuple(each for each in reachable if each.part in MET)
    if interviewers:
        return _without_recruiters(course, interviewers), False
    known_by_name = any(each.part in MET for each in day.people)
    if writers := tuple(each for each in reachable if each.part in INTERVIEWERS):
        return writers, known_by_name
    if reachable:
        return tuple(reachable[:1]), known_by_name
    contact = contact_of(course)
    return ((contact,) if contact else ()), contact is not None


def _without_recruiters(course: Course, interviewers: tuple[Person, ...]) -> tuple[Person, ...]:
    """Those of whom no mail shows that they are recruiters, if there are any: who organises an entry takes part in it by that alone in
    some calendars.
    """
    facts = (each.event for each in course.application.facts)
    mailed = (each.people for each in facts if isinstance(each, Fact) and not getattr(each, "uid", ""))
    recruiters = {each.address for people in mailed for each in people if each.part in RECRUITERS}
    return tuple(each for each in interviewers if each.address not in recruiters) or interviewers


def _was_thanked_by_way_of(course: Course, person: Person, notes: Sequence[tuple[Recorded, object]]) -> bool:
    """Whether a note asked to thank them, or was written while no address of theirs was known, which asked for it too."""
    if any(isinstance(event, UserWrote) and _names_them(person, event.people) for _, event in notes):
        return True
    naming = (each for each in course.application.facts if person.address in _addresses(each.event))
    known_since = next((each.occurred_at for each in naming), None)
    return known_since is not None and any(note.occurred_at < known_since for note, _ in notes)


def _names_them(person: Person, named: Iterable[Person]) -> bool:
    """Whether somebody is named by all words of their name, or by some of them: "Dev", "Mr Patel"."""
    words = set(fold(person.name).split())
    return any(not words.isdisjoint(fold(each.name).split()) for each in named)


def _stood_for_another(person: Person, others: Iterable[str]) -> bool:
    """Whether a colleague was thanked in the place of somebody of whom it is only known that they wrote of the interview."""
    theirs = domain_of(person.address)
    return person.part not in MET and not is_freemail(theirs) and any(domain_of(each) == theirs for each in others)


def _addresses(event: object) -> set[str]:
    if not isinstance(event, Fact):
        return set()
    own = event.to if isinstance(event, UserWrote) else ()
    return {each.address for each in (*event.people, event.sender) if each is not None} | set(own)


def _first_notes(people: tuple[Person, ...], notes: Sequence[tuple[Recorded, object]]) -> Iterator[Recorded]:
    yield notes[0][0]
    for person in people:
        own = (each for each, event in notes if isinstance(event, UserWrote) and person.address in event.to)
        yield from islice(own, 1)


def _moot_by_the_end(course: Course) -> list[Ending]:
    return [Ending(course.over.occurred_at, "moot")] if course.over is not None else []
