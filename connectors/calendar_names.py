"""Calendars by the names that people give them, as every connector tells of them."""

from collections.abc import Collection, Iterable, Sequence

from afterword.ports import NeedsUser


def listing(names: Sequence[str]) -> str:
    """How many calendars there are, and which."""
    return f"{len(names)} calendar{'s' if len(names) != 1 else ''}: {', '.join(names)}" if names else "no calendar yet"


def check_wanted(place: str, wanted: Iterable[str], there: Collection[str], names: Iterable[str] = ()) -> None:
    """Raise NeedsUser where a calendar that is to be read is not there; `names` are what to call those that are, if not so."""
    missing = next((each for each in wanted if each not in there), None)
    if missing is not None:
        known = ", ".join(sorted(names or there)) or "none"
        raise NeedsUser(f"{place} has no calendar {missing!r}: mend the account's calendars. There are: {known}.")
