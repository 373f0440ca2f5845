"""Which of the user's calendars are read, and which are ours."""

from collections.abc import Iterable

from msgspec import Struct

from ..calendar_names import check_calendars_exist
from .events import VIRTUAL, Calendar

READERS = {"owner", "writer", "reader"}
"""Who sees what stands in a calendar; others see no more than that its owner is busy."""


class CalendarSelection(Struct, frozen=True, kw_only=True):
    """The calendars to read, and ours: one, unless the answer to its making was lost and it was made again."""

    read: tuple[Calendar, ...]
    ours: tuple[Calendar, ...]


def found(there: Iterable[Calendar], wanted: tuple[str, ...] = (), name: str = "") -> CalendarSelection:
    """`wanted` are the names or ids of those to read (none: all that the user owns or has on show), `name` is that of ours, whose
    description bears our mark: the user may have renamed it. Raises NeedsUser for one that is not there.
    """
    there = list(there)
    marked = [each for each in there if each.is_ours]
    named = [each for each in there if name and each.summary == name and each.access_role == "owner"]
    ours = [each for each in marked if each in named] or marked or named
    others = [each for each in there if not each.is_marked and each not in ours]
    return CalendarSelection(read=tuple(_chosen(others, wanted)), ours=tuple(sorted(ours, key=lambda each: each.id)))


def _chosen(there: list[Calendar], wanted: tuple[str, ...]) -> list[Calendar]:
    if not wanted:
        shown = (each for each in there if each.access_role == "owner" or each.selected)
        return [each for each in shown if each.access_role in READERS and not each.id.endswith(VIRTUAL)]
    known = {one for each in there for one in (each.id, each.name, each.summary)}
    check_calendars_exist("Google", wanted, known, [each.name for each in there])
    return [each for each in there if {each.id, each.name, each.summary} & set(wanted)]
