"""The current state of every projection, read from a log without changing it, and without SQLAlchemy."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from afterword.eventlog.codec import SourceState
from afterword.eventlog.events import Recorded
from afterword.eventlog.read_only import View, open_read_only

from .projection import Projection, Snapshot, fold_past_failures, restore


class CurrentStates(Struct, frozen=True, kw_only=True):
    """The state of each projection as of the event at `head_position`, by projection name; `positions` are those of the snapshots.

    `recorded_until` is when the latest event was recorded (UTC), None for an empty log.
    """

    states: dict[str, Any]
    head_position: int
    positions: dict[str, int]
    sources: dict[str, SourceState]
    recorded_until: datetime | None


def load_current_states(url: str, projections: Sequence[Projection], owner: str = "me") -> CurrentStates | None:
    """Fold the events since the last snapshots, in memory; None if there is no log. Raises LogError."""
    with open_read_only(url) as view:
        if view is None:
            return None
        snapshots = _snapshots(view, owner)
        restored = {each.name: restore(each, snapshots.get(each.name)) for each in projections}
        positions = {name: position for name, (_, position) in restored.items()}
        tail = list(view.read(owner, min(positions.values(), default=0)))
        head, sources, until = view.head(owner), view.cursors(owner), view.recorded_until(owner)
    states = {
        each.name: fold_past_failures(restored[each.name][0], each, _after(tail, positions[each.name]))
        for each in projections
    }
    return CurrentStates(states=states, head_position=head, positions=positions, sources=sources, recorded_until=until)


def _snapshots(view: View, owner: str) -> dict[str, Snapshot]:
    rows = view.rows("read_models", ("projection", "version", "position", "state"), owner)
    return {name: Snapshot(version=version, position=position, state=state) for name, version, position, state in rows}


def _after(tail: list[Recorded], position: int) -> Iterator[Recorded]:
    return (each for each in tail if each.position > position)
