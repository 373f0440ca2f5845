"""Busy times from calendar views, in which Graph expands all series.

`getSchedule` returns them too, but only for work accounts and their default calendar.
"""

from collections.abc import Iterable, Iterator

from afterword.ports import BusyTime

from .event_text import FREE_STATUSES
from .events import Event


def busy_times(view: Iterable[Event]) -> Iterator[BusyTime]:
    """Yield the busy times in UTC, without our invites and without all-day events, which are mostly birthdays."""
    for each in view:
        if each.times is not None and _takes_time(each):
            yield BusyTime(*each.times)


def _takes_time(event: Event) -> bool:
    if event.is_ours or event.is_all_day or event.is_cancelled:
        return False
    return event.show_as not in FREE_STATUSES and event.response != "declined"
