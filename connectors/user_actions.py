"""Detection of what the user did to an invite in their calendar, and preservation of it in updates."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.eventlog.codec import EARLIEST, LATEST
from afterword.ports import Invite, PlacedInvite, UserAction

if TYPE_CHECKING:
    from .placed_entry import PlacedEntry


class UserActions:
    """The user's actions on the invites of one calendar. A start that they chose is preserved in updates until `detect` is called with
    it as the placed start, that is, until the log knows of it.
    """

    def __init__(self) -> None:
        self._acknowledged_starts: dict[str, datetime] = {}

    def detect(self, placed: PlacedInvite, entry: "PlacedEntry | None") -> Iterator[UserAction]:
        """Yield what the user did to the invite; `entry` is its current state, None if it can't be parsed."""
        if entry is not None:
            if entry.start == placed.start:
                self._acknowledged_starts[placed.uid] = entry.start
            yield from _actions(placed, entry)

    def with_user_changes(self, invite: Invite, entry: "PlacedEntry | None") -> Invite:
        """Return the invite with the text that the user edited and the time that they chose, unless `detect` has seen that time."""
        acknowledged = self._acknowledged_starts.get(invite.uid)
        if entry is not None and entry.is_moved and entry.start != acknowledged and _is_loggable_time(entry.start):
            invite = replace(invite, start=entry.start, end=entry.end)
        if entry is not None and entry.is_edited:
            invite = replace(invite, summary=entry.summary, description=entry.description)
        return invite


def _actions(placed: PlacedInvite, entry: "PlacedEntry") -> Iterator[UserAction]:
    """A PARTSTAT or a done mark is an answer; another start is a move."""
    if entry.done:
        yield UserAction(uid=placed.uid, answer="completed")
    elif entry.partstat == "DECLINED" or entry.status == "CANCELLED":
        yield UserAction(uid=placed.uid, answer="declined")
    elif entry.start != placed.start and _is_loggable_time(entry.start):
        yield UserAction(uid=placed.uid, answer="moved", start=entry.start, end=entry.end)
    elif entry.partstat == "ACCEPTED":
        yield UserAction(uid=placed.uid, answer="accepted")
    elif entry.partstat == "TENTATIVE":
        yield UserAction(uid=placed.uid, answer="tentative")


def _is_loggable_time(moment: datetime) -> bool:
    """Whether the log can store the time: programs' placeholders in the years 1 and 9999 are no choice of the user's."""
    return EARLIEST <= moment <= LATEST
