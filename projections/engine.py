"""The engine: brings every projection up to the log, and keeps its state and its position as one row in the log's transaction."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

from afterword.eventlog.events import Recorded, UnknownEvent
from afterword.eventlog.log import Transaction

from .models import Models
from .projection import Model, Projection, Stuck, advance, is_same, pack, unpack

TRIES = 3
"""How often a projection may raise at an event before it goes on without it."""

LAG = 256
"""A model that the last events left as it was is written again after so many of them."""

PAGE = 2000
"""Events that are decoded once for all projections."""


class _Standing(Struct):
    """A projection's state in memory; `kept` is what the database has of it."""

    projection: Projection
    state: Any
    position: int
    kept: Model | None
    passed_over: frozenset[int]


class Engine:
    """Keeps these projections. `warnings` are sentences about what the last call passed over."""

    def __init__(self, projections: Sequence[Projection]) -> None:
        self._projections = tuple(projections)
        self._standing: dict[str, _Standing] = {}
        self.warnings: list[str] = []

    def catch_up(self, tx: Transaction) -> dict[str, Any]:
        """Fold what came since the last time, and give the states by projection name.

        They are the engine's own, and change with the next call. A projection that raises stays before that event, and is
        tried again the next time; at the third it goes on without it. The others go on meanwhile.
        """
        tx.on_rollback(self._standing.clear)
        self.warnings = []
        models, head = self._models(tx), tx.head()
        standing = self._loaded(models, head)
        behind = [each for each in standing if each.position < head]
        if behind:
            self._advance(behind, tx, models, head)
        return {each.projection.name: each.state for each in standing}

    def rebuild(self, tx: Transaction) -> dict[str, bool]:
        """Fold everything from zero and keep that; says of each projection whether the same had stood."""
        stood = dict(self.catch_up(tx))
        models, head, same = self._models(tx), tx.head(), {}
        for each in self._standing.values():
            each.state = _from_zero(each, tx, head)
            each.position = head
            same[each.projection.name] = is_same(stood[each.projection.name], each.state)
            _keep(each, models, lag=0)
        return same

    def _models(self, tx: Transaction) -> Models:
        models = Models(tx)
        if not self._standing:
            models.make()
        return models

    def _loaded(self, models: Models, head: int) -> list[_Standing]:
        kept = models.positions()
        for each in self._projections:
            known = self._standing.get(each.name)
            if known is None or not _is_current(known, kept.get(each.name), head):
                self._standing[each.name] = _load(each, models, head)
        return [self._standing[each.name] for each in self._projections]

    def _advance(self, behind: list[_Standing], tx: Transaction, models: Models, head: int) -> None:
        moving = behind
        for page in _pages(tx.read(min(each.position for each in behind), head)):
            self._warn_of_unknown(page)
            moving = [each for each in moving if self._take(each, page, tx, models)]
        for each in behind:
            _keep(each, models)

    def _take(self, standing: _Standing, page: list[Recorded], tx: Transaction, models: Models) -> bool:
        """Whether it took the page to its end."""
        while True:
            ahead = page[max(standing.position - page[0].position + 1, 0) :]
            try:
                standing.state = advance(standing.projection, standing.state, ahead, standing.passed_over)
            except Stuck as stuck:
                if not self._passes_over(standing, stuck, tx, models):
                    return False
            else:
                standing.position = max(standing.position, page[-1].position)
                return True

    def _passes_over(self, standing: _Standing, stuck: Stuck, tx: Transaction, models: Models) -> bool:
        """Go back to where the state was whole, before the event; whether it is to go on without it."""
        name, at = standing.projection.name, stuck.position
        tries = models.refusals(standing.projection).get(at, 0) + 1
        models.refuse(standing.projection, at, tries, stuck.reason)
        standing.state, standing.position = _before(standing, at, tx)
        if tries < TRIES:
            self.warnings.append(
                f"The projection {name} could not take event {at} ({stuck.reason}): it is tried again."
            )
            return False
        standing.passed_over |= {at}
        self.warnings.append(f"The projection {name} goes on without event {at} ({stuck.reason}).")
        return True

    def _warn_of_unknown(self, page: list[Recorded]) -> None:
        self.warnings += [
            f"Event {each.position} ({each.event.type}, version {each.event.schema}) is not known, and passed over."
            for each in page
            if isinstance(each.event, UnknownEvent)
        ]


def _pages(events: Iterator[Recorded]) -> Iterator[list[Recorded]]:
    while page := list(islice(events, PAGE)):
        yield page


def _is_current(known: _Standing, row: tuple[int, int] | None, head: int) -> bool:
    kept = (known.kept.version, known.kept.position) if known.kept is not None else None
    return kept == row and known.position <= head


def _load(projection: Projection, models: Models, head: int) -> _Standing:
    kept = models.load(projection)
    if kept is not None and kept.position > head:
        kept = None
    state, position = unpack(projection, kept)
    tries = models.refusals(projection)
    given_up = frozenset(at for at, count in tries.items() if count >= TRIES)
    return _Standing(projection, state, position, kept, given_up)


def _before(standing: _Standing, at: int, tx: Transaction) -> tuple[Any, int]:
    """The state before an event at which it was spoilt, from what the database has."""
    state, position = unpack(standing.projection, standing.kept)
    return advance(standing.projection, state, tx.read(position, at - 1), standing.passed_over), at - 1


def _from_zero(standing: _Standing, tx: Transaction, head: int) -> Any:
    while True:
        try:
            return advance(standing.projection, standing.projection.initial(), tx.read(0, head), standing.passed_over)
        except Stuck as stuck:
            standing.passed_over |= {stuck.position}


def _keep(standing: _Standing, models: Models, lag: int = LAG) -> None:
    packed, kept = pack(standing.state), standing.kept
    model = Model(version=standing.projection.version, position=standing.position, state=packed)
    same = kept is not None and kept.version == model.version and kept.state == packed
    if kept is None or not same or model.position - kept.position >= lag:
        models.save(standing.projection, model)
        standing.kept = model
