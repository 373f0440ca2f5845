"""What tests of matching share: readings, and the applications that they are placed in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from afterword.eventlog.events import (
    AnyEvent,
    ApplicationAcknowledged,
    Evidence,
    InterviewCancelled,
    InterviewScheduled,
    Person,
)
from afterword.recognition.matching import Directory, Placement
from afterword.recognition.reading import Finding, Reading

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA = Person(address="anna@acme.example", name="Anna Berg", part="recruiter")
BACKEND, ANALYST = "Backend Engineer", "Data Analyst"


def reading(*events: AnyEvent, day: float = 0, tentative: bool = False, evidence: Evidence | None = None) -> Reading:
    at = MONDAY + timedelta(days=day)
    found = tuple(Finding(event=each, evidence=evidence or Evidence(), tentative=tentative) for each in events)
    return Reading(identity=f"{events!r}{at}", occurred_at=at, findings=found)


def settle(readings: Iterable[Reading], directory: Directory | None = None) -> tuple[Directory, list[Placement]]:
    """Place and add, as intake does."""
    directory = directory or Directory()
    placements = []
    for each in (part for whole in readings for part in directory.parts(whole)):
        placed = directory.place(each)
        placements.append(placed)
        for finding in placed.findings if placed.application else ():
            directory.add(placed.application, finding.event, each.occurred_at, finding.evidence)
    return directory, placements


def applications_of(*readings: Reading) -> list[str]:
    return [each.application for each in settle(readings)[1]]


def acknowledged(company: str = "Acme", role: str = BACKEND, **fields: object) -> ApplicationAcknowledged:
    return ApplicationAcknowledged(company=company, role=role, **fields)  # type: ignore[arg-type]


def entry(start: datetime = MONDAY, sequence: int = 0, **fields: object) -> InterviewScheduled:
    known = {"company": "Acme", "uid": "u1", "end": start + timedelta(hours=1), **fields}
    return InterviewScheduled(start=start, sequence=sequence, **known)  # type: ignore[arg-type]


def cancel(sequence: int = 1, uid: str = "u1", **fields: object) -> InterviewCancelled:
    return InterviewCancelled(company="Acme", uid=uid, sequence=sequence, **fields)  # type: ignore[arg-type]
