"""Events as bytes, and back."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from afterword.eventlog.codec import (
    EARLIEST,
    LATEST,
    Payload,
    Upcaster,
    decode,
    encode,
    from_microseconds,
    to_microseconds,
)
from afterword.eventlog.events import (
    AnyEvent,
    DecisionPromised,
    Event,
    Evidence,
    InterviewScheduled,
    NewEvent,
    RejectionReceived,
    UnknownEvent,
)

NOW = datetime(2026, 3, 5, 17, tzinfo=UTC)
TYPES = sorted(get_args(AnyEvent), key=lambda each: str(each.__name__))
moments = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))


def new(event: Any, evidence: Evidence | None = None, zone: str = "") -> NewEvent:
    return NewEvent(stream="app-1", event=event, occurred_at=NOW, source_key="key", evidence=evidence, zone=zone)


def events_of(kind: type[Event]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{each.name: _values(each.type) for each in structs.fields(kind)})


def _values(wanted: Any) -> st.SearchStrategy[Any]:
    if wanted is int:
        return st.integers(0, 2**31 - 1)
    if wanted is datetime:
        return moments
    if wanted == datetime | None:
        return st.none() | moments
    if wanted is date:
        return moments.map(datetime.date)
    if wanted == date | None:
        return st.none() | moments.map(datetime.date)
    return st.from_type(wanted)


@settings(deadline=None)
@given(st.data(), st.sampled_from(TYPES))
def test_every_event_survives_the_log(data: st.DataObject, kind: type[Event]) -> None:
    evidence = data.draw(st.none() | st.builds(Evidence, confidence=st.floats(0, 1)))
    event = data.draw(events_of(kind))
    payload = decode(kind.__name__, kind.schema, encode(new(event, evidence, "+01:00")))
    assert payload == Payload(event=event, evidence=evidence, zone="+01:00")


@pytest.mark.parametrize("kind", TYPES)
def test_the_stored_name_of_a_type_is_its_own(kind: type[Event]) -> None:
    assert kind.__struct_config__.tag == kind.__name__


def old_promise(**fields: Any) -> bytes:
    return msgspec.json.encode({"event": {"type": "DecisionPromised", **fields}, "evidence": {"quote": "by Friday"}})


def test_an_old_version_is_brought_up_step_by_step() -> None:
    def first_step(fields: dict[str, Any]) -> dict[str, Any]:
        return {"type": fields["type"], "day": fields["when"]}

    def second_step(fields: dict[str, Any]) -> dict[str, Any]:
        return {"type": fields["type"], "until": fields["day"]}

    steps: Mapping[tuple[str, int], Upcaster] = {
        ("DecisionPromised", -1): first_step,
        ("DecisionPromised", 0): second_step,
    }
    payload = decode("DecisionPromised", -1, old_promise(when="2026-03-06"), upcasters=steps)
    assert payload.event == DecisionPromised(until=date(2026, 3, 6))
    assert payload.evidence == Evidence(quote="by Friday")


def test_a_type_may_get_another_name() -> None:
    steps: Mapping[tuple[str, int], Upcaster] = {("PromiseMade", 0): lambda old: {**old, "type": "DecisionPromised"}}
    payload = decode("PromiseMade", 0, old_promise(until="2026-03-06"), upcasters=steps)
    assert payload.event == DecisionPromised(until=date(2026, 3, 6))


@pytest.mark.parametrize(("type_", "schema"), [("MoonLanded", 1), ("RejectionReceived", 2), ("RejectionReceived", 0)])
def test_f18_what_is_not_known_is_kept_as_it_is(type_: str, schema: int) -> None:
    stored = b'{"event":{"type":"MoonLanded","crater":"Tycho"},"evidence":{"quote":"it has"},"zone":"+01:00"}'
    payload = decode(type_, schema, stored)
    assert payload.event == UnknownEvent(type=type_, schema=schema, payload=b'{"type":"MoonLanded","crater":"Tycho"}')
    assert (payload.evidence, payload.zone) == (Evidence(quote="it has"), "+01:00")


@settings(deadline=None)
@given(st.binary())
def test_no_bytes_make_reading_fail(stored: bytes) -> None:
    event = decode("RejectionReceived", 1, stored).event
    assert isinstance(event, UnknownEvent | RejectionReceived)


def test_a_field_of_the_future_does_no_harm() -> None:
    stored = b'{"event":{"type":"RejectionReceived","company":"Acme","mood":"kind"}}'
    assert decode("RejectionReceived", 1, stored).event == RejectionReceived(company="Acme")


def test_characters_that_are_none_are_replaced() -> None:
    payload = decode("RejectionReceived", 1, encode(new(RejectionReceived(company="Ac\ud800me"))))
    assert payload.event == RejectionReceived(company="Ac?me")


@pytest.mark.parametrize(("said", "kept"), [(-3, 0), (10**30, 2**31 - 1)])
def test_a_sequence_beyond_the_standard_is_cut_to_it(said: int, kept: int) -> None:
    event = decode("InterviewScheduled", 1, encode(new(InterviewScheduled(sequence=said)))).event
    assert event == InterviewScheduled(sequence=kept)


@pytest.mark.parametrize(("said", "kept"), [(date.min, EARLIEST), (date.max, LATEST)])
def test_a_time_at_which_the_calendar_ends_is_cut_to_one_that_can_be_counted_from(said: date, kept: datetime) -> None:
    for event, cut in (
        (InterviewScheduled(start=datetime(said.year, 6, 1, tzinfo=UTC)), InterviewScheduled(start=kept)),
        (DecisionPromised(until=said), DecisionPromised(until=kept.date())),
    ):
        assert decode(type(event).__name__, 1, encode(new(event))).event == cut


@settings(deadline=None)
@given(
    st.datetimes(
        timezones=st.timezones() | st.integers(-1439, 1439).map(lambda each: timezone(timedelta(minutes=each)))
    )
)
def test_moments_survive_the_columns(moment: datetime) -> None:
    back = from_microseconds(to_microseconds(moment))
    assert back.utcoffset() == timedelta()
    # in UTC: a time that a clock leaves out is never equal to one of another zone (PEP 495)
    assert back == min(max(moment, EARLIEST), LATEST).astimezone(UTC)


def test_times_are_kept_in_utc_whatever_zone_they_were_handed_over_in() -> None:
    summer = datetime(2026, 7, 1, 18, tzinfo=timezone(timedelta(hours=2)))
    assert b'"2026-07-01T16:00:00Z"' in encode(new(InterviewScheduled(start=summer)))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        to_microseconds(datetime(2026, 3, 5))
