"""Connectors by their kind: found by entry points, ours by the same door as anybody's."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from afterword.ports import CalendarChannel, NeedsUser, Source

SOURCES, CHANNELS = "afterword.sources", "afterword.channels"


def source_class(kind: str) -> type[Source]:
    """The class of the sources of a kind. Raises NeedsUser where there is none, or it can't be loaded."""
    found: type[Source] = _loaded(SOURCES, kind)
    return found


def channel_class(kind: str) -> type[CalendarChannel]:
    """The class of the channels of a kind. Raises NeedsUser where there is none, or it can't be loaded."""
    found: type[CalendarChannel] = _loaded(CHANNELS, kind)
    return found


@cache
def _found(group: str) -> dict[str, EntryPoint]:
    """What is installed does not change while a program runs, and looking takes a while."""
    return {each.name: each for each in entry_points(group=group)}


def _loaded(group: str, kind: str) -> Any:
    found = _found(group)
    if kind not in found:
        raise NeedsUser(f"There is no connector of the kind {kind!r}: choose one of {', '.join(sorted(found))}.")
    try:
        return found[kind].load()
    except Exception as error:
        raise NeedsUser(
            f"The connector {found[kind].value} can't be loaded: {type(error).__name__}: {error}"
        ) from error
