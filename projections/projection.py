"""What a projection is, and how its state is kept as bytes; nothing here needs the database."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct, msgpack

from afterword.eventlog.events import Recorded, UnknownEvent


class Projection(Protocol):
    """A fold of the log. `version` counts up when the same events give another state; `State` is a type that msgspec can decode.

    `apply` changes the state in place (and returns None) or returns the next one; it reads nothing but its arguments.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def State(self) -> type[Any]: ...  # noqa: N802 - it is a type

    def initial(self) -> Any: ...

    def apply(self, state: Any, recorded: Recorded) -> Any: ...


class Stuck(Exception):
    """A projection raised at an event: `state` is of no use, the event's `position` and the `reason` are for people."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


class Model(Struct, frozen=True, kw_only=True):
    """A read model as it is kept: the state of a projection's version after the events up to `position`."""

    version: int
    position: int
    state: bytes


_encoder = msgpack.Encoder()
_comparer = msgpack.Encoder(order="deterministic")


def pack(state: Any) -> bytes:
    """A state as bytes; what is in order in it stays so."""
    return _encoder.encode(state)


def unpack(projection: Projection, model: Model | None) -> tuple[Any, int]:
    """The state and its position; those of the beginning if there is no model, or one of another version."""
    if model is None or model.version != projection.version:
        return projection.initial(), 0
    try:
        return msgpack.decode(model.state, type=projection.State), model.position
    except (msgspec.DecodeError, UnicodeDecodeError):
        return projection.initial(), 0


def is_same(one: Any, other: Any) -> bool:
    """Whether two states are the same, byte for byte, sets and mappings in a common order."""
    return _comparer.encode(one) == _comparer.encode(other)


def advance(projection: Projection, state: Any, events: Iterable[Recorded], passed_over: Iterable[int] = ()) -> Any:
    """The state after these events; unknown ones change nothing. Raises Stuck."""
    skipped = frozenset(passed_over)
    for each in events:
        if each.position not in skipped and not isinstance(each.event, UnknownEvent):
            try:
                following = projection.apply(state, each)
            except Exception as error:
                raise Stuck(each.position, f"{type(error).__name__}: {error}") from error
            state = state if following is None else following
    return state


def follow(projection: Projection, state: Any, events: Iterable[Recorded]) -> Any:
    """The state after these events; one at which the projection raises is passed over."""
    for each in events:
        try:
            state = advance(projection, state, (each,))
        except Stuck:
            continue
    return state


def fold(projections: Sequence[Projection], events: Iterable[Recorded]) -> dict[str, Any]:
    """The state of each projection, by name, after these events; one at which a projection raises is passed over by it."""
    once = list(events)
    return {each.name: follow(each, each.initial(), once) for each in projections}
