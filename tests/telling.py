"""Facts for tests, told in a line each; times are wall-clock times in Berlin."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from afterword.digests import digest
from afterword.eventlog.events import (
    AnyEvent,
    ApplicationAcknowledged,
    DecisionPromised,
    EmployerWrote,
    Evidence,
    InterviewHeld,
    InterviewScheduled,
    Person,
    Purpose,
    Recorded,
    RejectionReceived,
    UserWrote,
)
from projections.applications import Application, Applications, Ledger, applications
from projections.followups import Acts, ApplicationStatus, Given, Item, Rules, derive_status
from projections.workdays import WorkCalendar

BERLIN = ZoneInfo("Europe/Berlin")
WORK = WorkCalendar(zone=BERLIN)
CARLA = Person(address="carla@acme.example", name="Carla Rossi", part="interviewer")
DEV = Person(address="dev@acme.example", name="Dev Patel", part="interviewer")
ANNA = Person(address="anna@acme.example", name="Anna Berg", part="recruiter")


def at(text: str) -> datetime:
    """A wall-clock time in Berlin, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def recorded(
    event: AnyEvent, occurred_at: datetime, evidence: Evidence | None = None, stream: str = "acme"
) -> Recorded:
    key = digest(repr(event), occurred_at.isoformat(), stream)
    return Recorded(
        position=1,
        stream=stream,
        version=1,
        source_key=key,
        occurred_at=occurred_at,
        recorded_at=occurred_at,
        event=event,
        evidence=evidence or Evidence(quote="said so"),
    )


def acknowledged(when: str) -> Recorded:
    return recorded(ApplicationAcknowledged(company="Acme", role="Engineer", automatic=True), at(when))


def interview(start: str, people: tuple[Person, ...] = (CARLA,), hours: float = 1, uid: str = "") -> list[Recorded]:
    """An interview in the calendar, and that it was held."""
    begins = at(start)
    ends = begins + timedelta(hours=hours)
    known = InterviewScheduled(
        company="Acme", start=begins, end=ends, uid=uid or f"{start}@acme.example", people=people
    )
    held = InterviewHeld(start=begins, end=ends)
    return [recorded(known, begins - timedelta(days=3)), recorded(held, ends)]


def promised(when: str, until: str, by: Person = ANNA) -> Recorded:
    event = DecisionPromised(
        company="Acme",
        until=date.fromisoformat(until),
        zone="+01:00",
        sender=by,
        reply_to=by.address,
        message_id=f"{when}@p",
    )
    return recorded(event, at(when))


def employer_wrote(when: str, by: Person = ANNA) -> Recorded:
    return recorded(EmployerWrote(company="Acme", sender=by, reply_to=by.address, message_id=f"{when}@e"), at(when))


def rejected(when: str, by: Person | None = ANNA) -> Recorded:
    reply_to = by.address if by else ""
    event = RejectionReceived(
        company="Acme",
        sender=by,
        reply_to=reply_to,
        message_id=f"{when}@r",
        automatic=by is None,
        subject="Your application",
    )
    return recorded(event, at(when))


def wrote(when: str, *purposes: Purpose, to: Iterable[Person] = (ANNA,), answers: str = "") -> Recorded:
    event = UserWrote(
        company="Acme",
        to=tuple(each.address for each in to),
        purposes=purposes,
        references=(answers,) if answers else (),
    )
    return recorded(event, at(when))


def ledger(*facts: Recorded | list[Recorded]) -> Ledger:
    projection = Applications()
    state = projection.initial()
    for each in facts:
        for fact in each if isinstance(each, list) else [each]:
            projection.apply(state, fact)
    return state


def application(*facts: Recorded | list[Recorded]) -> Application:
    (only,) = applications(ledger(*facts))
    return only


def given(now: str, acts: Acts | None = None, **rules: Any) -> Given:
    return Given(rules=Rules(work=WORK, **rules), acts=acts or {}, now=at(now))


def status_at(now: str, *facts: Recorded | list[Recorded], **rules: Any) -> ApplicationStatus:
    """Where the only application stands at a moment."""
    return derive_status(application(*facts), given(now, **rules))


def live(status: ApplicationStatus) -> dict[str, Item]:
    """The items that there is something to do for, by kind."""
    return {each.kind: each for each in status.items if each.live}


def closed(status: ApplicationStatus) -> dict[str, str | None]:
    """How the closed items ended, by kind."""
    return {each.kind: each.how for each in status.items if each.state == "closed"}
