"""Selection of the calendars to read, and of our own."""

from collections.abc import Collection

from msgspec import Struct

from ..calendar_names import check_calendars_exist
from .calendar_api import CalendarApi
from .events import Calendar

DEFAULT_CALENDAR_NAME = "Afterword"
"""The name of our calendar, unless the delivery has another."""


class CalendarSelection(Struct, frozen=True, kw_only=True):
    """The calendars to read, and ours (None: not created yet)."""

    read: tuple[Calendar, ...]
    ours: Calendar | None


def select_calendars(
    api: CalendarApi, configured: Collection[str] = (), our_name: str = DEFAULT_CALENDAR_NAME
) -> CalendarSelection:
    """Select the `configured` names to read (empty: all but ours), and ours by its name. Raises NeedsUser for a missing one."""
    calendars = api.list_calendars()
    ours = next((each for each in calendars if each.name == our_name), None)
    others = [each for each in calendars if ours is None or each.id != ours.id]
    return CalendarSelection(read=tuple(_to_read(others, configured)), ours=ours)


def _to_read(calendars: list[Calendar], configured: Collection[str]) -> list[Calendar]:
    check_calendars_exist("Outlook", configured, {each.name or "" for each in calendars})
    return [each for each in calendars if not configured or each.name in configured]
