"""The engine: folds new events into every projection, and saves each state with its position in the log's own transaction."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

from afterword.eventlog.events import Recorded, UnknownEvent
from afterword.eventlog.log import Transaction

from .projection import Projection, ProjectionFailed, Snapshot, encode_state, fold_into, is_same, restore
from .snapshots import SnapshotStore

MAX_TRIES = 3
"""How often a projection may raise at an event before it goes on without it."""

SNAPSHOT_INTERVAL = 256
"""Events after which a snapshot is saved again although they left its state as it was."""

PAGE_SIZE = 2000
"""Events that are decoded once for all projections."""


class _ProjectionState(Struct):
    """A projection's state in memory after the event at `position`. `snapshot` is the one that the database has; the events at the
    `skipped` positions are not applied.
    """

    projection: Projection
    state: Any
    position: int
    snapshot: Snapshot | None
    skipped: frozenset[int]


class Engine:
    """Keeps these projections. `warnings` are sentences about the events that the last call could not apply, without words of theirs."""

    def __init__(self, projections: Sequence[Projection]) -> None:
        self._projections = tuple(projections)
        self._states: dict[str, _ProjectionState] = {}
        self.warnings: list[str] = []

    def catch_up(self, tx: Transaction) -> dict[str, Any]:
        """Apply the events since the last call, and return the states by projection name.

        They are the engine's own, and change with the next call. A projection that raises stays before that event, and is
        tried again the next time; at the third it goes on without it. The others go on meanwhile.
        """
        tx.on_rollback(self._states.clear)
        self.warnings = []
        store, head = self._store(tx), tx.head()
        states = self._current(store, head)
        behind = [each for each in states if each.position < head]
        if behind:
            self._advance(behind, tx, store, head)
        return {each.projection.name: each.state for each in states}

    def rebuild(self, tx: Transaction) -> dict[str, bool]:
        """Fold every projection from the first event and save its snapshot; by projection name, whether its state was the same before."""
        before = dict(self.catch_up(tx))
        store, head, same = self._store(tx), tx.head(), {}
        for each in self._states.values():
            each.state = _replay(each, tx, head)
            each.position = head
            same[each.projection.name] = is_same(before[each.projection.name], each.state)
            _save_snapshot(each, store, interval=0)
        return same

    def _store(self, tx: Transaction) -> SnapshotStore:
        store = SnapshotStore(tx)
        if not self._states:
            store.create_tables()
        return store

    def _current(self, store: SnapshotStore, head: int) -> list[_ProjectionState]:
        """The states in memory; loaded anew where another process has saved a snapshot since."""
        checkpoints = store.checkpoints()
        for each in self._projections:
            known = self._states.get(each.name)
            if known is None or not _is_current(known, checkpoints.get(each.name), head):
                self._states[each.name] = _load(each, store, head)
        return [self._states[each.name] for each in self._projections]

    def _advance(self, behind: list[_ProjectionState], tx: Transaction, store: SnapshotStore, head: int) -> None:
        moving = behind
        for page in _pages(tx.read(min(each.position for each in behind), head)):
            self._warn_of_unknown(page)
            moving = [each for each in moving if self._apply(each, page, tx, store)]
        for each in behind:
            _save_snapshot(each, store)

    def _apply(self, current: _ProjectionState, page: list[Recorded], tx: Transaction, store: SnapshotStore) -> bool:
        """Whether the projection got to the end of the page."""
        while True:
            ahead = page[max(current.position - page[0].position + 1, 0) :]
            try:
                current.state = fold_into(current.state, current.projection, ahead, current.skipped)
            except ProjectionFailed as failure:
                if not self._recover(current, failure, tx, store):
                    return False
            else:
                current.position = max(current.position, page[-1].position)
                return True

    def _recover(
        self, current: _ProjectionState, failure: ProjectionFailed, tx: Transaction, store: SnapshotStore
    ) -> bool:
        """Restore the state before the event at which the projection failed; whether it is to go on without that event."""
        name, at = current.projection.name, failure.position
        tries = store.failures(current.projection).get(at, 0) + 1
        store.record_failure(current.projection, at, tries, failure.reason)
        current.state, current.position = _state_before(current, at, tx)
        if tries < MAX_TRIES:
            self.warnings.append(
                f"The projection {name} could not take event {at} ({failure.kind}): it is tried again."
            )
            return False
        current.skipped |= {at}
        self.warnings.append(f"The projection {name} goes on without event {at} ({failure.kind}).")
        return True

    def _warn_of_unknown(self, page: list[Recorded]) -> None:
        self.warnings += [
            f"Event {each.position} ({each.event.type}, version {each.event.schema}) is not known, and skipped."
            for each in page
            if isinstance(each.event, UnknownEvent)
        ]


def _pages(events: Iterator[Recorded]) -> Iterator[list[Recorded]]:
    while page := list(islice(events, PAGE_SIZE)):
        yield page


def _is_current(known: _ProjectionState, checkpoint: tuple[int, int] | None, head: int) -> bool:
    own = (known.snapshot.version, known.snapshot.position) if known.snapshot is not None else None
    return own == checkpoint and known.position <= head


def _load(projection: Projection, store: SnapshotStore, head: int) -> _ProjectionState:
    snapshot = store.load(projection)
    if snapshot is not None and snapshot.position > head:
        snapshot = None
    state, position = restore(projection, snapshot)
    failures = store.failures(projection)
    skipped = frozenset(at for at, tries in failures.items() if tries >= MAX_TRIES)
    return _ProjectionState(projection, state, position, snapshot, skipped)


def _state_before(current: _ProjectionState, at: int, tx: Transaction) -> tuple[Any, int]:
    """The state before the event at which it was spoilt, folded anew from the snapshot, and its position."""
    state, position = restore(current.projection, current.snapshot)
    return fold_into(state, current.projection, tx.read(position, at - 1), current.skipped), at - 1


def _replay(current: _ProjectionState, tx: Transaction, head: int) -> Any:
    """The state from the first event on, without those at which the projection raises."""
    while True:
        try:
            return fold_into(current.projection.initial(), current.projection, tx.read(0, head), current.skipped)
        except ProjectionFailed as failure:
            current.skipped |= {failure.position}


def _save_snapshot(current: _ProjectionState, store: SnapshotStore, interval: int = SNAPSHOT_INTERVAL) -> None:
    encoded, last = encode_state(current.state), current.snapshot
    snapshot = Snapshot(version=current.projection.version, position=current.position, state=encoded)
    same = last is not None and last.version == snapshot.version and last.state == encoded
    if last is None or not same or snapshot.position - last.position >= interval:
        store.save(current.projection, snapshot)
        current.snapshot = snapshot
