"""Which of the user's calendars are read, and which one is ours."""

from typing import Protocol

from msgspec import Struct

from afterword.ports import NeedsUser

from .calendars import Calendars
from .events import Calendar


class Choice(Protocol):
    """Of the account's settings: the names of the calendars to read (none: all but ours), and of ours."""

    @property
    def calendars(self) -> tuple[str, ...]: ...

    @property
    def calendar(self) -> str: ...


class Places(Struct, frozen=True, kw_only=True):
    """The calendars to read, and ours (None: not made yet)."""

    read: tuple[Calendar, ...]
    ours: Calendar | None


def found(calendars: Calendars, choice: Choice) -> Places:
    """Ours is known by its name. Raises NeedsUser where a calendar that is named is not there."""
    there = calendars.all()
    ours = next((each for each in there if each.name == choice.calendar), None)
    others = [each for each in there if ours is None or each.id != ours.id]
    return Places(read=tuple(_chosen(others, choice)), ours=ours)


def _chosen(there: list[Calendar], choice: Choice) -> list[Calendar]:
    missing = [name for name in choice.calendars if name not in {each.name for each in there}]
    if missing:
        names = ", ".join(sorted(each.name or "" for each in there)) or "none"
        raise NeedsUser(f"Outlook has no calendar {missing[0]!r}: mend the account's calendars. There are: {names}.")
    return [each for each in there if not choice.calendars or each.name in choice.calendars]
