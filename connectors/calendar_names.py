"""Calendars by their display names, in messages to the user."""

from collections.abc import Collection, Iterable, Sequence

from afterword.ports import NeedsUser


def describe_calendars(names: Sequence[str]) -> str:
    """Return how many calendars there are, and their names."""
    return f"{len(names)} calendar{'s' if len(names) != 1 else ''}: {', '.join(names)}" if names else "no calendar yet"


def check_calendars_exist(
    place: str, required: Iterable[str], existing: Collection[str], display_names: Iterable[str] = ()
) -> None:
    """Raise NeedsUser if a `required` calendar is not among the `existing`; `display_names` are shown in place of `existing`, if given."""
    missing = next((each for each in required if each not in existing), None)
    if missing is not None:
        available = ", ".join(sorted(display_names or existing)) or "none"
        raise NeedsUser(
            f"{place} has no calendar {missing!r}: correct the account's calendars. There are: {available}."
        )
