"""Lookup of connectors by kind, through entry points; our own connectors are registered in the same way as third-party ones."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from afterword.ports import CalendarChannel, NeedsUser, Source

SOURCES, CHANNELS = "afterword.sources", "afterword.channels"


def source_class(kind: str) -> type[Source]:
    """Return the source class of a kind. Raises NeedsUser if there is none or it can't be loaded."""
    loaded: type[Source] = _load(SOURCES, kind)
    return loaded


def channel_class(kind: str) -> type[CalendarChannel]:
    """Return the channel class of a kind. Raises NeedsUser if there is none or it can't be loaded."""
    loaded: type[CalendarChannel] = _load(CHANNELS, kind)
    return loaded


@cache
def _entry_points(group: str) -> dict[str, EntryPoint]:
    """Cached: the lookup is slow, and installed packages don't change while a program runs."""
    return {each.name: each for each in entry_points(group=group)}


def _load(group: str, kind: str) -> Any:
    entry_points_by_kind = _entry_points(group)
    if kind not in entry_points_by_kind:
        raise NeedsUser(
            f"There is no connector of the kind {kind!r}: choose one of {', '.join(sorted(entry_points_by_kind))}."
        )
    try:
        return entry_points_by_kind[kind].load()
    except Exception as error:
        raise NeedsUser(
            f"The connector {entry_points_by_kind[kind].value} can't be loaded: {type(error).__name__}: {error}"
        ) from error
