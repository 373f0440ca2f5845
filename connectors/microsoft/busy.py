"""When the user is taken: the calendars' views, in which Graph has expanded every series itself.

`getSchedule` would tell the same, but of work accounts and their first calendar only.
"""

from collections.abc import Iterable, Iterator

from afterword.ports import BusyTime

from .event_text import NOT_TAKEN
from .events import Event


def busy_times(view: Iterable[Event]) -> Iterator[BusyTime]:
    """The taken times in UTC, without ours; a day as a whole is a birthday more often than a meeting, and takes none."""
    for each in view:
        if each.times is not None and _takes_time(each):
            yield BusyTime(*each.times)


def _takes_time(event: Event) -> bool:
    if event.is_ours or event.is_all_day or event.is_cancelled:
        return False
    return event.show_as not in NOT_TAKEN and event.response != "declined"
