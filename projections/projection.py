"""What a projection is, how events are folded into its state, and how that is encoded; nothing here needs the database."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct, msgpack

from afterword.eventlog.events import Recorded, UnknownEvent


class Projection(Protocol):
    """A fold of the log. `version` counts up when the same events give another state, or one that is encoded in another way; `State`
    is a type that msgspec can decode.

    `apply` changes the state in place (and returns None) or returns the next one; it reads nothing but its arguments.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def State(self) -> type[Any]: ...  # noqa: N802 - it is a type

    def initial(self) -> Any:
        """The state before the first event."""

    def apply(self, state: Any, recorded: Recorded) -> Any:
        """Apply one event to the state."""


class ProjectionFailed(Exception):
    """A projection raised an error of that `kind` at the event of that `position`, and its state can't be used any more; `reason` is the
    error in words, which may be those of a mail.
    """

    def __init__(self, position: int, error: Exception) -> None:
        super().__init__(str(error))
        self.position = position
        self.kind = type(error).__name__
        self.reason = f"{self.kind}: {error}"


class Snapshot(Struct, frozen=True, kw_only=True):
    """The encoded state of a projection, of its `version`, after the event at `position`."""

    version: int
    position: int
    state: bytes


_encoder = msgpack.Encoder()
_canonical_encoder = msgpack.Encoder(order="deterministic")


def encode_state(state: Any) -> bytes:
    """A state as bytes (MessagePack), its mappings in the order that they have."""
    return _encoder.encode(state)


def restore(projection: Projection, snapshot: Snapshot | None) -> tuple[Any, int]:
    """The state and its position; the initial one at 0 if there is no snapshot, or one of another version, or one that can't be decoded."""
    if snapshot is None or snapshot.version != projection.version:
        return projection.initial(), 0
    try:
        return msgpack.decode(snapshot.state, type=projection.State), snapshot.position
    except (msgspec.DecodeError, UnicodeDecodeError):
        return projection.initial(), 0


def is_same(one: Any, other: Any) -> bool:
    """Whether two states are the same, byte for byte, sets and mappings in a common order."""
    return _canonical_encoder.encode(one) == _canonical_encoder.encode(other)


def fold_into(state: Any, projection: Projection, events: Iterable[Recorded], skipped: Iterable[int] = ()) -> Any:
    """The state after these events but those at the `skipped` positions; unknown ones change nothing. Raises ProjectionFailed."""
    left_out = frozenset(skipped)
    for each in events:
        if each.position not in left_out and not isinstance(each.event, UnknownEvent):
            try:
                following = projection.apply(state, each)
            except Exception as error:
                raise ProjectionFailed(each.position, error) from error
            state = state if following is None else following
    return state


def fold_past_failures(state: Any, projection: Projection, events: Iterable[Recorded]) -> Any:
    """The state after these events; one at which the projection raises is skipped."""
    for each in events:
        try:
            state = fold_into(state, projection, (each,))
        except ProjectionFailed:
            continue
    return state


def fold(projections: Sequence[Projection], events: Iterable[Recorded]) -> dict[str, Any]:
    """The state of each projection, by name, after these events; one at which a projection raises is skipped by it."""
    once = list(events)
    return {each.name: fold_past_failures(each.initial(), each, once) for each in projections}
