"""Events as bytes, and back: JSON in the log, where an event, its evidence and its zone are one value to the database."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from .events import AnyEvent, Event, Evidence, InterviewTime, NewEvent, Recorded, UnknownEvent

When = TypeVar("When", date, datetime)
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""By an event's type and old version: the same event's fields as the next version has them, "type" among them."""

COLUMNS = (
    "position",
    "stream",
    "version",
    "source_key",
    "occurred_at",
    "recorded_at",
    "type",
    "schema",
    "payload",
)
"""The columns of a row, in the order in which `read_row` takes them."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""What the log takes as a time: so far from where Python's calendar ends that any zone, and any count of days, keeps within it."""

_SEQUENCES = range(2**31)
_TYPES: dict[str, type[Event]] = {str(each.__struct_config__.tag): each for each in get_args(AnyEvent)}


class Payload(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the log keeps of an event beside its place, its type and its times."""

    event: AnyEvent | UnknownEvent
    evidence: Evidence | None = None
    zone: str = ""


class SourceState(Struct, frozen=True, kw_only=True):
    """How far an account has been read, and at which moment that was so."""

    cursor: bytes
    read_at: datetime


class _Opened(Struct, frozen=True, kw_only=True):
    event: Raw
    evidence: Evidence | None = None
    zone: str = ""


_encoder = msgspec.json.Encoder()
_decode_known = msgspec.json.Decoder(Payload).decode
_decode_opened = msgspec.json.Decoder(_Opened).decode


def name_and_schema(event: AnyEvent) -> tuple[str, int]:
    """The stored name of an event's type, and the version of its fields."""
    return str(event.__struct_config__.tag), event.schema


def encode(new: NewEvent) -> bytes:
    """The payload. Characters that no UTF-8 text can hold are replaced; a sequence beyond RFC 5545's range, and a time beyond ours, are
    cut to it. Times are in UTC, whatever zone they were handed over in.
    """
    payload = Payload(event=_within_range(new.event), evidence=new.evidence, zone=new.zone)
    try:
        return _encoder.encode(payload)
    except UnicodeEncodeError:
        return _encoder.encode(_scrubbed(msgspec.to_builtins(payload, builtin_types=(datetime,))))


def decode(
    type_: str, schema: int, payload: bytes, *, upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS
) -> Payload:
    """The event with its evidence and zone; one that this program doesn't know, or can't read, is an UnknownEvent."""
    known = _TYPES.get(type_)
    try:
        if known is not None and known.schema == schema:
            return _decode_known(payload)
        return _decode_other(type_, schema, payload, upcasters)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Payload(event=UnknownEvent(type=type_, schema=schema, payload=payload))


def _decode_other(type_: str, schema: int, payload: bytes, upcasters: Mapping[tuple[str, int], Upcaster]) -> Payload:
    opened = _decode_opened(payload)
    event = _upcast(type_, schema, opened.event, upcasters)
    unknown = UnknownEvent(type=type_, schema=schema, payload=bytes(opened.event))
    return Payload(event=event or unknown, evidence=opened.evidence, zone=opened.zone)


def _upcast(type_: str, schema: int, raw: Raw, upcasters: Mapping[tuple[str, int], Upcaster]) -> AnyEvent | None:
    """Step by step to the present version; None if a step is missing, or the version is one of the future."""
    if (type_, schema) not in upcasters:
        return None
    fields: dict[str, Any] = msgspec.json.decode(raw)
    while (step := upcasters.get((type_, schema))) is not None:
        fields = step(fields)
        type_, schema = str(fields.get("type", type_)), schema + 1
    known = _TYPES.get(type_)
    if known is None or known.schema != schema:
        return None
    event: AnyEvent = msgspec.convert(fields, AnyEvent)
    return event


def read_row(row: Iterable[Any]) -> Recorded:
    """The event in a row of these COLUMNS."""
    position, stream, version, source_key, occurred_at, recorded_at, type_, schema, payload = row
    read = decode(type_, schema, payload)
    return Recorded(
        position=position,
        stream=stream,
        version=version,
        source_key=source_key,
        occurred_at=from_microseconds(occurred_at),
        recorded_at=from_microseconds(recorded_at),
        event=read.event,
        zone=read.zone,
        evidence=read.evidence,
    )


def to_microseconds(moment: datetime) -> int:
    """A moment, cut to our range, as the log's columns keep it: microseconds since 1970 in UTC. Raises ValueError for a time without a zone."""
    if moment.utcoffset() is None:
        raise ValueError("the log takes aware times only")
    return (_cut(moment) - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(value: int) -> datetime:
    """The moment, in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def _within_range(event: AnyEvent) -> AnyEvent:
    if isinstance(event, InterviewTime) and event.sequence not in _SEQUENCES:
        event = replace(event, sequence=min(max(event.sequence, 0), _SEQUENCES[-1]))
    said = {name: getattr(event, name) for name in event.__struct_fields__}
    kept = {name: _cut(each) for name, each in said.items() if isinstance(each, date)}
    return replace(event, **kept) if kept else event


def _cut(said: When) -> When:
    if isinstance(said, datetime):
        return min(max(said, EARLIEST), LATEST).astimezone(UTC)
    return min(max(said, EARLIEST.date()), LATEST.date())


def _scrubbed(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {key: _scrubbed(each) for key, each in value.items()}
        case list() | tuple():
            return [_scrubbed(each) for each in value]
        case _:
            return value
