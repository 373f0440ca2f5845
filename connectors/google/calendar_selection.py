"""Selection of the calendars to read, and of our own."""

from collections.abc import Iterable

from msgspec import Struct

from ..calendar_names import check_calendars_exist
from .events import VIRTUAL_CALENDAR_SUFFIX, Calendar

READERS = {"owner", "writer", "reader"}
"""Access roles that see events; others only see free/busy information."""


class CalendarSelection(Struct, frozen=True, kw_only=True):
    """The calendars to read, and ours: several only if a response was lost and the calendar was created again."""

    read: tuple[Calendar, ...]
    ours: tuple[Calendar, ...]


def select_calendars(
    calendars: Iterable[Calendar], configured: tuple[str, ...] = (), name: str = ""
) -> CalendarSelection:
    """Select the `configured` names or ids to read (empty: all that the user owns or shows), and ours: by the mark in its description,
    because the user may have renamed it, or by `name`. Raises NeedsUser for a configured calendar that is missing.
    """
    calendars = list(calendars)
    by_mark = [each for each in calendars if each.is_ours]
    by_name = [each for each in calendars if name and each.summary == name and each.access_role == "owner"]
    ours = [each for each in by_mark if each in by_name] or by_mark or by_name
    others = [each for each in calendars if not each.is_marked and each not in ours]
    return CalendarSelection(
        read=tuple(_to_read(others, configured)), ours=tuple(sorted(ours, key=lambda each: each.id))
    )


def _to_read(calendars: list[Calendar], configured: tuple[str, ...]) -> list[Calendar]:
    if not configured:
        shown = (each for each in calendars if each.access_role == "owner" or each.selected)
        return [each for each in shown if each.access_role in READERS and not each.id.endswith(VIRTUAL_CALENDAR_SUFFIX)]
    available = {one for each in calendars for one in (each.id, each.name, each.summary)}
    check_calendars_exist("Google", configured, available, [each.name for each in calendars])
    return [each for each in calendars if {each.id, each.name, each.summary} & set(configured)]
