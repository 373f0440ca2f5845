"""Which of the user's calendars are read, and which one is ours."""

from collections.abc import Collection

from msgspec import Struct

from ..calendar_names import check_calendars_exist
from .calendars import Calendars
from .events import Calendar

OURS = "Afterword"
"""What our calendar is called, unless the delivery says otherwise."""


class CalendarSelection(Struct, frozen=True, kw_only=True):
    """The calendars to read, and ours (None: not made yet)."""

    read: tuple[Calendar, ...]
    ours: Calendar | None


def found(calendars: Calendars, names: Collection[str] = (), ours: str = OURS) -> CalendarSelection:
    """Those of these names (none: all but ours, which is known by its own). Raises NeedsUser where one of them is not there."""
    there = calendars.all()
    own = next((each for each in there if each.name == ours), None)
    others = [each for each in there if own is None or each.id != own.id]
    return CalendarSelection(read=tuple(_chosen(others, names)), ours=own)


def _chosen(there: list[Calendar], names: Collection[str]) -> list[Calendar]:
    check_calendars_exist("Outlook", names, {each.name or "" for each in there})
    return [each for each in there if not names or each.name in names]
