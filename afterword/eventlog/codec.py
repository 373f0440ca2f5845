"""Encoding and decoding of events: event, evidence and zone are one JSON payload in the log."""

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
"""Upcasters by event type and schema version: functions from an event's fields ("type" included) to those of the next version."""

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
"""The columns of a row, in the order that `read_row` expects."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""The range of times in the log: far enough from Python's limits for conversions of zone and additions of days."""

_SEQUENCES = range(2**31)
_TYPES: dict[str, type[Event]] = {str(each.__struct_config__.tag): each for each in get_args(AnyEvent)}


class Payload(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The payload of a row: what is not in its other columns."""

    event: AnyEvent | UnknownEvent
    evidence: Evidence | None = None
    zone: str = ""


class SourceState(Struct, frozen=True, kw_only=True):
    """An account's cursor, and the time of its last complete read."""

    cursor: bytes
    read_at: datetime


class _RawPayload(Struct, frozen=True, kw_only=True):
    event: Raw
    evidence: Evidence | None = None
    zone: str = ""


_encoder = msgspec.json.Encoder()
_decode_known = msgspec.json.Decoder(Payload).decode
_decode_raw = msgspec.json.Decoder(_RawPayload).decode


def name_and_schema(event: AnyEvent) -> tuple[str, int]:
    """Return the stored type name of an event, and its schema version."""
    return str(event.__struct_config__.tag), event.schema


def encode(new: NewEvent) -> bytes:
    """Encode the payload. Lone surrogates are replaced; a sequence is clamped to RFC 5545's range, times to EARLIEST and LATEST, and
    converted to UTC.
    """
    payload = Payload(event=_within_range(new.event), evidence=new.evidence, zone=new.zone)
    try:
        return _encoder.encode(payload)
    except UnicodeEncodeError:
        return _encoder.encode(_without_surrogates(msgspec.to_builtins(payload, builtin_types=(datetime,))))


def decode(
    type_: str, schema: int, payload: bytes, *, upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS
) -> Payload:
    """Decode a payload, upcast to the current schema; an event that is unknown or can't be decoded is an UnknownEvent."""
    current = _TYPES.get(type_)
    try:
        if current is not None and current.schema == schema:
            return _decode_known(payload)
        return _decode_other(type_, schema, payload, upcasters)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Payload(event=UnknownEvent(type=type_, schema=schema, payload=payload))


def _decode_other(type_: str, schema: int, payload: bytes, upcasters: Mapping[tuple[str, int], Upcaster]) -> Payload:
    raw = _decode_raw(payload)
    event = _upcast(type_, schema, raw.event, upcasters)
    unknown = UnknownEvent(type=type_, schema=schema, payload=bytes(raw.event))
    return Payload(event=event or unknown, evidence=raw.evidence, zone=raw.zone)


def _upcast(type_: str, schema: int, raw: Raw, upcasters: Mapping[tuple[str, int], Upcaster]) -> AnyEvent | None:
    """The event at the current schema; None if an upcaster is missing, or the version is newer than ours."""
    if (type_, schema) not in upcasters:
        return None
    fields: dict[str, Any] = msgspec.json.decode(raw)
    while (step := upcasters.get((type_, schema))) is not None:
        fields = step(fields)
        type_, schema = str(fields.get("type", type_)), schema + 1
    current = _TYPES.get(type_)
    if current is None or current.schema != schema:
        return None
    event: AnyEvent = msgspec.convert(fields, AnyEvent)
    return event


def read_row(row: Iterable[Any]) -> Recorded:
    """Decode a row of COLUMNS."""
    position, stream, version, source_key, occurred_at, recorded_at, type_, schema, payload = row
    payload_ = decode(type_, schema, payload)
    return Recorded(
        position=position,
        stream=stream,
        version=version,
        source_key=source_key,
        occurred_at=from_microseconds(occurred_at),
        recorded_at=from_microseconds(recorded_at),
        event=payload_.event,
        zone=payload_.zone,
        evidence=payload_.evidence,
    )


def to_microseconds(moment: datetime) -> int:
    """Return a time as microseconds since 1970 in UTC, clamped to our range. Raises ValueError for a naive time."""
    if moment.utcoffset() is None:
        raise ValueError("the log takes aware times only")
    return (_clamp(moment) - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(value: int) -> datetime:
    """Return the time in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def _within_range(event: AnyEvent) -> AnyEvent:
    if isinstance(event, InterviewTime) and event.sequence not in _SEQUENCES:
        event = replace(event, sequence=min(max(event.sequence, 0), _SEQUENCES[-1]))
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    clamped = {name: _clamp(each) for name, each in values.items() if isinstance(each, date)}
    return replace(event, **clamped) if clamped else event


def _clamp(value: When) -> When:
    if isinstance(value, datetime):
        return min(max(value, EARLIEST), LATEST).astimezone(UTC)
    return min(max(value, EARLIEST.date()), LATEST.date())


def _without_surrogates(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {key: _without_surrogates(each) for key, each in value.items()}
        case list() | tuple():
            return [_without_surrogates(each) for each in value]
        case _:
            return value
