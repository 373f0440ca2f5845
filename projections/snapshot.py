"""The read model as it stands, read from a log by one who only looks: fast, and without touching it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from afterword.eventlog.codec import COLUMNS, SourceState, from_microseconds, read_row
from afterword.eventlog.events import Recorded
from afterword.eventlog.read_only import ALL, View, open_read_only

from .projection import Model, Projection, follow, unpack

_EVENTS = f"SELECT {', '.join(COLUMNS)} FROM events WHERE owner = ? AND position > ? ORDER BY position LIMIT ?"  # noqa: S608 - constants
_CHUNK = 500


class Snapshot(Struct, frozen=True, kw_only=True):
    """All states at one position of the log, by projection name. `positions` say how far each had been kept.

    `recorded_until` is the latest moment at which anything was recorded, None for an empty log.
    """

    states: dict[str, Any]
    head_position: int
    positions: dict[str, int]
    sources: dict[str, SourceState]
    recorded_until: datetime | None


def load(url: str, projections: Sequence[Projection], owner: str = "me") -> Snapshot | None:
    """The states as of the log's last event, None if there is no log. Raises LogError."""
    with open_read_only(url) as view:
        if view is None:
            return None
        kept = _models(view, owner)
        standing = {each.name: unpack(each, kept.get(each.name)) for each in projections}
        positions = {name: position for name, (_, position) in standing.items()}
        tail = list(_read(view, owner, min(positions.values(), default=0)))
        head, recorded_at = _ends(view, owner)
        sources = _sources(view, owner)
    states = {
        each.name: follow(each, standing[each.name][0], _after(tail, positions[each.name])) for each in projections
    }
    until = from_microseconds(recorded_at) if recorded_at is not None else None
    return Snapshot(states=states, head_position=head, positions=positions, sources=sources, recorded_until=until)


def events(url: str, owner: str = "me") -> Iterator[Recorded]:
    """All events in order, each page in a short transaction of its own; none if there is no log. Raises LogError."""
    after, more = 0, True
    while more:
        with open_read_only(url) as view:
            page = list(_read(view, owner, after, _CHUNK)) if view is not None else []
        yield from page
        after, more = after + len(page), bool(page)


def _models(view: View, owner: str) -> dict[str, Model]:
    if "read_models" not in view.tables:
        return {}
    rows = view.query("SELECT projection, version, position, state FROM read_models WHERE owner = ?", (owner,))
    return {name: Model(version=version, position=position, state=state) for name, version, position, state in rows}


def _read(view: View, owner: str, after: int, limit: int = ALL) -> Iterator[Recorded]:
    return map(read_row, view.query(_EVENTS, (owner, after, limit)))


def _ends(view: View, owner: str) -> tuple[int, int | None]:
    """The last position, and the latest time of recording: not always that of the last event, for clocks jump."""
    (head,) = next(iter(view.query("SELECT MAX(position) FROM events WHERE owner = ?", (owner,))))
    (recorded,) = next(iter(view.query("SELECT MAX(recorded_at) FROM events WHERE owner = ?", (owner,))))
    return head or 0, recorded


def _sources(view: View, owner: str) -> dict[str, SourceState]:
    rows = view.query("SELECT account, cursor, read_at FROM sources WHERE owner = ?", (owner,))
    return {account: SourceState(cursor=cursor, read_at=from_microseconds(at)) for account, cursor, at in rows}


def _after(tail: list[Recorded], position: int) -> Iterator[Recorded]:
    return (each for each in tail if each.position > position)
