"""Everything that is known, for other programs: whole, or a row for each application."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from typing import Any

from msgspec import DecodeError, Struct
from msgspec.json import decode
from msgspec.structs import asdict

from afterword.eventlog.events import Recorded, UnknownEvent
from afterword.eventlog.read_only import read_events
from projections.lessons import Lesson
from projections.status import Status

from . import queries
from .config import Config
from .queries import Timeline

COLUMNS = (
    "application",
    "company",
    "role",
    "stage",
    "first_event_at",
    "last_event_at",
    "interviews",
    "owed",
    "wait_until",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HELD = "InterviewHeld"


class LoggedEvent(Struct, frozen=True, kw_only=True):
    """An event as the log keeps it; `data` are the event's own fields, and all of them, as those of `evidence`: empty ones too."""

    position: int
    stream: str
    version: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    data: dict[str, Any]
    evidence: dict[str, Any] | None


class Everything(Struct, frozen=True, kw_only=True):
    """`program` is what wrote it, `owner` whose it is. The events alone hold all the rest, and what was forgotten too."""

    program: str
    exported_at: datetime
    owner: str
    status: Status
    applications: tuple[Timeline, ...]
    lessons: tuple[Lesson, ...]
    events: tuple[LoggedEvent, ...]


def everything(config: Config, now: datetime) -> Everything:
    """All that the log holds, and what follows from it at that moment. Raises LogError."""
    status, applications, lessons = queries.everything(config, now)
    return Everything(
        program=f"afterword {version('afterword')}",
        exported_at=now.astimezone(config.user.timezone),
        owner=config.log.owner,
        status=status,
        applications=applications,
        lessons=lessons,
        events=tuple(map(logged, read_events(config.log.url, config.log.owner))),
    )


def table(config: Config, now: datetime) -> Iterator[tuple[str, ...]]:
    """A row of these COLUMNS for each application, for a spreadsheet: no cell begins as a formula does, whoever wrote what is in it."""
    status, applications, _ = queries.everything(config, now)
    waits = {each.application: each.until for each in status.waiting}
    for each in applications:
        row = (
            each.id,
            each.company,
            each.role,
            each.stage,
            each.entries[0].occurred_at.isoformat(timespec="seconds"),
            each.entries[-1].occurred_at.isoformat(timespec="seconds"),
            str(sum(entry.type == _HELD for entry in each.entries)),
            " ".join(sorted(item.kind for item in each.owed)),
            waits.get(each.id, ""),
        )
        yield tuple(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row)


def logged(recorded: Recorded) -> LoggedEvent:
    """An event as machines are told it."""
    event = recorded.event
    data = _unknown_fields(event.payload) if isinstance(event, UnknownEvent) else asdict(event)
    data.pop("type", None)
    return LoggedEvent(
        position=recorded.position,
        stream=recorded.stream,
        version=recorded.version,
        type=type_of(recorded),
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
        data=data,
        evidence=asdict(recorded.evidence) if recorded.evidence is not None else None,
    )


def _unknown_fields(payload: bytes) -> dict[str, Any]:
    """The fields of an event that is not known here; the bytes that it is kept as (base64) where those are no JSON object."""
    try:
        return decode(payload, type=dict[str, Any])
    except (DecodeError, UnicodeDecodeError):
        return {"payload": b64encode(payload).decode()}


def type_of(recorded: Recorded) -> str:
    """The name of an event's type, whether it is known here or not."""
    return recorded.event.type if isinstance(recorded.event, UnknownEvent) else type(recorded.event).__name__
